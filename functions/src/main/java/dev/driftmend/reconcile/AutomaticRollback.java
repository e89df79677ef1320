package dev.driftmend.reconcile;

import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.Templates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes a repair back by itself, if it is proved to have made targets unhealthy. */
final class AutomaticRollback {
  private final Rollback rollback;
  private final Ledger ledger;
  private final Templates templates;

  AutomaticRollback(Rollback rollback, Ledger ledger, Templates templates) {
    this.rollback = rollback;
    this.ledger = ledger;
    this.templates = templates;
  }

  /**
   * @param changedSomething whether anything is another than it was read
   * @param failures what was to be taken back and could not be
   */
  record RolledBack(boolean changedSomething, List<Case> failures) {
    static final RolledBack NOTHING = new RolledBack(false, List.of());
  }

  /** What is back is a drift again, and held. */
  RolledBack rollBack(Assessment assessment, Instant now) {
    var stack = assessment.plan().stack();
    var sick =
        HealthRegressionDetector.sick(
            assessment.desired(), assessment.live(), assessment.remembered().served());
    if (sick.isEmpty()) {
      return RolledBack.NOTHING;
    }
    var since = assessment.state().lastUpdated();
    var proved =
        rollback.proved(stack, sick, failingSince(assessment), isCut(assessment), since, now);
    if (proved.calls().isEmpty() || !stands(stack, assessment.state())) {
      return RolledBack.NOTHING;
    }
    var results = rollback.rollBack(stack, proved.calls(), proved.why(), now).results();
    var failed = results.stream().filter(r -> !isDone(r)).toList();
    failed.forEach(r -> r.step().fingerprints().forEach(f -> ledger.release(stack, f)));
    return new RolledBack(
        failed.size() < results.size(),
        failed.stream().map(r -> stuck(stack, r, proved.why(), now)).toList());
  }

  /** Since when the path is known to fail; empty if it does not, or nobody probes it. */
  private static Optional<Instant> failingSince(Assessment assessment) {
    return assessment.remembered().open().stream()
        .filter(i -> i.kind() == Incident.Kind.HEALTH)
        .map(Incident::openedAt)
        .min(Instant::compareTo);
  }

  private static boolean isCut(Assessment assessment) {
    return assessment.plan().findings().stream()
        .map(Finding::exposure)
        .anyMatch(e -> e == Exposure.OUTAGE || e == Exposure.DEGRADED);
  }

  private boolean stands(StackRef stack, StackState read) {
    return templates.state(stack).filter(read::equals).isPresent();
  }

  private static boolean isDone(StepResult result) {
    return result.result() instanceof Result.Done;
  }

  private static String why(Result result) {
    return switch (result) {
      case Result.Done d -> "done";
      case Result.Planned p -> p.why();
      case Result.Failed f -> f.why();
      case Result.Skipped s -> s.why();
    };
  }

  private static Case stuck(StackRef stack, StepResult result, String why, Instant now) {
    var call = (Step.Call) result.step();
    return IncidentFactory.trouble(
        stack,
        "undo/" + result.step().fingerprints().getFirst(),
        Severity.HIGH,
        "A repair that made it worse could not be taken back: "
            + call.operation()
            + " of "
            + call.resource().logicalId(),
        "Take it back by hand ("
            + why
            + "): "
            + call.operation()
            + ", which came to: "
            + why(result.result()),
        now);
  }
}
