package dev.driftmend.diagnose;

import static dev.driftmend.diagnose.Stage.broken;
import static dev.driftmend.diagnose.Stage.hop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Property;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.testing.Golden;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** From the target group to the app and its health check. */
class BehindTest {
  private static final String TIMEOUT = "Target.Timeout";
  private static final String FAILED = "Target.FailedHealthChecks";
  private static final String MISMATCH = "Target.ResponseCodeMismatch";
  private static final String FOREIGN =
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/another/0a1b2c3d";

  private final Stage stage = Stage.own();

  @Test
  void noTargetIsA503() {
    is(
        "targets",
        Symptom.UNAVAILABLE,
        stage.keys("WebTargetGroup", TargetGroup.TARGETS).answers(503));
  }

  @Test
  void aTargetInAZoneWithoutALoadBalancerIsA503() {
    is(
        "targets",
        Symptom.UNAVAILABLE,
        stage.health("WebTargetGroup", "unused", "Target.NotInUse").answers(503));
  }

  @Test
  void aTargetThatIsNotJudgedYetIsNoFault() {
    var diagnosis =
        stage.health("WebTargetGroup", "initial", "Elb.InitialHealthChecking").diagnosis();

    assertThat(broken(diagnosis)).isEmpty();
    assertThat(hop(diagnosis, "targets").state()).isEqualTo(State.UNKNOWN);
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void anotherTargetGroupThatAsksAnotherPortIsReportedByThePort() {
    is(
        "target-group",
        Symptom.GATEWAY_TIMEOUT,
        stage
            .scalar("HttpListener", Listener.DEFAULT_ACTIONS, "forward to=" + FOREIGN)
            .foreign(
                FOREIGN,
                Map.of(
                    "Port",
                    new Property.Scalar("8080"),
                    "Protocol",
                    new Property.Scalar("HTTP"),
                    TargetGroup.TARGETS,
                    Property.Members.of(List.of(Item.of(stage.id("WebInstance") + ":8080")))))
            .answers(504),
        "load-balancer-egress",
        "instance-group");
  }

  @Test
  void aTargetGroupThatIsNotOfTheStackIsCalledByItsName() {
    var diagnosis =
        stage
            .scalar("HttpListener", Listener.DEFAULT_ACTIONS, "forward to=" + FOREIGN)
            .foreign(FOREIGN, Map.of(TargetGroup.TARGETS, Property.Members.of(List.of())))
            .answers(503)
            .diagnosis();

    assertThat(hop(diagnosis, "targets").evidence().getFirst())
        .isEqualTo("no target is registered in the target group another (" + FOREIGN + ")");
  }

  @Test
  void aTargetRegisteredOnAnotherPortIsReportedOnce() {
    var diagnosis =
        stage
            .keys("WebTargetGroup", TargetGroup.TARGETS, stage.id("WebInstance") + ":8080")
            .answers(504)
            .diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("target-group", Symptom.GATEWAY_TIMEOUT));
    assertThat(hop(diagnosis, "target-group").fix()).contains("on 5000");
  }

  @Test
  void whatTheLoadBalancerMayNotSendIsA504() {
    is(
        "load-balancer-egress",
        Symptom.GATEWAY_TIMEOUT,
        stage
            .keys("LoadBalancerSecurityGroup", SecurityGroup.EGRESS)
            .health("WebTargetGroup", "unhealthy", TIMEOUT)
            .answers(504));
  }

  @Test
  void whatTheInstanceDoesNotLetInIsA504() {
    var cut =
        stage
            .keys("WebSecurityGroup", SecurityGroup.INGRESS, "ingress tcp 80 from 0.0.0.0/0")
            .health("WebTargetGroup", "unhealthy", TIMEOUT)
            .answers(504);

    is("instance-group", Symptom.GATEWAY_TIMEOUT, cut, "world-open");
    assertThat(hop(cut.diagnosis(), "instance-group").fix())
        .startsWith("let tcp 5000 in from LoadBalancerSecurityGroup")
        .contains("to WebSecurityGroup");
  }

  @Test
  void aRuleThatNamesTheLoadBalancersAddressesLetsItIn() {
    var diagnosis =
        stage
            .keys(
                "WebSecurityGroup", SecurityGroup.INGRESS, "ingress tcp 1-65535 from 10.20.0.0/16")
            .diagnosis();

    assertThat(broken(diagnosis)).isEmpty();
  }

