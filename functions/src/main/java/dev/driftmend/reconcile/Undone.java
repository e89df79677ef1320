package dev.driftmend.reconcile;

import dev.driftmend.model.Drift;
import dev.driftmend.model.Item;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A resource as it would be, had some of its drifts never happened. Pure. */
final class Undone {
  private Undone() {}

  /**
   * @param drifts of this resource; that it is gone, or could not be read, cannot be undone
   */
  static Observed.Found of(Observed.Found live, Collection<Drift> drifts) {
    var properties = new LinkedHashMap<>(live.properties());
    for (var drift : drifts) {
      switch (drift) {
        case Drift.Extra e -> without(properties, e.property(), e.item().key());
        case Drift.Missing m -> with(properties, m.property(), m.item());
        case Drift.Changed c when c.key() == null ->
            properties.put(c.property(), new Property.Scalar(c.desired()));
        case Drift.Changed c -> field(properties, c);
        case Drift.Gone _, Drift.Unreadable _ -> {}
      }
    }
    return new Observed.Found(properties);
  }

  private static void without(Map<String, Property> properties, String property, String key) {
    replace(
        properties,
        property,
        items(properties, property).stream().filter(i -> !i.key().equals(key)).toList());
  }

  private static void with(Map<String, Property> properties, String property, Item item) {
    var items = new ArrayList<>(items(properties, property));
    items.add(item);
    replace(properties, property, items);
  }

  private static void field(Map<String, Property> properties, Drift.Changed changed) {
    replace(
        properties,
        changed.property(),
        items(properties, changed.property()).stream()
            .map(i -> i.key().equals(changed.key()) ? field(i, changed) : i)
            .toList());
  }

  private static Item field(Item item, Drift.Changed changed) {
    var fields = new TreeMap<>(item.fields());
    if (changed.desired().isEmpty()) {
      fields.remove(changed.field());
    } else {
      fields.put(String.valueOf(changed.field()), changed.desired());
    }
    return new Item(item.key(), fields, item.handle());
  }

  private static void replace(Map<String, Property> properties, String property, List<Item> items) {
    properties.put(property, Property.Members.of(items));
  }

  private static List<Item> items(Map<String, Property> properties, String property) {
    return properties.get(property) instanceof Property.Members m ? m.items() : List.of();
  }
}
