package dev.driftmend.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that was sent elsewhere is sent back only to what can serve. */
class RepairDestinationsTest {
  private static final String TEMPLATE =
      """
      Resources:
        BalancerGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: balancer
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
        WebGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5000, ToPort: 5000, SourceSecurityGroupId: !Ref BalancerGroup}]
        Blue:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 5000, HealthCheckPath: /health, Targets: [{Id: !Ref Web}]}
        Green:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 5000, HealthCheckPath: /health}
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {SecurityGroups: [!Ref BalancerGroup]}
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Balancer
            Port: 80
            DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
        Web:
          Type: AWS::EC2::Instance
          Properties: {SubnetId: !Ref Private, SecurityGroupIds: [!Ref WebGroup]}
      """;
  private static final String BLUE = Deployed.id("Blue", TargetGroup.TYPE);
  private static final String GREEN = Deployed.id("Green", TargetGroup.TYPE);
  private static final String TARGET = Deployed.id("Web", Instance.TYPE) + ":5000";

  private static final String TO_BLUE = "forward to=" + BLUE;
  private static final String TO_GREEN = "forward to=" + GREEN;
  private static final String FISHING = "fixed-response status=200 type=text/plain body=fishing";

  private final Guard guard = new Guard(TEMPLATE);

  @Test
  void aListenerThatSomebodySentToAnEmptyGroupIsSentBackToWhatWasHealthyBefore() {
    guard.run();
    send(TO_GREEN);

    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void aListenerThatAnswersByItselfIsSentBackToWhatWasHealthyBefore() {
    guard.run();
    send(FISHING);

    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
  }

  @Test
  void itIsNotSentBackToWhatNobodySawHealthy() {
    send(FISHING);

    assertThat(reason())
        .startsWith("nothing is sent to Blue (" + BLUE + ") now")
        .endsWith(TARGET + " was not seen healthy before that");
    assertIsLeft(FISHING);
  }

  @Test
  void whatCannotGetWorseIsTriedAllTheSame() {
    send(TO_GREEN);

    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
  }

  @Test
  void itIsNotSentBackToAGroupInWhichNothingIsRegistered() {
    guard.run();
    guard.world.the("Green").add(TargetGroup.TARGETS, TARGET);
    guard.world.the("Blue").remove(TargetGroup.TARGETS, TARGET);
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(TargetGroup.TYPE, null, null, Treatment.REPORT));
    send(TO_GREEN);

    assertThat(reason()).isEqualTo("no target is registered in Blue (" + BLUE + ")");
    assertThat(finding().exposure()).isEqualTo(Exposure.DEGRADED);
    assertThat(finding().exposureWhy()).contains("no target is registered");
    assertIsLeft(TO_GREEN);
  }

  @Test
  void whereNothingCanServeItIsAnOutageThatNoRepairEnds() {
    guard.world.the("Blue").remove(TargetGroup.TARGETS, TARGET);
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(TargetGroup.TYPE, null, null, Treatment.REPORT));
    send(TO_GREEN);

