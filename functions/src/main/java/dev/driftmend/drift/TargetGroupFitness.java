package dev.driftmend.drift;

import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.TrafficSet;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Could a target group serve, were requests sent to it? Where a listener has moved away, the
 * service does not know the health of any target. Then one could if it was healthy before that, its
 * instance runs, and its groups let the load balancer in; whether it does is seen afterwards, by
 * the detector of health regressions. Pure.
 */
public final class TargetGroupFitness {
  private static final String HEALTH_CHECK_PORT = "HealthCheckPort";

  private final Function<String, Verdict> instances;
  private final Map<String, Served> served;
  private final @Nullable NetworkSimulation simulation;
  private final Instant now;
  private final Function<String, String> names;

  /**
   * @param instances whether an instance works
   * @param served by the ARN of a target group
   * @param simulation null if nothing is known of the network
   * @param names what a person knows something by
   */
  TargetGroupFitness(
      Function<String, Verdict> instances,
      Map<String, Served> served,
      @Nullable NetworkSimulation simulation,
      Instant now,
      Function<String, String> names) {
    this.instances = instances;
    this.served = served;
    this.simulation = simulation;
    this.now = now;
    this.names = names;
  }

  /** From good to bad. */
  enum Fit {
    WORKS,
    NOT_KNOWN,
    CANNOT
  }

  /**
   * @param why a clause for a person; empty if it works
   */
  public record Verdict(Fit fit, String why) {
    static final Verdict WORKS = new Verdict(Fit.WORKS, "");

    static Verdict notKnown(String why) {
      return new Verdict(Fit.NOT_KNOWN, why);
    }

    static Verdict cannot(String why) {
      return new Verdict(Fit.CANNOT, why);
    }
  }

  /**
   * @param balancer how EC2 describes the interfaces of the load balancer that would send to it
   */
  Verdict of(String arn, Observed group, String balancer) {
    return switch (group) {
      case Observed.Gone _ -> Verdict.cannot(names.apply(arn) + " does not exist any more");
      case Observed.Unreadable u -> unreadable(arn, u.why());
      case Observed.Found found ->
          switch (found.properties().get(TargetGroup.TARGET_HEALTH)) {
            case Property.Members m -> of(arn, found, m.items(), balancer);
            case Property.Unknown u -> unreadable(arn, u.why());
            case Property.Scalar _ -> unreadable(arn, "it was read in another form");
            case null -> unreadable(arn, "it was not read");
          };
    };
  }

  private Verdict unreadable(String arn, String why) {
    return Verdict.notKnown(
        "the health of the targets of " + names.apply(arn) + " could not be read: " + why);
  }

  private Verdict of(String arn, Observed.Found group, List<Item> targets, String balancer) {
    if (targets.isEmpty()) {
      return Verdict.cannot("no target is registered in " + names.apply(arn));
    }
    if (targets.stream().anyMatch(TargetGroup::serves)) {
      return Verdict.WORKS;
    }
    var idle = targets.stream().filter(TargetGroup::isIdle).map(Item::key).toList();
    if (idle.isEmpty()) {
      return Verdict.cannot("every target of " + names.apply(arn) + " is " + states(targets));
    }
    var verdicts = idle.stream().map(t -> idle(arn, group, t, balancer)).toList();
    return verdicts.stream()
        .filter(v -> v.fit() != Fit.CANNOT)
        .min((a, b) -> a.fit().compareTo(b.fit()))
        .orElse(verdicts.getFirst());
  }

  private static String states(List<Item> targets) {
    return targets.stream()
        .map(
            t -> {
              var reason = t.fields().getOrDefault(TargetGroup.REASON, "");
              return t.fields().getOrDefault(TargetGroup.STATE, "of unknown health")
                  + (reason.isEmpty() ? "" : " (" + reason + ")");
            })
        .distinct()
        .sorted()
        .collect(Collectors.joining(" or "));
  }

  private Verdict idle(String arn, Observed.Found group, String target, String balancer) {
    var id = TargetGroup.targetId(target);
    var runs = id.startsWith("i-") ? instances.apply(id) : Verdict.WORKS;
    if (runs.fit() != Fit.WORKS) {
      return runs;
    }
    var before = served.get(arn);
    if (before == null || !before.tells(now) || !before.healthy().contains(target)) {
      return Verdict.notKnown(
          "nothing is sent to "
              + names.apply(arn)
              + " now, so that the health of its targets is not known, and "
              + target
              + " was not seen healthy before that");
    }
    return id.startsWith("i-") || isAddress(id) ? admitted(group, target, balancer) : Verdict.WORKS;
  }

  private Verdict admitted(Observed.Found group, String target, String balancer) {
    if (simulation == null) {
      return Verdict.notKnown("whether the load balancer gets to " + target + " is not known");
    }
    var id = TargetGroup.targetId(target);
    var interfaces = simulation.live().interfaces();
    var nodes = interfaces.stream().filter(i -> i.owner().equals(balancer)).toList();
    var ends =
        interfaces.stream()
            .filter(i -> id.equals(i.instanceId()) || i.privateAddresses().contains(id))
            .toList();
    if (nodes.isEmpty() || ends.isEmpty()) {
      return Verdict.notKnown("whether the load balancer gets to " + target + " is not known");
    }
    var reach = new Reachability(simulation.live());
    var ports = ports(group, target);
    return nodes.stream().anyMatch(n -> ends.stream().anyMatch(e -> passes(reach, n, e, ports)))
        ? Verdict.WORKS
        : Verdict.cannot(
            "the load balancer does not get to "
                + target
                + " now: no rule, route or network list lets it");
  }

  private static boolean passes(
      Reachability reach, Interface node, Interface end, Set<Integer> ports) {
    var between = reach.between(node, end);
    return ports.stream()
        .allMatch(port -> !between.and(TrafficSet.tcp(port, port, AddressSet.ALL)).isEmpty());
  }

  /** Where requests go and where health is asked. */
  private static Set<Integer> ports(Observed.Found group, String target) {
    var ports = new HashSet<Integer>();
    var colon = target.lastIndexOf(':');
    if (colon > 0) {
      ports.add(Integer.parseInt(target.substring(colon + 1)));
    }
    if (group.properties().get(HEALTH_CHECK_PORT) instanceof Property.Scalar s
        && s.value().matches("\\d{1,5}")) {
      ports.add(Integer.parseInt(s.value()));
    }
    return ports;
  }

  /** The targets of these groups of the stack of which none serves and whose health is unknown. */
  public static Set<String> idle(Desired desired, Live live, Set<String> groups) {
    return desired.resources().stream()
        .filter(r -> groups.contains(r.ref().physicalId()))
        .map(r -> live.resources().get(r.ref().logicalId()))
        .flatMap(
            observed ->
                observed instanceof Observed.Found f
                        && f.properties().get(TargetGroup.TARGET_HEALTH)
                            instanceof Property.Members m
                        && m.items().stream().noneMatch(TargetGroup::serves)
                    ? m.items().stream().filter(TargetGroup::isIdle)
                    : Stream.<Item>of())
        .map(Item::key)
        .collect(Collectors.toSet());
  }

  static boolean isAddress(String id) {
    return !id.startsWith("arn:") && (id.matches("[0-9.]+") || id.contains(":"));
  }

  /** How EC2 describes the interfaces of the load balancer whose listener or rule has drifted. */
  static Optional<String> balancer(Drift drift) {
    return switch (drift.resource().type()) {
      case Listener.TYPE, ListenerRule.TYPE ->
          Optional.of(Listener.owner(drift.resource().physicalId()));
      default -> Optional.empty();
    };
  }
}
