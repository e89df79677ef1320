package dev.driftmend.kind.instance;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NetworkPart;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An instance: its security groups, whether it runs, how it may be used, and, if the template makes
 * it private, that it has no public address.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html">AWS::EC2::Instance</a>
 */
public final class Instance implements Kind {
  public static final String TYPE = "AWS::EC2::Instance";
  public static final String GROUPS = "SecurityGroupIds";
  public static final String PUBLIC_ADDRESS = "PublicAddress";

  /** {@code running}, also while it starts; or what EC2 calls it instead. */
  public static final String STATE = "State";

  public static final String SOURCE_DEST_CHECK = "SourceDestCheck";
  public static final String HTTP_TOKENS = "MetadataOptions.HttpTokens";
  public static final String HTTP_ENDPOINT = "MetadataOptions.HttpEndpoint";
  public static final String HOP_LIMIT = "MetadataOptions.HttpPutResponseHopLimit";
  public static final String HTTP_IPV6 = "MetadataOptions.HttpProtocolIpv6";
  public static final String METADATA_TAGS = "MetadataOptions.InstanceMetadataTags";

  /** The name of the instance profile; live empty if it has none. */
  public static final String PROFILE = "IamInstanceProfile";

  public static final String INSTANCE_TYPE = "InstanceType";

  /** Live only: how many network interfaces it has. */
  public static final String INTERFACES = "Interfaces";

  /** Live only: the ids of its network interfaces, by which calls may name it. */
  public static final String INTERFACE_IDS = "InterfaceIds";

