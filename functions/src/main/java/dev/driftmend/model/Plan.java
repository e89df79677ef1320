package dev.driftmend.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps that bring live to desired, in order: the only thing that acting reads.
 *
 * @param standAside why nothing may be written now (a deployment in progress, a pause, observe
 *     mode); null if it may
 * @param notCovered what was not compared
 */
public record Plan(
    StackRef stack,
    @Nullable String standAside,
    List<Finding> findings,
    List<Step> steps,
    List<NotCovered> notCovered) {
  public Plan {
    findings = List.copyOf(findings);
    steps = List.copyOf(steps);
    notCovered = List.copyOf(notCovered);
  }

  public List<Step.Call> calls() {
    return steps.stream().filter(Step.Call.class::isInstance).map(Step.Call.class::cast).toList();
  }
}
