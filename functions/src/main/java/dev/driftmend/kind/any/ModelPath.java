package dev.driftmend.kind.any;

import dev.driftmend.model.stack.Value;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a model.
 *
 * @param pattern as the schemas write it: {@code Rules/&#42;/Status}
 * @param shown as a person reads it: {@code Rules[Id=old].Status}
 * @param inPolicy whether it is part of a statement of a policy
 */
record ModelPath(String pattern, String shown, boolean inPolicy) {
  private static final int SHOWN = 300;

  static ModelPath of(String property) {
    return new ModelPath(property, property, false);
  }

  ModelPath field(String name) {
    return new ModelPath(pattern + "/" + name, shown + "." + name, inPolicy);
  }

  /**
   * @param which what tells it from the other members of its list
   */
  ModelPath member(String which) {
    return new ModelPath(pattern + "/*", shown + "[" + which + "]", inPolicy);
  }

  /** What stands inside JSON that is text on one side: no schema says anything of it. */
  ModelPath inJson() {
    return this;
  }

  ModelPath policy() {
    return new ModelPath(pattern, shown, true);
  }

  /** The last name of it. */
  String name() {
    return shown.substring(shown.lastIndexOf('.') + 1).replaceFirst("\\[.*", "");
  }

  Leaf equal() {
    return new Leaf.Equal(shown);
  }

  Leaf unverifiable(String why) {
    return new Leaf.Unverifiable(shown, why);
  }

  Leaf different(@Nullable Value declared, @Nullable Value live) {
    return new Leaf.Different(
        shown, declared == null ? null : text(declared), live == null ? null : text(live));
  }

  /** A value in a line. */
  static String text(Value value) {
    var whole = whole(value);
    return whole.length() > SHOWN ? whole.substring(0, SHOWN) + "..." : whole;
  }

  private static String whole(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> scalar.text();
      case Value.Unknown _ -> "?";
      case Value.Items items ->
          items.values().stream().map(ModelPath::whole).collect(Collectors.joining(", ", "[", "]"));
      case Value.Fields fields ->
          fields.values().entrySet().stream()
              .map(e -> e.getKey() + ": " + whole(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }
}
