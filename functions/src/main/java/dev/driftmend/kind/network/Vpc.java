package dev.driftmend.kind.network;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NetworkPart;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Parts;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
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
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A VPC: its DNS attributes, its internet gateway, and the default network ACL, which EC2 makes
 * with it and which subnets use that no other one is given to.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html">AWS::EC2::VPC</a>
 */
public final class Vpc implements Kind {
  public static final String TYPE = "AWS::EC2::VPC";
  public static final String CIDR = "CidrBlock";

  /** {@code true} or {@code false}, like {@link #DNS_HOSTNAMES}. */
  public static final String DNS_SUPPORT = "EnableDnsSupport";

  public static final String DNS_HOSTNAMES = "EnableDnsHostnames";

  /** Members: ids of the attached internet gateways, of which a VPC has one at most. */
  public static final String GATEWAYS = "InternetGateways";

  /** Members in the form of {@link NetworkAcl#ENTRIES}: of the VPC's default network ACL. */
  public static final String DEFAULT_ACL = "DefaultNetworkAcl";

  /** Live only: the id of that ACL. */
  public static final String DEFAULT_ACL_ID = "DefaultNetworkAclId";

  /** Live only, members: ids of the declared gateways that exist, attached here or not. */
  public static final String EXISTING = "ExistingInternetGateways";

  public static final String ATTACHMENT = "AWS::EC2::VPCGatewayAttachment";
  static final String GATEWAY = "AWS::EC2::InternetGateway";

  /**
   * What EC2 puts into a default network ACL: everything is allowed; for IPv6 as soon as the VPC
   * has a block of it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html">Default
   *     network ACL for a VPC</a>
   */
  private static final List<Item> DEFAULT_ENTRIES =
      List.of(
          AclEntries.allowAll(Direction.INGRESS, 100, new Peer.Cidr4("0.0.0.0/0")),
          AclEntries.allowAll(Direction.EGRESS, 100, new Peer.Cidr4("0.0.0.0/0")),
          AclEntries.allowAll(Direction.INGRESS, 101, new Peer.Cidr6("::/0")),
          AclEntries.allowAll(Direction.EGRESS, 101, new Peer.Cidr6("::/0")));

  /** Names need to be resolved before hosts can have some: in this order. */
  static final List<String> DNS = List.of(DNS_SUPPORT, DNS_HOSTNAMES);

  /** Of a VPC that is made by a call, see the type's page. */
  private static final Map<String, String> DEFAULTS =
      Map.of(DNS_SUPPORT, "true", DNS_HOSTNAMES, "false");

  private static final String ATTACH = "AttachInternetGateway";
  private static final String DETACH = "DetachInternetGateway";
  private static final String MODIFY = "ModifyVpcAttribute";

