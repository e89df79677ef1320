package dev.driftmend.probe;

import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.GuardParts.Part;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether somebody has put something into the policy by which nobody hears of drift. What only
 * keeps it from being repaired is said with each drift. Pure.
 */
final class PolicyWatch {
  private static final String PARAMETER = "PolicyParameter";
  private static final String GUARDED_STACKS = "GuardedStacks";

  private PolicyWatch() {}

  /**
   * @param guard its own stack, whose parameters say which stacks it was deployed to guard
   * @param policy as it is in force; one that cannot be read is reported by whoever needs it
   */
  static Optional<Part> silenced(StackSnapshot guard, Policy policy) {
    if (!policy.readable()) {
      return Optional.empty();
    }
    if (policy.ignoresEverything()) {
      return Optional.of(
          part(guard, "one of its rules ignores every drift: none is reported any more"));
    }
    var missing =
        Arrays.stream(guard.parameters().getOrDefault(GUARDED_STACKS, "").split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty() && !policy.guardedStacks().contains(name))
            .collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            part(
                guard,
                "it was changed by hand and does not name "
                    + missing
                    + ", which was deployed in GuardedStacks: nobody looks at it any more"));
  }

  private static Part part(StackSnapshot guard, String fault) {
    var name = Objects.requireNonNullElse(guard.physicalId(PARAMETER), PARAMETER);
    return new Part(PARAMETER, "AWS::SSM::Parameter", name, fault, false);
  }
}
