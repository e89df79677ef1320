package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.network.VpcEndpoint;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.testing.Guard;
import org.junit.jupiter.api.Test;

/**
 * A VPC endpoint through the whole guard: what is put back, what waits for a policy or a person.
 */
class EndpointRepairsTest {
  private final Guard guard =
      new Guard(
          """
          Resources:
            Queues:
              Type: AWS::EC2::VPCEndpoint
              Properties:
                VpcEndpointType: Interface
                ServiceName: com.amazonaws.us-east-1.sqs
                VpcId: vpc-1
                SubnetIds: [subnet-a]
                SecurityGroupIds: [sg-1, sg-2]
                PrivateDnsEnabled: true
          """);

  @Test
  void aLostGroupIsBackBeforeAnotherOneGoes() {
    guard.world.the("Queues").remove(VpcEndpoint.GROUPS, "sg-1").add(VpcEndpoint.GROUPS, "sg-9");

    guard.run();

    assertThat(guard.world.writes()).containsExactly("ModifyVpcEndpoint", "ModifyVpcEndpoint");
    assertThat(guard.world.the("Queues").keys(VpcEndpoint.GROUPS))
        .containsExactlyInAnyOrder("sg-1", "sg-2");
  }

  @Test
  void otherGroupsInPlaceOfAllLookLikeAnIsolationAndAreLeft() {
    guard
        .world
        .the("Queues")
        .remove(VpcEndpoint.GROUPS, "sg-1")
        .remove(VpcEndpoint.GROUPS, "sg-2")
        .add(VpcEndpoint.GROUPS, "sg-quarantine");

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().incident().title()).contains("it looks isolated");
  }

  @Test
  void aSubnetThatSomebodyAddedStaysUnlessThePolicySaysRepair() {
    guard.world.the("Queues").add(VpcEndpoint.SUBNETS, "subnet-b");

    guard.run();
    assertThat(guard.world.writes()).isEmpty();

    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(VpcEndpoint.TYPE, null, null, Policy.Treatment.REPAIR));
    guard.run();
    assertThat(guard.world.the("Queues").keys(VpcEndpoint.SUBNETS)).containsExactly("subnet-a");
  }

  @Test
  void theNameLeadsBackOnceItsGroupsAreThere() {
    guard.world.the("Queues").remove(VpcEndpoint.GROUPS, "sg-1");
    guard.world.the("Queues").set(VpcEndpoint.PRIVATE_DNS, "false");

    guard.run();
    assertThat(guard.world.the("Queues").get(VpcEndpoint.PRIVATE_DNS)).isEqualTo("false");

    guard.run();
    assertThat(guard.world.the("Queues").get(VpcEndpoint.PRIVATE_DNS)).isEqualTo("true");
  }
}
