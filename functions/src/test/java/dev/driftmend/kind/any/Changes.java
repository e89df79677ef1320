package dev.driftmend.kind.any;

import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Every single change of a declared text that a reader would see. */
final class Changes {
  private Changes() {}

  /**
   * @param what the path and both values
   */
  record Change(String property, String what, Value.Fields declared) {}

  /** Of each property that is equal as a whole: one change for each text in it. */
  static List<Change> of(Value.Fields declared, List<Leaf> leaves) {
    var changes = new ArrayList<Change>();
    declared
        .values()
        .forEach(
            (property, value) -> {
              var equal =
                  leaves.stream()
                      .filter(l -> l.path().replaceFirst("[.\\[].*", "").equals(property))
                      .allMatch(Leaf.Equal.class::isInstance);
              if (equal) {
                each(
                    value,
                    property,
                    v -> v,
                    change -> {
                      var all = new LinkedHashMap<>(declared.values());
                      all.put(property, change.value());
                      changes.add(new Change(property, change.what(), new Value.Fields(all)));
                    });
              }
            });
    return changes;
  }

  private record One(String what, Value value) {}

  private static void each(
      Value value, String path, UnaryOperator<Value> whole, Consumer<One> into) {
    switch (value) {
      case Value.Scalar s -> {
        var other = other(s.text());
        into.accept(
            new One(path + ": " + s.text() + " -> " + other, whole.apply(new Value.Scalar(other))));
      }
      case Value.Unknown u -> {}
      case Value.Items items -> {
        for (var i = 0; i < items.values().size(); i++) {
          var at = i;
          each(
              items.values().get(i),
              path + "[" + i + "]",
              v -> {
                var all = new ArrayList<>(items.values());
                all.set(at, v);
                return whole.apply(new Value.Items(all));
              },
              into);
        }
      }
      case Value.Fields fields ->
          fields
              .values()
              .forEach(
                  (name, inner) ->
                      each(
                          inner,
                          path + "." + name,
                          v -> {
                            var all = new LinkedHashMap<>(fields.values());
                            all.put(name, v);
                            return whole.apply(new Value.Fields(all));
                          },
                          into));
    }
  }

  private static String other(String text) {
    return switch (text) {
      case "true" -> "false";
      case "false" -> "true";
      default -> text.matches("\\d+") ? text + "7" : "another-" + text;
    };
  }
}
