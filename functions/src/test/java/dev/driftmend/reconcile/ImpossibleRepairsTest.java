package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.Step;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Repairs that need what is gone itself. */
class ImpossibleRepairsTest {
  private static final String TEMPLATE =
      """
      Resources:
        Table:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: vpc-1}
        Nat:
          Type: AWS::EC2::NatGateway
          Properties: {SubnetId: subnet-1, ConnectivityType: private}
        Way:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
        OtherWay:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 203.0.113.0/24, GatewayId: igw-1}
      """;

  private final Guard guard = new Guard(TEMPLATE);

  ImpossibleRepairsTest() {
    guard.world.the("Nat").vanish();
  }

  @Test
  void aRouteIsNotSentBackToAGatewayThatIsGoneButReportedWithTheWayThatBringsBoth() {
    guard.world.the("Table").remove("Routes", "0.0.0.0/0");
    guard.world.the("Table").add("Routes", "0.0.0.0/0", Map.of("target", "nat-0other"));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(reports())
        .anySatisfy(
            report -> {
              assertThat(report.resource().logicalId()).isEqualTo("Table");
              assertThat(report.why()).isEqualTo("it needs Nat, which does not exist any more");
              assertThat(report.remediation()).contains("REVERT_DRIFT");
            });
  }

  @Test
  void whatNeedsNothingThatIsGoneIsPutBackAllTheSame() {
    guard.world.the("Table").remove("Routes", "203.0.113.0/24");

    guard.run();

    assertThat(guard.world.writes()).containsExactly("CreateRoute");
  }

  @Test
  void whatMayCarryTheTrafficOfALostRouteThatCannotComeBackIsNotTakenAway() {
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(RouteTable.TYPE, null, "Table", Treatment.REPAIR));
    guard.world.the("Table").remove("Routes", "0.0.0.0/0");
    guard.world.the("Table").add("Routes", "0.0.0.0/1", Map.of("target", "nat-0other"));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
  }

  private List<Step.Report> reports() {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow().steps().stream()
        .map(Step.Report.class::cast)
        .toList();
  }
}
