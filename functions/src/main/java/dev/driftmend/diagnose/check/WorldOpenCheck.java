package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.TrafficSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The instances' groups let in nobody from the whole internet, whether they can be reached or not.
 * The clients' own port in a group that belongs to the load balancer is not meant.
 */
public final class WorldOpenCheck implements HopCheck {
  private static final Set<Integer> WEB = Set.of(80, 443);

  @Override
  public String name() {
    return "world-open";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    if (path.instances().isEmpty()) {
      return found.unclear("no instance is known");
    }
    var rules = new GroupRules(path);
    for (var target : path.instances()) {
      var groups = target.groups();
      if (groups == null) {
        found.unclear("the security groups of " + path.name(target.id()) + " are not known");
        continue;
      }
      var open = open(path, target, groups);
      if (!open.isEmpty() && path.keepsClients() && path.balancerGroups() == null) {
        if (open.stream().allMatch(r -> isAsked(target, r))) {
          found.ok(rules.names(groups) + " lets clients in to what they ask");
        } else {
          found.unclear(
              "targets of a network load balancer see their clients' addresses: which ports "
                  + rules.names(groups)
                  + " has to open to them is not known");
        }
      } else if (!open.isEmpty()) {
        found.fault(fault(path, target, groups, open));
      } else if (rules.unclear(groups, Direction.INGRESS)) {
        found.unclear("not all rules of " + rules.names(groups) + " are known");
      } else {
        found.ok(rules.names(groups) + " lets the internet in nowhere");
      }
    }
    return found;
  }

  /** The rules of which the ports are open to all of the internet, by them or by several. */
  private static List<SecurityRule> open(Path path, PathTarget target, Set<String> groups) {
    var network = path.scene().network();
    var all = new Reachability(network).byAddress(groups, Direction.INGRESS);
    return groups.stream()
        .sorted()
        .flatMap(
            g ->
                network.groups().getOrDefault(g, List.of()).stream()
                    .filter(r -> !isClients(path, target, g, r)))
        .filter(r -> r.direction() == Direction.INGRESS)
        .filter(r -> r.peer() instanceof Peer.Cidr4 || r.peer() instanceof Peer.Cidr6)
        .filter(r -> SecurityRule.hasPorts(r.protocol()) || r.protocol().equals(SecurityRule.ALL))
        .filter(r -> TrafficSet.of(r, everybody(r)).minus(all).isEmpty())
        .toList();
  }

  private static AddressSet everybody(SecurityRule rule) {
    return AddressSet.INTERNET.family(rule.peer() instanceof Peer.Cidr6);
  }

  private static boolean isAsked(PathTarget target, SecurityRule rule) {
    return SecurityRule.hasPorts(rule.protocol())
        && Objects.equals(rule.from(), target.port())
        && Objects.equals(rule.to(), target.port());
  }

  private static boolean isClients(Path path, PathTarget target, String group, SecurityRule rule) {
    if (path.isNone()) {
      // Without a load balancer clients may be meant to ask the instance itself.
      return rule.protocol().equals("tcp")
          && Objects.equals(rule.from(), rule.to())
          && WEB.contains(Objects.requireNonNullElse(rule.from(), 0));
    }
    var balancers = path.balancerGroups();
    return balancers != null
        && balancers.contains(group)
        && rule.protocol().equals("tcp")
        && path.port() != target.port()
        && Objects.equals(rule.from(), path.port())
        && Objects.equals(rule.to(), path.port());
  }

  private static Fault fault(
      Path path, PathTarget target, Set<String> groups, List<SecurityRule> open) {
    var about = new ArrayList<Fault.About>();
    groups.forEach(g -> about.add(path.about(g, SecurityGroup.INGRESS)));
    about.add(path.about(target.id(), Instance.GROUPS));
    var reach = new Reachability(path.scene().network());
    var reached =
        target.interfaces().stream()
            .anyMatch(
                i ->
                    open.stream()
                        .anyMatch(
                            r ->
                                !TrafficSet.of(r, everybody(r))
                                    .and(reach.fromInternet(i))
                                    .isEmpty()));
    return new Fault(
        new GroupRules(path).names(groups)
            + (groups.size() == 1 ? " lets" : " let")
            + " the whole internet in to "
            + path.name(target.id())
            + ": "
            + String.join(", ", open.stream().map(SecurityRule::key).distinct().toList())
            + (reached
                ? "; it can be reached"
                : target.subnet() != null && path.knows(target.subnet())
                    ? "; nothing leads there yet"
                    : ""),
        Symptom.NONE,
        Set.of(),
        path.isNone()
            ? "let in only the addresses that need it"
            : "let in only what comes from the load balancer's group, on tcp " + target.wanted(),
        about);
  }
}
