package dev.driftmend.probe;

import dev.driftmend.diagnose.path.Admission;
import dev.driftmend.diagnose.path.Pages;
import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.incident.Incidents;
import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.Endpoint;
import dev.driftmend.port.Endpoint.Answer;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.TargetHealths;
import dev.driftmend.port.TargetHealths.Health;
import dev.driftmend.port.Templates;
import dev.driftmend.probe.ProbeReport.Verdict;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the workload's public endpoint as a client would and reads the health of its targets; what
 * fails is alerted with the hop of the path that is broken.
 *
 * <p>One failure is no outage: an incident opens after two failures in a row, five while a
 * deployment is on its way, and is resolved after two successes. While the endpoint itself fails,
 * and until it has answered twice, its targets are evidence and no second incident. Where the
 * template does not let the probe ask, the targets alone decide.
 */
public final class Prober {
  private static final String ENDPOINT = "endpoint";
  private static final String TARGETS = "targets";
  private static final String TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup";

  private final Templates templates;
  private final Endpoint endpoint;
  private final TargetHealths targetHealths;
  private final Ledger ledger;
  private final Incidents incidents;
  private final Diagnosing diagnosing;
  private final Duration walking;
  private final InstantSource clock;

  /**
   * @param walking how long an alert waits for its reason
   */
  public Prober(
      Templates templates,
      Endpoint endpoint,
      TargetHealths targetHealths,
      Ledger ledger,
      Alerts alerts,
      Diagnosing diagnosing,
      Duration walking,
      InstantSource clock) {
    this.templates = templates;
    this.endpoint = endpoint;
    this.targetHealths = targetHealths;
    this.ledger = ledger;
    this.incidents = new Incidents(ledger, alerts);
    this.diagnosing = diagnosing;
    this.walking = walking;
    this.clock = clock;
  }

  /**
   * Probes a stack whose outputs name an {@code Endpoint}; one that was never completed, or has
   * none, is not probed.
   */
  public ProbeReport probe(StackRef stack) {
    var read = templates.read(stack);
    if (read.isEmpty()) {
      return ProbeReport.notProbed(stack, "there is no such stack (any more)");
    }
    var snapshot = read.get();
    if (!wasEverComplete(snapshot.status())) {
      return ProbeReport.notProbed(
          stack, "it is in " + snapshot.status() + " and was never complete");
    }
    var url = snapshot.outputs().get("Endpoint");
    if (url == null || !url.matches("https?://.+")) {
      withoutEndpoint(snapshot);
      return ProbeReport.notProbed(stack, "it has no output Endpoint with a URL");
    }
    var healths = healths(snapshot);
    var report = judge(look(snapshot, url, healths));
    remember(stack, healths);
    return report;
  }

  /**
   * The incident of an endpoint that a deployment has removed would stay open for ever, because
   * nobody asks it any more.
   */
  private void withoutEndpoint(StackSnapshot snapshot) {
    if (snapshot.state().settled()) {
      incidents.left(
          ledger.open(snapshot.stack()).stream()
              .filter(i -> i.kind() == Incident.Kind.HEALTH)
              .toList(),
          "Nothing: the deployed stack has no output Endpoint any more.",
          clock.instant());
    }
  }

  /** A stack that is being created, or failed to be, has nothing yet that on-call could lose. */
  private static boolean wasEverComplete(String status) {
    return !status.startsWith("CREATE_IN")
        && !status.startsWith("CREATE_FAILED")
        && !status.startsWith("ROLLBACK")
        && !status.startsWith("REVIEW")
        && !status.startsWith("DELETE");
  }

  /** Of every target group of the stack, by its ARN. */
  private Map<String, List<Health>> healths(StackSnapshot snapshot) {
    var healths = new LinkedHashMap<String, List<Health>>();
    snapshot.resources().stream()
        .filter(Prober::isTargetGroup)
        .forEach(g -> healths.put(g.physicalId(), targetHealths.of(g.physicalId())));
    return healths;
  }

  /**
   * Nobody else looks as often: a repair that comes when nothing is sent to a group any more has to
   * know what served right before.
   */
  private void remember(StackRef stack, Map<String, List<Health>> healths) {
    if (healths.isEmpty()) {
      return;
    }
    var before = ledger.served(stack);
    healths.forEach(
        (group, targets) ->
            Served.after(
                    group,
                    targets.stream().map(Health::seen).toList(),
                    before.get(group),
                    clock.instant())
                .ifPresent(served -> ledger.serve(stack, served)));
  }

