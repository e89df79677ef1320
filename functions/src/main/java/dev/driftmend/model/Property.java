package dev.driftmend.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One property of a resource in the normal form that desired and live share. */
public sealed interface Property {

  record Scalar(String value) implements Property {}

  /**
   * A set, its members known by key; of equal keys the first is kept, as EC2 does with declared
   * duplicates.
   *
   * @param tolerated keys that live may have or not: no drift either way
   * @param reportOnly keys that are drift when live has them, but never removed, with the reason
   * @param unsure why the set may be incomplete (an unresolved member, say), so that nothing of it
   *     may be written; null if it is whole
   */
  record Members(
      List<Item> items,
      Set<String> tolerated,
      Map<String, String> reportOnly,
      @Nullable String unsure)
      implements Property {
    public Members {
      tolerated = Set.copyOf(tolerated);
      reportOnly = Map.copyOf(reportOnly);
      var byKey = new LinkedHashMap<String, Item>();
      items.forEach(i -> byKey.putIfAbsent(i.key(), i));
      items = List.copyOf(byKey.values());
    }

    public List<String> keys() {
      return items.stream().map(Item::key).toList();
    }

    public static Members of(List<Item> items) {
      return new Members(items, Set.of(), Map.of(), null);
    }
  }

  /**
   * Could not be resolved (desired) or could not be read (live).
   *
   * @param origin as of {@link Value.Unknown}
   */
  record Unknown(String why, @Nullable String origin) implements Property {
    public Unknown(String why) {
      this(why, null);
    }
  }
}
