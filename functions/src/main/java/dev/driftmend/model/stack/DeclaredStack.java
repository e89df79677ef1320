package dev.driftmend.model.stack;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All resources of the deployed template.
 *
 * @param asOf the stack's last update (or creation): the age of this desired state
 * @param undecided resources of which not even the presence is known, and why
 * @param mentions where each resource is named by others and by outputs, by its logical id
 * @param leftOut of a template that was never deployed: what its conditions leave out as its
 *     parameters are
 */
public record DeclaredStack(
    StackRef stack,
    Instant asOf,
    List<Declared> resources,
    List<NotCovered> undecided,
    Map<String, List<Mention>> mentions,
    List<Declared> leftOut) {
  public DeclaredStack {
    resources = List.copyOf(resources);
    undecided = List.copyOf(undecided);
    mentions = Map.copyOf(mentions);
    leftOut = List.copyOf(leftOut);
  }

  public DeclaredStack(
      StackRef stack, Instant asOf, List<Declared> resources, List<NotCovered> undecided) {
    this(stack, asOf, resources, undecided, Map.of(), List.of());
  }

  public DeclaredStack(StackRef stack, Instant asOf, List<Declared> resources) {
    this(stack, asOf, resources, List.of());
  }

  /** Where a resource is named, by its logical id. */
  public List<Mention> mentionsOf(String logicalId) {
    return mentions.getOrDefault(logicalId, List.of());
  }

  public Stream<Declared> ofType(String type) {
    return resources.stream().filter(r -> r.ref().type().equals(type));
  }
}
