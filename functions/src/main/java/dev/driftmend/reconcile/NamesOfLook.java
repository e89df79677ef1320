package dev.driftmend.reconcile;

import dev.driftmend.drift.NetworkReading;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import dev.driftmend.model.stack.StackSnapshot;
import java.util.HashMap;
import java.util.Map;

/** What people call what one look came upon: nothing is asked of AWS for it. Pure. */
final class NamesOfLook {
  private NamesOfLook() {}

  /**
   * @param beyond what is not of the stack and was read for a repair's sake, by physical id
   */
  static ResourceNames of(
      StackSnapshot deployed, Live live, Map<String, Observed> beyond, NetworkReading network) {
    var others = new HashMap<String, Name>(network.names());
    live.resources().values().forEach(observed -> members(others, observed));
    beyond.forEach(
        (id, observed) -> {
          if (observed instanceof Observed.Found(_, var name) && name != null) {
            others.put(id, new Name(name, Source.TAG));
          }
          members(others, observed);
        });
    others.put(deployed.stack().id(), new Name(deployed.stack().name(), Source.STACK));
    return ResourceNames.of(deployed.resources(), others);
  }

  /** An instance's answer calls its groups by name, an endpoint's too. */
  private static void members(Map<String, Name> names, Observed observed) {
    if (observed instanceof Observed.Found(var properties, _)) {
      for (var property : properties.values()) {
        for (Item item : Property.items(property)) {
          if (item.name() != null && !item.name().isEmpty()) {
            names.put(item.key(), new Name(item.name(), Source.SERVICE));
          }
        }
      }
    }
  }
}
