package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.Step;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Drifts that their kind could repair and that may well be meant. */
class OnlyByPolicyTest {
  private static final String TEMPLATE =
      """
      Resources:
        Table:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: vpc-1}
        Way:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1}
      """;
  private static final String PEER = "198.51.100.0/24";

  private final Guard guard = new Guard(TEMPLATE);

  OnlyByPolicyTest() {
    guard.world.the("Table").add("Routes", PEER, Map.of("target", "pcx-1"));
  }

  @Test
  void suchADriftIsReportedWithTheRuleThatReleasesIt() {
    var step = guard.reconciler().plan(Deployed.STACK).orElseThrow().steps().getFirst();

    assertThat(step.why()).isEqualTo("repaired only if the policy says so");
    assertThat(((Step.Report) step).remediation())
        .contains(
            """
            {"type":"AWS::EC2::RouteTable","drift":"EXTRA","logicalId":"Table","treatment":"repair"}\
            """)
        .contains("DeleteRoute {destination=[198.51.100.0/24], routeTable=[rtb-table]}");
    guard.run();
    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void aRuleReleasesIt() {
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(RouteTable.TYPE, "EXTRA", "Table", Treatment.REPAIR));

    guard.run();

    assertThat(guard.world.writes()).containsExactly("DeleteRoute");
    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void whatIsLostBesideItIsPutBackAllTheSame() {
    guard.world.the("Table").remove("Routes", "0.0.0.0/0");

    guard.run();

    assertThat(guard.world.writes()).containsExactly("CreateRoute");
    assertThat(guard.drifts()).hasSize(1);
  }

  @Test
  void aRuleThatSaysReportIsNamedAsTheReason() {
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(RouteTable.TYPE, null, null, Treatment.REPORT));

    var step = guard.reconciler().plan(Deployed.STACK).orElseThrow().steps().getFirst();

    assertThat(step.why()).isEqualTo("the policy says to report it only");
  }
}
