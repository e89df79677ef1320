package dev.driftmend.network;

import dev.driftmend.model.Network;
import dev.driftmend.model.Network.Interface;
import dev.driftmend.model.SecurityRule.Peer;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final List<String> strangers;

  private Interfaces(List<List<String>> classes, List<String> strangers) {
    this.classes = classes;
    this.strangers = strangers;
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
    return new Interfaces(List.copyOf(alike.values()), strangers(live, wanted));
  }

  /** The groups that rules name and none of the interfaces carries. */
  private static List<String> strangers(Network live, Network wanted) {
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

  List<String> strangers() {
    return strangers;
  }

  private static Object signature(Interface at, boolean exact) {
    var v4 = at.publicAddresses().stream().anyMatch(a -> !a.contains(":"));
    var v6 = at.publicAddresses().stream().anyMatch(a -> a.contains(":"));
    var addresses = exact ? at.privateAddresses() : Set.of();
    return List.of(at.subnetId(), at.groups(), v4, v6, addresses);
  }

  /** One of each class. */
  List<String> one() {
    return classes.stream().map(List::getFirst).toList();
  }

  /** One of each class with one of each other class, and with another one of its own. */
  List<Pair> pairs() {
    var pairs = new ArrayList<Pair>();
    for (var from : classes) {
      for (var to : classes) {
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
