package dev.driftmend.reconcile;

import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.port.Ledger;
import dev.driftmend.reconcile.PlanExecutor.Executed;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Executes a plan with the ledger beside it: the intent is written down before the first call, and
 * settled whatever becomes of it.
 */
final class RecordedExecution {
  private final Ledger ledger;
  private final ApprovalRecorder approvals;
  private final PlanExecutor executor;

  RecordedExecution(Ledger ledger, ApprovalRecorder approvals, PlanExecutor executor) {
    this.ledger = ledger;
    this.approvals = approvals;
    this.executor = executor;
  }

  /**
   * @param permitted what the final check says
   */
  Executed execute(
      Assessment assessment,
      IncidentRecorder recorder,
      WritePermission permitted,
      InstantSource clock) {
    var plan = assessment.plan();
    var permission = plan.permission().isGranted() ? permitted : plan.permission();
    if (permission.isGranted()) {
      permission = approvals.use(assessment, clock.instant());
    }
    if (permission instanceof WritePermission.Withheld withheld) {
      return new Executed(PlanExecutor.withheld(plan, withheld.reason()), null);
    }
    if (plan.calls().isEmpty()) {
      return executor.execute(plan, null);
    }
    var inverses = inverses(assessment);
    var intent = ledger.intend(plan, inverses, clock.instant());
    var executed = executor.execute(plan, assessment.simulation());
    ledger.settle(
        intent,
        new Outcome(plan, executed.results(), plan.findings(), false),
        made(inverses, executed.results()),
        ApprovalRecorder.counted(
            assessment, executed.results(), recorder::culprit, clock.instant()),
        clock.instant());
    return executed;
  }

  private static List<Inverse> inverses(Assessment assessment) {
    var inverses =
        RollbackPlanner.of(
            assessment.plan(), assessment.desired(), assessment.live(), assessment.simulation());
    return assessment.approval().acceptance() == null
        ? inverses
        : inverses.stream().map(RecordedExecution::unsuspected).toList();
  }

  /** What a person accepted only a person takes back. */
  private static Inverse unsuspected(Inverse inverse) {
    return new Inverse(inverse.call(), inverse.exposes(), Inverse.Suspicion.NONE);
  }

  /** The inverses of the steps that were made. */
  private static List<Inverse> made(List<Inverse> inverses, List<StepResult> results) {
    var made =
        results.stream()
            .filter(r -> r.result() instanceof Result.Done)
            .flatMap(r -> r.step().fingerprints().stream())
            .collect(Collectors.toSet());
    return inverses.stream().filter(i -> made.containsAll(i.call().fingerprints())).toList();
  }
}
