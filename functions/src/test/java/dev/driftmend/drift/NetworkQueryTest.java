package dev.driftmend.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkQueryTest {
  private static final StackRef SHOP =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5f6a3c30");
  private static final ResourceRef GROUP =
      new ResourceRef("Group", "AWS::EC2::SecurityGroup", "sg-0web");
  private static final Desired WHOLE =
      new Desired(
          SHOP,
          Instant.EPOCH,
          List.of(
              new Resource(new ResourceRef("Vpc", "AWS::EC2::VPC", "vpc-1"), Map.of()),
              new Resource(GROUP, Map.of())),
          List.of());
  private static final Desired GROUPS = WHOLE.only(Set.of("AWS::EC2::SecurityGroup"));
  private static final Live LIVE = new Live(SHOP, Map.of());

  @Test
  void theStacksOwnVpcIsAskedAboutAtOnceEvenIfOnlyGroupsWereLookedAt() {
    var extra = new Drift.Extra(GROUP, "Ingress", Item.of("ingress tcp 22 from 192.0.2.0/24"));

    var ask = NetworkQuery.about(WHOLE, GROUPS, LIVE, List.of(extra));

    assertThat(ask.vpcs()).containsExactly("vpc-1");
    assertThat(ask.groups()).containsExactly("sg-0web");
  }

  @Test
  void nothingIsAskedIfNoDriftAsks() {
    assertThat(NetworkQuery.about(WHOLE, GROUPS, LIVE, List.of()).isEmpty()).isTrue();
    assertThat(NetworkQuery.about(WHOLE, GROUPS, LIVE, List.of(new Drift.Gone(GROUP))).isEmpty())
        .isTrue();
  }
}
