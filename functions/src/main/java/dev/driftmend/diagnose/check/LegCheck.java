package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.scene.Backend;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The groups at one end of the way from the load balancer to its targets. */
public final class LegCheck implements HopCheck {
  private static final Set<String> EVERYBODY = Set.of("0.0.0.0/0");

  /** Some of the ports of which a container may be given one. */
  private static final List<Integer> DYNAMIC =
      List.of(Backend.FIRST_DYNAMIC, 40_000, 49_153, 60_999);

  private final Direction direction;

  /**
   * @param direction out of the load balancer, or into the instance
   */
  public LegCheck(Direction direction) {
    this.direction = direction;
  }

  @Override
  public String name() {
    return direction == Direction.EGRESS ? "load-balancer-egress" : "instance-group";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    if (path.targets().isEmpty()) {
      return found.unclear("no target is known");
    }
    path.targets().forEach(t -> look(found, path, t));
    return found;
  }

  private void look(Found found, Path path, PathTarget target) {
    var beside = beside(path, target);
    if (beside != null) {
      beside.accept(found);
      return;
    }
    var out = direction == Direction.EGRESS;
    var own = out ? path.balancerGroups() : target.groups();
    // Clients of the internet are no members of a group.
    var peers =
        out
            ? target.groups()
            : path.hasNoGroups() && !path.internal() ? Set.<String>of() : path.balancerGroups();
    var who = out ? "the load balancer" : path.name(target.id());
    if (own == null) {
      if (out && path.hasNoGroups()) {
        found.ok("the load balancer has no security group: it lets everything out");
        return;
      }
      found.unclear("the security groups of " + who + " are not known");
      return;
    }
    var rules = new GroupRules(path);
    if (!out && path.keepsClients()) {
      clients(found, path, target, rules, own, peers);
      return;
    }
    var addresses = out ? target.addresses() : path.nodeAddresses();
    switch (let(rules, own, direction, target, peers, addresses)) {
      case ALL -> found.ok(rules.names(own) + verb() + ports(target) + end(path, target));
      case UNCLEAR -> found.unclear("not all that decides about " + rules.names(own) + " is known");
      case NONE -> found.fault(fault(path, target, rules, own, peers, Set.of(target.key())));
      case SOME -> found.fault(fault(path, target, rules, own, peers, Set.of(Fault.PART)));
    }
  }

  /** What is said where no security group decides, or not by what is known; null if one does. */
  private static @Nullable Consumer<Found> beside(Path path, PathTarget target) {
    var name = path.name(target.id());
    var group = path.declared(target.group());
    var type = group.map(g -> Read.text(g, "TargetType")).orElse("");
    if (target.id().contains(":lambda:") || "lambda".equals(type)) {
      return found -> found.ok(name + " is invoked through the service: no security group decides");
    }
    var protocol = Read.text(path.byId(target.group()), "Protocol");
    if (protocol != null
        && Set.of("UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE").contains(protocol)) {
      return found -> found.unclear(name + " is asked by " + protocol + ", which is not judged");
    }
    return target.port() == 0 && !target.dynamic()
        ? found -> found.unclear("on which port " + name + " is asked is not known")
        : null;
  }

  /** On each port of those that it may be asked on. */
  private static GroupRules.Let let(
      GroupRules rules,
      Set<String> groups,
      Direction direction,
      PathTarget target,
      @Nullable Set<String> peers,
      Set<String> addresses) {
    if (!target.dynamic()) {
      return rules.let(groups, direction, target.wanted(), peers, addresses);
    }
    var lets =
        DYNAMIC.stream()
            .map(port -> rules.let(groups, direction, port, peers, addresses))
            .distinct()
            .toList();
    return lets.size() == 1 ? lets.getFirst() : GroupRules.Let.UNCLEAR;
  }

  private static String ports(PathTarget target) {
    return target.dynamic() ? Backend.FIRST_DYNAMIC + "-65535" : String.valueOf(target.wanted());
  }

  /** Who may ask through a network load balancer is for the target's group to say. */
  private void clients(
      Found found,
      Path path,
      PathTarget target,
      GroupRules rules,
      Set<String> own,
      @Nullable Set<String> peers) {
    var wanted = ports(target);
    switch (let(rules, own, direction, target, peers, EVERYBODY)) {
      case ALL -> found.ok(rules.names(own) + verb() + wanted + " from clients");
      case SOME, UNCLEAR ->
          found.unclear(
              "targets of a network load balancer see their clients' addresses, and not all that "
                  + rules.names(own)
                  + " lets in is known to be all that should ask");
      case NONE ->
          found.fault(
              new Fault(
                  "tcp "
                      + wanted
                      + " is let in to "
                      + path.name(target.id())
                      + " from nowhere: "
                      + rules.has(own, direction),
                  Symptom.TIMEOUT,
                  Set.of(target.key()),
                  "let tcp " + wanted + " in from the clients' addresses to " + rules.names(own),
                  List.of(
                      Stream.concat(
                              Stream.of(rules.about(own, direction)),
                              Stream.of(path.about(target.id(), Instance.GROUPS)))
                          .toArray(Fault.About[]::new))));
    }
  }

  private String verb() {
    return direction == Direction.EGRESS ? " lets out tcp " : " lets in tcp ";
  }

  private String end(Path path, PathTarget target) {
    return direction == Direction.EGRESS
        ? " to " + path.name(target.id())
        : " from the load balancer";
  }

  private Fault fault(
      Path path,
      PathTarget target,
      GroupRules rules,
      Set<String> own,
      @Nullable Set<String> peers,
      Set<String> hits) {
    var out = direction == Direction.EGRESS;
    var about = new ArrayList<>(List.of(rules.about(own, direction)));
    about.add(
        out
            ? path.about(
                path.balancer() == null ? "" : path.balancer().physicalId(), LoadBalancer.GROUPS)
            : path.about(target.id(), Instance.GROUPS));
    var other =
        peers == null || peers.isEmpty()
            ? (out ? "the instance" : "the load balancer")
            : rules.names(wanted(path, out ? target.id() : balancer(path), peers));
    var mine = rules.names(wanted(path, out ? balancer(path) : target.id(), own));
    return new Fault(
        "tcp "
            + ports(target)
            + (out
                ? " to " + path.name(target.id()) + " is not let out: "
                : " from the load balancer is not let in to " + path.name(target.id()) + ": ")
            + rules.has(own, direction),
        Symptom.GATEWAY_TIMEOUT,
        hits,
        "let tcp "
            + ports(target)
            + (out ? " out to " + other + " from " : " in from " + other + " to ")
            + mine,
        about);
  }

  private static String balancer(Path path) {
    return path.balancer() == null ? "" : path.balancer().physicalId();
  }

  /** The groups that the template gives it, where it says: these are the ones to fix. */
  private static Set<String> wanted(Path path, String id, Set<String> live) {
    return path.wanted(id)
        .map(r -> new Observed.Found(r.properties()))
        .flatMap(f -> Read.keys(f, Instance.GROUPS).or(() -> Read.keys(f, LoadBalancer.GROUPS)))
        .filter(groups -> !groups.isEmpty())
        .orElse(live);
  }
}
