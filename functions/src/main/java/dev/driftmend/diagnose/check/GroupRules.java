package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.scene.PartialRules;
import dev.driftmend.diagnose.scene.Symbols;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.network.AddressSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What security groups let through on one port, and how that is said. */
public final class GroupRules {
  private static final int SHOWN = 4;

  /** The free addresses that a subnet of a load balancer has at least. */
  private static final int FEWEST = 8;

  private static final AddressSet EVERYWHERE = AddressSet.parse(List.of("0.0.0.0/0"));

  private final Path path;

  public GroupRules(Path path) {
    this.path = path;
  }

  public enum Let {
    ALL,
    /** Some of the other side's addresses, and not all. */
    SOME,
    NONE,
    /** It depends on what is not known. */
    UNCLEAR
  }

  /**
   * @param groups whose rules decide
   * @param peers the groups of the other side; null if not known
   * @param addresses of the other side; empty if not known
   */
  public Let let(
      Set<String> groups,
      Direction direction,
      int port,
      @Nullable Set<String> peers,
      Set<String> addresses) {
    var rules = rules(groups, direction).filter(r -> covers(r, port)).toList();
    var byGroup = rules.stream().map(SecurityRule::peer).flatMap(GroupRules::group).toList();
    if (peers != null && byGroup.stream().anyMatch(peers::contains)) {
      return Let.ALL;
    }
    var open =
        rules.stream()
            .map(r -> blocks(r.peer()))
            .filter(Objects::nonNull)
            .reduce(AddressSet.NONE, AddressSet::plus);
    if (open.containsAll(addresses.isEmpty() ? EVERYWHERE : AddressSet.parse(addresses))) {
      return Let.ALL;
    }
    if (addresses.isEmpty() && !open.isEmpty() && !isTooFew(open, direction)
        || peers == null && !byGroup.isEmpty()
        || maybeSame(byGroup, peers)
        || unclear(groups, direction, port)
        || rules.stream().anyMatch(r -> blocks(r.peer()) == null)) {
      return Let.UNCLEAR;
    }
    return addresses.isEmpty() || open.and(AddressSet.parse(addresses)).isEmpty()
        ? Let.NONE
        : Let.SOME;
  }

  /**
   * Whether a load balancer's addresses, which are any of its subnets, are surely not all among
   * these.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-subnets">Subnets
   *     of a load balancer: /27 at least, eight free addresses</a>
   */
  private boolean isTooFew(AddressSet open, Direction direction) {
    return direction == Direction.INGRESS
        && !path.scene().deployed()
        && path.balancer() != null
        && !path.keepsClients()
        && open.isFewerThan(FEWEST);
  }

  /** What a symbol stands for may be any group, also one of the other side. */
  private static boolean maybeSame(List<String> named, @Nullable Set<String> peers) {
    return peers != null
        && !named.isEmpty()
        && (named.stream().anyMatch(Symbols::is) || peers.stream().anyMatch(Symbols::is));
  }

  /** Whether nothing at all may come in on a port, as far as all rules of it are known. */
  boolean isShut(Set<String> groups, int port) {
    return !unclear(groups, Direction.INGRESS, port)
        && rules(groups, Direction.INGRESS).noneMatch(r -> covers(r, port));
  }

  private static Stream<String> group(Peer peer) {
    return peer instanceof Peer.Group g ? Stream.of(g.text()) : Stream.of();
  }

  /** Null for a prefix list that was not read. */
  private @Nullable AddressSet blocks(Peer peer) {
    return switch (peer) {
      case Peer.Cidr4 c -> AddressSet.parse(List.of(c.text()));
      case Peer.Cidr6 c -> AddressSet.parse(List.of(c.text()));
      case Peer.Group g -> AddressSet.NONE;
      case Peer.PrefixList p -> {
        var known = path.scene().network().prefixLists().get(p.text());
        yield known == null ? null : AddressSet.parse(known);
      }
    };
  }

  /** Whether there may be more rules than are known. */
  boolean unclear(Collection<String> groups, Direction direction) {
    return groups.stream()
        .anyMatch(
            g ->
                !path.scene().network().groups().containsKey(g)
                    || Read.openBecause(path.byId(g), property(direction)) != null);
  }

  /** Whether there may be more rules than are known that are about this port of TCP. */
  boolean unclear(Collection<String> groups, Direction direction, int port) {
    return groups.stream()
        .anyMatch(
            g ->
                !path.scene().network().groups().containsKey(g)
                    || PartialRules.isLeftOut(path.scene().declared(), g, direction, port)
                    || Read.openBecause(path.byId(g), property(direction)) != null
                        && (path.scene().deployed() || isOpenToMore(g, direction, port)));
  }

  /** Beside a default that is all that there is: whatever the rules say that are not known. */
  private boolean isOpenToMore(String group, Direction direction, int port) {
    return PartialRules.mayCover(path.scene().declared(), group, direction, port);
  }

  static String property(Direction direction) {
    return direction == Direction.INGRESS ? SecurityGroup.INGRESS : SecurityGroup.EGRESS;
  }

  private Stream<SecurityRule> rules(Collection<String> groups, Direction direction) {
    return groups.stream()
        .sorted()
        .flatMap(g -> path.scene().network().groups().getOrDefault(g, List.of()).stream())
        .filter(r -> r.direction() == direction);
  }

  public static boolean covers(SecurityRule rule, int port) {
    if (rule.protocol().equals(SecurityRule.ALL)) {
      return true;
    }
    var from = rule.from();
    var to = rule.to();
    return rule.protocol().equals("tcp")
        && (from == null || from <= port)
        && (to == null || to >= port);
  }

  String names(Collection<String> groups) {
    return groups.stream().map(path::name).sorted().collect(Collectors.joining(" and "));
  }

  /** E.g. {@code WebSecurityGroup has ingress tcp 80 from 0.0.0.0/0}. */
  String has(Collection<String> groups, Direction direction) {
    var shown =
        rules(groups, direction).map(r -> path.names().say(r.key())).distinct().sorted().toList();
    var verb = groups.size() > 1 ? " have " : " has ";
    if (shown.isEmpty()) {
      return names(groups) + verb + "no " + direction.text() + " rule";
    }
    var more = shown.size() > SHOWN ? " and " + (shown.size() - SHOWN) + " more" : "";
    return names(groups)
        + verb
        + String.join(", ", shown.subList(0, Math.min(SHOWN, shown.size())))
        + more;
  }

  Fault.About[] about(Collection<String> groups, Direction direction) {
    return groups.stream().map(g -> path.about(g, property(direction))).toArray(Fault.About[]::new);
  }
}
