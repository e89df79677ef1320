package dev.driftmend.network;

import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What rules of one group and direction let through. */
final class Traffic {
  private static final List<String> EVERYWHERE = List.of("0.0.0.0/0", "::/0");
  private static final AddressSet ALL_OF_IPV4 = AddressSet.parse(EVERYWHERE.subList(0, 1));

  private final Map<String, List<String>> prefixLists;
  private final Map<Peer, AddressSet> named = new HashMap<>();
  private final Map<Question, AddressSet> covering = new HashMap<>();

  /**
   * @param prefixLists the CIDRs of each list; a list that is not in it could not be read
   */
  Traffic(Map<String, List<String>> prefixLists) {
    this.prefixLists = prefixLists;
  }

  /** The addresses that a rule names; none for a group, whose members are addresses of the VPC. */
  AddressSet addresses(SecurityRule rule) {
    return named.computeIfAbsent(rule.peer(), this::named);
  }

  private AddressSet named(Peer named) {
    return AddressSet.parse(
        switch (named) {
          case Peer.Cidr4 c -> List.of(c.text());
          case Peer.Cidr6 c -> List.of(c.text());
          // Unread, it is taken for the whole internet: exposure may be overstated, never missed.
          case Peer.PrefixList p -> prefixLists.getOrDefault(p.text(), EVERYWHERE);
          case Peer.Group g -> List.<String>of();
        });
  }

  private record Question(
      Object rules,
      Direction direction,
      String protocol,
      @Nullable Integer from,
      @Nullable Integer to) {}

  /**
   * All addresses that those of the rules let through which cover the protocol and the ports of
   * this one. A prefix list that was not read covers nothing for certain.
   *
   * @param name of these rules, the same whenever they are
   */
  AddressSet covering(SecurityRule rule, Object name, Collection<SecurityRule> rules) {
    var question = new Question(name, rule.direction(), rule.protocol(), rule.from(), rule.to());
    return covering.computeIfAbsent(question, q -> covering(rule, rules));
  }

  private AddressSet covering(SecurityRule rule, Collection<SecurityRule> rules) {
    return AddressSet.union(
        rules.stream()
            .filter(r -> covers(r, rule))
            .filter(
                r -> !(r.peer() instanceof Peer.PrefixList p) || prefixLists.containsKey(p.text()))
            .map(this::addresses)
            .toList());
  }

  /** Whether the other rules let through all that this one does. */
  boolean coveredBy(SecurityRule rule, Object name, Collection<SecurityRule> others) {
    if (rule.peer() instanceof Peer.Group group) {
      // Members of a group have addresses of either family; in a VPC without IPv6, as most are,
      // rules for all of IPv4 cover them.
      return samePeer(rule, others) || covering(rule, name, others).containsAll(ALL_OF_IPV4);
    }
    return samePeer(rule, others) || covering(rule, name, others).containsAll(addresses(rule));
  }

  private static boolean samePeer(SecurityRule rule, Collection<SecurityRule> others) {
    return others.stream().anyMatch(o -> covers(o, rule) && o.peer().equals(rule.peer()));
  }

  private static boolean covers(SecurityRule wide, SecurityRule narrow) {
    if (wide.direction() != narrow.direction()) {
      return false;
    }
    if (wide.protocol().equals(SecurityRule.ALL)) {
      return true;
    }
    if (!wide.protocol().equals(narrow.protocol())) {
      return false;
    }
    if (wide.from() == null || wide.to() == null) {
      return true;
    }
    if (narrow.from() == null || narrow.to() == null) {
      return false;
    }
    return SecurityRule.hasPorts(wide.protocol())
        ? wide.from() <= narrow.from() && wide.to() >= narrow.to()
        : wide.from().equals(narrow.from()) && (wide.to() < 0 || wide.to().equals(narrow.to()));
  }
}