  static final String NETWORK_INTERFACES = "NetworkInterfaces";
  static final String MODIFY = "ModifyInstanceAttribute";
  static final String MODIFY_METADATA = "ModifyInstanceMetadataOptions";
  static final String START = "StartInstances";
  static final String ASSOCIATE = "AssociateAddress";
  static final String DISASSOCIATE = "DisassociateAddress";
  public static final String RUNNING = "running";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Coverage> coverage() {
    return InstanceCoverage.rows();
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    InstanceGroups.of(self, stack).ifPresent(g -> properties.put(GROUPS, g));
    properties.put(STATE, new Property.Scalar(RUNNING));
    new Addressing(self, stack)
        .publicAddresses()
        .ifPresent(none -> properties.put(PUBLIC_ADDRESS, none));
    properties.putAll(InstanceOptions.of(self, stack));
    return new Resource(self.ref(), properties);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "the instance is terminated");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Changed c when c.property().equals(STATE) ->
          new Impact(Exposure.OUTAGE, "the instance is " + c.live());
      case Drift.Changed c -> InstanceOptions.impact(c);
      case Drift.Missing m ->
          new Impact(Exposure.OUTAGE, "what only that group allows does not reach the instance");
      case Drift.Extra e when e.property().equals(PUBLIC_ADDRESS) ->
          new Impact(
              Exposure.LATENT, "it is reached there as soon as a route and a rule lead to it");
      case Drift.Extra e ->
          new Impact(Exposure.LATENT, "whatever that group allows reaches the instance too");
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("TerminateInstances");
    }
    return switch (drift.property()) {
      case GROUPS, SOURCE_DEST_CHECK -> Set.of(MODIFY, "ModifyNetworkInterfaceAttribute");
      case PUBLIC_ADDRESS -> Set.of(ASSOCIATE);
      case STATE -> Set.of("StopInstances");
      case INSTANCE_TYPE -> Set.of(MODIFY);
      case PROFILE ->
          Set.of(
              "AssociateIamInstanceProfile",
              "DisassociateIamInstanceProfile",
              "ReplaceIamInstanceProfileAssociation");
      default -> Set.of(MODIFY_METADATA);
    };
  }

  @Override
  public Set<String> names(Drift drift, Observed live) {
    return switch (drift.property()) {
      case GROUPS, SOURCE_DEST_CHECK, PUBLIC_ADDRESS ->
          Set.copyOf(Repairs.members(live, INTERFACE_IDS).keys());
      default -> Set.of();
    };
  }

  /** Who stopped an instance may have meant it. */
  @Override
  public boolean requiresOptIn(Drift drift) {
    return drift instanceof Drift.Changed && drift.property().equals(STATE);
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var repairs = new InstanceRepairs(stack, desired, live);
    var steps = new ArrayList<Step>();
    var groups = new ArrayList<Drift>();
    var metadata = new ArrayList<Drift.Changed>();
    for (var drift : drifts) {
      switch (drift) {
        case Drift.Gone g -> steps.add(Repairs.beyondRepair(stack, g));
        case Drift.Unreadable u -> steps.add(Repairs.beyondRepair(stack, u));
        case Drift.Extra e when e.property().equals(GROUPS) -> groups.add(e);
        case Drift.Extra e -> steps.add(repairs.disassociate(e));
        case Drift.Missing m when m.property().equals(GROUPS) -> groups.add(m);
        case Drift.Missing m -> steps.add(repairs.associate(m));
        case Drift.Changed c when InstanceOptions.ARGUMENTS.containsValue(c.property()) ->
            metadata.add(c);
        case Drift.Changed c when c.property().equals(INTERFACES) -> {}
        case Drift.Changed c -> steps.add(repairs.setting(c));
      }
    }
    if (!metadata.isEmpty()) {
      steps.add(repairs.metadata(metadata));
    }
    if (!groups.isEmpty()) {
      steps.addAll(repairs.groups(groups));
    }
    return steps;
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return switch (call.operation()) {
      case ASSOCIATE ->
          StateUpdates.put(live, PUBLIC_ADDRESS, call.argument(Argument.ADDRESS), Map.of());
      case DISASSOCIATE ->
          StateUpdates.without(
              live, PUBLIC_ADDRESS, a -> call.argument(Argument.ASSOCIATION).equals(a.handle()));
      case START -> StateUpdates.scalar(live, STATE, RUNNING);
      case MODIFY_METADATA -> options(call, live);
      default ->
          call.arguments().containsKey(Argument.SOURCE_DEST_CHECK)
              ? StateUpdates.scalar(
                  live, SOURCE_DEST_CHECK, call.argument(Argument.SOURCE_DEST_CHECK))
              : StateUpdates.members(
                  live, GROUPS, call.arguments().getOrDefault(Argument.GROUPS, List.of()));
    };
  }

  private static Observed options(Step.Call call, Observed live) {
    var now = live;
    for (var argument : call.arguments().entrySet()) {
      var property = InstanceOptions.ARGUMENTS.get(argument.getKey());
      if (property != null) {
        now = StateUpdates.scalar(now, property, argument.getValue().getFirst());
      }
    }
    return now;
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    var decides =
        attachesSecurityGroups(drift.property()) || drift.property().equals(PUBLIC_ADDRESS);
    return decides && Repairs.isOfSomethingThere(drift) ? NetworkUse.GROUPS : NetworkUse.NONE;
  }

  @Override
  public NetworkPart networkPart(Resource desired, @Nullable Observed live) {
    return live == null
        ? NetworkPart.NONE
        : NetworkPart.carried(Set.copyOf(Repairs.members(live, GROUPS).keys()));
  }

  @Override
  public boolean attachesSecurityGroups(String property) {
    return property.equals(GROUPS);
  }

  @Override
  public boolean replacesSecurityGroups(Step.Call call) {
    return call.arguments().containsKey(Argument.GROUPS);
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    var groups = Set.copyOf(Repairs.members(state, GROUPS).keys());
    var addresses = Repairs.members(state, PUBLIC_ADDRESS).keys();
    var mine =
        network.interfaces().stream()
            .filter(i -> ref.physicalId().equals(i.instanceId()))
            .map(Network.Interface::id)
            .toList();
    return network.withInterfaces(
        i ->
            !mine.contains(i.id())
                ? i
                : i.withGroups(mine.size() == 1 ? groups : i.groups())
                    .withPublicAddresses(
                        mine.size() == 1 ? with6(i, addresses) : i.publicAddresses()));
  }

  /** The property knows no IPv6 addresses, which the interface keeps. */
  private static Set<String> with6(Network.Interface at, List<String> addresses) {
    var all = new LinkedHashSet<>(addresses);
    at.publicAddresses().stream().filter(a -> a.contains(":")).forEach(all::add);
    return all;
  }
}
