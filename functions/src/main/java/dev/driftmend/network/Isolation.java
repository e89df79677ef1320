package dev.driftmend.network;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether security groups let less through than those in whose place they came: what the isolation
 * of a resource by incident response is known by. Pure.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/security-ir/latest/userguide/containment.html">Containment
 *     in the AWS Security Incident Response User Guide</a>
 */
public final class Isolation {
  /** By which investigators come in: SSH, RDP, WinRM. */
  private static final Set<Integer> ADMINISTRATION = Set.of(22, 3389, 5985, 5986);

  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0/0", "::/0");

  private final Filters filters;

  private Isolation(Network network) {
    this.filters = new Filters(network);
  }

  /**
   * Investigators may be let in: from somewhere but not from everywhere by what they administer
   * with, from one address by anything. And EC2 gives every new group a rule that lets all out,
   * which does not make it less of an isolation.
   *
   * @param instead the rules of the groups that it has now
   * @param declared the rules of those that it should have; empty if they are not known
   */
  public static boolean isolates(
      Network network, Collection<SecurityRule> instead, Collection<SecurityRule> declared) {
    var isolation = new Isolation(network);
    return instead.stream().allMatch(r -> isTolerated(r) || isolation.isCovered(r, declared))
        && (declared.isEmpty()
            || declared.stream().anyMatch(r -> !isolation.isCovered(r, instead)));
  }

  private static boolean isTolerated(SecurityRule rule) {
    return isForInvestigators(rule)
        || (rule.direction() == Direction.EGRESS
            && EVERYWHERE.contains(rule.peer().text())
            && rule.protocol().equals(SecurityRule.ALL));
  }

  /** Whether it lets nobody but investigators in, from somewhere but not from everywhere. */
  public static boolean isForInvestigators(SecurityRule rule) {
    var administers =
        rule.protocol().equals("tcp")
            && rule.from() != null
            && rule.from().equals(rule.to())
            && ADMINISTRATION.contains(rule.from());
    return rule.direction() == Direction.INGRESS
        && (isOneAddress(rule.peer()) || (administers && !EVERYWHERE.contains(rule.peer().text())));
  }

  private static boolean isOneAddress(Peer peer) {
    return (peer instanceof Peer.Cidr4 && peer.text().endsWith("/32"))
        || (peer instanceof Peer.Cidr6 && peer.text().endsWith("/128"));
  }

  private boolean isCovered(SecurityRule rule, Collection<SecurityRule> by) {
    var others =
        by.stream()
            .filter(r -> r.direction() == rule.direction())
            .flatMap(r -> Stream.of(TrafficSet.of(r, addresses(r.peer(), rule.peer()))))
            .toList();
    return TrafficSet.of(rule, addresses(rule.peer(), rule.peer()))
        .minus(TrafficSet.union(others))
        .isEmpty();
  }

  /** Whoever carries a group has some private address: which one is not asked. */
  private AddressSet addresses(Peer peer, Peer asked) {
    if (peer instanceof Peer.Group) {
      return peer.equals(asked) ? Reachability.NOT_INTERNET : AddressSet.NONE;
    }
    return peer instanceof Peer.PrefixList && peer.equals(asked)
        ? AddressSet.ALL
        : filters.addresses(peer);
  }

  /** The rules of some groups; a group of which none is known lets nothing through. */
  public static List<SecurityRule> rules(Network network, Collection<String> groups) {
    return groups.stream()
        .flatMap(g -> network.groups().getOrDefault(g, List.of()).stream())
        .toList();
  }
}
