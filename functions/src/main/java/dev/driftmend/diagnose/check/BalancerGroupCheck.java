package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathFinder;
import dev.driftmend.diagnose.scene.Registrars;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Property;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.TrafficSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The load balancer's groups let clients in on the port that they ask. */
public final class BalancerGroupCheck implements HopCheck {
  @Override
  public String name() {
    return "load-balancer-group";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var groups = path.balancerGroups();
    if (groups == null) {
      return path.hasNoGroups()
          ? Found.fine("the load balancer has no security group: it lets everybody in")
          : Found.unknown("the security groups of the load balancer are not known");
    }
    var rules = new GroupRules(path);
    if (path.listener() == null && !scene.deployed()) {
      return Found.unknown("no listener tells on which port clients ask");
    }
    if (isPassedBy(path)) {
      return Found.unknown("what comes through PrivateLink is let in whatever the groups say");
    }
    if (!isTcp(path)) {
      return Found.unknown("clients ask by " + path.protocol() + ", which is not judged");
    }
    var shaper = shaper(path, groups);
    if (shaper != null) {
      return Found.unknown(rules.has(groups, Direction.INGRESS) + ", but " + shaper);
    }
    if (path.internal()) {
      return rules.isShut(groups, path.port())
          ? shut(path, rules, groups)
          : Found.fine("clients of an internal load balancer are not known one by one");
    }
    var wanted = TrafficSet.tcp(path.port(), path.port(), AddressSet.INTERNET.family(false));
    var open = wanted.and(new Reachability(scene.network()).byAddress(groups, Direction.INGRESS));
    var unread = unread(path, groups);
    if (unread != null) {
      return Found.unknown(
          "what " + unread + " names, which " + rules.names(groups) + " lets in, was not read");
    }
    if (wanted.minus(open).isEmpty()) {
      return Found.fine(rules.names(groups) + " let clients in on tcp " + path.port());
    }
    if (rules.unclear(groups, Direction.INGRESS, path.port())) {
      return Found.unknown("not all rules of " + rules.names(groups) + " are known");
    }
    var declared = declared(path);
    var members = members(path, groups);
    if (open.isEmpty() && declared.isEmpty() && !members.isEmpty()) {
      return Found.unknown(
          "only members of " + rules.names(members) + " may ask on tcp " + path.port());
    }
    var beside = open.isEmpty() && !scene.deployed() ? beside(path, groups) : null;
    if (beside != null) {
      return Found.unknown(
          "clients are let in where " + beside + " listens, and not on tcp " + path.port());
    }
    if (!open.isEmpty() && declared.isEmpty()) {
      return Found.unknown(
          rules.names(groups)
              + " lets in only "
              + open.addresses().text()
              + " on tcp "
              + path.port()
              + ", and what the template wants of it is not known");
    }
    if (!open.isEmpty() && declared.minus(open).isEmpty()) {
      return Found.fine(
          "as the template says, only "
              + open.addresses().text()
              + " may ask on tcp "
              + path.port());
    }
    return new Found()
        .fault(
            new Fault(
                "clients are not let in on tcp "
                    + path.port()
                    + (open.isEmpty() ? "" : " but for " + open.addresses().text())
                    + ": "
                    + rules.has(groups, Direction.INGRESS),
                Symptom.TIMEOUT,
                open.isEmpty() ? Set.of() : Set.of(Fault.PART),
                "let tcp " + path.port() + " from 0.0.0.0/0 into " + fixed(path, rules, groups),
                about(path, groups)));
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html">Rules
   *     for traffic sent through PrivateLink</a>
   */
  private static boolean isPassedBy(Path path) {
    return path.declared(Objects.requireNonNull(path.balancer()).physicalId())
        .map(d -> Read.text(d, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"))
        .filter("off"::equals)
        .isPresent();
  }

  private static List<Fault.About> about(Path path, Set<String> groups) {
    var about = new ArrayList<Fault.About>();
    groups.forEach(g -> about.add(path.about(g, SecurityGroup.INGRESS)));
    about.add(
        path.about(Objects.requireNonNull(path.balancer()).physicalId(), LoadBalancer.GROUPS));
    return about;
  }

  /** Who may give the groups rules where the template gives them none; null if it gives some. */
  private static @Nullable String shaper(Path path, Set<String> groups) {
    var network = path.scene().network();
    if (path.scene().deployed()
        || groups.stream()
            .flatMap(g -> network.groups().getOrDefault(g, List.of()).stream())
            .anyMatch(r -> r.direction() == Direction.INGRESS)) {
      return null;
    }
    var registrars = new Registrars(path.scene().declared());
    return groups.stream()
        .sorted()
        .flatMap(g -> path.declared(g).stream())
        .map(registrars::shaper)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static boolean isTcp(Path path) {
    return !Set.of("UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE").contains(path.protocol());
  }

  private static Found shut(Path path, GroupRules rules, Set<String> groups) {
    return new Found()
        .fault(
            new Fault(
                "nobody is let in on tcp "
                    + path.port()
                    + ": "
                    + rules.has(groups, Direction.INGRESS),
                Symptom.TIMEOUT,
                Set.of(),
                "let tcp " + path.port() + " from its clients into " + fixed(path, rules, groups),
                about(path, groups)));
  }

  /**
   * Another listener of the load balancer that clients are let in to: then one that they are not
   * let in to may be for tests of a deployment, or to check health only. Null if there is none.
   */
  private static @Nullable String beside(Path path, Set<String> groups) {
    var balancer = Objects.requireNonNull(path.balancer()).physicalId();
    var reach = new Reachability(path.scene().network());
    return path.scene().desired().resources().stream()
        .filter(r -> r.ref().type().equals(Listener.TYPE))
        .filter(r -> PathFinder.balancerOf(r.ref().physicalId()).equals(balancer))
        .filter(
            r -> {
              var port = PathFinder.number(Read.text(r.properties(), Listener.PORT), 0);
              return port != 0
                  && port != path.port()
                  && !TrafficSet.tcp(port, port, AddressSet.INTERNET.family(false))
                      .and(reach.byAddress(groups, Direction.INGRESS))
                      .isEmpty();
            })
        .map(r -> r.ref().logicalId())
        .findFirst()
        .orElse(null);
  }

  /** The other groups of which the members are let in. */
  private static Set<String> members(Path path, Set<String> groups) {
    var members = new TreeSet<String>();
    groups.stream()
        .flatMap(g -> path.scene().network().groups().getOrDefault(g, List.of()).stream())
        .filter(r -> r.direction() == Direction.INGRESS && GroupRules.covers(r, path.port()))
        .forEach(
            r -> {
              if (r.peer() instanceof SecurityRule.Peer.Group g) {
                members.add(g.text());
              }
            });
    members.removeAll(groups);
    return members;
  }

  /** A prefix list that was not read, and of which it depends who is let in; null if none. */
  private static @Nullable String unread(Path path, Set<String> groups) {
    var network = path.scene().network();
    return groups.stream()
        .sorted()
        .flatMap(g -> network.groups().getOrDefault(g, List.of()).stream())
        .filter(r -> r.direction() == Direction.INGRESS && GroupRules.covers(r, path.port()))
        .map(r -> r.peer() instanceof SecurityRule.Peer.PrefixList p ? p.text() : "")
        .filter(list -> !list.isEmpty() && !network.prefixLists().containsKey(list))
        .findFirst()
        .orElse(null);
  }

  /**
   * Whether some clients only are let in, and the template wants no more of them, as far as it is
   * known: then whoever asks from elsewhere learns nothing.
   */
  public static boolean isRestricted(Path path) {
    var groups = path.balancerGroups();
    if (groups == null || path.internal()) {
      return false;
    }
    var wanted = TrafficSet.tcp(path.port(), path.port(), AddressSet.INTERNET.family(false));
    var open =
        wanted.and(new Reachability(path.scene().network()).byAddress(groups, Direction.INGRESS));
    var declared = declared(path);
    return !open.isEmpty() && !wanted.minus(open).isEmpty() && declared.minus(open).isEmpty();
  }

  /** Best into the group that the template gives it. */
  private static String fixed(Path path, GroupRules rules, Set<String> groups) {
    return path.wanted(Objects.requireNonNull(path.balancer()).physicalId())
        .flatMap(
            r ->
                r.properties().get(LoadBalancer.GROUPS) instanceof Property.Members m
                    ? m.keys().stream().findFirst()
                    : Optional.<String>empty())
        .map(path::name)
        .orElse(
            path.scene().deployed()
                ? rules.names(groups)
                : "a security group that the load balancer names, instead of "
                    + rules.names(groups));
  }

  /** What the template lets in of it; nothing if it does not say. */
  private static TrafficSet declared(Path path) {
    var balancer = Objects.requireNonNull(path.balancer()).physicalId();
    var groups =
        path.wanted(balancer).stream()
            .flatMap(
                r ->
                    r.properties().get(LoadBalancer.GROUPS) instanceof Property.Members m
                        ? m.keys().stream()
                        : Stream.<String>of());
    return TrafficSet.union(
        groups
            .flatMap(g -> path.wanted(g).stream())
            .flatMap(g -> SecurityGroup.rules(g.properties()).stream())
            .filter(r -> r.direction() == Direction.INGRESS)
            .filter(r -> GroupRules.covers(r, path.port()))
            .map(r -> part(path, r))
            .toList());
  }

  private static TrafficSet part(Path path, SecurityRule rule) {
    var blocks =
        switch (rule.peer()) {
          case SecurityRule.Peer.Cidr4 c -> List.of(c.text());
          case SecurityRule.Peer.PrefixList p ->
              path.scene().network().prefixLists().getOrDefault(p.text(), List.of());
          case SecurityRule.Peer.Cidr6 c -> List.<String>of();
          case SecurityRule.Peer.Group g -> List.<String>of();
        };
    return TrafficSet.tcp(
        path.port(), path.port(), AddressSet.parse(blocks).family(false).publicPart());
  }
}
