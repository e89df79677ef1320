package dev.driftmend.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Property;
import dev.driftmend.network.Isolation;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import dev.driftmend.testing.Look;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may well be meant is left alone and alerted once; what is not is reverted as ever. */
class IntentionalChangesTest {
  private static final String DECLARED = "sg-webgroup";
  private static final String QUARANTINE = "sg-0quarantine";
  private static final String CODE_DEPLOY = "codedeploy.amazonaws.com";
  private static final String ROLE = "arn:aws:iam::111122223333:role/shop-deployments";
  private static final String ELSEWHERE = "forward to=arn:green";
  private static final String TARGET = Deployed.id("Web", Instance.TYPE) + ":5000";

  private final Guard guard = new Guard();

  @Test
  void anIsolatedInstanceIsLeftSoAndAlertedOnceWithTheNamesAndTheCommandForEitherWay() {
    isolate("forensics-isolation");

    guard.run("ModifyInstanceAttribute", "arn:aws:iam::111122223333:role/IncidentResponse");

    assertThat(groups()).containsExactly(QUARANTINE);
    var alert = guard.only();
    assertThat(alert.incident().state()).isEqualTo(Incident.State.OPENED);
    assertThat(alert.incident().severity()).isEqualTo(Severity.CRITICAL);
    assertThat(alert.incident().title())
        .isEqualTo(
            "Web: it looks isolated: forensics-isolation (sg-0quarantine) instead of WebGroup"
                + " lets less through, as incident response has it");
    assertThat(alert.lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(String.valueOf(line.step()))
                    .contains("lets less through, as incident response has it")
                    .doesNotContain("groups=[]"));
    assertThat(alert.next())
        .contains("driftmend accept --stack shop --plan " + hash())
        .contains(
            "to keep it, do nothing: it is left alone while it stands, and for good with a rule in"
                + " the policy: {\"type\":\"AWS::EC2::Instance\",\"drift\":\"MISSING\","
                + "\"logicalId\":\"Web\",\"treatment\":\"report\"}");
    guard.alerted();
    guard.run();
    guard.run();
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void anAcceptedPlanGivesTheGroupsBack() {
    isolate("forensics-isolation");
    guard.run();
    guard.alerted();
    guard.ledger.accept(Deployed.STACK, new Acceptance(hash(), "ann", guard.now()));

    guard.run();

    assertThat(groups()).containsExactly(DECLARED);
    assertThat(guard.alerted()).singleElement().asString().startsWith("RESOLVED Web: it looks");
    assertThat(guard.ledger.holds(Deployed.STACK)).isEmpty();
    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void whoGivesTheGroupsBackByHandEndsIt() {
    isolate("forensics-isolation");
    guard.run();
    guard.alerted();
    guard.world.the("Web").put(Instance.GROUPS, Look.members(DECLARED));

    guard.run();

    assertThat(guard.alerted()).singleElement().asString().startsWith("RESOLVED Web: it looks");
    assertThat(guard.ledger.holds(Deployed.STACK)).isEmpty();
  }

  @Test
  void anotherGroupInPlaceOfTheIsolationIsAnotherDrift() {
    isolate("forensics-isolation");
    guard.run();
    guard.world.the("Web").put(Instance.GROUPS, Look.members("sg-balancergroup"));

    guard.run();

    assertThat(groups()).containsExactly(DECLARED);
  }

  @Test
  void aRuleOfThePolicyThatNamesTheTypeHasItReverted() {
    guard.policy(Policy.Mode.REPAIR, new Policy.Rule(Instance.TYPE, null, null, Treatment.REPAIR));
    isolate("forensics-isolation");

    guard.run();

    assertThat(groups()).containsExactly(DECLARED);
  }

  @Test
  void anotherGroupInsteadThatLetsOtherTrafficInIsGivenBackAsEver() {
    guard.world.the("Web").put(Instance.GROUPS, Look.members("sg-balancergroup"));

    guard.run();

    assertThat(groups()).containsExactly(DECLARED);
  }

  @Test
  void anotherGroupBesideTheDeclaredOneIsTakenAwayAsEver() {
    guard.world.the("Web").add(Instance.GROUPS, QUARANTINE);

    guard.run();

    assertThat(groups()).containsExactly(DECLARED);
  }

  @Test
  void anIsolatedLoadBalancerIsLeftSoToo() {
    guard.world.the("Balancer").put(LoadBalancer.GROUPS, Look.members(QUARANTINE));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().incident().title()).contains("it looks isolated");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingress tcp 22 from 198.51.100.7/32",
        "ingress tcp 3389 from sg-investigators",
        "ingress all from 198.51.100.7/32",
        "ingress all from 2001:db8::7/128",
        "egress all to 0.0.0.0/0",
        "ingress tcp 5000 from 10.0.0.0/16"
      })
  void investigatorsAndPartOfWhatIsDeclaredMayGetIn(String rule) {
    assertThat(isolates(List.of(rule), "ingress tcp 5000 from 10.0.0.0/8")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingress tcp 22 from 0.0.0.0/0",
        "ingress tcp 8080 from 10.0.0.0/8",
        "ingress all from sg-default",
        "ingress all from 198.51.100.0/31",
        "ingress all from 2001:db8::/32",
        "ingress tcp 5000 from 10.0.0.0/8",
        "ingress udp 5000 from 10.0.0.0/8"
      })
  void whatLetsMoreOrOtherOrTheSameInIsNoIsolation(String rule) {
    assertThat(isolates(List.of(rule), "ingress tcp 5000 from 10.0.0.0/8")).isFalse();
  }

