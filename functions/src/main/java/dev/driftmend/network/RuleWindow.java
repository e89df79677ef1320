package dev.driftmend.network;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.network.TrafficSet.Stretch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What some rules of a group decide about: only flows of whatever carries the group, and only by
 * the protocols, ports and addresses that these rules name. All else flows with them as without
 * them and is left out, so that one rule of a thousand is judged without what the others let
 * through. What flows in a window is complete within it, and means nothing beyond it. Pure.
 */
public final class RuleWindow {
  private final String group;
  private final List<SecurityRule> rules;
  private final List<Stretch> stretches;
  private final AddressSet addresses;
  private final Interfaces around;

  /**
   * @param at any network of those that are compared: they have the same interfaces and lists
   * @param around the interfaces that carry the group in one of them
   */
  public RuleWindow(
      String group, Collection<SecurityRule> rules, Reachability at, Interfaces around) {
    this.group = group;
    this.rules = List.copyOf(rules);
    this.stretches = rules.stream().map(Stretch::of).distinct().toList();
    this.around = around;
    // Between interfaces it decides whether any one address gets through: all of theirs count.
    var named = new ArrayList<>(List.of(around.addresses()));
    rules.forEach(
        r -> named.add(r.peer() instanceof Peer.Group ? Reachability.NOT_INTERNET : at.named(r)));
    this.addresses = AddressSet.union(named);
  }

  /** What flows in it. */
  public Flows among(Reachability in) {
    return narrow(in, all(in), own -> own).among(around);
  }

  /** What would flow if the group had none of these rules. */
  public Flows amongWithout(Reachability in) {
    return narrow(in, all(in), this::without).among(around);
  }

  /** What of the internet gets to whatever carries the group. */
  public Flows fromInternet(Reachability in) {
    return narrow(in, around.groups(), own -> own).fromInternet(around);
  }

  /** The same, if the group had these rules. */
  public Flows fromInternetWith(Reachability in) {
    return narrow(in, around.groups(), this::with).fromInternet(around);
  }

  /** The same, if the group had none of these rules. */
  public Flows fromInternetWithout(Reachability in) {
    return narrow(in, around.groups(), this::without).fromInternet(around);
  }

  private static Set<String> all(Reachability in) {
    return in.network().groups().keySet();
  }

  private List<SecurityRule> with(List<SecurityRule> own) {
    var all = new ArrayList<>(own);
    rules.stream().filter(r -> !own.contains(r)).forEach(all::add);
    return all;
  }

  private List<SecurityRule> without(List<SecurityRule> own) {
    var gone = new HashSet<>(rules);
    return own.stream().filter(r -> !gone.contains(r)).toList();
  }

  private Reachability narrow(
      Reachability in, Set<String> of, UnaryOperator<List<SecurityRule>> change) {
    var groups = new HashMap<String, List<SecurityRule>>();
    for (var id : of) {
      var own = in.network().groups().getOrDefault(id, List.of());
      var seen = own.stream().filter(r -> isSeen(r, in)).toList();
      groups.put(id, id.equals(group) ? change.apply(seen) : seen);
    }
    var n = in.network();
    return in.in(
        new Network(
            n.interfaces(),
            groups,
            n.subnets(),
            n.vpcs(),
            n.tables(),
            n.acls(),
            n.nats(),
            n.prefixLists()));
  }

  private boolean isSeen(SecurityRule rule, Reachability in) {
    var stretch = Stretch.of(rule);
    return stretches.stream().anyMatch(stretch::touches)
        && (rule.peer() instanceof Peer.Group || in.named(rule).touches(addresses));
  }
}
