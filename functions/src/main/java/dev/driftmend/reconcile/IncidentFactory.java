package dev.driftmend.reconcile;

import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.DrillRule;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.plan.PlanLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Findings and troubles of the guard itself as cases: what the alerts say of them. Pure. */
final class IncidentFactory {
  /** Marks the incidents that reconciling itself opens and resolves; probing has its own. */
  static final String RECONCILING = "reconciling/";

  private static final String WAITS = "it waits to be accepted";

  private IncidentFactory() {}

  /**
   * @param stands whether the drift was still there when all was done
   * @param names by which the title calls what the drift is about
   */
  static Case drift(
      StackRef stack,
      Finding finding,
      @Nullable StepResult step,
      boolean stands,
      @Nullable Cause cause,
      Instant openedAt,
      ResourceNames names) {
    var drift = finding.drift();
    var incident =
        new Incident(
            stack,
            drift.fingerprint(stack),
            Incident.Kind.DRIFT,
            Incident.State.OPENED,
            finding.severity(),
            drift.resource().logicalId(),
            (DrillRule.isOne(drift) ? "DRILL: " : "")
                + drift.resource().logicalId()
                + ": "
                + names.say(drift.what()),
            openedAt,
            null,
            cause,
            0);
    return new Case(
        incident, List.of(new Alert.Line(finding, step)), next(drift, step, stands), names);
  }

  /** Both as one, as the first one is known. */
  static Case together(Case one, Case other) {
    var lines = new ArrayList<>(one.lines());
    lines.addAll(other.lines());
    return new Case(one.incident(), lines, one.next(), one.names().and(other.names()));
  }

  /** The same, with what it comes to as its title. */
  static Case titled(Case of, String what) {
    var i = of.incident();
    return new Case(
        new Incident(
            i.stack(),
            i.fingerprint(),
            i.kind(),
            i.state(),
            i.severity(),
            i.subject(),
            i.subject() + ": " + of.names().say(what),
            i.openedAt(),
            i.resolvedAt(),
            i.cause(),
            i.repairs()),
        of.lines(),
        of.next(),
        of.names());
  }

  /**
   * Trouble that keeps Driftmend from its work on this stack.
   *
   * @param subject stable while it is the same trouble
   */
  static Case trouble(
      StackRef stack, String subject, Severity severity, String title, String next, Instant now) {
    return trouble(stack, subject, severity, title, List.of(), next, now, ResourceNames.NONE);
  }

  /** A plan that is held, with what waits in it. */
  static Case held(Plan plan, PlanLimits.Held held, Instant now) {
    var lines =
        plan.findings().stream()
            .map(finding -> new Alert.Line(finding, waiting(plan, finding)))
            .toList();
    var severity =
        plan.findings().stream()
            .map(Finding::severity)
            .min(Comparator.naturalOrder())
            .orElse(Severity.LOW);
    return trouble(
        plan.stack(),
        held.subject(),
        severity,
        held.title(),
        lines,
        next(plan, held),
        now,
        plan.names());
  }

  private static @Nullable StepResult waiting(Plan plan, Finding finding) {
    var fingerprint = finding.drift().fingerprint(plan.stack());
    return plan.steps().stream()
        .filter(s -> s.fingerprints().contains(fingerprint))
        .findFirst()
        .map(s -> new StepResult(s, new Result.Planned(s instanceof Step.Call ? WAITS : s.why())))
        .orElse(null);
  }

  private static String next(Plan plan, PlanLimits.Held held) {
    return "Look at it with driftmend plan --stack "
        + plan.stack().name()
        + ", change the template to what should stay, or have it repaired: "
        + held.why();
  }

  private static Case trouble(
      StackRef stack,
      String subject,
      Severity severity,
      String title,
      List<Alert.Line> lines,
      String next,
      Instant now,
      ResourceNames names) {
    var incident =
        new Incident(
            stack,
            Fingerprint.of(stack.uuid(), RECONCILING, subject),
            Incident.Kind.GUARD,
            Incident.State.OPENED,
            severity,
            RECONCILING + subject,
            title,
            now,
            null,
            null,
            0);
    return new Case(incident, lines, next, names);
  }

  private static String next(Drift drift, @Nullable StepResult result, boolean stands) {
    if (result == null) {
      return "Look at " + called(drift.resource()) + ".";
    }
    var step = result.step();
    return switch (result.result()) {
      case Result.Done _ when stands ->
          "Look at "
              + called(drift.resource())
              + ": the call was accepted, but reading again still finds the drift.";
      case Result.Done _ when isRevoke(step) ->
          "Nothing. Connections that were open before may outlive a removed rule until they end.";
      case Result.Done _ -> ("Nothing. " + afterRepair(drift)).strip();
      case Result.Failed f when f.full() -> "Make room for it: " + f.why();
      case Result.Failed f -> "Repair it yourself, or allow Driftmend to: " + f.why();
      case Result.Skipped s -> "Wait for the next run; look if it does not come: " + s.why();
      case Result.Planned p ->
          switch (step) {
            case Step.Report r -> r.remediation();
            case Step.Call c -> "Driftmend would call " + c.operation() + ", but " + p.why();
          };
    };
  }

  /** With what it is copied by, unless that is an ARN, of which a phone shows nothing else. */
  private static String called(ResourceRef ref) {
    return ref.physicalId().startsWith("arn:")
        ? ref.logicalId()
        : ref.logicalId() + " (" + ref.physicalId() + ")";
  }

  private static String afterRepair(Drift drift) {
    return Kinds.of(drift.resource().type()).map(k -> k.afterRepair(drift)).orElse("");
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html">Connection
   *     tracking</a>
   */
  private static boolean isRevoke(Step step) {
    return step instanceof Step.Call c && c.operation().startsWith("RevokeSecurityGroup");
  }
}
