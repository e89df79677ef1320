package dev.driftmend.drift;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/** A resource as it would be, had some of its drifts never happened. Pure. */
final class UndriftedState {
  private UndriftedState() {}

  /**
   * @param drifts of this resource; that it is gone, or could not be read, cannot be reverted
   */
  static Observed.Found of(Observed.Found live, Collection<Drift> drifts) {
    var properties = new LinkedHashMap<>(live.properties());
    var members = new LinkedHashMap<String, List<Drift>>();
    for (var drift : drifts) {
      switch (drift) {
        case Drift.Changed c when c.key() == null ->
            properties.put(c.property(), new Property.Scalar(c.desired()));
        case Drift.Extra _, Drift.Missing _, Drift.Changed _ ->
            members.computeIfAbsent(drift.property(), p -> new ArrayList<>()).add(drift);
        case Drift.Gone _, Drift.Unreadable _ -> {}
      }
    }
    members.forEach(
        (property, all) ->
            properties.put(
                property, Property.Members.of(reverted(Observed.items(live, property), all))));
    return new Observed.Found(properties);
  }

  private static List<Item> reverted(List<Item> live, List<Drift> drifts) {
    var items = new LinkedHashMap<String, Item>();
    live.forEach(i -> items.put(i.key(), i));
    for (var drift : drifts) {
      switch (drift) {
        case Drift.Extra e -> items.remove(e.item().key());
        case Drift.Missing m -> items.putIfAbsent(m.item().key(), m.item());
        case Drift.Changed c ->
            items.computeIfPresent(String.valueOf(c.key()), (key, item) -> field(item, c));
        case Drift.Gone _, Drift.Unreadable _ -> {}
      }
    }
    return List.copyOf(items.values());
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
}
