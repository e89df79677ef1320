package dev.driftmend.model;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * All resources of the deployed template.
 *
 * @param asOf the stack's last update (or creation): the age of this desired state
 */
public record DeclaredStack(StackRef stack, Instant asOf, List<Declared> resources) {
  public DeclaredStack {
    resources = List.copyOf(resources);
  }

  public Stream<Declared> ofType(String type) {
    return resources.stream().filter(r -> r.ref().type().equals(type));
  }
}
