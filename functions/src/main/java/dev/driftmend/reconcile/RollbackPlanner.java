package dev.driftmend.reconcile;

import dev.driftmend.drift.Comparison;
import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to take the steps of a plan back: what a resource was before a step is desired, what it is
 * after it is live, and the repair of the difference is the step's inverse. Pure.
 */
final class RollbackPlanner {
  private RollbackPlanner() {}

  /**
   * In the order in which they are to be made: the last step is taken back first.
   *
   * @param simulation null if no drift asked for the network
   */
  static List<Inverse> of(
      Plan plan, Desired desired, Live live, @Nullable NetworkSimulation simulation) {
    var exposed =
        plan.findings().stream()
            .filter(f -> f.exposure() == Exposure.REACHABLE)
            .map(f -> f.drift().fingerprint(plan.stack()))
            .collect(Collectors.toSet());
    var wanted =
        desired.resources().stream().collect(Collectors.toMap(Resource::ref, r -> r, (a, b) -> a));
    var states = new HashMap<>(live.resources());
    var inverses = new ArrayList<Inverse>();
    var played = simulation == null ? null : simulation.unplayed();
    for (var call : plan.calls()) {
      var ahead = played == null ? null : played.network();
      played = simulation == null || played == null ? null : simulation.after(played, call);
      var behind = played == null ? null : played.network();
      var id = call.resource().logicalId();
      var before = states.get(id);
      var resource = wanted.get(call.resource());
      if (before instanceof Observed.Found found && resource != null) {
        var after = Kinds.of(call.resource().type()).orElseThrow().after(call, found);
        states.put(id, after);
        var to = to(plan, call, resource, live);
        var exposes = call.fingerprints().stream().anyMatch(exposed::contains);
        calls(plan.stack(), call, compared(resource, found), after).stream()
            .map(
                c ->
                    new Inverse(
                        c,
                        exposes,
                        HealthRegressionDetector.of(call, c, to, desired, live, ahead, behind)))
            .toList()
            .reversed()
            .forEach(inverse -> inverses.add(0, inverse));
      }
    }
    return inverses;
  }

  /** What the step leads traffic to. */
  private static Set<String> to(Plan plan, Step.Call call, Resource resource, Live live) {
    var kind = Kinds.of(call.resource().type()).orElseThrow();
    var observed = live.resources().get(resource.ref().logicalId());
    return observed == null
        ? Set.of()
        : plan.findings().stream()
            .map(Finding::drift)
            .filter(d -> call.fingerprints().contains(d.fingerprint(plan.stack())))
            .flatMap(d -> kind.moves(d, resource, observed).to().stream())
            .collect(Collectors.toSet());
  }

  private static List<Step.Call> calls(
      StackRef stack, Step.Call call, Resource before, Observed after) {
    var desired = new Desired(stack, Instant.EPOCH, List.of(before), List.of());
    var live = new Live(stack, Map.of(before.ref().logicalId(), after));
    List<Drift> drifts = Comparison.between(desired, live);
    if (drifts.isEmpty()) {
      return List.of();
    }
    return Kinds.of(before.ref().type()).orElseThrow().repair(stack, before, after, drifts).stream()
        .flatMap(s -> s instanceof Step.Call c ? Stream.of(c) : null)
        .map(c -> named(c, call))
        .toList();
  }

  /** Known by the drifts that its step answered, which come back with it. */
  private static Step.Call named(Step.Call inverse, Step.Call step) {
    return new Step.Call(
        step.fingerprints(),
        inverse.phase(),
        inverse.resource(),
        inverse.operation(),
        inverse.arguments(),
        "take back " + step.operation());
  }

  /** What was found, as far as it is compared: what only the service says is nobody's wish. */
  private static Resource compared(Resource desired, Observed.Found found) {
    var properties = new LinkedHashMap<String, Property>();
    desired
        .properties()
        .forEach(
            (name, wanted) -> {
              var was = found.properties().get(name);
              if (was != null && !(wanted instanceof Property.Unknown)) {
                properties.put(name, was);
              }
            });
    return new Resource(desired.ref(), properties, desired.partial());
  }
}
