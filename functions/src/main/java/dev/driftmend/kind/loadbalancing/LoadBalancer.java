package dev.driftmend.kind.loadbalancing;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NetworkPart;
import dev.driftmend.kind.NormalForms;
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
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A load balancer: its security groups, its subnets and its attributes. Groups and subnets are each
 * replaced in one call, so that there is no moment with too few.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html">AWS::ElasticLoadBalancingV2::LoadBalancer</a>
 */
public final class LoadBalancer implements Kind {
  public static final String TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer";
  public static final String GROUPS = "SecurityGroups";
  public static final String SUBNETS = "Subnets";
  public static final String SCHEME = "Scheme";
  public static final String IP_ADDRESS_TYPE = "IpAddressType";

  /** {@code active}, or what the service calls it instead; one that is being made is active. */
  public static final String STATE = "State";

  static final String ATTRIBUTES = "LoadBalancerAttributes";
  private static final String MAPPINGS = "SubnetMappings";
  private static final String ACTIVE = "active";
  private static final String SET_GROUPS = "SetSecurityGroups";
  private static final String SET_SUBNETS = "SetSubnets";
  private static final String MODIFY_ATTRIBUTES = "ModifyLoadBalancerAttributes";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    rows.add(new Coverage(TYPE, GROUPS, COMPARED, SET_GROUPS));
    rows.add(new Coverage(TYPE, SUBNETS, COMPARED, SET_SUBNETS));
    rows.add(new Coverage(TYPE, MAPPINGS, COMPARED, "its subnets; addresses in it are kept"));
    rows.add(new Coverage(TYPE, ATTRIBUTES, COMPARED, MODIFY_ATTRIBUTES));
    rows.add(new Coverage(TYPE, SCHEME, REPORT_ONLY, "changing it replaces the load balancer"));
    rows.add(
        new Coverage(TYPE, IP_ADDRESS_TYPE, REPORT_ONLY, "other addresses need other subnets"));
    for (var fixed : List.of("Name", "Type")) {
      rows.add(new Coverage(TYPE, fixed, NOT_COVERED, "no API can change it"));
    }
    for (var capacity :
        List.of("MinimumLoadBalancerCapacity", "EnableCapacityReservationProvisionStabilize")) {
      rows.add(new Coverage(TYPE, capacity, NOT_COVERED, "reserved capacity decides about cost"));
    }
    rows.add(new Coverage(TYPE, "Ipv4IpamPoolId", NOT_COVERED, "decides where addresses are from"));
    for (var option :
        List.of(
            "EnablePrefixForIpv6SourceNat",
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")) {
      rows.add(new Coverage(TYPE, option, NOT_COVERED, "an option of network load balancers"));
    }
    rows.add(new Coverage(TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    for (var readOnly :
        List.of(
            "CanonicalHostedZoneID",
            "DNSName",
            "LoadBalancerArn",
            "LoadBalancerFullName",
            "LoadBalancerName")) {
      rows.add(new Coverage(TYPE, readOnly, NOT_COVERED, "read-only"));
    }
    return rows;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    self.property(GROUPS).ifPresent(v -> properties.put(GROUPS, NormalForms.members(v, "sg-*")));
    self.property(SUBNETS)
        .ifPresent(v -> properties.put(SUBNETS, NormalForms.members(v, "subnet-*")));
    self.property(MAPPINGS).ifPresent(v -> properties.put(SUBNETS, mapped(v)));
    NormalForms.scalars(properties, self.properties(), List.of(SCHEME, IP_ADDRESS_TYPE));
    properties.put(STATE, new Property.Scalar(ACTIVE));
    ElbAttributes.declared(properties, self, ATTRIBUTES);
    var defaults =
        properties.containsKey(IP_ADDRESS_TYPE)
            ? Map.<String, String>of()
            : Map.of(IP_ADDRESS_TYPE, "ipv4");
    return new Resource(self.ref(), properties, false, defaults);
  }

  /** Setting the subnets by their ids would take away the addresses that a mapping gives. */
  private static Property mapped(Value mappings) {
    var subnets = new ArrayList<Value>();
    String addresses = null;
    for (var each : NormalForms.list(mappings)) {
      if (each instanceof Value.Fields mapping) {
        subnets.add(mapping.get("SubnetId").orElse(new Value.Unknown("a mapping of no subnet")));
        addresses = mapping.values().size() > 1 ? "its subnets come with addresses" : addresses;
      } else {
        subnets.add(each);
      }
    }
    var members =
        mappings instanceof Value.Unknown
            ? NormalForms.members(mappings, "subnet-*")
            : NormalForms.members(new Value.Items(subnets), "subnet-*");
    return new Property.Members(members.items(), Set.of(), Map.of(), addresses, members.open());
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "clients find nothing behind its name");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Missing m when m.property().equals(SUBNETS) ->
          new Impact(Exposure.OUTAGE, "targets in the zone of that subnet get no requests");
      case Drift.Missing m ->
          new Impact(Exposure.OUTAGE, "what only that group allows does not reach it");
      case Drift.Extra e when e.property().equals(SUBNETS) ->
          new Impact(Exposure.LATENT, "it has an address where the template gives it none");
      case Drift.Extra e ->
          new Impact(Exposure.LATENT, "whatever that group allows reaches it too");
      case Drift.Changed c when ElbAttributes.is(c) -> attribute(c);
      case Drift.Changed c ->
          switch (c.property()) {
            case SCHEME ->
                new Impact(Exposure.OUTAGE, "other clients than the template's reach it");
            case STATE -> state(c.live());
            default ->
                new Impact(Exposure.DEGRADED, "clients find other addresses than the template's");
          };
    };
  }

