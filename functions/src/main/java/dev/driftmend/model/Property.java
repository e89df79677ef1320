package dev.driftmend.model;

import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One property of a resource in the normal form that desired and live share. */
public sealed interface Property {

  record Scalar(String value) implements Property {}

  /**
   * A set, its members known by key; of equal keys the first is kept, as EC2 does with declared
   * duplicates.
   *
   * @param unsure why the set may be incomplete (an unresolved member, say), so that nothing of it
   *     may be written; null if it is whole
   */
  record Members(List<Item> items, @Nullable String unsure) implements Property {
    public Members {
      var byKey = new LinkedHashMap<String, Item>();
      items.forEach(i -> byKey.putIfAbsent(i.key(), i));
      items = List.copyOf(byKey.values());
    }

    public static Members of(List<Item> items) {
      return new Members(items, null);
    }
  }

  /** Could not be resolved (desired) or could not be read (live). */
  record Unknown(String why) implements Property {}
}
