package dev.driftmend.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.Alert;
import dev.driftmend.model.Incident.State;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.Severity;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StackSnapshot;
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

  private final InMemoryTemplates templates = new InMemoryTemplates();
  private final InMemoryLedger ledger = new InMemoryLedger();
  private final List<Alert> alerts = new ArrayList<>();
  private final List<URI> asked = Collections.synchronizedList(new ArrayList<>());
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
    assertThat(alerts.getFirst().next()).contains("fails open");
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
      assertThat(report.requests().getFirst().seen()).contains(way.getValue());
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
  void aDeploymentMakesTheProbePatientAndDoesNotSwitchItOff() {
    deploy("UPDATE_IN_PROGRESS");
    answer = BAD_GATEWAY;
    probe(4);
    assertThat(alerts).isEmpty();
    probe(1);
    assertThat(alerts).hasSize(1);
  }

  @Test
  void whatADeploymentLeavesBrokenIsToldWithTheNextFailureAfterIt() {
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

  private void probe(int times) {
    for (var i = 0; i < times; i++) {
      prober.probe(STACK);
    }
  }

  private void deploy(String status) {
    templates.put(
        new StackSnapshot(
            STACK,
            status,
            NOW,
            "{}",
            Map.of(),
            List.of(
                new ResourceRef(
                    "Web", "AWS::ElasticLoadBalancingV2::TargetGroup", "arn:aws:tg/web")),
            List.of(),
            Map.of(),
            Map.of(),
            Map.of("Endpoint", "http://lb.example.com")));
  }
}