  @Test
  void aRuleThatNamesOneOfItsSubnetsLetsInSome() {
    var diagnosis =
        stage
            .keys("WebSecurityGroup", SecurityGroup.INGRESS, "ingress tcp 5000 from 10.20.0.0/24")
            .diagnosis();

    assertThat(broken(diagnosis)).containsOnlyKeys("instance-group");
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.DEGRADED);
  }

  @Test
  void aGroupThatCouldNotBeReadIsNotKnownToBeClosed() {
    var scene = stage.unreadable("WebSecurityGroup").silent().scene();
    var groups = new HashMap<>(scene.network().groups());
    groups.remove(stage.id("WebSecurityGroup"));
    var diagnosis =
        stage
            .network(
                n ->
                    new Network(
                        n.interfaces(),
                        groups,
                        n.subnets(),
                        n.vpcs(),
                        n.tables(),
                        n.acls(),
                        n.nats(),
                        n.prefixLists()))
            .diagnosis();

    assertThat(hop(diagnosis, "instance-group").state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void aStoppedInstanceIsA503() {
    is(
        "instance",
        Symptom.UNAVAILABLE,
        stage
            .scalar("WebInstance", Instance.STATE, "stopped")
            .health("WebTargetGroup", "unused", "Target.InvalidState")
            .answers(503));
  }

  @Test
  void aStoppedInstanceBehindAClosedGroupIsStillA503() {
    var diagnosis =
        stage
            .scalar("WebInstance", Instance.STATE, "stopped")
            .keys("WebSecurityGroup", SecurityGroup.INGRESS)
            .health("WebTargetGroup", "unused", "Target.InvalidState")
            .answers(503)
            .diagnosis();

    assertThat(broken(diagnosis).keySet()).containsExactly("instance-group", "instance");
    assertThat(diagnosis.explainedBy()).isEqualTo("instance");
    assertThat(diagnosis.contradictions()).isEmpty();
  }

  @Test
  void aTerminatedInstanceIsNamed() {
    is(
        "instance",
        Symptom.UNAVAILABLE,
        stage
            .gone("WebInstance")
            .health("WebTargetGroup", "unused", "Target.InvalidState")
            .answers(503));
  }

  @Test
  void anAppThatIsDownIsA502() {
    is(
        "app",
        Symptom.BAD_GATEWAY,
        stage.health("WebTargetGroup", "unhealthy", FAILED).answers(502));
  }

  @Test
  void anAppThatIsDownIsReportedBehindAClosedDoorToo() {
    var diagnosis =
        stage
            .keys("LoadBalancerSecurityGroup", SecurityGroup.INGRESS)
            .health("WebTargetGroup", "unhealthy", FAILED)
            .silent()
            .diagnosis();

    assertThat(broken(diagnosis).keySet()).containsExactly("load-balancer-group", "app");
    assertThat(diagnosis.explainedBy()).isEqualTo("load-balancer-group");
  }

  @Test
  void anAppThatAnswersWrongIsAskedTheRightQuestion() {
    is("app", Symptom.STATUS, stage.health("WebTargetGroup", "unhealthy", MISMATCH).answers(500));
  }

  @Test
  void anAppThatHangsIsSlow() {
    is("app", Symptom.SLOW, stage.health("WebTargetGroup", "unhealthy", TIMEOUT).silent());
    is("app", Symptom.SLOW, Stage.own().silent());
  }

  @Test
  void anAppThatAnswersLateIsDegraded() {
    var diagnosis =
        stage.answers("/", new Answer.Status(200, "", Duration.ofSeconds(4))).diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("app", Symptom.SLOW));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.DEGRADED);
  }

  @Test
  void aWrongHealthPathFailsOpen() {
    var diagnosis =
        stage
            .scalar("WebTargetGroup", "HealthCheckPath", "/status")
            .health("WebTargetGroup", "unhealthy", MISMATCH)
            .diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("health-check", Symptom.NONE));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.DEGRADED);
    assertThat(diagnosis.explainedBy()).isEqualTo("health-check");
    assertThat(Stage.cause(diagnosis, "health-check").what()).contains("HealthCheckPath");
  }

  @Test
  void aHealthPortThatNoGroupOpensIsTheHealthChecksFault() {
    var diagnosis =
        stage
            .scalar("WebTargetGroup", "HealthCheckPort", "9999")
            .health("WebTargetGroup", "unhealthy", TIMEOUT)
            .diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("health-check", Symptom.NONE));
  }

  @Test
  void anotherHealthPathThatTheAppAnswersIsFine() {
    assertThat(broken(stage.scalar("WebTargetGroup", "HealthCheckPath", "/").diagnosis()))
        .isEmpty();
  }

  @Test
  void oneOfTwoTargetsDownIsDegradedAndClientsNoticeNothing() {
    var pair = pair();
    var diagnosis =
        pair.health(
                "Targets",
                Map.of(
                    pair.id("Instance") + ":5000", "", pair.id("SecondInstance") + ":5000", FAILED))
            .diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("app", Symptom.NONE));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.DEGRADED);
  }

  /** Neither fault stops all requests; both together do. */
  @Test
  void twoTargetsBrokenInTwoWaysAreAnOutage() {
    var pair = pair();
    var diagnosis =
        pair.keys("Targets", TargetGroup.TARGETS, pair.id("Instance") + ":5000")
            .health("Targets", "unhealthy", FAILED)
            .answers(502)
            .diagnosis();

    assertThat(broken(diagnosis))
        .isEqualTo(Map.of("targets", Symptom.NONE, "app", Symptom.BAD_GATEWAY));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OUTAGE);
    assertThat(diagnosis.explainedBy()).isEqualTo("app");
    assertThat(diagnosis.contradictions()).isEmpty();
  }

  @Test
  void targetsOfOneZoneAreAdvisedAgainst() {
    var template = Golden.read(Path.of("local/score/diagnosis/site.yaml"));
    var together =
        template.replaceAll("SubnetId: !Ref PrivateSubnetB\\n", "SubnetId: !Ref PrivateSubnetA\n");

    assertThat(Stage.advice(pair().diagnosis())).containsExactly("no-https", "hard-coded");
    assertThat(Stage.advice(Stage.of(together, Map.of("Pair", "true")).diagnosis()))
        .containsExactly("one-zone", "no-https", "hard-coded");
  }

  private static Stage pair() {
    var template = Golden.read(Path.of("local/score/diagnosis/site.yaml"));
    return Stage.of(template, Map.of("Pair", "true"));
  }

  private static void is(String hop, Symptom symptom, Stage stage, String... beside) {
    var diagnosis = stage.diagnosis();

    assertThat(broken(diagnosis)).containsEntry(hop, symptom);
    assertThat(broken(diagnosis).keySet())
        .isSubsetOf(Stream.concat(Stream.of(hop), Arrays.stream(beside)).toList());
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OUTAGE);
    assertThat(diagnosis.explainedBy()).isEqualTo(hop);
    assertThat(diagnosis.contradictions()).isEmpty();
  }
}
