package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * With what an instance starts: what it declares itself outweighs its launch template, and what
 * both leave out is EC2's default.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ec2-instance-launchtemplatespecification.html">LaunchTemplateSpecification</a>
 */
public final class Launch {
  static final String TEMPLATE = "AWS::EC2::LaunchTemplate";
  static final String CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration";
  private static final String INTERFACES = "NetworkInterfaces";

  private final DeclaredStack stack;

  /** What decides first comes first. */
  private final List<Value> layers;

  /** Why there may be another layer; null if these are all. */
  private final @Nullable String unsure;

  /** Whether all that starts is the instance's own to say. */
  private final boolean isBare;

  private Launch(DeclaredStack stack, List<Value> layers, @Nullable String unsure, boolean isBare) {
    this.isBare = isBare;
    this.stack = stack;
    this.layers = List.copyOf(layers);
    this.unsure = unsure;
  }

  /** Of an instance. */
  public static Launch ofInstance(Declared instance, DeclaredStack stack) {
    var from = instance.property("LaunchTemplate").map(t -> template(t, stack));
    return of(stack, List.of(instance.properties()), from);
  }

  /** Of the instances of an Auto Scaling group. */
  public static Launch ofFleet(Declared fleet, DeclaredStack stack) {
    var configuration = Values.at(fleet, "LaunchConfigurationName");
    if (configuration.isPresent()) {
      return of(
          stack,
          List.of(),
          Optional.of(
              Values.resource(stack, CONFIGURATION, Values.text(fleet, "LaunchConfigurationName"))
                  .<Value>map(Declared::properties)
                  .orElseGet(() -> unknown("the launch configuration", configuration.get()))));
    }
    var template =
        Values.at(fleet, "LaunchTemplate")
            .or(
                () ->
                    Values.at(
                        fleet,
                        "MixedInstancesPolicy",
                        "LaunchTemplate",
                        "LaunchTemplateSpecification"))
            .map(t -> template(t, stack));
    return template.isEmpty()
        ? new Launch(stack, List.of(), "what its instances are launched from is not known", false)
        : of(stack, List.of(), template);
  }

  private static Launch of(DeclaredStack stack, List<Value> own, Optional<Value> from) {
    var layers = new ArrayList<>(own);
    if (from.isPresent() && from.get() instanceof Value.Unknown u) {
      return new Launch(stack, layers, u.why(), false);
    }
    from.ifPresent(layers::add);
    return new Launch(stack, layers, null, from.isEmpty());
  }

  /** The data of a template of the stack in a version that is known. */
  private static Value template(Value specification, DeclaredStack stack) {
    var id = Values.text(specification, "LaunchTemplateId");
    var name = Values.text(specification, "LaunchTemplateName");
    var found =
        stack
            .ofType(TEMPLATE)
            .filter(
                t ->
                    t.ref().physicalId().equals(id)
                        || name != null && name.equals(Values.text(t, "LaunchTemplateName")))
            .findFirst();
    if (found.isEmpty()) {
      return unknown("the launch template", specification);
    }
    return isFirst(Values.at(specification, "Version").orElse(null))
        ? Values.at(found.get(), "LaunchTemplateData")
            .orElseGet(() -> new Value.Unknown("the launch template has no data"))
        : new Value.Unknown(
            "another version of " + found.get().ref().logicalId() + " than its first may be used");
  }

  /** A stack that is recreated has one version, which is the default and the latest one. */
  private static boolean isFirst(@Nullable Value version) {
    return switch (version) {
      case null -> true;
      case Value.Scalar s -> Set.of("1", "$Latest", "$Default").contains(s.text());
      case Value.Unknown u -> {
        var attribute = u.attribute();
        yield attribute != null && attribute.of().type().equals(TEMPLATE);
      }
      case Value.Items _, Value.Fields _ -> false;
    };
  }

  private static Value.Unknown unknown(String what, Value reference) {
    return new Value.Unknown(
        what
            + " is not of this template"
            + (reference instanceof Value.Unknown u ? " (" + u.why() + ")" : ""));
  }

