package dev.driftmend.plan;

import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.securitygroup.RuleQuota;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
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
      if (step instanceof Step.Call c && !restoredBeside(c, steps).isEmpty() && !servesNothing(c)) {
        apart.addAll(apart(c));
      } else {
        apart.add(step);
      }
    }
    return apart;
  }

  private List<Step.Call> apart(Step.Call revoke) {
    var ids = SecurityGroup.revoked(revoke);
    var group = live.resources().get(revoke.resource().logicalId());
    if (group == null || ids.size() < 2 || ids.size() != revoke.fingerprints().size()) {
      return List.of(revoke);
    }
    var played = simulation.unplayed();
    var useless = new ArrayList<String>();
    for (var id : ids) {
      var one = SecurityGroup.revoking(revoke, List.of(id), group);
      if (simulation.mayGoFirst(played, one)) {
        useless.add(id);
        played = simulation.after(played, one);
      }
    }
    if (useless.isEmpty()) {
      return List.of(revoke);
    }
    var others = ids.stream().filter(id -> !useless.contains(id)).toList();
    return List.of(
        SecurityGroup.revoking(revoke, useless, group),
        SecurityGroup.revoking(revoke, others, group));
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

  /** The rules that are to come where this call takes some away. */
  private static List<SecurityRule> restoredBeside(Step.Call revoke, List<Step> steps) {
    if (!revoke.resource().type().equals(SecurityGroup.TYPE)) {
      return List.of();
    }
    var kind = Kinds.of(SecurityGroup.TYPE).orElseThrow();
    return steps.stream()
        .filter(Step.Call.class::isInstance)
        .map(Step.Call.class::cast)
        .filter(c -> c.phase() == Step.Phase.RESTORE && kind.makesRoom(revoke, c))
        .map(c -> SecurityRule.parse(c.argument("rule")))
        .toList();
  }

  private boolean lacksRoom(Step.Call revoke, List<SecurityRule> restored) {
    if (restored.isEmpty()
        || !(live.resources().get(revoke.resource().logicalId()) instanceof Observed.Found found)) {
      return false;
    }
    var rules = new ArrayList<>(restored);
    SecurityGroup.rules(found.properties()).stream()
        .filter(r -> r.direction() == restored.getFirst().direction())
        .forEach(rules::add);
    return RuleQuota.exceeded(rules, simulation.live().prefixLists());
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
