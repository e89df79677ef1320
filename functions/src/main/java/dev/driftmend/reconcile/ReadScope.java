package dev.driftmend.reconcile;

import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.network.Reachability.Flow;
import dev.driftmend.port.Ledger.Remembered;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How much of a stack an event has looked at. Where nothing but resources of some types can have
 * changed, and the stack is at peace, all resources of these types are enough; whatever is out of
 * the ordinary has the whole stack looked at, as every sweep does. Pure.
 */
final class ReadScope {
  private ReadScope() {}

  /**
   * The types to look at; empty for all.
   *
   * @param adopted whether the stack may be repaired without asking
   */
  static Optional<Set<String>> of(List<Trigger> triggers, Remembered remembered, boolean adopted) {
    var atPeace =
        adopted
            && remembered.open().isEmpty()
            && remembered.holds().isEmpty()
            && remembered.unsettled().isEmpty();
    var types = new HashSet<String>();
    for (var trigger : triggers) {
      var kind = onlyOf(trigger);
      if (kind.isEmpty()) {
        return Optional.empty();
      }
      types.add(kind.get().type());
    }
    return atPeace && !types.isEmpty() ? Optional.of(types) : Optional.empty();
  }

  /** The only kind of which anything can have changed. */
  private static Optional<Kind> onlyOf(Trigger trigger) {
    return trigger.cause().origin() == Cause.Origin.API_CALL
        ? Kinds.all().stream()
            .filter(k -> k.ownCalls().contains(String.valueOf(trigger.cause().event())))
            .findFirst()
        : Optional.empty();
  }

  /**
   * Whether a plan that was made on so little may be executed: nothing is reported or held, and no
   * step comes between a load balancer and a target, whose health would have to be known before.
   */
  static boolean isEnough(Assessment assessment) {
    var plan = assessment.plan();
    var approval = assessment.approval();
    var simulation = assessment.simulation();
    return approval.held() == null
        && approval.begun().isEmpty()
        && plan.steps().stream().allMatch(Step.Call.class::isInstance)
        && (plan.calls().stream().noneMatch(c -> c.phase() == Step.Phase.REMOVE)
            || (simulation != null && !cutsTargets(plan.calls(), simulation)));
  }

  private static boolean cutsTargets(List<Step.Call> calls, NetworkSimulation simulation) {
    var interfaces = new HashMap<String, Network.Interface>();
    simulation.live().interfaces().forEach(i -> interfaces.put(i.id(), i));
    var played = simulation.unplayed();
    for (var call : calls) {
      var next = simulation.after(played, call);
      if (simulation.taken(played.network(), next.network(), call).by().keySet().stream()
          .anyMatch(flow -> isToTarget(flow, interfaces))) {
        return true;
      }
      played = next;
    }
    return false;
  }

  private static boolean isToTarget(Flow flow, Map<String, Network.Interface> interfaces) {
    return interfaces.get(flow.from()) instanceof Network.Interface from
        && interfaces.get(flow.to()) instanceof Network.Interface to
        && from.isOfLoadBalancer()
        && to.instanceId() != null;
  }
}
