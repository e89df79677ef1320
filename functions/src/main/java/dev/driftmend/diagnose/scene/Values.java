package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Single values out of what a template declares. */
final class Values {
  private Values() {}

  /** What stands under these names, each inside the one before. */
  static Optional<Value> at(Declared declared, String... names) {
    return at(declared.properties(), names);
  }

  static Optional<Value> at(Value value, String... names) {
    var found = Optional.of(value);
    for (var name : names) {
      found =
          found.flatMap(
              v ->
                  v instanceof Value.Fields f
                      ? f.get(name)
                      : v instanceof Value.Unknown ? Optional.of(v) : Optional.empty());
    }
    return found;
  }

  /** Null if it is not there or not known. */
  static @Nullable String text(Declared declared, String... names) {
    return text(at(declared, names));
  }

  static @Nullable String text(Value value, String... names) {
    return text(at(value, names));
  }

  private static @Nullable String text(Optional<Value> value) {
    return value.orElse(null) instanceof Value.Scalar s ? s.text() : null;
  }

  /** The members; a single value counts as a list of one. */
  static List<Value> list(Value value, String... names) {
    return at(value, names)
        .map(v -> v instanceof Value.Items i ? i.values() : List.of(v))
        .orElse(List.of());
  }

  static List<Value> list(Declared declared, String... names) {
    return list(declared.properties(), names);
  }

  /** Why one of them is not known; null if all are. */
  static @Nullable String unknown(List<Value> values) {
    return values.stream()
        .map(v -> v instanceof Value.Unknown u ? u.why() : null)
        .filter(why -> why != null)
        .findFirst()
        .orElse(null);
  }

  /** The resource that a reference stands for, by its physical id. */
  static Optional<Declared> resource(DeclaredStack stack, String type, @Nullable String id) {
    return stack.ofType(type).filter(r -> r.ref().physicalId().equals(id)).findFirst();
  }

  /** A whole number between 0 and 65535; null if it is none that is known. */
  static @Nullable Integer port(@Nullable String text) {
    return text != null && text.matches("\\d{1,5}") ? Integer.valueOf(text) : null;
  }
}
