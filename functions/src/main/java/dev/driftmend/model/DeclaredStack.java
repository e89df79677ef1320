package dev.driftmend.model;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * All resources of the deployed template.
 *
 * @param asOf the stack's last update (or creation): the age of this desired state
 * @param undecided resources of which not even the presence is known, and why
 */
public record DeclaredStack(
    StackRef stack, Instant asOf, List<Declared> resources, List<NotCovered> undecided) {
  public DeclaredStack {
    resources = List.copyOf(resources);
    undecided = List.copyOf(undecided);
  }

  public DeclaredStack(StackRef stack, Instant asOf, List<Declared> resources) {
    this(stack, asOf, resources, List.of());
  }

  public Stream<Declared> ofType(String type) {
    return resources.stream().filter(r -> r.ref().type().equals(type));
  }
}
