package dev.driftmend.plan;

import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Live;
import dev.driftmend.network.Flows;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a plan in the network that was read: a step that would cut what the template allows and
 * what flows now is no step but a report. Pure.
 */
public final class ReachabilityGuard {
  private final NetworkSimulation simulation;
  private final Live live;

  public ReachabilityGuard(NetworkSimulation simulation, Live live) {
    this.simulation = simulation;
    this.live = live;
  }

  /** The same steps in an order that works, each proved or turned into a report. */
  public List<Step> proved(List<Step> steps) {
    var made = simulation.unplayed();
    var proved = new ArrayList<Step>();
    for (var step : roomFirst(apart(steps))) {
      switch (step) {
        case Step.Report r -> proved.add(r);
        case Step.Call c -> {
          var next = simulation.after(made, c);
          var lost = simulation.lost(made.network(), next.network(), c);
          if (lost.isEmpty()) {
            made = next;
            proved.add(c);
          } else {
            proved.add(report(c, lost));
          }
        }
      }
    }
    return proved;
  }

  /**
   * One call may revoke many rules, of which one carries what is to be restored: beside a restore
   * what serves nothing is revoked by a call of its own, which can go first if that needs room.
   */
  private List<Step> apart(List<Step> steps) {
    var apart = new ArrayList<Step>();
    for (var step : steps) {
      var several = step instanceof Step.Call c && removed(c).size() > 1;
      if (several
          && !restoredBeside((Step.Call) step, steps).isEmpty()
          && !servesNothing((Step.Call) step)) {
        apart.addAll(apart((Step.Call) step));
      } else {
        apart.add(step);
      }
    }
    return apart;
  }

  private List<Step.Call> apart(Step.Call removal) {
    var kind = Kinds.of(removal.resource());
    var members = removed(removal);
    var resource = live.resources().get(removal.resource().logicalId());
    if (resource == null || members.size() != removal.fingerprints().size()) {
      return List.of(removal);
    }
    var played = simulation.unplayed();
    var useless = new ArrayList<String>();
    for (var member : members) {
      var one = kind.removing(removal, List.of(member), resource);
      if (simulation.mayGoFirst(played, one)) {
        useless.add(member);
        played = simulation.after(played, one);
      }
    }
    if (useless.isEmpty()) {
      return List.of(removal);
    }
    var others = members.stream().filter(m -> !useless.contains(m)).toList();
    return List.of(
        kind.removing(removal, useless, resource), kind.removing(removal, others, resource));
  }

  private static List<String> removed(Step.Call call) {
    return Kinds.of(call.resource()).removed(call);
  }

  /**
   * At the quota nothing can be added before something is removed: there an extra rule that serves
   * nothing goes first.
   */
  private List<Step> roomFirst(List<Step> steps) {
    var first = new ArrayList<Step>();
    var others = new ArrayList<Step>();
    for (var step : steps) {
      var makesRoom =
          step instanceof Step.Call c && lacksRoom(c, restoredBeside(c, steps)) && servesNothing(c);
      (makesRoom ? first : others).add(step);
    }
    first.addAll(others);
    return first;
  }

  /** What is to come where this call takes something away. */
  private static List<Step.Call> restoredBeside(Step.Call removal, List<Step> steps) {
    var kind = Kinds.of(removal.resource());
    return steps.stream()
        .filter(Step.Call.class::isInstance)
        .map(Step.Call.class::cast)
        .filter(c -> c.phase() == Step.Phase.RESTORE && kind.makesRoom(removal, c))
        .toList();
  }

  private boolean lacksRoom(Step.Call removal, List<Step.Call> restores) {
    var resource = live.resources().get(removal.resource().logicalId());
    return resource != null
        && Kinds.of(removal.resource()).lacksRoom(removal, restores, resource, simulation.live());
  }

  private boolean servesNothing(Step.Call revoke) {
    return simulation.mayGoFirst(simulation.unplayed(), revoke);
  }

  private static Step report(Step.Call call, Flows lost) {
    return new Step.Report(
        call.fingerprints(),
        call.resource(),
        call.operation() + " would cut what the template allows: " + lost.text(),
        "see that this traffic has another way first; then "
            + call.operation()
            + " "
            + call.arguments());
  }
}
