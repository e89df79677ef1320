package dev.driftmend.kind;

import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Exposure;
import dev.driftmend.model.Network;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An instance: its security groups, whether it runs, and, if the template makes it private, that it
 * has no public address.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html">AWS::EC2::Instance</a>
 */
public final class Instance implements Kind {
  public static final String TYPE = "AWS::EC2::Instance";
  public static final String GROUPS = "SecurityGroupIds";
  public static final String PUBLIC_ADDRESS = "PublicAddress";
  public static final String STATE = "State";

  /** Live only: how many network interfaces it has. */
  public static final String INTERFACES = "Interfaces";

  static final String NETWORK_INTERFACES = "NetworkInterfaces";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of();
  }

  @Override
  public List<Coverage> coverage() {
    return InstanceCoverage.rows();
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    InstanceGroups.of(self, stack).ifPresent(g -> properties.put(GROUPS, g));
    properties.put(STATE, new Property.Scalar("running"));
    new Addressing(self, stack)
        .publicAddresses()
        .ifPresent(none -> properties.put(PUBLIC_ADDRESS, none));
    return new Resource(self.ref(), properties);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "the instance is terminated");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Changed c -> new Impact(Exposure.OUTAGE, "the instance is " + c.live());
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
      case GROUPS -> Set.of("ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute");
      case PUBLIC_ADDRESS -> Set.of("AssociateAddress");
      default -> Set.of("StopInstances");
    };
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var groups = new ArrayList<Drift>();
    for (var drift : drifts) {
      var beyond = Repairs.beyondRepair(stack, drift);
      if (beyond != null) {
        steps.add(beyond);
      } else if (drift.property().equals(GROUPS)) {
        groups.add(drift);
      } else if (drift instanceof Drift.Extra e) {
        steps.add(disassociate(stack, e));
      } else {
        steps.add(
            Repairs.report(
                stack,
                drift,
                "an instance that somebody stopped is not started for them",
                "aws ec2 start-instances --region "
                    + stack.region()
                    + " --instance-ids "
                    + drift.resource().physicalId()));
      }
    }
    if (!groups.isEmpty()) {
      steps.addAll(setGroups(stack, desired, live, groups));
    }
    return steps;
  }

  /** One call replaces the whole list, so that there is no moment with too few groups. */
  private static List<Step> setGroups(
      StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var single =
        live instanceof Observed.Found f
            && f.properties().get(INTERFACES) instanceof Property.Scalar s
            && s.value().equals("1");
    if (!single) {
      return drifts.stream()
          .<Step>map(
              d ->
                  Repairs.report(
                      stack,
                      d,
                      "with several interfaces it is not certain which one the template means",
                      "set the groups of the interface: aws ec2"
                          + " modify-network-interface-attribute"))
          .toList();
    }
    return List.of(
        Repairs.call(
            stack,
            drifts,
            Repairs.replacing(drifts),
            desired.ref(),
            "ModifyInstanceAttribute",
            Map.of(
                "instance", List.of(desired.ref().physicalId()),
                "groups", Repairs.keysAfter(desired, live, GROUPS, drifts)),
            "give the instance the groups that the template declares"));
  }

  private static Step disassociate(StackRef stack, Drift.Extra extra) {
    var association = extra.item().handle();
    if (association == null) {
      return Repairs.report(
          stack,
          extra,
          "the address was assigned at launch and cannot be taken away while the instance runs",
          Repairs.revertDrift(stack));
    }
    return Repairs.call(
        stack,
        List.of(extra),
        Step.Phase.REMOVE,
        extra.resource(),
        "DisassociateAddress",
        Map.of("association", List.of(association)),
        "take the public address " + extra.item().key() + " from a private instance");
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return switch (call.operation()) {
      case "DisassociateAddress" ->
          Altered.without(
              live, PUBLIC_ADDRESS, a -> call.argument("association").equals(a.handle()));
      default -> Altered.members(live, GROUPS, call.arguments().getOrDefault("groups", List.of()));
    };
  }

  @Override
  public Network onto(Network network, ResourceRef ref, Observed.Found state) {
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
