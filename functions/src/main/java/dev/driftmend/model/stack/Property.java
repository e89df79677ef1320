package dev.driftmend.model.stack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One property of a resource in the normal form that desired and live share. */
public sealed interface Property {

  record Scalar(String value) implements Property {}

  /** The members of a set; none of anything else. */
  static List<Item> items(@Nullable Property property) {
    return property instanceof Members members ? members.items() : List.of();
  }

  /**
   * A set, its members known by key; of equal keys the first is kept, as EC2 does with declared
   * duplicates.
   *
   * @param tolerated keys that live may have or not: no drift either way
   * @param reportOnly keys that are drift when live has them, but never removed, with the reason
   * @param held why nothing of it may be written; null if it may
   * @param open members of which not all is known; all others are compared and repaired beside them
   */
  record Members(
      List<Item> items,
      Set<String> tolerated,
      Map<String, String> reportOnly,
      @Nullable String held,
      List<OpenMember> open)
      implements Property {
    public Members {
      tolerated = Set.copyOf(tolerated);
      reportOnly = Map.copyOf(reportOnly);
      open = List.copyOf(open);
      var byKey = new LinkedHashMap<String, Item>();
      items.forEach(i -> byKey.putIfAbsent(i.identity(), i));
      items = List.copyOf(byKey.values());
    }

    public Members(
        List<Item> items,
        Set<String> tolerated,
        Map<String, String> reportOnly,
        @Nullable String held) {
      this(items, tolerated, reportOnly, held, List.of());
    }

    /** Why the template may declare others than these; null if these are all. */
    public @Nullable String openBecause() {
      return open.stream()
          .filter(OpenMember::declared)
          .map(OpenMember::why)
          .findFirst()
          .orElse(null);
    }

    /** Whether a field of a member is not known, so that it is not compared. */
    public boolean isOpen(Item member, String field) {
      return tolerated.contains(field(member.key(), field));
    }

    /** In {@code tolerated}: one field of a member, which live may have with any value. */
    public static String field(String key, String field) {
      return key + "#" + field;
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
