package dev.driftmend.aws.guard;

import static dev.driftmend.aws.guard.AwsGuardPartsTest.guard;
import static dev.driftmend.aws.guard.AwsGuardPartsTest.selectors;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.aws.Canned;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.GuardParts.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventRulesTest {
  private static final ResourceRef RULE =
      new ResourceRef("ChangeRule", "AWS::Events::Rule", "shop-ChangeRule-1");
  private static final ResourceRef ANOTHER_RULE =
      new ResourceRef("ChaosRule", "AWS::Events::Rule", "shop-ChaosRule-7");
  private static final ResourceRef TRAIL =
      new ResourceRef("Trail", "AWS::CloudTrail::Trail", "shop-trail");

  private final Canned wire = new Canned();
  private final AwsGuardParts parts = new AwsGuardParts(wire.clients());

  @Test
  void allRulesAreAskedForAtOnceByWhatTheirNamesBeginWith() {
    wire.answer(
        "ListRules",
        rules(
            "",
            "shop-ChangeRule-1",
            "ENABLED",
            "shop-ChangeRule-10",
            "DISABLED",
            "shop-ChaosRule-7",
            "DISABLED"));

    assertThat(look(RULE, ANOTHER_RULE))
        .containsExactly(part(RULE, null, true), part(ANOTHER_RULE, "the rule is disabled", true));
    assertThat(wire.only("ListRules").json())
        .isEqualTo(json("{'NamePrefix':'shop-Cha','Limit':100}"));
  }

  @Test
  void aRuleIsFoundOnWhateverPageOfTheListItStands() {
    wire.answer("ListRules", rules("page-2", "shop-ChangeRule-1", "ENABLED"))
        .answer(
            "ListRules",
            r -> r.json().path("NextToken").asText().equals("page-2"),
            rules("", "shop-ChaosRule-7", "DISABLED"));

    assertThat(look(RULE, ANOTHER_RULE))
        .containsExactly(part(RULE, null, true), part(ANOTHER_RULE, "the rule is disabled", true));
    assertThat(wire.requests("ListRules"))
        .hasSize(2)
        .allSatisfy(r -> assertThat(r.json().path("NamePrefix").asText()).isEqualTo("shop-Cha"));
  }

  @Test
  void rulesWhoseNamesHaveNothingInCommonAreListedWithAllOthersOfTheBus() {
    var named = new ResourceRef("Named", "AWS::Events::Rule", "nightly");
    wire.answer("ListRules", rules("", "nightly", "ENABLED", "shop-ChangeRule-1", "DISABLED"));

    assertThat(look(named, RULE))
        .containsExactly(part(named, null, true), part(RULE, "the rule is disabled", true));
    assertThat(wire.only("ListRules").json()).isEqualTo(json("{'Limit':100}"));
  }

  @Test
  void aRuleOfAnotherBusIsLookedForAndSwitchedOnThere() {
    var onBus = new ResourceRef("OnBus", "AWS::Events::Rule", "orders|shop-ChangeRule-1");
    wire.answer("ListRules", isOfBus(""), rules("", "shop-ChangeRule-1", "ENABLED"))
        .answer("ListRules", isOfBus("orders"), rules("", "shop-ChangeRule-1", "DISABLED"))
        .answer("EnableRule", "{}");

    var seen = look(RULE, onBus);
    assertThat(seen)
        .containsExactly(part(RULE, null, true), part(onBus, "the rule is disabled", true));
    parts.enable(seen.getLast());

    assertThat(wire.only("EnableRule").json())
        .isEqualTo(json("{'EventBusName':'orders','Name':'shop-ChangeRule-1'}"));
  }

  @Test
  void aRuleThatTheListDoesNotHaveIsAFaultThatOnlyAPersonCanMend() {
    wire.answer("ListRules", rules("", "shop-ChangeRule-1", "ENABLED"));
    assertThat(look(RULE, ANOTHER_RULE))
        .containsExactly(
            part(RULE, null, true), part(ANOTHER_RULE, "the rule does not exist any more", false));
  }

  @Test
  void aListThatIsDeniedLeavesEachOfItsRulesUnseenAndIsAskedForOnce() {
    var onBus = new ResourceRef("OnBus", "AWS::Events::Rule", "orders|shop-ChangeRule-1");
    wire.failJson("ListRules", 400, "AccessDeniedException", "User is not authorized")
        .answer("ListRules", isOfBus("orders"), rules("", "shop-ChangeRule-1", "ENABLED"));

    var seen = look(RULE, ANOTHER_RULE, onBus);

    assertThat(seen.subList(0, 2))
        .allSatisfy(
            p -> {
              assertThat(String.valueOf(p.fault()))
                  .startsWith("could not be looked at: events:ListRules");
              assertThat(p.repairable()).isFalse();
            });
    assertThat(seen.getLast()).isEqualTo(part(onBus, null, true));
    assertThat(wire.requests("ListRules")).hasSize(2);
  }

  private List<Part> look(ResourceRef... rules) {
    wire.answer("GetTrailStatus", "{\"IsLogging\":true}")
        .answer("GetEventSelectors", selectors(true, "All"));
    var withTrail = Arrays.copyOf(rules, rules.length + 1);
    withTrail[rules.length] = TRAIL;
    return parts.look(guard(withTrail)).subList(0, rules.length);
  }

  private static Part part(ResourceRef rule, @Nullable String fault, boolean repairable) {
    return new Part(rule.logicalId(), rule.type(), rule.physicalId(), fault, repairable);
  }

  /** A page of rules, each as name and state. */
  static String rules(String next, String... namesAndStates) {
    var rules = new ArrayList<String>();
    for (var i = 0; i < namesAndStates.length; i += 2) {
      rules.add(
          "{\"Name\":\"%s\",\"State\":\"%s\"}".formatted(namesAndStates[i], namesAndStates[i + 1]));
    }
    var token = next.isEmpty() ? "" : ",\"NextToken\":\"" + next + "\"";
    return "{\"Rules\":[" + String.join(",", rules) + "]" + token + "}";
  }

  private static Predicate<Canned.Request> isOfBus(String bus) {
    return r -> r.json().path("EventBusName").asText().equals(bus);
  }

  private static JsonNode json(String singleQuoted) {
    try {
      return new ObjectMapper().readTree(singleQuoted.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
