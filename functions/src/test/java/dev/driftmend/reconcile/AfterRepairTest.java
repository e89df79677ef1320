package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import org.junit.jupiter.api.Test;

/** What a repair leaves otherwise than CloudFormation knows it is reported with the repair. */
class AfterRepairTest {
  private static final String WORLD_TO_BALANCER = "ingress tcp 80 from 0.0.0.0/0";

  private final Guard guard = new Guard();

  @Test
  void ofARestoredRuleThatIsAResourceOfItsOwnTheAlertSaysWhatItsNewIdMeans() {
    guard.world.the("WebGroup").remove(SecurityGroup.INGRESS, FROM_BALANCER);

    guard.run();

    assertThat(guard.only().next())
        .startsWith(
            "Nothing. CloudFormation still knows this rule as "
                + Deployed.id("WebIngress", "AWS::EC2::SecurityGroupIngress"))
        .contains("an update of its description fails");
  }

  @Test
  void anInlineRuleBelongsToItsGroupWhoseIdStays() {
    guard.world.the("BalancerGroup").remove(SecurityGroup.INGRESS, WORLD_TO_BALANCER);

    guard.run();

    assertThat(guard.only().next()).isEqualTo("Nothing.");
  }

  @Test
  void ofASubnetsAssociationTheAlertSaysItAndNotOfWhatNoResourceOfTheStackMade() {
    assertThat(afterRepair(Subnet.ROUTE_TABLE, "rtb-1")).contains("find the route table in use");
    assertThat(afterRepair(Subnet.NETWORK_ACL, "acl-1")).contains("find the network ACL in use");
    assertThat(afterRepair(Subnet.NETWORK_ACL, Subnet.DEFAULT)).isEmpty();
    assertThat(afterRepair(Subnet.PUBLIC_ADDRESSES, "true")).isEmpty();
  }

  private static String afterRepair(String property, String desired) {
    var ref = Deployed.ref("Private", Subnet.TYPE);
    Kind kind = Kinds.of(Subnet.TYPE).orElseThrow();
    return kind.afterRepair(new Drift.Changed(ref, property, null, null, desired, "another", null));
  }
}
