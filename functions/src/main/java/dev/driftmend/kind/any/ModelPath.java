package dev.driftmend.kind.any;

import dev.driftmend.model.stack.Value;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a model.
 *
 * @param pattern as the schemas write it: {@code Rules/&#42;/Status}
 * @param shown as a person reads it: {@code Rules[Id=old].Status}
 * @param inPolicy whether it is part of a statement of a policy
 * @param secrets patterns of what is never shown: what a schema calls write-only
 */
record ModelPath(String pattern, String shown, boolean inPolicy, Set<String> secrets) {
  private static final int SHOWN = 300;
  private static final String SECRET = "(not shown)";

  static ModelPath of(String property, Set<String> secrets) {
    return new ModelPath(property, property, false, secrets);
  }

  ModelPath field(String name) {
    return new ModelPath(pattern + "/" + name, shown + "." + name, inPolicy, secrets);
  }

  /**
   * @param which what tells it from the other members of its list
   */
  ModelPath member(String which) {
    return new ModelPath(pattern + "/*", shown + "[" + which + "]", inPolicy, secrets);
  }

  /** What stands inside JSON that is text on one side: no schema says anything of it. */
  ModelPath inJson() {
    return this;
  }

  ModelPath policy() {
    return new ModelPath(pattern, shown, true, secrets);
  }

  /** The last name of it, of a member that of its list. */
  String name() {
    var end = pattern.length();
    while (pattern.startsWith("/*", end - 2)) {
      end -= 2;
    }
    return pattern.substring(pattern.lastIndexOf('/', end - 1) + 1, end);
  }

  /** The pattern of what it lies in; empty for a property. */
  String parent() {
    return ResourceSchema.parent(pattern);
  }

  Leaf equal() {
    return new Leaf.Equal(shown);
  }

  Leaf unverifiable(String why) {
    return new Leaf.Unverifiable(shown, why);
  }

  Leaf different(@Nullable Value declared, @Nullable Value live) {
    return new Leaf.Different(
        shown,
        declared == null ? null : text(declared),
        live == null ? null : live(declared, live));
  }

  /** What the template keeps to itself, by {@code NoEcho} say, live is not asked to give away. */
  private String live(@Nullable Value declared, Value live) {
    return declared == null || isKnown(declared) ? text(live) : SECRET;
  }

  private static boolean isKnown(Value value) {
    return switch (value) {
      case Value.Scalar _ -> true;
      case Value.Unknown _ -> false;
      case Value.Items items -> items.values().stream().allMatch(ModelPath::isKnown);
      case Value.Fields fields -> fields.values().values().stream().allMatch(ModelPath::isKnown);
    };
  }

  /** A value at this path in a line, without what may be a secret. */
  String text(Value value) {
    var whole = whole(value);
    return whole.length() > SHOWN ? whole.substring(0, SHOWN) + "..." : whole;
  }

  private String whole(Value value) {
    if (ResourceSchema.covers(secrets, pattern)) {
      return SECRET;
    }
    return switch (value) {
      case Value.Scalar scalar -> scalar.text();
      case Value.Unknown _ -> "?";
      case Value.Items items ->
          items.values().stream()
              .map(member("")::whole)
              .collect(Collectors.joining(", ", "[", "]"));
      case Value.Fields fields ->
          fields.values().entrySet().stream()
              .map(e -> e.getKey() + ": " + field(e.getKey()).whole(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }
}
