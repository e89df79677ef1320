package dev.driftmend.reconcile;

import dev.driftmend.drift.TargetGroupFitness;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.plan.Inverse.Suspicion;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
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
  private static final String TIMEOUT = "Target.Timeout";
  private static final String MISMATCH = "Target.ResponseCodeMismatch";
  private static final String HEALTH_CHECK_PORT = "HealthCheckPort";
  private static final String FAILED = "Target.FailedHealthChecks";
  private static final Set<String> ANY = Set.of(MISMATCH, TIMEOUT, FAILED);

  /** How much later than it began a failure may be noticed: two probes, or one sweep. */
  private static final Duration NOTICED = Duration.ofMinutes(15);

  private static final Map<String, Set<String>> BY_PROPERTY =
      Map.of(
          "HealthCheckPath",
          Set.of(MISMATCH),
          TargetGroup.MATCHER,
          Set.of(MISMATCH),
          "HealthCheckProtocol",
          Set.of(MISMATCH, TIMEOUT, FAILED),
          HEALTH_CHECK_PORT,
          Set.of(MISMATCH, TIMEOUT, FAILED),
          "HealthCheckTimeoutSeconds",
          Set.of(TIMEOUT));

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
    if (step.resource().type().equals(TargetGroup.TYPE)) {
      return ofHealthCheck(step, inverse, live);
    }
    var idle = TargetGroupFitness.idle(desired, live, to);
    if (!idle.isEmpty()) {
      return new Suspicion(idle, ANY, true);
    }
    return before == null || after == null || before.equals(after)
        ? Suspicion.NONE
        : ofNetwork(desired, live, before, after);
  }

  private static Suspicion ofHealthCheck(Step.Call step, Step.Call inverse, Live live) {
    var reasons = new HashSet<String>();
    step.arguments()
        .forEach(
            (name, values) -> {
              if (!values.equals(inverse.arguments().get(name))) {
                reasons.addAll(BY_PROPERTY.getOrDefault(name, Set.of()));
              }
            });
    var healthy =
        healthy(live.resources().get(step.resource().logicalId())).collect(Collectors.toSet());
    return reasons.isEmpty() ? Suspicion.NONE : new Suspicion(healthy, reasons, false);
  }

  private static Suspicion ofNetwork(Desired desired, Live live, Network before, Network after) {
    var cut = new HashSet<String>();
    for (var resource : desired.resources()) {
      if (!resource.ref().type().equals(TargetGroup.TYPE)) {
        continue;
      }
      var group = live.resources().get(resource.ref().logicalId());
      var balancers = balancersOf(resource.ref().physicalId(), desired, live);
      for (var target : healthy(group).filter(HealthRegressionDetector::isInstance).toList()) {
        var colon = target.lastIndexOf(':');
        var port = healthPort(group, Integer.parseInt(target.substring(colon + 1)));
        if (isCut(target.substring(0, colon), port, balancers, before, after)) {
          cut.add(target);
        }
      }
    }
    return cut.isEmpty() ? Suspicion.NONE : new Suspicion(cut, Set.of(TIMEOUT), false);
  }

  private static boolean isInstance(String target) {
    return target.matches("i-[^:]+:\\d{1,5}");
  }

  /** The owners of the interfaces of the load balancers that forward to a target group. */
  private static Set<String> balancersOf(String group, Desired desired, Live live) {
    return desired.resources().stream()
        .filter(r -> r.ref().type().equals(Listener.TYPE))
        .filter(r -> actions(live.resources().get(r.ref().logicalId())).contains(group))
        .map(r -> Listener.owner(r.ref().physicalId()))
        .collect(Collectors.toSet());
  }

  /** All actions of a listener and of its rules. */
  private static String actions(@Nullable Observed listener) {
    if (!(listener instanceof Observed.Found found)) {
      return "";
    }
    var actions = new StringBuilder();
    if (found.properties().get(Listener.DEFAULT_ACTIONS) instanceof Property.Scalar s) {
      actions.append(s.value());
    }
    if (found.properties().get(Listener.OTHER_RULES) instanceof Property.Members rules) {
      rules.items().forEach(r -> actions.append(' ').append(r.fields().get(Listener.RULE_ACTIONS)));
    }
    return actions.toString();
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

  private static int healthPort(@Nullable Observed group, int port) {
    return group instanceof Observed.Found f
            && f.properties().get(HEALTH_CHECK_PORT) instanceof Property.Scalar s
            && s.value().chars().allMatch(Character::isDigit)
        ? Integer.parseInt(s.value())
        : port;
  }

  private static Stream<String> healthy(@Nullable Observed group) {
    return judged(group).filter(t -> "healthy".equals(t.fields().get("state"))).map(Item::key);
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
        .filter(r -> r.ref().type().equals(TargetGroup.TYPE))
        .flatMap(
            r -> sick(live.resources().get(r.ref().logicalId()), served.get(r.ref().physicalId())))
        .toList();
  }

  private static Stream<Sick> sick(@Nullable Observed group, @Nullable Served served) {
    return judged(group)
        .filter(t -> "unhealthy".equals(t.fields().get("state")))
        .map(
            t ->
                new Sick(
                    t.key(),
                    t.fields().getOrDefault(TargetGroup.REASON, ""),
                    settles(group),
                    fails(group),
                    served == null ? null : served.answered()));
  }

  /**
   * Checks that failed before a repair are counted after it too, and a target that is good again
   * has to be found so several times in a row.
   */
  private static Duration settles(@Nullable Observed group) {
    var checks =
        number(group, "HealthyThresholdCount", 5) + number(group, "UnhealthyThresholdCount", 2);
    return Duration.ofSeconds(
        number(group, "HealthCheckIntervalSeconds", 30) * checks
            + number(group, "HealthCheckTimeoutSeconds", 5));
  }

  private static Duration fails(@Nullable Observed group) {
    return Duration.ofSeconds(
        number(group, "HealthCheckIntervalSeconds", 30)
                * number(group, "UnhealthyThresholdCount", 2)
            + number(group, "HealthCheckTimeoutSeconds", 5));
  }

  private static long number(@Nullable Observed group, String property, long otherwise) {
    return group instanceof Observed.Found f
            && f.properties().get(property) instanceof Property.Scalar s
            && s.value().matches("\\d{1,6}")
        ? Long.parseLong(s.value())
        : otherwise;
  }

  /**
   * The targets that a suspicion is right about; none if it is wrong, or cannot be told any more,
   * or not yet. Where traffic was led is not to blame once it has answered there, nor while
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

  private static Stream<Item> judged(@Nullable Observed group) {
    return group instanceof Observed.Found found
            && found.properties().get(TargetGroup.TARGET_HEALTH) instanceof Property.Members health
        ? health.items().stream()
        : Stream.of();
  }
}
