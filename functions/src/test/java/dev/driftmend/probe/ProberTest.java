package dev.driftmend.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.model.incident.Incident.State;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.port.TargetHealths.Health;
import dev.driftmend.testing.InMemoryLedger;
import dev.driftmend.testing.InMemoryTemplates;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProberTest {
  private static final Instant NOW = Instant.parse("2026-11-01T03:00:00Z");
  private static final StackRef STACK =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5f6a3c30-1111");
  private static final Answer OK = new Answer.Status(200, "ok", Duration.ofMillis(12));
  private static final Answer BAD_GATEWAY = new Answer.Status(502, "", Duration.ofMillis(3));
  private static final Health HEALTHY = new Health("i-0aaa", 5000, "healthy", "", "");
  private static final Health SICK =
      new Health("i-0aaa", 5000, "unhealthy", "Target.FailedHealthChecks", "");

  private static final String PLAIN =
      """
      Resources:
        Web:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 5000, HealthCheckPath: /health}
      """;
  private static final String RESTRICTED =
      """
      Resources:
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: One office
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 198.51.100.0/24}
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Scheme: internet-facing, SecurityGroups: [!Ref Group]}
        Web:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 5000}
      """;

  private final InMemoryTemplates templates = new InMemoryTemplates();
  private final InMemoryLedger ledger = new InMemoryLedger();
  private final List<Alert> alerts = new ArrayList<>();
  private final List<URI> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<List<Asked>> walked = new ArrayList<>();
  private Diagnosis diagnosis =
      new Diagnosis(Diagnosis.Verdict.OK, null, List.of(), List.of(), List.of());
  private boolean unwalkable;
  private boolean hangs;
  private Answer answer = OK;
  private List<Health> targets = List.of(HEALTHY);

  private final Prober prober =
      new Prober(
          templates,
          (uri, timeout) -> {
            asked.add(uri);
            return answer;
          },
          arn -> targets,
          ledger,
          alerts::add,
          this::diagnose,
          Duration.ofMillis(200),
          InstantSource.fixed(NOW));

  ProberTest() {
    deploy("UPDATE_COMPLETE");
  }

  @Test
  void asksForTheFrontPageAndForHealthAndAnswersWhatItSaw() {
    var report = prober.probe(STACK);
    assertThat(asked)
        .containsExactlyInAnyOrder(
            URI.create("http://lb.example.com/"), URI.create("http://lb.example.com/health"));
    assertThat(report.verdict()).isEqualTo(ProbeReport.Verdict.OK);
    assertThat(report.latencyMs()).hasValue(12);
  }

  @Test
  void leavesBehindWhichTargetsServedForARepairThatCannotSeeItAnyMore() {
    prober.probe(STACK);
    assertThat(ledger.served(STACK))
        .hasEntrySatisfying(
            "arn:aws:tg/web", s -> assertThat(s.healthy()).containsExactly("i-0aaa:5000"));

    targets = List.of(new Health("i-0aaa", 5000, "unused", "Target.NotInUse", ""));
    prober.probe(STACK);
    assertThat(ledger.served(STACK))
        .hasEntrySatisfying(
            "arn:aws:tg/web", s -> assertThat(s.healthy()).containsExactly("i-0aaa:5000"));

    targets = List.of(SICK);
    prober.probe(STACK);
    assertThat(ledger.served(STACK))
        .hasEntrySatisfying("arn:aws:tg/web", s -> assertThat(s.healthy()).isEmpty());
  }

  @Test
  void oneFailureIsNoOutage() {
    answer = BAD_GATEWAY;
    prober.probe(STACK);
    answer = OK;
    prober.probe(STACK);
    answer = BAD_GATEWAY;
    prober.probe(STACK);
    assertThat(alerts).isEmpty();
  }

  @Test
  void twoFailuresInARowOpenOneIncidentAndTwoSuccessesResolveIt() {
    answer = BAD_GATEWAY;
    targets = List.of(SICK);
    probe(4);
    assertThat(alerts).hasSize(1);
    var opened = alerts.getFirst().incident();
    assertThat(opened.state()).isEqualTo(State.OPENED);
    assertThat(opened.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(opened.title())
        .contains("GET /health: 502")
        .contains("i-0aaa:5000 is unhealthy (Target.FailedHealthChecks)");

    answer = OK;
    targets = List.of(HEALTHY);
    probe(1);
    assertThat(alerts).hasSize(1);
    probe(3);
    assertThat(alerts).hasSize(2);
    assertThat(alerts.getLast().incident().state()).isEqualTo(State.RESOLVED);
    assertThat(alerts.getLast().incident().fingerprint()).isEqualTo(opened.fingerprint());
  }

  @Test
  void anEndpointThatAnswersWithSickTargetsIsDegradedAndNotDown() {
    targets = List.of(SICK);
    probe(3);
    assertThat(alerts).hasSize(1);
    assertThat(alerts.getFirst().incident().severity()).isEqualTo(Severity.MEDIUM);
    assertThat(alerts.getFirst().incident().title()).contains("answers, but targets are unhealthy");
  }

  @Test
  void targetsThatAreStillUnhealthyWhenTheEndpointComesBackAreNoSecondIncident() {
    answer = BAD_GATEWAY;
    targets = List.of(SICK);
    probe(2);
    answer = OK;
    probe(2);
    targets = List.of(HEALTHY);
    probe(2);
    assertThat(alerts)
        .extracting(a -> a.incident().state())
        .containsExactly(State.OPENED, State.RESOLVED);
  }

  @Test
  void aTargetThatIsStillBeingJudgedIsNoFault() {
    targets = List.of(new Health("i-0aaa", 5000, "initial", "Elb.InitialHealthChecking", ""));
    probe(3);
    assertThat(alerts).isEmpty();
  }

  @Test
  void everyWayNotToAnswerIsAFailureThatSaysHow() {
    for (var way :
        List.of(
            Map.entry(new Answer.NoName("lb.example.com"), "does not resolve"),
            Map.entry(new Answer.Refused(), "refused"),
            Map.entry(new Answer.TimedOut(Duration.ofSeconds(5)), "no answer within 5 s"),
            Map.entry(new Answer.Broken("unexpected end"), "unexpected end"))) {
      answer = way.getKey();
      var report = prober.probe(STACK);
      assertThat(report.verdict()).isEqualTo(ProbeReport.Verdict.FAILING);
      assertThat(report.requests().getFirst().what()).contains(way.getValue());
    }
  }

  @Test
  void aStackThatWasNeverCompleteIsNotProbed() {
    answer = BAD_GATEWAY;
    for (var status : List.of("CREATE_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE")) {
      deploy(status);
      probe(3);
    }
    assertThat(asked).isEmpty();
    assertThat(alerts).isEmpty();
  }

  @Test
  void anOutputThatIsNoUrlIsNotProbed() {
    templates.put(
        new StackSnapshot(
            STACK,
            "UPDATE_COMPLETE",
            NOW,
            "{}",
            Map.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Map.of("Endpoint", "db.example.com")));
    assertThat(prober.probe(STACK).verdict()).isEqualTo(ProbeReport.Verdict.NOT_PROBED);
    assertThat(asked).isEmpty();
  }

  @Test
  void theIncidentOfAnEndpointIsOverOnceADeploymentHasTakenItAway() {
    answer = BAD_GATEWAY;
    probe(2);
    assertThat(alerts).hasSize(1);
    asked.clear();

    deploy("UPDATE_IN_PROGRESS", Map.of());
    probe(2);
    assertThat(alerts).as("not before the deployment is done").hasSize(1);

    deploy("UPDATE_COMPLETE", Map.of());
    probe(3);
    assertThat(alerts).hasSize(2);
    assertThat(alerts.getLast().incident().state()).isEqualTo(State.RESOLVED);
    assertThat(alerts.getLast().next()).contains("no output Endpoint any more");
    assertThat(ledger.open(STACK)).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void aDeploymentMakesTheProbePatientAndDoesNotSwitchItOff() {
    deploy("UPDATE_IN_PROGRESS");
    answer = BAD_GATEWAY;
    probe(4);
    assertThat(alerts).isEmpty();
    probe(1);
    assertThat(alerts).hasSize(1);
  }

  @Test
  void whatADeploymentLeavesBrokenIsAlertedWithTheNextFailureAfterIt() {
    deploy("UPDATE_IN_PROGRESS");
    answer = BAD_GATEWAY;
    probe(2);
    deploy("UPDATE_COMPLETE");
    probe(1);
    assertThat(alerts).hasSize(1);
  }

  @Test
  void whileNoTargetHasBeenJudgedYetAFailingEndpointIsGivenTimeButNotForEver() {
    answer = BAD_GATEWAY;
    targets = List.of(new Health("i-0aaa", 5000, "initial", "Elb.InitialHealthChecking", ""));
    probe(4);
    assertThat(alerts).isEmpty();
    probe(1);
    assertThat(alerts).hasSize(1);
  }

  @Test
  void theAlertOfAFailingEndpointNamesTheBrokenHopAndItsFix() {
    answer = BAD_GATEWAY;
    diagnosis =
        new Diagnosis(
            Diagnosis.Verdict.OUTAGE,
            "instance-group",
            List.of(
                new Hop(
                    "instance-group",
                    Diagnosis.State.BROKEN,
                    List.of("nothing lets tcp 5000 in"),
                    Diagnosis.Symptom.GATEWAY_TIMEOUT,
                    "let tcp 5000 in",
                    null)),
            List.of(),
            List.of());
    probe(4);
    assertThat(alerts)
        .singleElement()
        .satisfies(
            a -> {
              assertThat(a.diagnosis()).isEqualTo(diagnosis);
              assertThat(a.next()).isEqualTo("instance-group: let tcp 5000 in");
            });
    assertThat(walked).as("walked once, when it is alerted").hasSize(1);
    assertThat(walked.getFirst()).extracting(Asked::what).containsExactly("502", "502");
  }

  @Test
  void aPathThatCannotBeWalkedKeepsNoFailureFromBeingAlerted() {
    answer = BAD_GATEWAY;
    unwalkable = true;
    probe(2);
    assertThat(alerts).singleElement().extracting(Alert::diagnosis).isNull();
    assertThat(alerts.getFirst().next()).contains("could not be walked: throttled");
  }

  @Test
  void whereTheTemplateLetsOnlySomeAskTheTargetsAloneTell() {
    deploy(RESTRICTED, "UPDATE_COMPLETE");
    answer = new Answer.TimedOut(Duration.ofSeconds(5));
    assertThat(prober.probe(STACK).verdict()).isEqualTo(ProbeReport.Verdict.OK);
    assertThat(prober.probe(STACK).unasked())
        .isEqualTo("the template lets only 198.51.100.0/24 ask Balancer on tcp 80");
    assertThat(alerts).isEmpty();

    targets = List.of(SICK);
    probe(2);
    assertThat(alerts)
        .singleElement()
        .extracting(a -> a.incident().severity())
        .isEqualTo(Severity.HIGH);
    assertThat(alerts.getFirst().incident().title()).contains("is not asked");
  }

  @Test
  void whoeverIsAnsweredMayAskWhateverTheTemplateSeemsToSay() {
    deploy(RESTRICTED, "UPDATE_COMPLETE");
    answer = BAD_GATEWAY;
    assertThat(prober.probe(STACK).unasked()).as("something stands in front").isNull();
    probe(1);
    assertThat(alerts)
        .singleElement()
        .extracting(a -> a.incident().severity())
        .isEqualTo(Severity.CRITICAL);
  }

  @Test
  void targetsThatComeAndGoAreNoRecovery() {
    deploy(RESTRICTED, "UPDATE_COMPLETE");
    answer = new Answer.TimedOut(Duration.ofSeconds(5));
    targets = List.of(SICK);
    probe(2);
    targets = List.of(new Health("i-0aaa", 5000, "draining", "", ""));
    probe(3);
    assertThat(alerts).extracting(a -> a.incident().state()).containsExactly(State.OPENED);
  }

  @Test
  void aRedirectIsAnAnswer() {
    answer = new Answer.Status(301, "", Duration.ofMillis(2));
    probe(3);
    assertThat(alerts).isEmpty();
  }

  @Test
  void aPathThatIsNotWalkedInTimeKeepsNoFailureFromBeingAlerted() {
    answer = BAD_GATEWAY;
    hangs = true;
    probe(2);
    assertThat(alerts).singleElement().extracting(Alert::diagnosis).isNull();
    assertThat(alerts.getFirst().next()).contains("did not answer within");
  }

  @Test
  void whereTheTemplateBeginsToLetOnlySomeAskTheEndpointsIncidentIsOver() {
    answer = BAD_GATEWAY;
    probe(2);
    deploy(RESTRICTED, "UPDATE_COMPLETE");
    answer = new Answer.TimedOut(Duration.ofSeconds(5));
    probe(1);
    assertThat(alerts)
        .extracting(a -> a.incident().state())
        .containsExactly(State.OPENED, State.RESOLVED);
  }

  private Diagnosis diagnose(StackSnapshot snapshot, List<Asked> answers) {
    if (hangs) {
      hang();
    }
    if (unwalkable) {
      throw new IllegalStateException("throttled");
    }
    walked.add(answers);
    return diagnosis;
  }

  private static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void probe(int times) {
    for (var i = 0; i < times; i++) {
      prober.probe(STACK);
    }
  }

  private void deploy(String status) {
    deploy(PLAIN, status);
  }

  private void deploy(String template, String status) {
    deploy(template, status, Map.of("Endpoint", "http://lb.example.com"));
  }

  private void deploy(String status, Map<String, String> outputs) {
    deploy(PLAIN, status, outputs);
  }

  private void deploy(String template, String status, Map<String, String> outputs) {
    templates.put(
        new StackSnapshot(
            STACK,
            status,
            NOW,
            template,
            Map.of(),
            List.of(
                new ResourceRef("Group", "AWS::EC2::SecurityGroup", "sg-0abc"),
                new ResourceRef(
                    "Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", "arn:aws:lb/web"),
                new ResourceRef(
                    "Web", "AWS::ElasticLoadBalancingV2::TargetGroup", "arn:aws:tg/web")),
            List.of(),
            Map.of(),
            Map.of(),
            outputs));
  }
}
