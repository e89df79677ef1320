package dev.driftmend.model.plan;

import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.stack.StackRef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What became of a plan.
 *
 * @param remaining the plan's findings that still stand; if something was written, by reading live
 *     again
 * @param proved whether live was read again after the last write
 * @param fresh how many incidents this run opened that were not open before
 * @param looked whether the stack could be looked at
 */
public record Outcome(
    Plan plan,
    List<StepResult> results,
    List<Finding> remaining,
    boolean proved,
    int fresh,
    boolean looked) {
  public Outcome {
    results = List.copyOf(results);
    remaining = List.copyOf(remaining);
  }

  public Outcome(
      Plan plan, List<StepResult> results, List<Finding> remaining, boolean proved, int fresh) {
    this(plan, results, remaining, proved, fresh, true);
  }

  public Outcome(Plan plan, List<StepResult> results, List<Finding> remaining, boolean proved) {
    this(plan, results, remaining, proved, 0);
  }

  /** Nothing could be looked at, which is not "in sync". */
  public static Outcome blind(StackRef stack, String why) {
    var plan = new Plan(stack, WritePermission.withheld(why), List.of(), List.of(), List.of());
    return new Outcome(plan, List.of(), List.of(), false, 0, false);
  }

  /** There is no such stack, so there is nothing to do. */
  public static Outcome gone(StackRef stack) {
    var why = "there is no such stack (any more)";
    var plan = new Plan(stack, WritePermission.withheld(why), List.of(), List.of(), List.of());
    return new Outcome(plan, List.of(), List.of(), false);
  }

  public boolean wrote() {
    return results.stream().anyMatch(r -> r.result() instanceof StepResult.Result.Done);
  }

  /** The drifts that a step undid and that reading again no longer found. */
  public List<Finding> repaired() {
    var standing = new HashSet<String>();
    remaining.forEach(f -> standing.add(f.drift().fingerprint(plan.stack())));
    var answered = answered();
    return plan.findings().stream()
        .filter(f -> answered.contains(f.drift().fingerprint(plan.stack())))
        .filter(f -> !standing.contains(f.drift().fingerprint(plan.stack())))
        .toList();
  }

  private Set<String> answered() {
    var answered = new HashSet<String>();
    results.stream()
        .filter(r -> r.result() instanceof StepResult.Result.Done)
        .forEach(r -> answered.addAll(r.step().fingerprints()));
    return answered;
  }
}
