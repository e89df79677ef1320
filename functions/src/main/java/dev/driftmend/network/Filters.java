package dev.driftmend.network;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.AclEntry;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What security groups and network ACLs let pass; addresses are those of the other side. */
final class Filters {
  /**
   * From where most clients' kernels take the ports to which answers go.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports">Ephemeral
   *     ports</a>
   */
  private static final int FIRST_EPHEMERAL = 32_768;

  private static final int LAST_EPHEMERAL = 60_999;

  private final Network network;
  private final Map<List<Object>, TrafficSet> byGroups = new HashMap<>();
  private final Map<List<Object>, TrafficSet> byAcl;
  private final Map<Peer, AddressSet> named;

  Filters(Network network) {
    this(network, new HashMap<>(), new HashMap<>());
  }

  private Filters(
      Network network, Map<List<Object>, TrafficSet> byAcl, Map<Peer, AddressSet> named) {
    this.network = network;
    this.byAcl = byAcl;
    this.named = named;
  }

  /**
   * @param other with the same subnets, network ACLs and prefix lists
   */
  Filters in(Network other) {
    return new Filters(other, byAcl, named);
  }

  /** By rules that name addresses. */
  TrafficSet byAddress(Collection<String> groups, Direction direction) {
    return byGroups.computeIfAbsent(
        List.of(List.copyOf(groups), direction),
        k ->
            TrafficSet.union(
                rules(groups, direction).map(r -> TrafficSet.of(r, addresses(r.peer()))).toList()));
  }

  /** By rules that name one of these groups: whatever carries it. */
  TrafficSet byGroup(
      Collection<String> groups, Direction direction, Collection<String> peers, AddressSet at) {
    return TrafficSet.union(
        rules(groups, direction)
            .filter(r -> r.peer() instanceof Peer.Group g && peers.contains(g.text()))
            .map(r -> TrafficSet.of(r, at))
            .toList());
  }

  private Stream<SecurityRule> rules(Collection<String> groups, Direction direction) {
    return groups.stream()
        .flatMap(g -> network.groups().getOrDefault(g, List.of()).stream())
        .filter(r -> r.direction() == direction);
  }

  /**
   * What gets through a subnet's ACL one way, if the answers get back the other way: an ACL
   * remembers no connections.
   */
  TrafficSet throughAcl(String subnet, Direction direction) {
    return throughAcl(subnet, direction, FIRST_EPHEMERAL, LAST_EPHEMERAL);
  }

  /** The same for who takes ports for its answers from this range. */
  TrafficSet throughAcl(String subnet, Direction direction, int firstAnswer, int lastAnswer) {
    var at = network.subnets().get(subnet);
    if (at == null || !network.acls().containsKey(at.acl())) {
      return TrafficSet.all(AddressSet.ALL);
    }
    var entries = network.acls().getOrDefault(at.acl(), List.of());
    return byAcl.computeIfAbsent(
        List.of(at.acl(), direction, firstAnswer, lastAnswer),
        k ->
            allowed(entries, direction)
                .and(answered(allowed(entries, opposite(direction)), firstAnswer, lastAnswer)));
  }

  private static Direction opposite(Direction direction) {
    return direction == Direction.INGRESS ? Direction.EGRESS : Direction.INGRESS;
  }

  private TrafficSet allowed(List<AclEntry> entries, Direction direction) {
    var decided = TrafficSet.NONE;
    var allowed = TrafficSet.NONE;
    for (var entry :
        entries.stream()
            .filter(e -> e.rule().direction() == direction)
            .sorted(Comparator.comparingInt(AclEntry::number))
            .toList()) {
      var names = TrafficSet.of(entry.rule(), addresses(entry.rule().peer()));
      if (entry.allow()) {
        allowed = allowed.plus(names.minus(decided));
      }
      decided = decided.plus(names);
    }
    return allowed;
  }

  /** All but the TCP and UDP of addresses to which no answer gets. */
  private static TrafficSet answered(TrafficSet backwards, int firstAnswer, int lastAnswer) {
    var answered = TrafficSet.all(AddressSet.ALL);
    for (var protocol : List.of("tcp", "udp")) {
      var everyPort = rule(protocol, 0, 65_535);
      var unanswered =
          TrafficSet.of(rule(protocol, firstAnswer, lastAnswer), AddressSet.ALL)
              .minus(backwards)
              .addresses();
      answered = answered.minus(TrafficSet.of(everyPort, unanswered));
    }
    return answered;
  }

  private static SecurityRule rule(String protocol, int from, int to) {
    return new SecurityRule(Direction.INGRESS, protocol, from, to, new Peer.Cidr4("0.0.0.0/0"));
  }

  AddressSet addresses(Peer peer) {
    var known = named.get(peer);
    if (known == null) {
      known = read(peer);
      named.put(peer, known);
    }
    return known;
  }

  /** A list that could not be read may hold any address: exposure is overstated, never missed. */
  private AddressSet read(Peer peer) {
    return switch (peer) {
      case Peer.Cidr4 c -> AddressSet.parse(List.of(c.text()));
      case Peer.Cidr6 c -> AddressSet.parse(List.of(c.text()));
      case Peer.PrefixList p -> {
        var blocks = network.prefixLists().get(p.text());
        yield blocks == null ? AddressSet.ALL : AddressSet.parse(blocks);
      }
      case Peer.Group g -> AddressSet.NONE;
    };
  }
}
