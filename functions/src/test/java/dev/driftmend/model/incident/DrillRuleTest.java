package dev.driftmend.model.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import java.util.HashSet;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrillRuleTest {
  private static final ResourceRef GROUP =
      new ResourceRef("Group", "AWS::EC2::SecurityGroup", "sg-1");

  private static Drift extra(String rule, String description) {
    return new Drift.Extra(GROUP, "Ingress", Item.of(rule, Map.of("description", description)));
  }

  @Property(tries = 200)
  void everyDrillIsKnownAsOne(@ForAll int random) {
    assertThat(DrillRule.isOne(extra(DrillRule.of(random).key(), DrillRule.MARK + " by zoe")))
        .isTrue();
  }

  @Test
  void drillsHaveManyAddressesSoThatTheyAreNoFight() {
    var rules = new HashSet<SecurityRule>();
    for (var i = 0; i < 762; i++) {
      rules.add(DrillRule.of(i));
    }
    assertThat(rules).hasSize(762);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingress tcp 9 from 0.0.0.0/0",
        "ingress tcp 9 from 198.51.100.0/24",
        "ingress tcp 22 from 198.51.100.7/32",
        "ingress tcp 9-22 from 198.51.100.7/32",
        "ingress all from 198.51.100.7/32",
        "egress tcp 9 to 198.51.100.7/32",
        "ingress tcp 9 from 10.0.1.13/32"
      })
  void aRuleThatOpensSomethingIsNoDrillWhateverItSaysOfItself(String rule) {
    assertThat(DrillRule.isOne(extra(rule, DrillRule.MARK + " by zoe"))).isFalse();
  }

  @Test
  void aHarmlessRuleThatDoesNotCallItselfADrillIsNone() {
    assertThat(DrillRule.isOne(extra("ingress tcp 9 from 198.51.100.7/32", ""))).isFalse();
  }
}
