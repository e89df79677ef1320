package dev.driftmend.diagnose;

import dev.driftmend.kind.LoadBalancer;
import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.Diagnosis.Symptom;
import dev.driftmend.model.Property;
import dev.driftmend.model.SecurityRule;
import dev.driftmend.model.SecurityRule.Direction;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reach;
import dev.driftmend.network.TrafficSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The load balancer's groups let clients in on the port that they ask. */
final class BalancerGroupCheck implements HopCheck {
  @Override
  public String name() {
    return "load-balancer-group";
  }

  @Override
  public Found look(Scene scene, Path path, Before before) {
    var groups = path.balancerGroups();
    if (groups == null) {
      return Found.unknown("the security groups of the load balancer are not known");
    }
    var rules = new GroupRules(path);
    if (path.internal()) {
      return Found.fine("clients of an internal load balancer are not known one by one");
    }
    var wanted = TrafficSet.tcp(path.port(), path.port(), AddressSet.INTERNET.family(false));
    var open = wanted.and(new Reach(scene.network()).byAddress(groups, Direction.INGRESS));
    var unread = unread(path, groups);
    if (unread != null) {
      return Found.unknown(
          "what " + unread + " names, which " + rules.names(groups) + " lets in, was not read");
    }
    if (wanted.minus(open).isEmpty()) {
      return Found.fine(rules.names(groups) + " let clients in on tcp " + path.port());
    }
    if (rules.unclear(groups, Direction.INGRESS)) {
      return Found.unknown("not all rules of " + rules.names(groups) + " are known");
    }
    var declared = declared(path);
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
    var about = new ArrayList<Fault.About>();
    groups.forEach(g -> about.add(path.about(g, SecurityGroup.INGRESS)));
    about.add(
        path.about(Objects.requireNonNull(path.balancer()).physicalId(), LoadBalancer.GROUPS));
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
                about));
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
  static boolean isRestricted(Path path) {
    var groups = path.balancerGroups();
    if (groups == null || path.internal()) {
      return false;
    }
    var wanted = TrafficSet.tcp(path.port(), path.port(), AddressSet.INTERNET.family(false));
    var open = wanted.and(new Reach(path.scene().network()).byAddress(groups, Direction.INGRESS));
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
