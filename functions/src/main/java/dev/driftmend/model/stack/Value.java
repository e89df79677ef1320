package dev.driftmend.model.stack;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /**
   * Keeps the order of the template. Where not even the names are all known (a transform that was
   * left in the template, say), an {@code Unknown} under {@link #REST} answers for every other
   * name.
   */
  record Fields(Map<String, Value> values) implements Value {
    public static final String REST = "*";

    public Fields {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public Optional<Value> get(String name) {
      var value = values.get(name);
      return value == null && values.get(REST) instanceof Unknown rest
          ? Optional.of(rest)
          : Optional.ofNullable(value);
    }
  }

  /**
   * Could not be resolved: whatever holds it is not compared and never repaired.
   *
   * @param attribute what it is of, where it is an attribute that only the service knows: so a part
   *     still tells which resource it belongs to; null for all else
   * @param origin the expression that it is the value of, as the template has it, e.g. {@code Ref
   *     Port}: two of one template with the same origin are equal, whatever they are; null if that
   *     is not known
   */
  record Unknown(String why, @Nullable Attribute attribute, @Nullable String origin)
      implements Value {
    public Unknown(String why) {
      this(why, null, null);
    }

    /** Whether both are surely the same, although neither is known. */
    public boolean isSame(Unknown other) {
      return origin != null && origin.equals(other.origin);
    }

    /** Whether it is this attribute of the resource of this physical id. */
    public boolean is(String name, String physicalId) {
      return attribute != null
          && attribute.name().equals(name)
          && attribute.of().physicalId().equals(physicalId);
    }
  }

  record Attribute(ResourceRef of, String name) {}
}