  @Test
  void aGroupThatLetsTheSameThroughByAnotherCutIsNoIsolation() {
    assertThat(
            isolates(
                List.of("ingress tcp 5000 from 10.0.0.0/9", "ingress tcp 5000 from 10.128.0.0/9"),
                "ingress tcp 5000 from 10.0.0.0/8"))
        .isFalse();
  }

  private static boolean isolates(List<String> instead, String... declared) {
    return Isolation.isolates(
        Network.EMPTY,
        instead.stream().map(SecurityRule::parse).toList(),
        Stream.of(declared).map(SecurityRule::parse).toList());
  }

  @Test
  void aListenerThatADeploymentMovedIsLeftThereAndAlertedOnceAndLow() {
    guard.run();
    guard.world.the("Http").set(Listener.DEFAULT_ACTIONS, ELSEWHERE);

    guard.run("ModifyListener", ROLE, CODE_DEPLOY);

    assertThat(guard.world.the("Http").get(Listener.DEFAULT_ACTIONS)).isEqualTo(ELSEWHERE);
    assertThat(guard.only().incident().severity()).isEqualTo(Severity.LOW);
    assertThat(guard.only().lines().getFirst().finding().exposureWhy())
        .isEqualTo("it is where codedeploy.amazonaws.com has it, by " + ROLE + ": a deployment");
    guard.alerted();
    guard.run();
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void whereAPersonSendsItAfterwardsIsAPersonsAgain() {
    guard.run();
    guard.world.the("Http").set(Listener.DEFAULT_ACTIONS, ELSEWHERE);
    guard.run("ModifyListener", ROLE, CODE_DEPLOY);
    guard.world.the("Http").set(Listener.DEFAULT_ACTIONS, "forward to=arn:typo");

    guard.run("ModifyListener", "arn:aws:iam::111122223333:user/ann");

    assertThat(guard.world.writes()).containsExactly("ModifyListener");
  }

  @Test
  void aTargetThatADeploymentTookOutIsNotRegisteredWhileItIsWorkedOn() {
    guard.world.the("Targets").add(TargetGroup.TARGETS, "i-0other:5000");
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(TargetGroup.TYPE, "EXTRA", null, Treatment.IGNORE));
    guard.world.the("Targets").remove(TargetGroup.TARGETS, TARGET);

    guard.run("DeregisterTargets", ROLE, "ecs.amazonaws.com");

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().incident().severity()).isEqualTo(Severity.LOW);
    guard.alerted();
    guard.world.the("Targets").add(TargetGroup.TARGETS, TARGET);
    guard.run();
    guard.alerted();
    guard.world.the("Targets").remove(TargetGroup.TARGETS, TARGET);
    guard.run("DeregisterTargets", "arn:aws:iam::111122223333:user/ann");
    assertThat(guard.world.writes()).containsExactly("RegisterTargets");
  }

  @Test
  void aTargetThatAPersonTookOutThroughAnotherServiceIsRegisteredAgain() {
    guard.world.the("Targets").remove(TargetGroup.TARGETS, TARGET);

    guard.run("DeregisterTargets", ROLE, "ssm.amazonaws.com");

    assertThat(guard.world.writes()).containsExactly("RegisterTargets");
  }

  @Test
  void aRouteThatWasSentRoundWhatDoesNotWorkStaysWhenThatWorksAgain() {
    var guard = new Guard(ROUTES);
    guard.world.the("Nat").set("State", "failed");
    guard.world.the("Table").add("Routes", "0.0.0.0/0", Map.of("target", "eni-0standby"));
    guard.run("ReplaceRoute", "arn:aws:iam::111122223333:role/nat-failover");
    assertThat(guard.alerts.alerted()).anyMatch(t -> t.contains("Table"));
    guard.alerted();

    guard.world.the("Nat").set("State", "available");
    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).noneMatch(t -> t.startsWith("OPENED"));
    guard.world.the("Table").add("Routes", "0.0.0.0/0", Map.of("target", "nat-nat"));
    guard.run();
    guard.world.the("Table").add("Routes", "0.0.0.0/0", Map.of("target", "eni-0standby"));
    guard.run();
    assertThat(guard.world.writes()).containsExactly("ReplaceRoute");
  }

  private static final String ROUTES =
      """
      Resources:
        Nat:
          Type: AWS::EC2::NatGateway
          Properties: {SubnetId: subnet-1}
        Table:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: vpc-1}
        Way:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
      """;

  private void isolate(String name) {
    guard
        .world
        .the("Web")
        .put(Instance.GROUPS, Property.Members.of(List.of(Item.named(QUARANTINE, name))));
  }

  private List<String> groups() {
    return guard.world.the("Web").keys(Instance.GROUPS);
  }

  private String hash() {
    return guard.reconciler().offer(Deployed.STACK).orElseThrow().accepted().hash();
  }
}
