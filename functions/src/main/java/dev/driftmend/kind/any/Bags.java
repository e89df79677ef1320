package dev.driftmend.kind.any;

import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists that are maps: each member a name and a value, as tags, attributes and options are. The
 * service fills them with its defaults, so that only declared names are compared.
 */
final class Bags {
  private Bags() {}

  static boolean isBag(Value.Items items) {
    return !items.values().isEmpty() && items.values().stream().allMatch(v -> name(v) != null);
  }

  static Value.Fields asMap(Value.Items bag) {
    var map = new LinkedHashMap<String, Value>();
    for (var member : bag.values()) {
      var name = name(member);
      if (name != null && member instanceof Value.Fields fields) {
        map.put(name, value(fields));
      }
    }
    return new Value.Fields(map);
  }

  /** The name of a member, all of its names if it has several; null if it is none of a bag. */
  static @Nullable String name(Value member) {
    if (!(member instanceof Value.Fields fields) || fields.values().size() < 2) {
      return null;
    }
    var values = 0;
    var names = new StringBuilder();
    for (var field : fields.values().entrySet()) {
      if (!(field.getValue() instanceof Value.Scalar scalar)) {
        if (field.getValue() instanceof Value.Unknown && isValue(field.getKey())) {
          values++;
          continue;
        }
        return null;
      }
      if (isValue(field.getKey())) {
        values++;
      } else if (isName(field.getKey())) {
        names.append(names.isEmpty() ? "" : " ").append(scalar.text());
      }
    }
    return values == 1 && !names.isEmpty() && fields.values().size() <= MOST_FIELDS
        ? names.toString()
        : null;
  }

  private static final int MOST_FIELDS = 4;

  private static Value value(Value.Fields member) {
    return member.values().entrySet().stream()
        .filter(e -> isValue(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isValue(String field) {
    return field.equalsIgnoreCase("Value") || field.endsWith("Value");
  }

  /** Where the name stands beside a resource name or a type, these tell nothing. */
  private static boolean isName(String field) {
    return List.of("Key", "Name", "Namespace").contains(field)
        || field.equals("key")
        || field.equals("name")
        || (field.endsWith("Key") || field.endsWith("Name")) && !field.equals("ResourceName");
  }
}
