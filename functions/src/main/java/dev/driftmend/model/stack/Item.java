package dev.driftmend.model.stack;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One member of a property that is a set: a rule, a target, a group.
 *
 * @param key its identity in normal form, readable by a person and parseable by its kind
 * @param fields what may differ while it stays the same member, e.g. a rule's description
 * @param handle the live id by which exactly this member is removed ({@code sgr-…}), of a desired
 *     one the id by which CloudFormation knows it; null where it has none
 * @param tags that a live member carries, by which its owner may be known; they are not compared
 * @param name by which people know a live member whose key is an id; it is not compared
 */
public record Item(
    String key,
    SortedMap<String, String> fields,
    @Nullable String handle,
    Map<String, String> tags,
    @Nullable String name) {
  public Item {
    fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    tags = Map.copyOf(tags);
  }

  public Item(
      String key,
      SortedMap<String, String> fields,
      @Nullable String handle,
      Map<String, String> tags) {
    this(key, fields, handle, tags, null);
  }

  /**
   * What it is known by, whoever writes it: the key, without the account that another account's
   * security group is in. A group's id is enough, and EC2 adds the account by itself.
   */
  public String identity() {
    var slash = key.indexOf("/sg-");
    return slash < 0
        ? key
        : key.substring(0, key.lastIndexOf(' ', slash) + 1) + key.substring(slash + 1);
  }

  public Item(String key, SortedMap<String, String> fields, @Nullable String handle) {
    this(key, fields, handle, Map.of());
  }

  /** What people know by this name. */
  public static Item named(String key, @Nullable String name) {
    return new Item(key, new TreeMap<>(), null, Map.of(), name);
  }

  /** The key, with the name if there is one. */
  public String label() {
    return name == null || name.isEmpty() ? key : key + " (" + name + ")";
  }

  public static Item of(String key) {
    return new Item(key, new TreeMap<>(), null);
  }

  public static Item of(String key, Map<String, String> fields) {
    return new Item(key, new TreeMap<>(fields), null);
  }
}
