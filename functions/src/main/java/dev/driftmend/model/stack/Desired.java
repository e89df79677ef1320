package dev.driftmend.model.stack;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The guarded resources of a stack as its deployed template wants them. */
public record Desired(
    StackRef stack, Instant asOf, List<Resource> resources, List<NotCovered> notCovered) {
  public Desired {
    resources = List.copyOf(resources);
    notCovered = List.copyOf(notCovered);
  }

  /** Of its resources those of these types only. */
  public Desired only(Set<String> types) {
    return new Desired(
        stack,
        asOf,
        resources.stream().filter(r -> types.contains(r.ref().type())).toList(),
        notCovered);
  }
}
