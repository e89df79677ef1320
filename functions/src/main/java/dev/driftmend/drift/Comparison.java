package dev.driftmend.drift;

import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What differs between desired and live: all of it, in the order of the template. Pure. */
public final class Comparison {
  /** Before the source in a rule's key. */
  private static final String FROM = " from ";

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
      var is = live.remove(wanted.identity());
      if (is == null) {
        if (!should.tolerated().contains(wanted.key())) {
          drifts.add(new Drift.Missing(resource.ref(), name, wanted));
        }
      } else {
        compareFields(resource, name, should, wanted, is, drifts);
      }
    }
    if (resource.partial()) {
      return;
    }
    var guesses = guesses(should, live.values());
    for (var item : live.values()) {
      var taken = guesses.taken().get(item);
      if (guesses.extra().contains(item) || guesses.doubtful().containsKey(item)) {
        drifts.add(new Drift.Extra(resource.ref(), name, item, guesses.doubtful().get(item)));
      } else if (taken != null && isOpenUndeclared(item, taken)) {
        drifts.add(new Drift.Extra(resource.ref(), name, item, doubted(taken)));
      }
    }
  }

  /** What is open to the internet is reported, unless the template opens what it is taken for. */
  private static boolean isOpenUndeclared(Item live, OpenMember open) {
    var source = live.key().lastIndexOf(FROM);
    return SecurityRule.isOpenToInternet(live.key())
        && !open.form().endsWith(live.key().substring(Math.max(source, 0)));
  }

  private static String doubted(OpenMember open) {
    return "it is open to the internet, and it may be "
        + open.form()
        + ", of which the template does not tell from where: "
        + open.why();
  }

  private static UnresolvedMembers guesses(Property.Members should, Collection<Item> undeclared) {
    return UnresolvedMembers.of(
        should.open(),
        undeclared.stream().filter(i -> !should.tolerated().contains(i.key())).toList());
  }

  /**
   * The members of which not all is known, each with the live one that is taken for it: what is not
   * compared although its set is.
   */
  public static List<NotCovered> open(Desired desired, Live live) {
    var open = new ArrayList<NotCovered>();
    for (var resource : desired.resources()) {
      var observed = live.resources().get(resource.ref().logicalId());
      resource
          .properties()
          .forEach(
              (name, property) -> {
                if (property instanceof Property.Members should) {
                  open.addAll(open(resource, name, should, observed));
                }
              });
      open.addAll(undeclared(resource, observed));
    }
    return open;
  }

  /**
   * What the template leaves to AWS, where it is no longer what AWS gives by itself, with what that
   * opens or breaks: nobody undoes it, so whoever reads of it has to know what it is worth.
   */
  private static List<NotCovered> undeclared(Resource resource, @Nullable Observed observed) {
    var changed = new ArrayList<NotCovered>();
    resource
        .defaults()
        .forEach(
            (name, usual) -> {
              if (observed instanceof Observed.Found found
                  && found.properties().get(name) instanceof Property.Scalar is
                  && !is.value().equals(usual)) {
                changed.add(
                    new NotCovered(
                        resource.ref().logicalId(),
                        resource.ref().type(),
                        name,
                        "the template does not declare it; it is \""
                            + is.value()
                            + "\", by default it is \""
                            + usual
                            + "\""
                            + breaks(resource, found, name, usual, is.value())));
              }
            });
    return changed;
  }

  private static String breaks(
      Resource resource, Observed.Found live, String property, String usual, String is) {
    var changed = new Drift.Changed(resource.ref(), property, null, null, usual, is, null);
    var impact = Kinds.of(resource.ref()).impact(changed, resource, live);
    return impact.exposure() == Exposure.NONE
        ? ""
        : " (" + impact.exposure() + ": " + impact.why() + ")";
  }

  private static List<NotCovered> open(
      Resource resource, String name, Property.Members should, @Nullable Observed observed) {
    var undeclared = Map.<String, Item>of();
    if (observed instanceof Observed.Found found
        && found.properties().get(name) instanceof Property.Members are) {
      undeclared = byKey(are);
      should.items().stream().map(Item::identity).forEach(undeclared::remove);
    }
    var taken = guesses(should, undeclared.values()).taken();
    var lines = new ArrayList<NotCovered>();
    for (var member : should.open()) {
      var live =
          taken.entrySet().stream()
              .filter(e -> e.getValue() == member)
              .map(e -> e.getKey().key())
              .toList();
      if (member.declared() || !live.isEmpty()) {
        var what = live.isEmpty() ? "" : String.join(", ", live) + " is taken for ";
        lines.add(
            new NotCovered(
                resource.ref().logicalId(), resource.ref().type(), name, what + member.text()));
      }
    }
    return lines;
  }

  /** By identity. */
  private static Map<String, Item> byKey(Property.Members members) {
    var byKey = new LinkedHashMap<String, Item>();
    members.items().forEach(i -> byKey.put(i.identity(), i));
    return byKey;
  }

  private static void compareFields(
      Resource resource,
      String name,
      Property.Members set,
      Item wanted,
      Item is,
      List<Drift> drifts) {
    var fields = new TreeSet<>(wanted.fields().keySet());
    fields.addAll(is.fields().keySet());
    for (var field : fields) {
      var should = wanted.fields().getOrDefault(field, "");
      var live = is.fields().getOrDefault(field, "");
      if (!should.equals(live) && !set.isOpen(wanted, field)) {
        drifts.add(
            new Drift.Changed(
                resource.ref(), name, wanted.key(), field, should, live, is.handle()));
      }
    }
  }
}
