package dev.driftmend.model;

import java.util.List;

/**
 * What became of a plan.
 *
 * @param remaining the findings that reading live again, after acting, still gave; the plan's own
 *     if nothing was written
 * @param proved whether live was read again after the last write
 */
public record Outcome(
    Plan plan, List<StepResult> results, List<Finding> remaining, boolean proved) {
  public Outcome {
    results = List.copyOf(results);
    remaining = List.copyOf(remaining);
  }

  public boolean wrote() {
    return results.stream().anyMatch(r -> r.result() instanceof StepResult.Result.Done);
  }
}
