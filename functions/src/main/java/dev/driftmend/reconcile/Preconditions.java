package dev.driftmend.reconcile;

import dev.driftmend.kind.Listener;
import dev.driftmend.kind.TargetGroup;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.ListenerAction;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What must hold elsewhere in the stack before a resource may be repaired. Pure. */
final class Preconditions {
  private Preconditions() {}

  /**
   * A listener that somebody sent elsewhere (to a maintenance page, say) is not sent back to a
   * target group without a healthy target: that would make it worse.
   *
   * @return why its repair is held; empty if nothing holds it
   */
  static Optional<String> unmet(Desired desired, Resource resource, Live live, List<Drift> drifts) {
    var redirected =
        resource.ref().type().equals(Listener.TYPE)
            && drifts.stream().anyMatch(d -> d.property().equals(Listener.DEFAULT_ACTIONS));
    if (!redirected
        || !(resource.properties().get(Listener.DEFAULT_ACTIONS)
            instanceof Property.Scalar actions)) {
      return Optional.empty();
    }
    return Arrays.stream(actions.value().split("; "))
        .map(ListenerAction::parse)
        .filter(a -> a.type().equals("forward"))
        .flatMap(a -> Arrays.stream(a.settings().getOrDefault("to", "").split(",")))
        .map(to -> to.replaceFirst("\\*\\d+$", ""))
        .filter(arn -> !hasHealthyTarget(desired, live, arn))
        .findFirst()
        .map(
            arn ->
                "no target of "
                    + arn
                    + " is known to be healthy, where the listener would send requests");
  }

  private static boolean hasHealthyTarget(Desired desired, Live live, String arn) {
    return desired.resources().stream()
        .filter(r -> r.ref().physicalId().equals(arn))
        .map(r -> live.resources().get(r.ref().logicalId()))
        .anyMatch(Preconditions::hasHealthyTarget);
  }

  private static boolean hasHealthyTarget(Observed observed) {
    return observed instanceof Observed.Found found
        && found.properties().get(TargetGroup.TARGET_HEALTH) instanceof Property.Members health
        && health.items().stream().anyMatch(t -> "healthy".equals(t.fields().get("state")));
  }
}
