package dev.driftmend.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A property of a template with its intrinsics resolved. Scalars are text, because CloudFormation
 * takes {@code 80}, {@code "80"} and {@code true}, {@code "true"} for the same.
 */
public sealed interface Value {

  record Scalar(String text) implements Value {}

  record Items(List<Value> values) implements Value {
    public Items {
      values = List.copyOf(values);
    }
  }

  /** Keeps the order of the template. */
  record Fields(Map<String, Value> values) implements Value {
    public Fields {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public Optional<Value> get(String name) {
      return Optional.ofNullable(values.get(name));
    }
  }

  /** Could not be resolved: whatever holds it is not compared and never repaired. */
  record Unknown(String why) implements Value {}
}
