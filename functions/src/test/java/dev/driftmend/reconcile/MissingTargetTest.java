package dev.driftmend.reconcile;

import static dev.driftmend.testing.Look.members;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes and subnets are only sent to what is there and works. */
class MissingTargetTest {
  private static final String TEMPLATE =
      """
      Resources:
        Vpc:
          Type: AWS::EC2::VPC
          Properties: {CidrBlock: 10.0.0.0/16}
        Gateway:
          Type: AWS::EC2::InternetGateway
        Attachment:
          Type: AWS::EC2::VPCGatewayAttachment
          Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
        Nat:
          Type: AWS::EC2::NatGateway
          Properties: {SubnetId: !Ref Subnet}
        Table:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: !Ref Vpc}
        Inside:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
        Outside:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationIpv6CidrBlock: '::/0', GatewayId: !Ref Gateway}
        Subnet:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}
        Association:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}
      """;

  private final Guard guard = new Guard(TEMPLATE);

  @Test
  void aLostOrChangedRouteIsPutBackWhileItsTargetWorks() {
    guard.world.the("Table").remove("Routes", "0.0.0.0/0");
    guard.world.the("Table").add("Routes", "::/0", Map.of("target", "eni-1"));

    guard.run();

    assertThat(guard.world.writes()).containsExactly("CreateRoute", "ReplaceRoute");
    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void aLostRouteToAGatewayThatIsGoneIsReported() {
    guard.world.the("Nat").vanish();
    guard.world.the("Table").remove("Routes", "0.0.0.0/0");

    assertThat(reasons("Table")).containsExactly("it needs Nat, which does not exist any more");
    assertNothingIsWritten();
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "pending"})
  void aChangedRouteToAGatewayThatDoesNotWorkIsReported(String state) {
    guard.world.the("Nat").set("State", state);
    guard.world.the("Table").add("Routes", "0.0.0.0/0", Map.of("target", "nat-other"));

    assertThat(reasons("Table")).containsExactly("Nat (nat-nat) is " + state);
    assertNothingIsWritten();
  }

  @Test
  void aBlackholeIsReported() {
    guard.world.the("Nat").vanish();
    guard
        .world
        .the("Table")
        .add("Routes", "0.0.0.0/0", Map.of("target", "nat-nat", "state", "blackhole"));

    assertThat(reasons("Table")).hasSize(1).first().asString().contains("leads nowhere");
    assertNothingIsWritten();
  }

  @Test
  void aLostRouteToAnInternetGatewayThatIsGoneIsReported() {
    guard.world.the("Vpc").put(Vpc.GATEWAYS, members()).put(Vpc.EXISTING, members());
    guard.world.the("Table").remove("Routes", "::/0");

    assertThat(reasons("Table")).containsExactly("igw-gateway does not exist any more");
    assertNothingIsWritten();
  }

