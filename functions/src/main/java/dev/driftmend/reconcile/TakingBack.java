package dev.driftmend.reconcile;

import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.model.Exposure;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Incident;
import dev.driftmend.model.Severity;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StackState;
import dev.driftmend.model.Step;
import dev.driftmend.model.StepResult;
import dev.driftmend.model.StepResult.Result;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.Templates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes a repair back by itself, if it is proved to have made targets unhealthy. */
final class TakingBack {
  private final Undoing undoing;
  private final Ledger ledger;
  private final Templates templates;

  TakingBack(Undoing undoing, Ledger ledger, Templates templates) {
    this.undoing = undoing;
    this.ledger = ledger;
    this.templates = templates;
  }

  /**
   * @param some whether anything is another than it was read
   * @param troubles what was to be taken back and could not be
   */
  record Taken(boolean some, List<Case> troubles) {
    static final Taken NOTHING = new Taken(false, List.of());
  }

  /** What is back is a drift again, and held. */
  Taken take(Examination examined, Instant now) {
    var stack = examined.plan().stack();
    var sick = Suspicions.sick(examined.desired(), examined.live(), examined.remembered().served());
    if (sick.isEmpty()) {
      return Taken.NOTHING;
    }
    var since = examined.state().lastUpdated();
    var proved = undoing.proved(stack, sick, failingSince(examined), isCut(examined), since, now);
    if (proved.calls().isEmpty() || !stands(stack, examined.state())) {
      return Taken.NOTHING;
    }
    var results = undoing.takeBack(stack, proved.calls(), proved.why(), now).results();
    var failed = results.stream().filter(r -> !isDone(r)).toList();
    failed.forEach(r -> r.step().fingerprints().forEach(f -> ledger.release(stack, f)));
    return new Taken(
        failed.size() < results.size(),
        failed.stream().map(r -> stuck(stack, r, proved.why(), now)).toList());
  }

  /** Since when the path is known to fail; empty if it does not, or nobody probes it. */
  private static Optional<Instant> failingSince(Examination examined) {
    return examined.remembered().open().stream()
        .filter(i -> i.kind() == Incident.Kind.HEALTH)
        .map(Incident::openedAt)
        .min(Instant::compareTo);
  }

  private static boolean isCut(Examination examined) {
    return examined.plan().findings().stream()
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
    return Cases.trouble(
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
