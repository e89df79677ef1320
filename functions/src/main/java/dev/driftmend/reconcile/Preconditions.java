package dev.driftmend.reconcile;

import dev.driftmend.kind.Listener;
import dev.driftmend.kind.ListenerRule;
import dev.driftmend.kind.NatGateway;
import dev.driftmend.kind.RouteTable;
import dev.driftmend.kind.Subnet;
import dev.driftmend.kind.TargetGroup;
import dev.driftmend.kind.Vpc;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.ListenerAction;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold elsewhere in the stack before a resource may be repaired. Pure. */
final class Preconditions {
  private Preconditions() {}

  /**
   * A listener, or a rule of one, that somebody sent elsewhere (to a maintenance page, say) is not
   * sent back to a target group whose targets are all unhealthy: that would make it worse.
   *
   * @return why its repair is held; empty if nothing holds it
   */
  static Optional<String> unmet(Desired desired, Resource resource, Live live, List<Drift> drifts) {
    var property =
        switch (resource.ref().type()) {
          case Listener.TYPE -> Listener.DEFAULT_ACTIONS;
          case ListenerRule.TYPE -> ListenerRule.ACTIONS;
          default -> "";
        };
    if (drifts.stream().noneMatch(d -> d.property().equals(property))
        || !(resource.properties().get(property) instanceof Property.Scalar actions)) {
      return Optional.empty();
    }
    return Arrays.stream(actions.value().split("; "))
        .map(ListenerAction::parse)
        .filter(a -> a.type().equals("forward"))
        .flatMap(a -> Arrays.stream(a.settings().getOrDefault("to", "").split(",")))
        .map(to -> to.replaceFirst("\\*\\d+$", ""))
        .filter(arn -> isKnownToBeSick(desired, live, arn))
        .findFirst()
        .map(arn -> "every target of " + arn + " is unhealthy: requests go to a better place now");
  }

  /**
   * The resource of the stack that a call puts something back to, or puts back, and that does not
   * exist any more: a route's gateway, a subnet's network ACL, an instance's group. What only takes
   * away needs nothing.
   */
  static Optional<Resource> gone(Desired desired, Live live, Step step) {
    return step instanceof Step.Call call && call.phase() != Step.Phase.REMOVE
        ? desired.resources().stream()
            .filter(r -> live.resources().get(r.ref().logicalId()) instanceof Observed.Gone)
            .filter(r -> names(call, r.ref().physicalId()))
            .findFirst()
        : Optional.empty();
  }

  /** Ids stand alone or as a part: {@code i-1:5000}, {@code forward to=arn*1}. */
  private static boolean names(Step.Call call, String id) {
    var alone = Pattern.compile("(?<![\\w-])" + Pattern.quote(id) + "(?![\\w-])");
    return call.arguments().values().stream()
        .flatMap(List::stream)
        .anyMatch(value -> alone.matcher(value).find());
  }

  /**
   * Targets of a group that no listener forwards to are {@code unused}, so that right after the
   * change their health is not known: only what was judged and found unhealthy holds a repair.
   */
  private static boolean isKnownToBeSick(Desired desired, Live live, String arn) {
    return desired.resources().stream()
        .filter(r -> r.ref().physicalId().equals(arn))
        .map(r -> live.resources().get(r.ref().logicalId()))
        .anyMatch(Preconditions::isKnownToBeSick);
  }

  private static boolean isKnownToBeSick(@Nullable Observed observed) {
    return observed instanceof Observed.Found found
        && found.properties().get(TargetGroup.TARGET_HEALTH) instanceof Property.Members health
        && !health.items().isEmpty()
        && health.items().stream().allMatch(t -> "unhealthy".equals(t.fields().get("state")));
  }

  /**
   * A route is not made or sent to what does not work, or to a gateway that is gone: the call would
   * fail, or lead nowhere.
   *
   * @return why the repair of this drift is held; empty if nothing holds it
   */
  static Optional<String> missingTarget(Desired desired, Live live, Drift drift) {
    var target = target(drift);
    return target.isEmpty()
        ? Optional.empty()
        : desired.resources().stream()
            .flatMap(r -> lack(r, live.resources().get(r.ref().logicalId()), target).stream())
            .findFirst()
            .map(lack -> lack + ": it has to come back first");
  }

  /** What the drift would be repaired towards, by its physical id; empty if nothing is named. */
  private static String target(Drift drift) {
    return switch (drift.resource().type()) {
      case RouteTable.TYPE ->
          switch (drift) {
            case Drift.Missing m -> m.item().fields().getOrDefault(RouteTable.TARGET, "");
            case Drift.Changed c when RouteTable.TARGET.equals(c.field()) -> c.desired();
            case Drift.Changed _, Drift.Extra _, Drift.Gone _, Drift.Unreadable _ -> "";
          };
      case Subnet.TYPE -> drift instanceof Drift.Changed c ? c.desired() : "";
      default -> "";
    };
  }

  private static Optional<String> lack(
      Resource resource, @Nullable Observed observed, String target) {
    if (resource.ref().physicalId().equals(target)) {
      return resource.ref().type().equals(NatGateway.TYPE)
          ? scalar(observed, NatGateway.STATE)
              .filter(state -> !state.equals(NatGateway.AVAILABLE))
              .map(state -> target + " is " + state)
          : Optional.empty();
    }
    return resource.ref().type().equals(Vpc.TYPE)
            && has(resource.properties().get(Vpc.GATEWAYS), target)
            && observed instanceof Observed.Found found
            && found.properties().containsKey(Vpc.EXISTING)
            && !has(found.properties().get(Vpc.EXISTING), target)
        ? Optional.of(target + " does not exist any more")
        : Optional.empty();
  }

  private static Optional<String> scalar(@Nullable Observed observed, String property) {
    return observed instanceof Observed.Found found
            && found.properties().get(property) instanceof Property.Scalar s
        ? Optional.of(s.value())
        : Optional.empty();
  }

  private static boolean has(@Nullable Property property, String key) {
    return property instanceof Property.Members m
        && m.items().stream().anyMatch(i -> i.key().equals(key));
  }
}
