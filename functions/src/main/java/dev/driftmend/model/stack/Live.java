package dev.driftmend.model.stack;

import java.util.Map;

/**
 * The guarded resources of a stack as the service APIs say.
 *
 * @param resources by logical id; one entry for every resource of the desired state
 */
public record Live(StackRef stack, Map<String, Observed> resources) {
  public Live {
    resources = Map.copyOf(resources);
  }
}