  private static Impact attribute(Drift.Changed changed) {
    return changed.property().equals(ElbAttributes.PREFIX + "deletion_protection.enabled")
        ? new Impact(Exposure.NONE, "protection from deletion decides about no traffic")
        : new Impact(Exposure.DEGRADED, "requests are handled other than the template says");
  }

  private static Impact state(String live) {
    return live.equals("active_impaired")
        ? new Impact(Exposure.DEGRADED, "it routes, but cannot scale")
        : new Impact(Exposure.OUTAGE, "it could not be set up");
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("DeleteLoadBalancer");
    }
    return switch (drift.property()) {
      case GROUPS -> Set.of(SET_GROUPS);
      case SUBNETS -> Set.of(SET_SUBNETS);
      case IP_ADDRESS_TYPE -> Set.of("SetIpAddressType", SET_SUBNETS);
      default -> ElbAttributes.is(drift) ? Set.of(MODIFY_ATTRIBUTES) : Set.of();
    };
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var groups = new ArrayList<Drift>();
    var subnets = new ArrayList<Drift>();
    var attributes = new ArrayList<Drift>();
    for (var drift : drifts) {
      var beyond = Repairs.beyondRepair(stack, drift);
      if (beyond != null) {
        steps.add(beyond);
      } else if (drift.property().equals(GROUPS)) {
        groups.add(drift);
      } else if (drift instanceof Drift.Extra && isKept(drift)) {
        steps.add(
            Repairs.report(
                stack,
                drift,
                "only an application load balancer can leave a subnet",
                Repairs.revertDrift(stack)));
      } else if (drift.property().equals(SUBNETS)) {
        subnets.add(drift);
      } else if (ElbAttributes.is(drift)) {
        attributes.add(drift);
      } else {
        steps.add(fixed(stack, drift));
      }
    }
    if (!groups.isEmpty()) {
      steps.add(set(stack, desired, live, groups, SET_GROUPS, Argument.GROUPS));
    }
    if (!subnets.isEmpty()) {
      steps.add(set(stack, desired, live, subnets, SET_SUBNETS, Argument.SUBNETS));
    }
    if (!attributes.isEmpty()) {
      steps.add(
          ElbAttributes.modify(
              stack, desired, attributes, MODIFY_ATTRIBUTES, Argument.LOAD_BALANCER));
    }
    return steps;
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html">SetSubnets</a>
   */
  private static boolean isKept(Drift drift) {
    return drift.property().equals(SUBNETS)
        && !drift.resource().physicalId().contains(":loadbalancer/app/");
  }

  private static Step fixed(StackRef stack, Drift drift) {
    return switch (drift.property()) {
      case STATE ->
          Repairs.report(
              stack,
              drift,
              "no call brings a load balancer back to health",
              "look why: aws elbv2 describe-load-balancers --region "
                  + stack.region()
                  + " --load-balancer-arns "
                  + drift.resource().physicalId());
      case IP_ADDRESS_TYPE ->
          Repairs.report(
              stack,
              drift,
              "clients may have come to use the other addresses",
              "aws elbv2 set-ip-address-type --region "
                  + stack.region()
                  + " --load-balancer-arn "
                  + drift.resource().physicalId()
                  + " --ip-address-type "
                  + ((Drift.Changed) drift).desired());
      default ->
          Repairs.report(
              stack,
              drift,
              drift.property() + " can only be changed by replacing the load balancer",
              Repairs.replacement(drift.resource()));
    };
  }

  private static Step set(
      StackRef stack,
      Resource desired,
      Observed live,
      List<Drift> drifts,
      String operation,
      String argument) {
    return Repairs.call(
        stack,
        drifts,
        Repairs.replacing(drifts),
        desired.ref(),
        operation,
        Map.of(
            Argument.LOAD_BALANCER,
            List.of(desired.ref().physicalId()),
            argument,
            Repairs.keysAfter(desired, live, drifts.getFirst().property(), drifts)),
        "give the load balancer the " + argument + " that the template declares");
  }

  /** Clients are given the address of every subnet that it stands in. */
  @Override
  public Moves moves(Drift drift, Resource desired, Observed live) {
    return drift instanceof Drift.Missing m && m.property().equals(SUBNETS)
        ? new Moves(Set.of(m.item().key()), Set.of())
        : Moves.NONE;
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return switch (call.operation()) {
      case SET_GROUPS ->
          StateUpdates.members(
              live, GROUPS, call.arguments().getOrDefault(Argument.GROUPS, List.of()));
      case SET_SUBNETS ->
          StateUpdates.members(
              live, SUBNETS, call.arguments().getOrDefault(Argument.SUBNETS, List.of()));
      default -> ElbAttributes.after(call, live);
    };
  }

  /**
   * Its nodes are known by how EC2 describes their interfaces; those of a new subnet come later.
   */
  @Override
  public NetworkUse networkUse(Drift drift) {
    var decides = attachesSecurityGroups(drift.property()) || drift.property().equals(SUBNETS);
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
    return call.operation().equals(SET_GROUPS);
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    if (!(state.properties().get(GROUPS) instanceof Property.Members groups)) {
      return network;
    }
    var carried = Set.copyOf(groups.keys());
    var owner = owner(ref.physicalId());
    return network.withInterfaces(i -> i.owner().equals(owner) ? i.withGroups(carried) : i);
  }

  /** How EC2 describes the interfaces of a load balancer of this ARN. */
  public static String owner(String arn) {
    return "ELB " + arn.substring(arn.indexOf(":loadbalancer/") + ":loadbalancer/".length());
  }
}