  @Test
  void aGatewayThatIsOnlyDetachedIsAttachedBeforeItsRouteIsMade() {
    guard.world.the("Vpc").put(Vpc.GATEWAYS, members()).put(Vpc.EXISTING, members("igw-gateway"));
    guard.world.the("Table").remove("Routes", "::/0");

    guard.run();

    assertThat(guard.world.writes()).containsExactly("AttachInternetGateway", "CreateRoute");
    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void aSubnetIsNotGivenATableThatIsGone() {
    guard.world.the("Table").vanish();
    guard.world.the("Subnet").set("RouteTable", "rtb-other");

    assertThat(reasons("Subnet")).containsExactly("it needs Table, which does not exist any more");
    assertNothingIsWritten();
  }

  @ParameterizedTest
  @CsvSource({
    "eni-0standby, not attached, eni-0standby is not attached",
    "eni-0standby, of an instance that is stopped, eni-0standby is of an instance that is stopped"
  })
  void aLostRouteToAnInterfaceThatTheStackDoesNotHaveIsLookedUp(
      String target, String state, String reason) {
    var guard =
        new Guard(TEMPLATE.replace("NatGatewayId: !Ref Nat", "NetworkInterfaceId: " + target));
    guard.world.beyond.put(target, new Observed.Found(Map.of("state", new Property.Scalar(state))));
    guard.world.the("Table").remove("Routes", "0.0.0.0/0");

    assertThat(reasons(guard, "Table")).containsExactly(reason);

    guard.world.beyond.put(
        target, new Observed.Found(Map.of("state", new Property.Scalar("attached"))));
    guard.run();
    assertThat(guard.world.writes()).containsExactly("CreateRoute");
  }

  @Test
  void whatIsCutByAGatewayThatDoesNotWorkIsNoOutageOfTheRoute() {
    var template = TEMPLATE.replace("NatGatewayId: !Ref Nat", "InstanceId: i-0router");
    var guard = new Guard(template);
    guard.world.beyond.put(
        "i-0router", new Observed.Found(Map.of("State", new Property.Scalar("stopped"))));
    guard.world.the("Table").add("Routes", "0.0.0.0/0", Map.of("target", "eni-0other"));

    assertThat(reasons(guard, "Table")).containsExactly("i-0router is stopped");
    assertThat(guard.reconciler().plan(Deployed.STACK).orElseThrow().findings())
        .allMatch(f -> f.exposure() != Exposure.OUTAGE);
  }

  @Test
  void aSubnetIsNotGivenBackATableWhoseWayOutLeadsNowhere() {
    guard.world.the("Nat").set("State", "failed");
    guard.world.the("Subnet").set("RouteTable", "rtb-other");

    assertThat(reasons("Subnet"))
        .containsExactly(
            "the way to 0.0.0.0/0 in Table (rtb-table) leads nowhere: Nat (nat-nat) is failed");
    assertNothingIsWritten();
    guard.world.the("Nat").set("State", "available");
    guard.run();
    assertThat(guard.world.writes()).containsExactly("ReplaceRouteTableAssociation");
  }

  @Test
  void aTargetIsNotRegisteredWhileItsInstanceIsStopped() {
    var guard =
        new Guard(
            """
            Resources:
              Web:
                Type: AWS::EC2::Instance
                Properties: {SubnetId: subnet-1}
              Targets:
                Type: AWS::ElasticLoadBalancingV2::TargetGroup
                Properties: {Port: 80, Targets: [{Id: !Ref Web}]}
            """);
    guard.world.the("Targets").remove("Targets", "i-web:80");
    guard.world.the("Web").set("State", "stopped");

    assertThat(reasons(guard, "Targets")).containsExactly("Web (i-web) is stopped");
    guard.run();
    assertThat(guard.world.writes()).isEmpty();
    guard.world.the("Web").set("State", "running");
    guard.run();
    assertThat(guard.world.writes()).containsExactly("RegisterTargets");
  }

  @Test
  void anAddressOfAnInstanceThatIsStoppedIsNoOutageByItself() {
    var guard =
        new Guard(
            """
            Resources:
              Web:
                Type: AWS::EC2::Instance
                Properties: {SubnetId: subnet-1}
              Address:
                Type: AWS::EC2::EIP
                Properties: {InstanceId: !Ref Web}
            """);
    guard.world.the("Address").set("InstanceId", "i-0standby");
    assertThat(exposures(guard, "Address")).containsExactly(Exposure.OUTAGE);

    guard.world.the("Web").set("State", "stopped");

    assertThat(reasons(guard, "Address")).containsExactly("Web (i-web) is stopped");
    assertThat(exposures(guard, "Address")).containsExactly(Exposure.DEGRADED);
  }

  private static List<Exposure> exposures(Guard guard, String logicalId) {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow().findings().stream()
        .filter(f -> f.drift().resource().logicalId().equals(logicalId))
        .map(f -> f.exposure())
        .toList();
  }

  private List<String> reasons(String logicalId) {
    return reasons(guard, logicalId);
  }

  private static List<String> reasons(Guard guard, String logicalId) {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow().steps().stream()
        .flatMap(s -> s instanceof Step.Report r ? Stream.of(r) : Stream.empty())
        .filter(r -> r.resource().logicalId().equals(logicalId))
        .map(Step.Report::why)
        .toList();
  }

  private void assertNothingIsWritten() {
    guard.run();
    assertThat(guard.world.writes()).isEmpty();
  }
}
