package dev.driftmend.probe;

import dev.driftmend.incident.Incidents;
import dev.driftmend.model.Incident;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.Severity;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.Endpoint;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.TargetHealths;
import dev.driftmend.port.TargetHealths.Health;
import dev.driftmend.port.Templates;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the workload's public endpoint as a client would and reads the health of its targets.
 *
 * <p>One failure is no outage: an incident opens after two failures in a row, five while a
 * deployment is on its way, and is resolved after two successes. While the endpoint itself fails,
 * and until it has answered twice, its targets are evidence and no second incident.
 */
public final class Prober {
  private static final int IN_A_ROW = 2;

  /** While a deployment is on its way, or no target has been judged yet. */
  private static final int UNDER_WAY = 5;

  private static final String TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup";

  private final Templates templates;
  private final Endpoint endpoint;
  private final TargetHealths targetHealths;
  private final Ledger ledger;
  private final Incidents incidents;
  private final InstantSource clock;

  public Prober(
      Templates templates,
      Endpoint endpoint,
      TargetHealths targetHealths,
      Ledger ledger,
      Alerts alerts,
      InstantSource clock) {
    this.templates = templates;
    this.endpoint = endpoint;
    this.targetHealths = targetHealths;
    this.ledger = ledger;
    this.incidents = new Incidents(ledger, alerts);
    this.clock = clock;
  }

  /**
   * Probes a stack whose outputs name an {@code Endpoint}; one that was never completed, or has
   * none, is not probed.
   */
  public ProbeReport probe(StackRef stack) {
    var snapshot = templates.read(stack);
    if (snapshot.isEmpty()) {
      return ProbeReport.notProbed(stack, "there is no such stack (any more)");
    }
    var status = snapshot.get().status();
    if (!wasEverComplete(status)) {
      return ProbeReport.notProbed(stack, "it is in " + status + " and was never complete");
    }
    var url = snapshot.get().outputs().get("Endpoint");
    if (url == null || !url.matches("https?://.+")) {
      return ProbeReport.notProbed(stack, "it has no output Endpoint with a URL");
    }
    var balanced = snapshot.get().resources().stream().anyMatch(Prober::isTargetGroup);
    var targets = health(snapshot.get());
    var patience = patience(snapshot.get(), targets);
    return judge(stack, url, Requests.ask(endpoint, url), targets, balanced, patience);
  }

  /** A stack that is being created, or failed to be, has nothing yet that on-call could lose. */
  private static boolean wasEverComplete(String status) {
    return !status.startsWith("CREATE_IN")
        && !status.startsWith("CREATE_FAILED")
        && !status.startsWith("ROLLBACK")
        && !status.startsWith("REVIEW")
        && !status.startsWith("DELETE");
  }

  /**
   * While something is on its way that will end, failures are waited for longer, and told all the
   * same: a deployment may be what breaks the path.
   *
   * @return how many failures in a row are an outage
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html">Initial
   *     health checks</a>
   */
  private static int patience(StackSnapshot snapshot, List<Health> targets) {
    var beginning =
        !targets.isEmpty() && targets.stream().allMatch(t -> t.state().equals("initial"));
    return snapshot.state().settled() && !beginning ? IN_A_ROW : UNDER_WAY;
  }

  private static boolean isTargetGroup(ResourceRef resource) {
    return resource.type().equals(TARGET_GROUP);
  }

  private List<Health> health(StackSnapshot snapshot) {
    return snapshot.resources().stream()
        .filter(Prober::isTargetGroup)
        .flatMap(r -> targetHealths.of(r.physicalId()).stream())
        .toList();
  }

  /**
   * @param balanced whether the stack has target groups at all
   * @param patience how many failures in a row are an outage
   */
  private ProbeReport judge(
      StackRef stack,
      String url,
      List<ProbeReport.Request> requests,
      List<Health> targets,
      boolean balanced,
      int patience) {
    var answers = requests.stream().allMatch(ProbeReport.Request::ok);
    var sick = targets.stream().filter(Prober::sick).toList();
    var inARow =
        track(
            stack,
            "endpoint",
            answers,
            patience,
            Severity.CRITICAL,
            url + " does not answer as it should: " + evidence(requests, sick),
            "Look at the first hop that fails: the app on the instance, its target's health, then"
                + " the security groups and the listener.");
    // What has just come back finds its targets still unhealthy: that is the same outage, ending.
    if (balanced && answers && inARow >= IN_A_ROW) {
      track(
          stack,
          "targets",
          sick.isEmpty() && !targets.isEmpty(),
          patience,
          Severity.MEDIUM,
          targets.isEmpty()
              ? "No target is registered"
              : url + " answers, but targets are unhealthy: " + evidence(List.of(), sick),
          "With every target unhealthy the load balancer fails open and still forwards: compare the"
              + " health check's path, port and matcher with what the app answers.");
    }
    return new ProbeReport(
        stack,
        answers ? ProbeReport.Verdict.OK : ProbeReport.Verdict.FAILING,
        url,
        requests,
        targets);
  }

  /** Not yet judged, going, or unknown is no fault of the target. */
  private static boolean sick(Health health) {
    return switch (health.state()) {
      case "unhealthy", "unused" -> true;
      default -> false;
    };
  }

  private static String evidence(List<ProbeReport.Request> requests, List<Health> sick) {
    var parts = new ArrayList<String>();
    requests.forEach(r -> parts.add("GET " + r.path() + ": " + r.seen()));
    sick.forEach(
        h -> parts.add(h.target() + ":" + h.port() + " is " + h.state() + " (" + h.reason() + ")"));
    return String.join("; ", parts);
  }

  /** How often this has been seen in a row. */
  private int track(
      StackRef stack,
      String subject,
      boolean ok,
      int patience,
      Severity severity,
      String title,
      String next) {
    var now = clock.instant();
    var inARow = ledger.streak(stack, "probe/" + subject, ok ? "ok" : "failing", now);
    if (inARow < (ok ? IN_A_ROW : patience)) {
      return inARow;
    }
    var incident = ProbeIncidents.health(stack, subject, severity, title, now);
    if (ok) {
      incidents.over(
          ledger.open(stack).stream()
              .filter(i -> i.fingerprint().equals(incident.fingerprint()))
              .filter(i -> i.kind() == Incident.Kind.HEALTH)
              .toList(),
          now);
    } else {
      incidents.stand(incidents.open(List.of(new Incidents.Case(incident, List.of(), next)), now));
    }
    return inARow;
  }
}
