package dev.driftmend.kind.network;

import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A NAT gateway: whether it works, and by which addresses. A failed or deleted one can only be made
 * anew, with another id, so all of it is reported.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html">AWS::EC2::NatGateway</a>
 */
public final class NatGateway implements Kind {
  public static final String TYPE = "AWS::EC2::NatGateway";
  public static final String STATE = "State";
  public static final String AVAILABLE = "available";

  /**
   * Members: allocation ids; the address itself where the template names an elastic address of its
   * own, of which only the service knows the allocation id. The live handle is the association.
   */
  public static final String ALLOCATIONS = "AllocationIds";

  private static final List<String> DECLARED = List.of("AllocationId", "SecondaryAllocationIds");

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    add(rows, REPORT_ONLY, "addresses that declared ones are not among are reported", DECLARED);
    add(
        rows,
        NOT_COVERED,
        "no API can change it on a live gateway",
        List.of("AvailabilityMode", "ConnectivityType", "PrivateIpAddress", "SubnetId", "VpcId"));
    add(
        rows,
        NOT_COVERED,
        "decides about no path",
        List.of(
            "AvailabilityZoneAddresses",
            "MaxDrainDurationSeconds",
            "SecondaryPrivateIpAddressCount",
            "SecondaryPrivateIpAddresses"));
    add(rows, NOT_COVERED, "tags open and cut no traffic", List.of("Tags"));
    add(
        rows,
        NOT_COVERED,
        "read-only",
        List.of("AutoProvisionZones", "AutoScalingIps", "EniId", "RouteTableId"));
    rows.add(
        new Coverage(
            TYPE, "NatGatewayId", REPORT_ONLY, "read-only: gone, or not available, is reported"));
    return rows;
  }

  private static void add(
      List<Coverage> rows, Coverage.How how, String why, List<String> properties) {
    properties.forEach(p -> rows.add(new Coverage(TYPE, p, how, why)));
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    properties.put(STATE, new Property.Scalar(AVAILABLE));
    var declared = DECLARED.stream().flatMap(p -> NormalForms.list(self, p).stream()).toList();
    if (!declared.isEmpty()) {
      properties.put(ALLOCATIONS, allocations(declared));
    }
    return new Resource(self.ref(), properties);
  }

  private static Property allocations(List<Value> declared) {
    var items = new ArrayList<Item>();
    var open = new ArrayList<OpenMember>();
    for (var value : declared) {
      var address = value instanceof Value.Unknown u ? ElasticIp.address(u) : null;
      if (address != null) {
        items.add(Item.of(address));
      } else if (value instanceof Value.Scalar s) {
        items.add(Item.of(s.text()));
      } else {
        // Nothing distinguishes a list of them from one of them any more.
        open.add(OpenMember.list("*.*", String.valueOf(NormalForms.unknown(value))));
      }
    }
    return new Property.Members(items, Set.of(), Map.of(), null, open);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> cut("the gateway does not exist");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Changed c -> cut("the gateway is " + c.live());
      case Drift.Missing m -> new Impact(Exposure.NONE, "what others know it by is not used");
      case Drift.Extra e -> new Impact(Exposure.NONE, "it is known by one address more");
    };
  }

  private static Impact cut(String what) {
    return new Impact(
        Exposure.DEGRADED, what + ": what is behind it serves on, but reaches nothing outside");
  }

  @Override
  public Set<String> calls(Drift drift) {
    return switch (drift) {
      case Drift.Gone g -> Set.of("DeleteNatGateway");
      case Drift.Changed c -> Set.of("DeleteNatGateway");
      case Drift.Missing m -> Set.of("DisassociateNatGatewayAddress");
      case Drift.Extra e -> Set.of("AssociateNatGatewayAddress");
      case Drift.Unreadable u -> Set.of();
    };
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    return drifts.stream().map(d -> report(stack, d)).toList();
  }

  private static Step report(StackRef stack, Drift drift) {
    var beyond = Repairs.beyondRepair(stack, drift);
    if (beyond != null) {
      return beyond;
    }
    var gateway = drift.resource().physicalId();
    return switch (drift) {
      case Drift.Extra e ->
          Repairs.report(
              stack,
              e,
              "connections by this address would be cut",
              "aws ec2 disassociate-nat-gateway-address --region %s --nat-gateway-id %s"
                      .formatted(stack.region(), gateway)
                  + " --association-ids "
                  + (e.item().handle() == null ? "of " + e.item().key() : e.item().handle()));
      case Drift.Missing m ->
          Repairs.report(
              stack,
              m,
              "the address may be in use elsewhere",
              "aws ec2 associate-nat-gateway-address --region %s --nat-gateway-id %s"
                      .formatted(stack.region(), gateway)
                  + " --allocation-ids "
                  + m.item().key());
      default ->
          Repairs.report(
              stack,
              drift,
              "a gateway that does not work can only be recreated, with another id",
              Repairs.revertDrift(stack));
    };
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return live;
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    return Repairs.isOfSomethingThere(drift) ? NetworkUse.PATHS : NetworkUse.NONE;
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    return state.properties().get(STATE) instanceof Property.Scalar s
        ? network.withNat(ref.physicalId(), s.value().equals(AVAILABLE))
        : network;
  }
}