  /** In place of a key: whatever gateway is there beside the declared one. */
  private static final String ANY = "*";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of(ATTACHMENT, GATEWAY);
  }

  @Override
  public List<Coverage> coverage() {
    return VpcCoverage.rows();
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    self.property(CIDR).ifPresent(v -> properties.put(CIDR, NormalForms.block(v)));
    DNS.forEach(
        p ->
            self.property(p)
                .ifPresent(
                    v -> properties.put(p, NormalForms.lowerCaseIfBoolean(NormalForms.scalar(v)))));
    properties.put(GATEWAYS, gateways(self, stack));
    AclEntries.read(
        properties,
        DEFAULT_ACL,
        Parts.of(
            stack,
            AclEntries.TYPE,
            AclEntries.ACL,
            v -> v instanceof Value.Unknown u && u.is(DEFAULT_ACL, self.ref().physicalId())),
        DEFAULT_ENTRIES,
        Set.of("ingress 101", "egress 101"));
    var defaults = new LinkedHashMap<>(DEFAULTS);
    defaults.keySet().removeIf(p -> self.property(p).isPresent());
    return new Resource(self.ref(), properties, false, defaults);
  }

  private static Property gateways(Declared self, DeclaredStack stack) {
    var parts = Parts.of(self, stack, ATTACHMENT, "VpcId");
    var gateways = new ArrayList<Item>();
    var open = new ArrayList<OpenMember>();
    parts.perhaps().stream()
        .filter(p -> p.part() == null || p.part().property("InternetGatewayId").isPresent())
        .forEach(p -> open.add(OpenMember.one("igw-*", p.why())));
    for (var attachment : parts.own()) {
      var gateway = attachment.property("InternetGatewayId").orElse(null);
      if (gateway instanceof Value.Scalar s) {
        gateways.add(Item.of(s.text()));
      } else if (gateway != null) {
        open.add(
            OpenMember.one(
                "igw-*", attachment.ref().logicalId() + ": " + NormalForms.unknown(gateway)));
      }
    }
    return new Property.Members(
        gateways,
        Set.of(),
        Map.of(ANY, "a gateway that somebody attached may be what traffic flows through"),
        null,
        open);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    if (drift instanceof Drift.Gone) {
      return new Impact(Exposure.OUTAGE, "the VPC does not exist");
    }
    if (drift instanceof Drift.Unreadable) {
      return new Impact(Exposure.NONE, "not known");
    }
    return switch (drift.property()) {
      case DEFAULT_ACL -> AclEntries.impact(drift);
      case GATEWAYS ->
          drift instanceof Drift.Extra
              ? new Impact(Exposure.LATENT, "a route and an address away from the internet")
              : new Impact(
                  Exposure.OUTAGE, "nothing of the VPC reaches the internet or is reached");
      case CIDR -> new Impact(Exposure.NONE, "no API can change it on a live VPC");
      default -> new Impact(Exposure.DEGRADED, "names are resolved otherwise in the VPC");
    };
  }

  /** Calls on entries name their list, not its VPC. */
  @Override
  public Set<String> names(Drift drift, Observed live) {
    return drift.property().equals(DEFAULT_ACL)
            && live instanceof Observed.Found f
            && f.properties().get(DEFAULT_ACL_ID) instanceof Property.Scalar acl
        ? Set.of(acl.value())
        : Set.of();
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("DeleteVpc");
    }
    return switch (drift.property()) {
      case DEFAULT_ACL -> AclEntries.calls();
      case GATEWAYS -> Set.of(ATTACH, DETACH);
      case CIDR -> Set.of();
      default -> DNS.contains(drift.property()) ? Set.of(MODIFY) : Set.of();
    };
  }

  @Override
  public boolean requiresOptIn(Drift drift) {
    return drift.property().equals(DEFAULT_ACL) && !(drift instanceof Drift.Unreadable);
  }

  @Override
  public Optional<String> named(Drift drift) {
    return Optional.ofNullable(drift.memberKey()).filter(AclEntries::isKey);
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    return drifts.stream().map(d -> repair(stack, desired, live, d)).toList();
  }

  private static Step repair(StackRef stack, Resource desired, Observed live, Drift drift) {
    var beyond = Repairs.beyondRepair(stack, drift);
    if (beyond != null) {
      return beyond;
    }
    return switch (drift.property()) {
      case DEFAULT_ACL -> entry(stack, live, drift);
      case GATEWAYS ->
          drift instanceof Drift.Extra e
              ? detach(stack, desired, e)
              : attach(stack, live, (Drift.Missing) drift);
      default ->
          drift instanceof Drift.Changed c && DNS.contains(c.property())
              ? modify(stack, c)
              : Repairs.report(
                  stack, drift, "no API can change it on a live VPC", Repairs.revertDrift(stack));
    };
  }

  private static Step modify(StackRef stack, Drift.Changed changed) {
    return Repairs.call(
        stack,
        List.of(changed),
        Step.Phase.CHANGE,
        changed.resource(),
        MODIFY,
        Map.of(
            Argument.VPC,
            List.of(changed.resource().physicalId()),
            NormalForms.argument(changed.property()),
            List.of(changed.desired())),
        "set the attribute to what the template declares");
  }

  private static Step attach(StackRef stack, Observed live, Drift.Missing missing) {
    var gateway = missing.item().key();
    var hindrance = hindrance(live, gateway);
    return hindrance == null
        ? gateway(stack, missing, Step.Phase.RESTORE, ATTACH, gateway)
        : Repairs.report(stack, missing, hindrance, Repairs.revertDrift(stack));
  }

  /**
   * Why attaching the gateway is bound to fail; null if nothing speaks against it.
   *
   * @see <a href="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html">one
   *     gateway for each VPC</a>
   */
  private static @Nullable String hindrance(Observed live, String gateway) {
    var other = Repairs.members(live, GATEWAYS).items().stream().map(Item::key).findFirst();
    if (other.isPresent()) {
      return "the VPC has another gateway, " + other.get() + ", and can have one only";
    }
    var known =
        live instanceof Observed.Found f
            && f.properties().get(EXISTING) instanceof Property.Members;
    return known
            && Repairs.members(live, EXISTING).items().stream()
                .noneMatch(i -> i.key().equals(gateway))
        ? "the gateway " + gateway + " does not exist any more"
        : null;
  }

  /** For undoing what a plan attached; what somebody else did is reported. */
  private static Step detach(StackRef stack, Resource desired, Drift.Extra extra) {
    var gateway = extra.item().key();
    var why = Repairs.members(desired, GATEWAYS).reportOnly().get(ANY);
    return why == null
        ? gateway(stack, extra, Step.Phase.REMOVE, DETACH, gateway)
        : Repairs.report(
            stack,
            extra,
            why,
            "aws ec2 detach-internet-gateway --region %s --internet-gateway-id %s --vpc-id %s"
                .formatted(stack.region(), gateway, extra.resource().physicalId()));
  }

  private static Step gateway(
      StackRef stack, Drift drift, Step.Phase phase, String operation, String gateway) {
    return Repairs.call(
        stack,
        List.of(drift),
        phase,
        drift.resource(),
        operation,
        Map.of(
            Argument.GATEWAY,
            List.of(gateway),
            Argument.VPC,
            List.of(drift.resource().physicalId())),
        "give the VPC the internet gateway that the template declares, and no other");
  }

  private static Step entry(StackRef stack, Observed live, Drift drift) {
    return live instanceof Observed.Found f
            && f.properties().get(DEFAULT_ACL_ID) instanceof Property.Scalar acl
        ? AclEntries.repair(stack, drift, acl.value())
        : Repairs.report(
            stack, drift, "the id of the default network ACL is not known", "look at it yourself");
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return switch (call.operation()) {
      case ATTACH -> StateUpdates.put(live, GATEWAYS, call.argument(Argument.GATEWAY), Map.of());
      case DETACH ->
          StateUpdates.without(
              live, GATEWAYS, g -> g.key().equals(call.argument(Argument.GATEWAY)));
      case MODIFY -> {
        var now = live;
        for (var attribute : DNS) {
          var value = call.arguments().get(NormalForms.argument(attribute));
          if (value != null) {
            now = StateUpdates.scalar(now, attribute, value.getFirst());
          }
        }
        yield now;
      }
      default -> AclEntries.after(call, live, DEFAULT_ACL);
    };
  }

  @Override
  public boolean makesRoom(Step.Call removal, Step.Call refused) {
    return AclEntries.makesRoom(removal, refused);
  }

  @Override
  public boolean mayStandIn(Step.Call removal, Drift.Missing lost, Observed live) {
    return AclEntries.mayStandIn(removal, lost, Repairs.members(live, DEFAULT_ACL));
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    return Repairs.isOfSomethingThere(drift) ? NetworkUse.PATHS : NetworkUse.NONE;
  }

  @Override
  public NetworkPart networkPart(Resource desired, @Nullable Observed live) {
    return NetworkPart.vpc(desired.ref().physicalId());
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    var id = ref.physicalId();
    var known = network.vpcs().getOrDefault(id, new Network.Vpc("", "", null));
    var acl =
        state.properties().get(DEFAULT_ACL_ID) instanceof Property.Scalar s
            ? s.value()
            : known.defaultAcl();
    var gateways =
        state.properties().get(GATEWAYS) instanceof Property.Members attached
            ? Set.copyOf(attached.keys())
            : known.gateways();
    var with = network.withVpc(id, new Network.Vpc(known.mainTable(), acl, gateways));
    return !acl.isEmpty() && state.properties().get(DEFAULT_ACL) instanceof Property.Members entries
        ? with.withAcl(acl, AclEntries.applyTo(entries))
        : with;
  }
}
