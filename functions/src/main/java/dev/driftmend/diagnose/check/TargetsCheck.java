package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.EmptyGroup;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathFinder;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.path.SubnetZones;
import dev.driftmend.diagnose.scene.LambdaTargets;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Targets are registered, in zones in which the load balancer stands. */
public final class TargetsCheck implements HopCheck {
  @Override
  public String name() {
    return "targets";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    if (path.groups().isEmpty()) {
      return Found.unknown("there is no target group that could be looked at");
    }
    var found = new Found();
    path.groups().forEach(g -> group(found, path, g));
    path.targets().forEach(t -> target(found, path, t));
    return found;
  }

  private static void group(Found found, Path path, String group) {
    if (!(path.byId(group) instanceof Observed.Found live)) {
      found.unclear("the targets of " + path.name(group) + " are not known");
      return;
    }
    switch (live.properties().get(TargetGroup.TARGETS)) {
      case Property.Members m when m.items().isEmpty() && m.openBecause() == null -> {
        if (path.targets().stream().noneMatch(t -> t.group().equals(group))) {
          var excuse = path.scene().deployed() ? null : new EmptyGroup(path).excuse(group);
          if (excuse == null) {
            empty(found, path, group);
          } else {
            found.unclear(
                "no target is registered in " + path.name(group) + " here, but " + excuse);
          }
        }
      }
      case Property.Members m when m.openBecause() != null ->
          found.unclear(
              "not all targets of " + path.name(group) + " are known: " + m.openBecause());
      case Property.Members m -> found.ok(path.name(group) + " has " + m.items().size());
      case Property.Unknown u when isFed(path, group) ->
          found.ok(path.name(group) + ": " + u.why());
      case Property.Unknown u ->
          found.unclear("the targets of " + path.name(group) + " are not known: " + u.why());
      case null, default -> found.unclear("the targets of " + path.name(group) + " are not known");
    }
  }

  /** Whether all that registers in it is known. */
  private static boolean isFed(Path path, String group) {
    return path.targets().stream()
        .anyMatch(t -> t.group().equals(group) && t.backend() != null && t.subnet() != null);
  }

  /** Of several groups one that is empty answers its share with 503. */
  private static void empty(Found found, Path path, String group) {
    found.fault(
        new Fault(
            "no target is registered in " + path.name(group),
            Symptom.UNAVAILABLE,
            path.groups().size() > 1 ? Set.of(Fault.PART) : Set.of(),
            "register the instance in " + path.name(group),
            List.of(
                path.about(group, TargetGroup.TARGETS),
                path.about(
                    path.listener() == null ? "" : path.listener().physicalId(),
                    Listener.DEFAULT_ACTIONS))));
  }

  private static void target(Found found, Path path, PathTarget target) {
    var where = path.name(target.group());
    var apart = new SubnetZones(path).apart(target);
    if (apart != null && target.state().isEmpty()) {
      found.fault(
          Fault.at(
              target.key(),
              path.name(target.id())
                  + " stands in "
                  + apart
                  + ": nothing sends requests there (Target.NotInUse)",
              Symptom.UNAVAILABLE,
              "give the load balancer a subnet in the zone of " + path.name(target.id()),
              path.about(
                  path.balancer() == null ? "" : path.balancer().physicalId(),
                  LoadBalancer.SUBNETS)));
    } else if (!path.scene().deployed() && forbidden(path, target) != null) {
      found.fault(Objects.requireNonNull(forbidden(path, target)));
    } else if (target.backend() != null) {
      backend(found, path, target, where);
    } else if (!target.registered()) {
      found.fault(
          Fault.at(
              target.key(),
              path.names().say(target.key()) + " is not registered in " + where,
              Symptom.UNAVAILABLE,
              "register " + path.names().say(target.key()) + " in " + where,
              path.about(target.group(), TargetGroup.TARGETS)));
    } else if (target.reason().equals("Target.NotInUse") && !isForwardedTo(path, target)) {
      found.unclear(
          path.names().say(target.key()) + " is unused: nothing forwards to " + where + " now");
    } else if (target.reason().equals("Target.NotInUse")) {
      found.fault(
          Fault.at(
              target.key(),
              target.key() + " is unused (Target.NotInUse): the load balancer is not in its zone",
              Symptom.UNAVAILABLE,
              "give the load balancer a subnet in the zone of " + path.name(target.id()),
              path.about(
                  path.balancer() == null ? "" : path.balancer().physicalId(),
                  LoadBalancer.SUBNETS)));
    } else if (target.state().equals("initial")) {
      found.unclear(
          target.key() + " is not judged yet (" + target.reason() + "): wait for its first checks");
    } else {
      found.ok(
          path.names().say(target.key())
              + " is registered"
              + (target.state().isEmpty() ? "" : " and " + target.state())
              + (target.reason().isEmpty() ? "" : " (" + target.reason() + ")"));
    }
  }

  /** A function that no load balancer may invoke cannot be registered; null if it is none such. */
  private static @Nullable Fault forbidden(Path path, PathTarget target) {
    var functions = new LambdaTargets(path.scene().declared());
    var name = path.name(target.id());
    return functions
        .named(target.id())
        .filter(functions::isForbidden)
        .map(
            f ->
                Fault.at(
                    target.key(),
                    f.ref().logicalId()
                        + " cannot be registered in "
                        + path.name(target.group())
                        + ": no AWS::Lambda::Permission lets elasticloadbalancing.amazonaws.com"
                        + " invoke it",
                    Symptom.UNAVAILABLE,
                    "give the template a permission for "
                        + name
                        + " before it is registered (DependsOn)"))
        .orElse(null);
  }

  private static void backend(Found found, Path path, PathTarget target, String where) {
    var backend = Objects.requireNonNull(target.backend());
    if (backend.idle() != null) {
      found.unclear(backend.idle());
    } else {
      found.ok(path.name(target.id()) + " registers its targets in " + where);
    }
  }

  private static boolean isForwardedTo(Path path, PathTarget target) {
    var action = path.taken() == null ? null : path.taken().last();
    return action != null && PathFinder.forwarded(action).contains(target.group());
  }
}
