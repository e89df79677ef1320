package dev.driftmend.reconcile;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.plan.RepairLoopDetector;
import dev.driftmend.port.Consents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes down what a look means for approvals and holds, and uses an approval up. */
final class ApprovalRecorder {
  private final Consents consents;

  ApprovalRecorder(Consents consents) {
    this.consents = consents;
  }

  /**
   * Writes down what this look found: fights that begin or are over, a stack that needs nothing.
   *
   * @return the fingerprints of the drifts that are held now
   */
  Set<String> remember(Assessment assessment, Instant now) {
    var stack = assessment.plan().stack();
    var approval = assessment.approval();
    if (!approval.adopted()
        && assessment.postponed().isEmpty()
        && assessment.plan().findings().stream().allMatch(Finding::isAnothers)) {
      consents.adopt(stack, new Adoption(now, Adoption.EMPTY_PLAN));
    }
    approval.begun().forEach(hold -> consents.hold(stack, hold));
    var seen =
        assessment.plan().findings().stream()
            .map(f -> f.drift().fingerprint(stack))
            .collect(Collectors.toCollection(HashSet::new));
    // What could not be looked at or asked for is not over.
    seen.addAll(assessment.postponed());
    var standing =
        isBlind(assessment)
            ? RepairLoopDetector.seen(approval.holds(), seen)
            : RepairLoopDetector.standing(
                approval.holds(), seen, assessment.policy().limits(), now);
    standing.stream()
        .filter(hold -> !approval.holds().contains(hold))
        .forEach(hold -> consents.hold(stack, hold));
    var held = standing.stream().map(Hold::fingerprint).collect(Collectors.toSet());
    Stream.concat(approval.holds().stream(), assessment.remembered().holds().stream())
        .map(Hold::fingerprint)
        .distinct()
        .filter(fingerprint -> !held.contains(fingerprint))
        .forEach(fingerprint -> consents.release(stack, fingerprint));
    return held;
  }

  private static boolean isBlind(Assessment assessment) {
    return assessment.plan().findings().stream()
        .anyMatch(f -> f.drift() instanceof Drift.Unreadable);
  }

  /**
   * Uses up the acceptance by which this plan is executed, if it needs one. The stack is adopted by
   * it, and what was held is released.
   *
   * @return whether it may be executed after all
   */
  WritePermission use(Assessment assessment, Instant now) {
    var approval = assessment.approval();
    var acceptance = approval.acceptance();
    if (acceptance == null) {
      return WritePermission.GRANTED;
    }
    var stack = assessment.plan().stack();
    if (!consents.use(stack, acceptance, now)) {
      return WritePermission.withheld(
          "its acceptance was used or has expired since it was planned");
    }
    if (!approval.adopted()) {
      consents.adopt(stack, new Adoption(now, acceptance.who() + " accepted its first plan"));
    }
    var planned =
        assessment.plan().calls().stream()
            .map(Step.Call::fingerprints)
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    approval.holds().stream()
        .map(Hold::fingerprint)
        .filter(planned::contains)
        .forEach(fingerprint -> consents.release(stack, fingerprint));
    return WritePermission.GRANTED;
  }

  /**
   * The repairs that count of what was repaired now, this time included, so that a fight is
   * noticed. With an acceptance the count of what was held begins anew.
   *
   * @param culprit the principal behind a drift, by fingerprint; null if not known
   */
  static Map<String, List<Repair>> counted(
      Assessment assessment,
      List<StepResult> results,
      Function<String, @Nullable String> culprit,
      Instant now) {
    var forget = now.minus(assessment.policy().limits().time());
    var released =
        assessment.approval().acceptance() == null
            ? Set.<String>of()
            : assessment.approval().holds().stream()
                .map(Hold::fingerprint)
                .collect(Collectors.toSet());
    var counted = new LinkedHashMap<String, List<Repair>>();
    results.stream()
        .filter(r -> r.result() instanceof Result.Done)
        .flatMap(r -> r.step().fingerprints().stream())
        .forEach(
            fingerprint -> {
              var before = assessment.remembered().repairs().getOrDefault(fingerprint, List.of());
              var all = new ArrayList<>(released.contains(fingerprint) ? List.of() : before);
              all.removeIf(r -> r.at().isBefore(forget));
              all.add(new Repair(now, culprit.apply(fingerprint)));
              counted.put(fingerprint, all);
            });
    return counted;
  }

  /** The stack is gone, or no longer guarded. */
  void forget(StackRef stack) {
    consents.forgetConsents(stack);
  }
}