  private ProbeObservation look(
      StackSnapshot snapshot, String url, Map<String, List<Health>> healths) {
    var asked = PageRequests.ask(endpoint, url, Pages.of(snapshot));
    // Whoever is answered may ask, whatever the template seems to say: something may stand in
    // front.
    var unasked =
        asked.stream().noneMatch(Prober::isAnswered)
            ? Admission.refused(snapshot, URI.create(url)).orElse(null)
            : null;
    var targets = healths.values().stream().flatMap(List::stream).toList();
    return new ProbeObservation(snapshot, url, unasked, asked, targets, !healths.isEmpty());
  }

  private static boolean isAnswered(Asked asked) {
    return switch (asked.answer()) {
      case Answer.Status _, Answer.Refused _, Answer.Broken _ -> true;
      case Answer.TimedOut _, Answer.NoName _ -> false;
    };
  }

  private static boolean isTargetGroup(ResourceRef resource) {
    return resource.type().equals(TARGET_GROUP);
  }

  private ProbeReport judge(ProbeObservation sight) {
    var stack = sight.snapshot().stack();
    var verdict =
        sight.unasked() == null
            ? judgeAnswers(sight)
            : sight.balanced() ? judgeTargets(sight) : Verdict.NOT_PROBED;
    return new ProbeReport(
        stack, verdict, sight.url(), sight.unasked(), sight.asked(), sight.targets());
  }

  private Verdict judgeAnswers(ProbeObservation sight) {
    var ok = sight.answers();
    var inARow = track(sight, ENDPOINT, ok, Severity.CRITICAL, sight.endpointTitle());
    // What has just come back finds its targets still unhealthy: that is the same outage, ending.
    if (sight.balanced() && ok && inARow >= sight.enough(true) && sight.targetsTell()) {
      track(sight, TARGETS, sight.targetsServe(), Severity.MEDIUM, sight.targetsTitle());
    }
    return ok ? Verdict.OK : Verdict.FAILING;
  }

  /** Of an endpoint that the probe cannot ask. */
  private Verdict judgeTargets(ProbeObservation sight) {
    if (!sight.targetsTell()) {
      return Verdict.NOT_PROBED;
    }
    var ok = sight.targetsServe();
    var severity = sight.noneServes() ? Severity.HIGH : Severity.MEDIUM;
    track(sight, TARGETS, ok, severity, sight.targetsTitle());
    if (ok) {
      incidents.left(
          open(sight.snapshot().stack(), ENDPOINT),
          "Nothing: its targets serve, and the endpoint cannot be asked: " + sight.unasked() + ".",
          clock.instant());
    }
    return ok ? Verdict.OK : Verdict.FAILING;
  }

  /** How often this has been seen in a row. */
  private int track(
      ProbeObservation sight, String subject, boolean ok, Severity severity, String title) {
    var stack = sight.snapshot().stack();
    var now = clock.instant();
    var inARow = ledger.streak(stack, "probe/" + subject, ok ? "ok" : "failing", now);
    if (inARow < sight.enough(ok)) {
      return inARow;
    }
    if (ok) {
      incidents.over(open(stack, subject), now);
    } else {
      var incident = ProbeIncidents.health(stack, subject, severity, title, now);
      var due = incidents.open(List.of(new Case(incident, List.of(), "")), now);
      incidents.stand(due.stream().map(c -> diagnosed(c.incident(), sight)).toList());
    }
    return inARow;
  }

  private List<Incident> open(StackRef stack, String subject) {
    var incident = ProbeIncidents.health(stack, subject, Severity.LOW, "", clock.instant());
    return ledger.open(stack).stream()
        .filter(i -> i.kind() == Incident.Kind.HEALTH)
        .filter(i -> i.fingerprint().equals(incident.fingerprint()))
        .toList();
  }

  /** Whatever keeps the path from being walked does not keep its failure from being alerted. */
  private Case diagnosed(Incident incident, ProbeObservation sight) {
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var running = threads.submit(() -> diagnosing.diagnose(sight.snapshot(), sight.asked()));
    try {
      var diagnosis = running.get(walking.toMillis(), TimeUnit.MILLISECONDS);
      return new Case(incident, List.of(), next(diagnosis, sight), diagnosis);
    } catch (ExecutionException e) {
      return unwalked(
          incident, String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (TimeoutException e) {
      return unwalked(incident, "AWS did not answer within " + walking.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unwalked(incident, "no time was left");
    } finally {
      threads.shutdownNow();
    }
  }

  private static Case unwalked(Incident incident, String why) {
    return new Case(
        incident, List.of(), "Look at the path yourself, it could not be walked: " + why);
  }

  private static String next(Diagnosis diagnosis, ProbeObservation sight) {
    return diagnosis.hops().stream()
        .filter(h -> h.hop().equals(diagnosis.explainedBy()) && h.fix() != null)
        .findFirst()
        .map(h -> h.hop() + ": " + h.fix())
        .orElse(
            "No hop of the path is known to be broken: driftmend diagnose --stack "
                + sight.snapshot().stack().name()
                + " walks it again.");
  }
}