    assertThat(finding().exposure()).isEqualTo(Exposure.OUTAGE);
    assertThat(finding().exposureWhy()).contains("cannot serve: no target is registered");
    assertIsLeft(TO_GREEN);
  }

  @Test
  void anAddressThatLeadsNowhereIsAnOutageThoughItsInstanceIsGoneToo() {
    var guard =
        new Guard(
            """
            Resources:
              Web:
                Type: AWS::EC2::Instance
                Properties: {SubnetId: subnet-public}
              Address:
                Type: AWS::EC2::EIP
                Properties: {InstanceId: !Ref Web}
            """);
    guard.world.the("Web").set(Instance.STATE, "terminated");
    guard.world.the("Address").set("InstanceId", "");

    assertThat(guard.reconciler().plan(Deployed.STACK).orElseThrow().findings())
        .filteredOn(f -> f.drift().resource().logicalId().equals("Address"))
        .singleElement()
        .satisfies(f -> assertThat(f.exposure()).isEqualTo(Exposure.OUTAGE))
        .satisfies(f -> assertThat(f.exposureWhy()).contains("cannot serve"));
  }

  @Test
  void itIsNotSentBackToWhatIsBeingDrained() {
    guard.run();
    guard.world.the("Blue").health(TARGET, "draining");
    send(FISHING);

    assertThat(reason()).isEqualTo("every target of Blue (" + BLUE + ") is draining");
    assertIsLeft(FISHING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stopped", "stopping"})
  void itIsNotSentBackToAnInstanceThatDoesNotRun(String state) {
    guard.run();
    guard.world.the("Web").set(Instance.STATE, state);
    send(FISHING);

    assertThat(reason()).endsWith("is " + state);
    assertIsLeft(FISHING);
  }

  @Test
  void itIsNotSentBackWhereTheLoadBalancerDoesNotGetTo() {
    guard.run();
    guard.world.the("WebGroup").put(SecurityGroup.INGRESS, Property.Members.of(List.of()));
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(SecurityGroup.TYPE, null, null, Treatment.REPORT));
    send(FISHING);

    assertThat(reason()).startsWith("the load balancer does not get to " + TARGET);
    assertIsLeft(FISHING);
  }

  @Test
  void aHealthThatIsOlderThanAnHourTellsNothing() {
    guard.run();
    guard.pass(Duration.ofMinutes(61));
    send(FISHING);

    assertThat(reason()).endsWith("was not seen healthy before that");
    guard.run();
    assertIsLeft(FISHING);
  }

  @Test
  void whatWasSeenRightBeforeTheMoveIsNotForgottenWhileItStands() {
    guard.run();
    guard.policy(Policy.Mode.OBSERVE);
    send(FISHING);
    guard.run();
    guard.pass(Duration.ofDays(2));
    guard.run();
    assertThat(actions()).isEqualTo(FISHING);

    guard.policy(Policy.Mode.REPAIR);
    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
  }

  @Test
  void whatWasUnhealthyWhenItWasLeftIsNotSentTo() {
    guard.run();
    guard.world.the("Blue").sick(TARGET, "Target.FailedHealthChecks");
    guard.run();
    send(FISHING);

    assertThat(reason()).endsWith("was not seen healthy before that");
    assertIsLeft(FISHING);
  }

  @Test
  void aTargetThatWasDeregisteredMeanwhileIsAnotherOne() {
    guard.run();
    guard.policy(Policy.Mode.OBSERVE);
    send(FISHING);
    guard.world.the("Blue").add(TargetGroup.TARGETS, "i-other:5000");
    guard.world.the("Blue").remove(TargetGroup.TARGETS, TARGET);
    guard.run();
    guard.world.the("Blue").add(TargetGroup.TARGETS, TARGET);
    guard.policy(Policy.Mode.REPAIR);

    guard.world.beyond.put("i-other", instance("running"));
    assertThat(reason()).endsWith("was not seen healthy before that");
  }

  /** That nothing is registered at the moment does not say that what was there was sick. */
  @Test
  void aTargetThatWasTakenOutTogetherWithTheMoveIsPutBackAndThenSentToAgain() {
    guard.run();
    guard.world.the("Blue").remove(TargetGroup.TARGETS, TARGET);
    send(FISHING);

    guard.run();
    assertThat(actions()).isEqualTo(FISHING);
    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
    assertThat(guard.drifts()).isEmpty();
    assertThat(guard.open()).isZero();
  }

  @Test
  void aTargetThatTheStackDoesNotHaveIsLookedUp() {
    guard.world.the("Blue").add(TargetGroup.TARGETS, "i-0fleet:5000");
    guard.world.the("Blue").remove(TargetGroup.TARGETS, TARGET);
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(TargetGroup.TYPE, null, null, Treatment.REPORT));
    guard.run();
    send(FISHING);

    assertThat(reason()).isEqualTo("whether i-0fleet runs is not known");
    guard.world.beyond.put("i-0fleet", instance("stopped"));
    assertThat(reason()).isEqualTo("i-0fleet is stopped");
  }

  @Test
  void aTargetGroupThatTheStackDoesNotHaveIsLookedUp() {
    var other = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/other/1";
    var guard =
        new Guard(TEMPLATE.replace("TargetGroupArn: !Ref Blue", "TargetGroupArn: " + other));
    guard.world.the("Http").set(Listener.DEFAULT_ACTIONS, FISHING);
    guard.world.beyond.put(other, group(Map.of()));
    assertThat(reason(guard)).isEqualTo("no target is registered in " + other);

    guard.world.beyond.put(other, group(Map.of("i-1:80", "healthy")));
    guard.run();

    assertThat(guard.world.the("Http").get(Listener.DEFAULT_ACTIONS))
        .isEqualTo("forward to=" + other);
  }

  @Test
  void whatDoesNotServeAfterTheMoveBackIsLeftAgainHeldAndAlerted() {
    guard.run();
    send(FISHING);
    guard.run();
    assertThat(actions()).isEqualTo(TO_BLUE);
    guard.alerted();

    guard.world.the("Blue").sick(TARGET, "Target.FailedHealthChecks");
    guard.pass(Duration.ofSeconds(30));
    guard.run();
    assertThat(actions()).as("a health check that was not given its time").isEqualTo(TO_BLUE);
    guard.pass(Duration.ofSeconds(40));
    guard.run();

    assertThat(actions()).isEqualTo(FISHING);
    assertThat(guard.alerted()).singleElement().asString().startsWith("OPENED Http");
    guard.run();
    assertThat(actions()).isEqualTo(FISHING);
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void whatHasAnsweredAfterTheMoveBackIsNotLeftForWhatBrokeItLater() {
    guard.run();
    send(FISHING);
    guard.run();
    guard.pass(Duration.ofSeconds(20));
    guard.run();

    guard.world.the("Blue").sick(TARGET, "Target.Timeout");
    guard.pass(Duration.ofSeconds(70));
    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
  }

  /** Clients must not be sent to where an attacker had them for what another one has cut. */
  @Test
  void whileSomethingElseCutsThePathTheMoveBackIsNotToBlame() {
    guard.run();
    send(FISHING);
    guard.run();
    guard.world.the("WebGroup").put(SecurityGroup.INGRESS, Property.Members.of(List.of()));
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(SecurityGroup.TYPE, null, null, Treatment.REPORT));
    guard.world.the("Blue").sick(TARGET, "Target.Timeout");
    guard.pass(Duration.ofSeconds(70));

    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
  }

  @Test
  void whileOneOfSeveralTargetsServesTheMoveBackStands() {
    guard.world.the("Blue").add(TargetGroup.TARGETS, "i-0fleet:5000");
    guard.world.beyond.put("i-0fleet", instance("running"));
    guard.policy(
        Policy.Mode.REPAIR, new Policy.Rule(TargetGroup.TYPE, null, null, Treatment.REPORT));
    guard.run();
    send(FISHING);
    guard.run();
    guard.world.the("Blue").sick(TARGET, "Target.FailedHealthChecks");
    guard.pass(Duration.ofMinutes(5));

    guard.run();

    assertThat(actions()).isEqualTo(TO_BLUE);
  }

  @Test
  void theSameIsNotWrittenDownAtEveryLook() {
    guard.run();
    var first = guard.ledger.served(Deployed.STACK).get(BLUE);
    guard.pass(Duration.ofMinutes(15));
    guard.run();
    assertThat(guard.ledger.served(Deployed.STACK).get(BLUE)).isSameAs(first);
    guard.pass(Duration.ofMinutes(16));
    guard.run();

    assertThat(guard.ledger.served(Deployed.STACK).get(BLUE))
        .satisfies(s -> assertThat(s.healthy()).isEqualTo(Set.of(TARGET)))
        .satisfies(s -> assertThat(s.asOf()).isEqualTo(guard.now()));
  }

  private void send(String actions) {
    guard.world.the("Http").set(Listener.DEFAULT_ACTIONS, actions);
  }

  private String actions() {
    return String.valueOf(guard.world.the("Http").get(Listener.DEFAULT_ACTIONS));
  }

  private String reason() {
    return reason(guard);
  }

  private static String reason(Guard guard) {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow().steps().stream()
        .flatMap(s -> s instanceof Step.Report r ? Stream.of(r) : Stream.empty())
        .filter(r -> r.resource().logicalId().equals("Http"))
        .map(Step.Report::why)
        .findFirst()
        .orElse("it is repaired");
  }

  private Finding finding() {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow().findings().stream()
        .filter(f -> f.drift().resource().logicalId().equals("Http"))
        .findFirst()
        .orElseThrow();
  }

  private void assertIsLeft(String actions) {
    guard.run();
    assertThat(actions()).isEqualTo(actions);
    assertThat(guard.world.writes()).isEmpty();
  }

  private static Observed instance(String state) {
    return new Observed.Found(Map.of(Instance.STATE, new Property.Scalar(state)));
  }

  private static Observed group(Map<String, String> targets) {
    return new Observed.Found(
        Map.of(
            TargetGroup.TARGET_HEALTH,
            Property.Members.of(
                targets.entrySet().stream()
                    .map(t -> Item.of(t.getKey(), Map.of("state", t.getValue())))
                    .toList())));
  }
}