  private Optional<Value> first(String name) {
    return layers.stream().flatMap(l -> Values.at(l, name).stream()).findFirst();
  }

  private Value orUnsure(Optional<Value> value, Value otherwise) {
    return value.orElseGet(() -> unsure == null ? otherwise : new Value.Unknown(unsure));
  }

  /** The groups of its first interface, which load balancers ask. */
  public Groups groups() {
    for (var layer : layers) {
      var values = new ArrayList<Value>();
      for (var name : List.of("SecurityGroupIds", "SecurityGroups")) {
        values.addAll(Values.list(layer, name));
      }
      var first = firstInterface(layer);
      if (first != null) {
        values.addAll(ofInterface(first));
      }
      if (!values.isEmpty()) {
        return Groups.of(values, stack);
      }
    }
    return unsure == null ? Groups.DEFAULT : Groups.unknown(unsure);
  }

  private List<Value> ofInterface(Value first) {
    if (first instanceof Value.Unknown u) {
      return List.of(u);
    }
    var values = new ArrayList<>(Values.list(first, "GroupSet"));
    values.addAll(Values.list(first, "Groups"));
    var given = Values.at(first, "NetworkInterfaceId");
    if (given.isPresent()) {
      values.addAll(
          network(given.get())
              .map(i -> Values.list(i, "GroupSet"))
              .orElse(List.of(unknown("its network interface", given.get()))));
    }
    return values;
  }

  private Optional<Declared> network(Value id) {
    return id instanceof Value.Scalar s
        ? Values.resource(stack, "AWS::EC2::NetworkInterface", s.text())
        : Optional.empty();
  }

  /** Null if it declares none. */
  private static @Nullable Value firstInterface(Value layer) {
    var all = Values.list(layer, INTERFACES);
    return all.stream()
        .filter(i -> "0".equals(Values.text(i, "DeviceIndex")))
        .findFirst()
        .or(() -> all.stream().findFirst())
        .orElse(null);
  }

  /** The subnet that it names, of its first interface; null if that is not known. */
  public @Nullable String subnet() {
    for (var layer : layers) {
      var own = Values.text(layer, "SubnetId");
      if (own != null) {
        return own;
      }
      var first = firstInterface(layer);
      if (first == null) {
        continue;
      }
      var subnet = Values.text(first, "SubnetId");
      if (subnet != null) {
        return subnet;
      }
      var given = Values.at(first, "NetworkInterfaceId").flatMap(this::network);
      if (given.isPresent()) {
        return Values.text(given.get(), "SubnetId");
      }
    }
    return null;
  }

  /** All the subnets of its interfaces that are known. */
  public Set<String> subnets() {
    var subnet = subnet();
    return subnet == null ? Set.of() : new LinkedHashSet<>(List.of(subnet));
  }

  /** The zone that it names by itself; null if it names none. */
  public @Nullable String zone() {
    return first("AvailabilityZone")
        .or(() -> first("Placement").flatMap(p -> Values.at(p, "AvailabilityZone")))
        .map(v -> v instanceof Value.Scalar s ? s.text() : null)
        .orElse(null);
  }

  /** Whether it asks for a public address or refuses one; null if its subnet decides. */
  public @Nullable Boolean publicAddress() {
    for (var layer : layers) {
      var first = firstInterface(layer);
      var said =
          first == null
              ? Values.text(layer, "AssociatePublicIpAddress")
              : Values.text(first, "AssociatePublicIpAddress");
      if (said != null) {
        return Boolean.valueOf(said);
      }
    }
    return null;
  }

  public Script script() {
    return Script.of(orUnsure(first("UserData"), new Value.Scalar("")));
  }

  /**
   * Whether the app may be there although no script puts it there: an image that somebody chooses
   * or made holds it, or it is installed through a key or a profile, by Ansible or Systems Manager
   * say.
   *
   * @param given the values of parameters
   */
  public boolean mayHoldMore(Set<String> given) {
    var image = first("ImageId").orElse(null);
    return unsure != null
        || !isBare
        || !(image instanceof Value.Scalar s)
        || given.contains(s.text())
        || first("KeyName").isPresent()
        || first("IamInstanceProfile").isPresent();
  }
}
