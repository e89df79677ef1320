package dev.driftmend.kind.loadbalancing;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What registers targets by itself: then the declared ones are not all that belong there. */
public final class DynamicTargets {
  private static final String SCALING_GROUP = "AWS::AutoScaling::AutoScalingGroup";
  private static final String SERVICE = "AWS::ECS::Service";
  private static final Set<String> TYPES = Set.of(SCALING_GROUP, SERVICE);

  private DynamicTargets() {}

  /** What in the stack feeds this target group, or may do so; null if nothing does. */
  public static @Nullable String of(Declared targetGroup, DeclaredStack stack) {
    var arn = targetGroup.ref().physicalId();
    return Stream.concat(
            stack.resources().stream()
                .filter(r -> targetGroupsOf(r).anyMatch(v -> isOrMayBe(v, arn)))
                .map(r -> r.ref().logicalId()),
            stack.undecided().stream()
                .filter(u -> TYPES.contains(u.type()))
                .map(NotCovered::logicalId))
        .findFirst()
        .map(feeder -> feeder + " registers targets by itself")
        .orElse(null);
  }

  private static Stream<Value> targetGroupsOf(Declared resource) {
    return switch (resource.ref().type()) {
      case SCALING_GROUP ->
          Stream.concat(
              NormalForms.list(resource, "TargetGroupARNs").stream(),
              NormalForms.list(resource, "TrafficSources").stream()
                  .map(source -> inside(source, "Identifier")));
      case SERVICE ->
          NormalForms.list(resource, "LoadBalancers").stream()
              .map(balancer -> inside(balancer, "TargetGroupArn"));
      default -> Stream.of();
    };
  }

  private static Value inside(Value value, String name) {
    return value instanceof Value.Fields f ? f.get(name).orElse(new Value.Items(List.of())) : value;
  }

  private static boolean isOrMayBe(Value value, String arn) {
    return value instanceof Value.Unknown
        || (value instanceof Value.Scalar s && s.text().equals(arn));
  }
}
