package dev.driftmend.kind;

import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A resource as it is once something of it was changed; what was not found stays as it is. */
public final class StateUpdates {
  private StateUpdates() {}

  public static Observed scalar(Observed live, String property, String value) {
    return with(live, property, new Property.Scalar(value));
  }

  static Observed with(Observed live, String property, Property value) {
    if (!(live instanceof Observed.Found found)) {
      return live;
    }
    var properties = new LinkedHashMap<>(found.properties());
    properties.put(property, value);
    return new Observed.Found(properties);
  }

  /** The members, new ones without a handle: nobody knows the ids that the service will give. */
  public static Observed members(Observed live, String property, List<String> keys) {
    var before = Repairs.members(live, property).items();
    return with(
        live,
        property,
        Property.Members.of(
            keys.stream()
                .map(
                    key ->
                        before.stream()
                            .filter(i -> i.key().equals(key))
                            .findFirst()
                            .orElseGet(() -> Item.of(key)))
                .toList()));
  }

  /** A member more, or the member of this key with these fields instead; its handle stays. */
  public static Observed put(
      Observed live, String property, String key, Map<String, String> fields) {
    var items = new ArrayList<Item>();
    var added = Item.of(key, fields);
    for (var item : Repairs.members(live, property).items()) {
      if (item.key().equals(key)) {
        added = new Item(key, added.fields(), item.handle());
      } else {
        items.add(item);
      }
    }
    items.add(added);
    return with(live, property, Property.Members.of(items));
  }

  public static Observed without(Observed live, String property, Predicate<Item> gone) {
    return with(
        live,
        property,
        Property.Members.of(
            Repairs.members(live, property).items().stream().filter(gone.negate()).toList()));
  }
}
