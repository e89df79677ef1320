package dev.driftmend.reconcile;

import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Item;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What differs between desired and live: all of it, in the order of the template. Pure. */
public final class Comparison {
  private Comparison() {}

  /**
   * Compares what the template wants with what is there; what is undeclared or unknown is not
   * compared.
   */
  public static List<Drift> between(Desired desired, Live live) {
    var drifts = new ArrayList<Drift>();
    for (var resource : desired.resources()) {
      var observed = live.resources().get(resource.ref().logicalId());
      switch (observed) {
        case null -> drifts.add(new Drift.Unreadable(resource.ref(), "*", "it was not looked at"));
        case Observed.Gone g -> drifts.add(new Drift.Gone(resource.ref()));
        case Observed.Unreadable u ->
            drifts.add(new Drift.Unreadable(resource.ref(), "*", u.why()));
        case Observed.Found f ->
            resource.properties().forEach((name, p) -> compare(resource, name, p, f, drifts));
      }
    }
    return List.copyOf(drifts);
  }

  private static void compare(
      Resource resource, String name, Property wanted, Observed.Found found, List<Drift> drifts) {
    if (wanted instanceof Property.Unknown) {
      return;
    }
    var live = found.properties().get(name);
    switch (live) {
      case null -> drifts.add(new Drift.Unreadable(resource.ref(), name, "it was not read"));
      case Property.Unknown u -> drifts.add(new Drift.Unreadable(resource.ref(), name, u.why()));
      case Property.Scalar is when wanted instanceof Property.Scalar should -> {
        if (!is.value().equals(should.value())) {
          drifts.add(
              new Drift.Changed(
                  resource.ref(), name, null, null, should.value(), is.value(), null));
        }
      }
      case Property.Members are when wanted instanceof Property.Members should ->
          compareMembers(resource, name, should, are, drifts);
      default ->
          drifts.add(new Drift.Unreadable(resource.ref(), name, "it was read in another form"));
    }
  }

  private static void compareMembers(
      Resource resource,
      String name,
      Property.Members should,
      Property.Members are,
      List<Drift> drifts) {
    var live = byKey(are);
    for (var wanted : should.items()) {
      var is = live.remove(wanted.key());
      if (is == null) {
        if (!should.tolerated().contains(wanted.key())) {
          drifts.add(new Drift.Missing(resource.ref(), name, wanted));
        }
      } else {
        compareFields(resource, name, wanted, is, drifts);
      }
    }
    if (resource.partial()) {
      return;
    }
    live.values().stream()
        .filter(extra -> !should.tolerated().contains(extra.key()))
        .forEach(extra -> drifts.add(new Drift.Extra(resource.ref(), name, extra)));
  }

  private static Map<String, Item> byKey(Property.Members members) {
    var byKey = new LinkedHashMap<String, Item>();
    members.items().forEach(i -> byKey.put(i.key(), i));
    return byKey;
  }

  private static void compareFields(
      Resource resource, String name, Item wanted, Item is, List<Drift> drifts) {
    var fields = new TreeSet<>(wanted.fields().keySet());
    fields.addAll(is.fields().keySet());
    for (var field : fields) {
      var should = wanted.fields().getOrDefault(field, "");
      var live = is.fields().getOrDefault(field, "");
      if (!should.equals(live)) {
        drifts.add(
            new Drift.Changed(
                resource.ref(), name, wanted.key(), field, should, live, is.handle()));
      }
    }
  }
}
