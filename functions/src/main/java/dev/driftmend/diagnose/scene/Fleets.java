package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Auto Scaling groups of a template: each registers its instances in its target groups, on the
 * port of the group.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html">Elastic
 *     Load Balancing to distribute incoming traffic</a>
 */
final class Fleets {
  static final String TYPE = "AWS::AutoScaling::AutoScalingGroup";

  private final DeclaredStack stack;

  Fleets(DeclaredStack stack) {
    this.stack = stack;
  }

  Stream<Declared> all() {
    return stack.ofType(TYPE);
  }

  /** The target groups that it names; a part may not be known. */
  static List<Value> targetGroups(Declared fleet) {
    return Stream.concat(
            Values.list(fleet, "TargetGroupARNs").stream(),
            Values.list(fleet, "TrafficSources").stream()
                .flatMap(s -> Values.at(s, "Identifier").stream()))
        .toList();
  }

  /** Those that register in this target group. */
  Stream<Backend> of(Declared targetGroup) {
    var arn = new Value.Scalar(targetGroup.ref().physicalId());
    return all()
        .filter(f -> targetGroups(f).contains(arn))
        .map(f -> backend(f, Values.port(Values.text(targetGroup, "Port"))));
  }

  private Backend backend(Declared fleet, @Nullable Integer port) {
    var launch = Launch.ofFleet(fleet, stack);
    return new Backend(
        fleet,
        Backend.Kind.FLEET,
        port,
        false,
        launch.groups(),
        subnets(fleet),
        launch.publicAddress(),
        launch.script(),
        idle(fleet));
  }

  /** Empty if not all of them are known. */
  static List<String> subnets(Declared fleet) {
    return texts(Values.list(fleet, "VPCZoneIdentifier"));
  }

  static List<String> texts(List<Value> values) {
    var texts =
        values.stream()
            .flatMap(v -> v instanceof Value.Scalar s ? Stream.of(s.text()) : null)
            .toList();
    return texts.size() == values.size()
        ? texts.stream()
            .flatMap(t -> Stream.of(t.split(",")))
            .map(String::strip)
            .filter(t -> !t.isEmpty())
            .distinct()
            .toList()
        : List.of();
  }

  /** Why it has no instance for now; null if it has. */
  static @Nullable String idle(Declared fleet) {
    var name = fleet.ref().logicalId();
    if (isZero(fleet, "MaxSize")) {
      return name + " has no instance: its MaxSize is 0";
    }
    return isZero(fleet, "DesiredCapacity")
            || fleet.property("DesiredCapacity").isEmpty() && isZero(fleet, "MinSize")
        ? name + " starts without an instance: it has to be scaled first"
        : null;
  }

  private static boolean isZero(Declared fleet, String property) {
    return "0".equals(Values.text(fleet, property));
  }

  /** Those on which the tasks of a cluster may run. */
  List<Declared> capacityOf(@Nullable Declared cluster) {
    return all().filter(f -> isCapacity(f, cluster)).toList();
  }

  private boolean isCapacity(Declared fleet, @Nullable Declared cluster) {
    var providers =
        stack
            .ofType("AWS::ECS::CapacityProvider")
            .anyMatch(
                p ->
                    fleet
                        .ref()
                        .physicalId()
                        .equals(Values.text(p, "AutoScalingGroupProvider", "AutoScalingGroupArn")));
    return providers
        || Launch.ofFleet(fleet, stack).script().says("ECS_CLUSTER", "ecs.config")
        || cluster != null && mentions(fleet, cluster);
  }

  /** Whether it or what it is launched from names the cluster. */
  private boolean mentions(Declared fleet, Declared cluster) {
    var by =
        stack.mentionsOf(cluster.ref().logicalId()).stream()
            .filter(m -> Set.of(TYPE, Launch.TEMPLATE, Launch.CONFIGURATION).contains(m.type()))
            .map(m -> m.by())
            .toList();
    return by.contains(fleet.ref().logicalId())
        || by.stream()
            .flatMap(name -> stack.mentionsOf(name).stream())
            .anyMatch(m -> m.by().equals(fleet.ref().logicalId()));
  }
}
