package dev.driftmend.model.stack;

import java.util.Optional;

/**
 * One resource as the deployed template declares it, conditions applied and intrinsics resolved.
 */
public record Declared(ResourceRef ref, Value.Fields properties) {
  public Optional<Value> property(String name) {
    return properties.get(name);
  }
}
