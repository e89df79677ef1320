package dev.driftmend.diagnose;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Single facts out of what was observed or declared; null where they are not known. */
public final class Read {
  private Read() {}

  public static @Nullable String text(@Nullable Observed observed, String property) {
    return observed instanceof Observed.Found f ? text(f.properties(), property) : null;
  }

  public static @Nullable String text(Map<String, Property> properties, String property) {
    return properties.get(property) instanceof Property.Scalar s ? s.value() : null;
  }

  public static Optional<List<Item>> items(@Nullable Observed observed, String property) {
    return observed instanceof Observed.Found f
            && f.properties().get(property) instanceof Property.Members m
        ? Optional.of(m.items())
        : Optional.empty();
  }

  /** Why there may be more members than are known; null if these are all. */
  public static @Nullable String openBecause(@Nullable Observed observed, String property) {
    return observed instanceof Observed.Found f
            && f.properties().get(property) instanceof Property.Members m
        ? m.openBecause()
        : null;
  }

  public static Optional<Set<String>> keys(@Nullable Observed observed, String property) {
    return items(observed, property)
        .map(items -> items.stream().map(Item::key).collect(Collectors.toSet()));
  }

  public static @Nullable String text(Declared declared, String property) {
    return declared.property(property).orElse(null) instanceof Value.Scalar s ? s.text() : null;
  }

  public static @Nullable String text(@Nullable Value value, String field) {
    return value instanceof Value.Fields f && f.get(field).orElse(null) instanceof Value.Scalar s
        ? s.text()
        : null;
  }

  public static Optional<Value> inside(Value value, String field) {
    return value instanceof Value.Fields f ? f.get(field) : Optional.empty();
  }

  public static List<Value> list(Declared declared, String property) {
    return declared
        .property(property)
        .map(v -> v instanceof Value.Items i ? i.values() : List.of(v))
        .orElse(List.of());
  }

  public static Stream<String> texts(Declared declared, String property) {
    return list(declared, property).stream()
        .flatMap(v -> v instanceof Value.Scalar s ? Stream.of(s.text()) : Stream.of());
  }
}
