package dev.driftmend.network;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.SecurityRule.Peer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Interfaces that stand for all that are like them: a thousand instances of one group are looked at
 * as one.
 */
public final class Interfaces {
  /** Above so many interfaces those with other private addresses count as alike. */
  private static final int EXACT = 64;

  private final List<List<String>> classes;
  private final List<List<String>> asked;
  private final List<String> uncarriedGroups;
  private final AddressSet addresses;
  private final Map<String, Set<String>> carried;

  private Interfaces(
      List<List<String>> classes,
      List<List<String>> asked,
      List<String> uncarriedGroups,
      AddressSet addresses,
      Map<String, Set<String>> carried) {
    this.classes = classes;
    this.asked = asked;
    this.uncarriedGroups = uncarriedGroups;
    this.addresses = addresses;
    this.carried = carried;
  }

  /**
   * @param live and {@code wanted} have the same interfaces; one that differs stands for itself
   *     only
   */
  public static Interfaces of(Network live, Network wanted) {
    var exact = live.interfaces().size() <= EXACT;
    var then = new HashMap<String, Object>();
    wanted.interfaces().forEach(i -> then.put(i.id(), signature(i, exact)));
    Map<Object, List<String>> alike =
        live.interfaces().stream()
            .collect(
                Collectors.groupingBy(
                    i -> {
                      var now = signature(i, exact);
                      return now.equals(then.get(i.id())) ? now : i.id();
                    },
                    LinkedHashMap::new,
                    Collectors.mapping(Interface::id, Collectors.toList())));
    var classes = List.copyOf(alike.values());
    var addresses =
        AddressSet.parse(
            live.interfaces().stream().flatMap(i -> i.privateAddresses().stream()).toList());
    var carried = new HashMap<String, Set<String>>();
    Stream.of(live, wanted)
        .flatMap(n -> n.interfaces().stream())
        .forEach(i -> carried.computeIfAbsent(i.id(), id -> new HashSet<>()).addAll(i.groups()));
    return new Interfaces(classes, classes, uncarriedGroups(live, wanted), addresses, carried);
  }

  /** Only those that carry a group, before or after, and the ways between them and all others. */
  public Interfaces around(String group) {
    var few = classes.stream().filter(c -> c.stream().anyMatch(id -> carries(id, group))).toList();
    return new Interfaces(classes, few, uncarriedGroups, addresses, carried);
  }

  private boolean carries(String id, String group) {
    return carried.getOrDefault(id, Set.of()).contains(group);
  }

  /** The groups that those carry which are asked for. */
  Set<String> groups() {
    return asked.stream()
        .flatMap(c -> carried.getOrDefault(c.getFirst(), Set.of()).stream())
        .collect(Collectors.toSet());
  }

  /** All private addresses that they have, those that are not asked for among them. */
  AddressSet addresses() {
    return addresses;
  }

  /** The groups that rules name and none of the interfaces carries. */
  private static List<String> uncarriedGroups(Network live, Network wanted) {
    var carried =
        Stream.of(live, wanted)
            .flatMap(n -> n.interfaces().stream())
            .flatMap(i -> i.groups().stream())
            .collect(Collectors.toSet());
    return Stream.of(live, wanted)
        .flatMap(n -> n.groups().values().stream())
        .flatMap(List::stream)
        .flatMap(r -> r.peer() instanceof Peer.Group g ? Stream.of(g.text()) : Stream.of())
        .filter(g -> !carried.contains(g))
        .distinct()
        .sorted()
        .toList();
  }

  List<String> uncarriedGroups() {
    return uncarriedGroups;
  }

  private static Object signature(Interface at, boolean exact) {
    var v4 = at.publicAddresses().stream().anyMatch(a -> !a.contains(":"));
    var v6 = at.publicAddresses().stream().anyMatch(a -> a.contains(":"));
    var addresses = exact ? at.privateAddresses() : Set.of();
    return List.of(at.subnetId(), at.groups(), v4, v6, addresses);
  }

  /** One of each class. */
  List<String> one() {
    return asked.stream().map(List::getFirst).toList();
  }

  /** One of each class with one of each other class, and with another one of its own. */
  List<Pair> pairs() {
    var pairs = new ArrayList<Pair>();
    var all = Collections.newSetFromMap(new IdentityHashMap<List<String>, Boolean>());
    all.addAll(asked);
    for (var from : classes) {
      for (var to : all.contains(from) ? classes : asked) {
        if (from != to) {
          pairs.add(new Pair(from.getFirst(), to.getFirst()));
        } else if (from.size() > 1) {
          pairs.add(new Pair(from.getFirst(), from.getLast()));
        }
      }
    }
    return pairs;
  }

  record Pair(String from, String to) {}
}
