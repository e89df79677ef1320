package dev.driftmend.model;

import java.time.Instant;
import java.util.List;

/** The guarded resources of a stack as its deployed template wants them. */
public record Desired(
    StackRef stack, Instant asOf, List<Resource> resources, List<NotCovered> notCovered) {
  public Desired {
    resources = List.copyOf(resources);
    notCovered = List.copyOf(notCovered);
  }
}
