package dev.driftmend.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import dev.driftmend.testing.Look;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Everything of a group or of a table taken away may be incident response's doing and is left so;
 * what one call may take by accident is put back.
 */
class ContainmentTest {
  private static final String TO_PACKAGES = "egress tcp 443 to 0.0.0.0/0";
  private static final String SSH = "ingress tcp 22 from 198.51.100.7/32";
  private static final String RESPONDER = "arn:aws:iam::111122223333:role/IncidentResponse";
  private static final String TABLE =
      """
      Resources:
        Table:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: vpc-1}
        Hub:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 10.0.0.0/8, TransitGatewayId: tgw-1}
        Way:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1}
      """;

  private final Guard guard = new Guard();

  private void empty() {
    guard
        .world
        .the("WebGroup")
        .remove(SecurityGroup.INGRESS, Guard.FROM_BALANCER)
        .remove(SecurityGroup.EGRESS, TO_PACKAGES);
  }

  private List<String> rules() {
    var group = guard.world.the("WebGroup");
    return List.of(
        String.join(",", group.keys(SecurityGroup.INGRESS)),
        String.join(",", group.keys(SecurityGroup.EGRESS)));
  }

  private String hash() {
    return guard.reconciler().offer(Deployed.STACK).orElseThrow().accepted().hash();
  }

  @Test
  void aGroupThatWasEmptiedInBothDirectionsIsLeftSoAndAlertedOnceWithTheCommandForEitherWay() {
    empty();

    guard.run("RevokeSecurityGroupEgress", RESPONDER);

    assertThat(guard.world.writes()).isEmpty();
    var alert = guard.only();
    assertThat(alert.incident().severity()).isEqualTo(Severity.CRITICAL);
    assertThat(alert.incident().title())
        .isEqualTo(
            "WebGroup: it looks contained: none of its rules is left in either direction, as"
                + " incident response has it");
    assertThat(alert.lines()).hasSize(2);
    assertThat(alert.next())
        .contains("driftmend accept --stack shop --plan " + hash())
        .contains("to keep it, do nothing");
    guard.alerted();
    guard.run();
    guard.run();
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void aGroupThatNobodyHasGetsItsRulesBack() {
    var guard =
        new Guard(
            """
            Resources:
              Spare:
                Type: AWS::EC2::SecurityGroup
                Properties:
                  GroupDescription: for later
                  SecurityGroupIngress:
                    - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 198.51.100.0/24}
            """);
    var spare = guard.world.the("Spare");
    var rule = spare.keys(SecurityGroup.INGRESS).getFirst();
    spare.keys(SecurityGroup.EGRESS).forEach(k -> spare.remove(SecurityGroup.EGRESS, k));
    spare.remove(SecurityGroup.INGRESS, rule);

    guard.run();

    assertThat(spare.keys(SecurityGroup.INGRESS)).containsExactly(rule);
  }

  @Test
  void aRuleThatOnlyLetsInvestigatorsInIsLeftWithIt() {
    empty();
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, SSH);

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(rules()).containsExactly(SSH, "");
    assertThat(guard.only().incident().title()).contains("but " + SSH);
  }

  @Test
  void anAcceptedPlanGivesTheRulesBack() {
    empty();
    guard.run();
    guard.alerted();
    guard.ledger.accept(Deployed.STACK, new Acceptance(hash(), "ann", guard.now()));

    guard.run();

    assertThat(rules()).containsExactly(Guard.FROM_BALANCER, TO_PACKAGES);
    assertThat(guard.alerted())
        .singleElement()
        .asString()
        .startsWith("RESOLVED WebGroup: it looks");
    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void whoGivesOneRuleBackEndsItAndTheOthersFollow() {
    empty();
    guard.run();
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, Guard.FROM_BALANCER);

    guard.run();

    assertThat(rules()).containsExactly(Guard.FROM_BALANCER, TO_PACKAGES);
    assertThat(guard.ledger.holds(Deployed.STACK)).isEmpty();
  }

  @Test
  void rulesOfOneDirectionThatAreGoneAreGivenBackAsEver() {
    guard.world.the("WebGroup").remove(SecurityGroup.INGRESS, Guard.FROM_BALANCER);
    guard.run();
    guard.world.the("WebGroup").remove(SecurityGroup.EGRESS, TO_PACKAGES);
    guard.run();

    assertThat(rules()).containsExactly(Guard.FROM_BALANCER, TO_PACKAGES);
  }

  @Test
  void aGroupThatWasEmptiedAndOpenedToOthersIsNotContained() {
    empty();
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, Guard.FROM_WORLD);

    guard.run();

    assertThat(rules()).containsExactly(Guard.FROM_BALANCER, TO_PACKAGES);
  }

  @Test
  void aGroupWhoseInstanceHasAnotherOneThatLetsTrafficThroughIsGivenItsRulesBack() {
    var shared =
        new Guard(
            Guard.SHOP.replace(
                "SecurityGroupIds: [!Ref WebGroup]",
                "SecurityGroupIds: [!Ref WebGroup, !Ref BalancerGroup]"));
    shared
        .world
        .the("WebGroup")
        .remove(SecurityGroup.INGRESS, Guard.FROM_BALANCER)
        .remove(SecurityGroup.EGRESS, TO_PACKAGES);

    shared.run();

    assertThat(shared.world.the("WebGroup").keys(SecurityGroup.INGRESS))
        .containsExactly(Guard.FROM_BALANCER);
    assertThat(shared.world.the("Web").keys(Instance.GROUPS)).hasSize(2);
  }

  @Test
  void aRuleOfThePolicyThatNamesTheTypeHasItReverted() {
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(SecurityGroup.TYPE, null, null, Treatment.REPAIR));
    empty();

    guard.run();

    assertThat(rules()).containsExactly(Guard.FROM_BALANCER, TO_PACKAGES);
  }

  @Test
  void anInstanceThatIsIsolatedAndWhoseGroupIsEmptiedIsLeftSo() {
    empty();
    guard.world.the("Web").put(Instance.GROUPS, Look.members("sg-0quarantine"));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void aTableOfSeveralRoutesThatHasNoneLeftIsLeftSoAndAlertedOnce() {
    var guard = new Guard(TABLE);
    guard
        .world
        .the("Table")
        .remove(RouteTable.ROUTES, "0.0.0.0/0")
        .remove(RouteTable.ROUTES, "10.0.0.0/8");

    guard.run("DeleteRoute", RESPONDER);

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().incident().title())
        .isEqualTo(
            "Table: it looks contained: none of its 2 routes is left, as incident response has it");
    guard.alerted();
    guard.run();
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void oneRouteOfSeveralThatIsGoneIsGivenBackAsEver() {
    var guard = new Guard(TABLE);
    guard.world.the("Table").remove(RouteTable.ROUTES, "10.0.0.0/8");

    guard.run();

    assertThat(guard.world.writes()).containsExactly("CreateRoute");
  }

  @Test
  void routesThatWereSwappedForAnotherOneAreGivenBackAsEver() {
    var guard = new Guard(TABLE);
    guard
        .world
        .the("Table")
        .remove(RouteTable.ROUTES, "0.0.0.0/0")
        .remove(RouteTable.ROUTES, "10.0.0.0/8")
        .add(RouteTable.ROUTES, "192.0.2.0/24", Map.of(RouteTable.TARGET, "tgw-1"));

    guard.run();

    assertThat(guard.world.writes()).containsOnly("CreateRoute").hasSize(2);
  }
}
