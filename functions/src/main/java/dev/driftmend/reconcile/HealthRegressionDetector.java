package dev.driftmend.reconcile;

import dev.driftmend.drift.TargetGroupFitness;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.TargetHealth;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.plan.Inverse.Suspicion;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.TrafficSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a step is behind targets that have become unhealthy: that they did so after it proves
 * nothing. It is, if they were healthy before, if the step changed what the load balancer asks of
 * them or whether it gets through, and if they still are, with the reason that such a change leads
 * to, when every check of before the step has been outlived. Pure.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html">Reason
 *     codes</a>
 */
final class HealthRegressionDetector {
  /** How much later than it began a failure may be noticed: two probes, or one sweep. */
  private static final Duration NOTICED = Duration.ofMinutes(15);

  private HealthRegressionDetector() {}

  /**
   * @param inverse what takes the step back
   * @param to what the step leads traffic to
   * @param live as it was when the step was planned
   * @param before the network before the step, {@code after} after it; null if nothing asked for it
   */
  static Suspicion of(
      Step.Call step,
      Step.Call inverse,
      Set<String> to,
      Desired desired,
      Live live,
      @Nullable Network before,
      @Nullable Network after) {
    var kind = Kinds.of(step.resource());
    var health = kind.targetHealth(live.resources().get(step.resource().logicalId()));
    if (health.isPresent()) {
      var reasons = kind.unhealthyReasons(step, inverse);
      return reasons.isEmpty()
          ? Suspicion.NONE
          : new Suspicion(health.get().healthy().collect(Collectors.toSet()), reasons, false);
    }
    var idle = TargetGroupFitness.idle(desired, live, to);
    if (!idle.isEmpty()) {
      return new Suspicion(idle, TargetHealth.REASONS, true);
    }
    return before == null || after == null || before.equals(after)
        ? Suspicion.NONE
        : ofNetwork(desired, live, before, after);
  }

  private static Suspicion ofNetwork(Desired desired, Live live, Network before, Network after) {
    var cut = new HashSet<String>();
    for (var resource : desired.resources()) {
      var health = health(resource, live);
      if (health.isEmpty()) {
        continue;
      }
      var balancers = balancersOf(resource.ref().physicalId(), desired, live);
      for (var target : health.get().healthy().filter(t -> isInstance(t)).toList()) {
        var colon = target.lastIndexOf(':');
        var checked = health.get().checkPort();
        var port = checked == null ? Integer.parseInt(target.substring(colon + 1)) : checked;
        if (isCut(target.substring(0, colon), port, balancers, before, after)) {
          cut.add(target);
        }
      }
    }
    return cut.isEmpty() ? Suspicion.NONE : new Suspicion(cut, Set.of(TargetHealth.TIMEOUT), false);
  }

  private static Optional<TargetHealth> health(Resource resource, Live live) {
    return Kinds.of(resource.ref()).targetHealth(live.resources().get(resource.ref().logicalId()));
  }

  private static boolean isInstance(String target) {
    return target.matches("i-[^:]+:\\d{1,5}");
  }

  /** The owners of the interfaces of the load balancers that forward to a target group. */
  private static Set<String> balancersOf(String group, Desired desired, Live live) {
    return desired.resources().stream()
        .map(Resource::ref)
        .flatMap(
            ref -> Kinds.of(ref).sender(ref, live.resources().get(ref.logicalId()), group).stream())
        .collect(Collectors.toSet());
  }

  private static boolean isCut(
      String instance, int port, Set<String> balancers, Network before, Network after) {
    return before.interfaces().stream()
        .filter(i -> instance.equals(i.instanceId()))
        .anyMatch(
            target ->
                before.interfaces().stream()
                    .filter(i -> balancers.contains(i.owner()))
                    .anyMatch(
                        balancer ->
                            carries(before, balancer.id(), target.id(), port)
                                && !carries(after, balancer.id(), target.id(), port)));
  }

  private static boolean carries(Network network, String from, String to, int port) {
    var byId = new HashMap<String, Interface>();
    network.interfaces().forEach(i -> byId.put(i.id(), i));
    return !new Reachability(network)
        .between(Objects.requireNonNull(byId.get(from)), Objects.requireNonNull(byId.get(to)))
        .and(TrafficSet.tcp(port, port, AddressSet.ALL))
        .isEmpty();
  }

  /**
   * A target that is unhealthy now.
   *
   * @param settles how long after a change its health may still be that of before
   * @param fails how long a target that is good for nothing may take to be found so, from when it
   *     is first asked
   * @param answered when any target of its group was last seen healthy; null if that is not known
   */
  record Sick(
      String target, String reason, Duration settles, Duration fails, @Nullable Instant answered) {}

  /**
   * @param served by the ARN of a target group
   */
  static List<Sick> sick(Desired desired, Live live, Map<String, Served> served) {
    return desired.resources().stream()
        .flatMap(
            r -> health(r, live).stream().flatMap(h -> sick(h, served.get(r.ref().physicalId()))))
        .toList();
  }

  private static Stream<Sick> sick(TargetHealth health, @Nullable Served served) {
    return health
        .unhealthy()
        .map(
            t ->
                new Sick(
                    t.id(),
                    t.reason(),
                    health.settles(),
                    health.fails(),
                    served == null ? null : served.answered()));
  }

  /**
   * The targets that a suspicion is right about; none if it is wrong, or if that is not known any
   * more, or not yet. Where traffic was led is not to blame once it has answered there, nor while
   * something else is known to cut the path.
   *
   * @param repaired when the step was made
   * @param failing since when the path is known to fail; empty if nobody knows
   * @param cutElsewhere whether a drift stands that is an outage, or a part of one
   */
  static List<Sick> proved(
      Suspicion suspicion,
      List<Sick> sick,
      Instant repaired,
      Optional<Instant> failing,
      boolean cutElsewhere,
      Instant now) {
    if (suspicion.all() && cutElsewhere) {
      return List.of();
    }
    var proved =
        sick.stream()
            .filter(s -> suspicion.healthy().contains(s.target()))
            .filter(s -> suspicion.reasons().contains(s.reason()))
            .filter(s -> !suspicion.all() || !hasAnswered(s, repaired))
            .filter(s -> !now.isBefore(repaired.plus(suspicion.all() ? s.fails() : s.settles())))
            .filter(s -> beganWith(repaired, s.settles(), failing.orElse(now)))
            .sorted(Comparator.comparing(Sick::target))
            .toList();
    return suspicion.all() && !all(proved).containsAll(suspicion.healthy()) ? List.of() : proved;
  }

  private static boolean hasAnswered(Sick sick, Instant repaired) {
    return sick.answered() != null && sick.answered().isAfter(repaired);
  }

  private static Set<String> all(List<Sick> sick) {
    return sick.stream().map(Sick::target).collect(Collectors.toSet());
  }

  /** What was good for a while after the repair was broken by something else. */
  private static boolean beganWith(Instant repaired, Duration settles, Instant failing) {
    return !failing.isBefore(repaired) && !failing.isAfter(repaired.plus(settles).plus(NOTICED));
  }
}
