package dev.driftmend.kind.any;

import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.Set;

/**
 * A model as a service may give it back another time: lists in another order, names that nobody
 * declared, tags of AWS, whole numbers with zeros behind the point.
 */
final class Noise {
  private Noise() {}

  static Value of(Value value, Random random) {
    return of(value, random, "");
  }

  private static Value of(Value value, Random random, String name) {
    return switch (value) {
      case Value.Scalar s ->
          s.text().matches("(true|false)") && random.nextInt(8) == 0
              ? new Value.Scalar(s.text().equals("true") ? "True" : "False")
              : s;
      case Value.Unknown u -> u;
      case Value.Items items -> {
        var all = new ArrayList<Value>();
        items.values().forEach(v -> all.add(of(v, random, "")));
        if (!ordered(name)) {
          Collections.shuffle(all, random);
        }
        if (name.equals("Tags") && random.nextBoolean()) {
          all.add(tag());
        }
        yield new Value.Items(all);
      }
      case Value.Fields fields -> {
        var all = new LinkedHashMap<String, Value>();
        fields.values().forEach((key, inner) -> all.put(key, of(inner, random, key)));
        // In a policy one more name is one more condition.
        if (!fields.values().containsKey("Effect") && random.nextInt(8) == 0 && name.isEmpty()) {
          all.put("CreatedByTheService", new Value.Scalar("2026-03-01T00:00:00Z"));
        }
        yield new Value.Fields(all);
      }
    };
  }

  /** Of the lists whose order decides, by their names. */
  private static boolean ordered(String name) {
    return Set.of("Stages", "Actions", "TransformerConfig", "PlacementStrategy", "Functions")
        .contains(name);
  }

  private static Value tag() {
    var tag = new LinkedHashMap<String, Value>();
    tag.put("Key", new Value.Scalar("aws:cloudformation:stack-name"));
    tag.put("Value", new Value.Scalar("shop"));
    return new Value.Fields(tag);
  }
}
