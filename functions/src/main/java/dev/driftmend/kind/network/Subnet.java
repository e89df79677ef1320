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
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A subnet: whether it gives public addresses, and the route table and the network ACL that it
 * uses.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html">AWS::EC2::Subnet</a>
 */
public final class Subnet implements Kind {
  public static final String TYPE = "AWS::EC2::Subnet";
  public static final String VPC = "VpcId";
  public static final String CIDR = "CidrBlock";
  public static final String PUBLIC_ADDRESSES = "MapPublicIpOnLaunch";

  /** The id of the table that is associated with the subnet, or {@link #MAIN}. */
  public static final String ROUTE_TABLE = "RouteTable";

  /** The id of the ACL that is associated with the subnet, or {@link #DEFAULT}. */
  public static final String NETWORK_ACL = "NetworkAcl";

  /** None is associated, so that the VPC's main table is used. */
  public static final String MAIN = "main";

  /** The VPC's default ACL. */
  public static final String DEFAULT = "default";

  /** Live only: the ids of the two associations, empty if there is none or it is not known. */
  public static final String ROUTE_TABLE_ASSOCIATION = "RouteTableAssociation";

  public static final String NETWORK_ACL_ASSOCIATION = "NetworkAclAssociation";

  /** Live only: the id of the VPC's default ACL. */
  public static final String DEFAULT_ACL_ID = "DefaultNetworkAclId";

  public static final String TABLE_PART = "AWS::EC2::SubnetRouteTableAssociation";
  public static final String ACL_PART = "AWS::EC2::SubnetNetworkAclAssociation";
  public static final String SUBNET_ID = "SubnetId";

  private static final String MODIFY = "ModifySubnetAttribute";
  private static final String ASSOCIATE_TABLE = "AssociateRouteTable";
  private static final String REPLACE_TABLE = "ReplaceRouteTableAssociation";
  private static final String REPLACE_ACL = "ReplaceNetworkAclAssociation";
  private static final String NEW_ID =
      "; the association gets an id that CloudFormation does not know";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of(TABLE_PART, ACL_PART);
  }

  @Override
  public List<Coverage> coverage() {
    return SubnetCoverage.rows();
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    NormalForms.scalars(properties, self.properties(), List.of(VPC));
    self.property(CIDR).ifPresent(v -> properties.put(CIDR, NormalForms.block(v)));
    properties.put(
        PUBLIC_ADDRESSES,
        NormalForms.lowerCaseIfBoolean(
            NormalForms.scalar(self.property(PUBLIC_ADDRESSES).orElse(new Value.Scalar("false")))));
    var parts = new LinkedHashMap<String, String>();
    var tables = Parts.of(self, stack, TABLE_PART, SUBNET_ID);
    if (!tables.own().isEmpty()) {
      properties.put(ROUTE_TABLE, table(tables.own().getFirst()));
      parts.put(ROUTE_TABLE, tables.own().getFirst().ref().physicalId());
    } else if (tables.unsure() != null) {
      properties.put(ROUTE_TABLE, new Property.Unknown(tables.unsure()));
    }
    var acls = Parts.of(self, stack, ACL_PART, SUBNET_ID);
    if (!acls.own().isEmpty()) {
      properties.put(NETWORK_ACL, acl(acls.own().getFirst()));
      parts.put(NETWORK_ACL, acls.own().getFirst().ref().physicalId());
    } else if (acls.unsure() != null) {
      properties.put(NETWORK_ACL, new Property.Unknown(acls.unsure()));
    } else if (isVpcOfStack(self, stack)) {
      properties.put(NETWORK_ACL, new Property.Scalar(DEFAULT));
    }
    return new Resource(self.ref(), properties, false, Map.of(), parts);
  }

  private static Property table(Declared association) {
    return association
        .property("RouteTableId")
        .map(NormalForms::scalar)
        .orElse(new Property.Unknown("an association without a route table"));
  }

  private static Property acl(Declared association) {
    return association
        .property(AclEntries.ACL)
        .map(
            acl ->
                acl instanceof Value.Unknown u
                        && u.attribute() != null
                        && u.attribute().name().equals(Vpc.DEFAULT_ACL)
                    ? new Property.Scalar(DEFAULT)
                    : NormalForms.scalar(acl))
        .orElse(new Property.Unknown("an association without a network ACL"));
  }

  /**
   * Then its ACLs are the stack's: where none is declared, the default one is meant. In another
   * stack's VPC that stack decides.
   */
  private static boolean isVpcOfStack(Declared self, DeclaredStack stack) {
    var vpc = NormalForms.text(self, VPC);
    return stack.ofType(Vpc.TYPE).anyMatch(v -> v.ref().physicalId().equals(vpc));
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    if (drift instanceof Drift.Gone) {
      return new Impact(Exposure.OUTAGE, "the subnet does not exist");
    }
    if (!(drift instanceof Drift.Changed changed)) {
      return new Impact(Exposure.NONE, "not known");
    }
    return switch (changed.property()) {
      case PUBLIC_ADDRESSES ->
          changed.live().equals("true")
              ? new Impact(Exposure.LATENT, "what is launched here gets a public address")
              : new Impact(Exposure.DEGRADED, "what is launched here gets no public address");
      case ROUTE_TABLE -> new Impact(Exposure.OUTAGE, "traffic goes by another table's routes");
      case NETWORK_ACL -> new Impact(Exposure.OUTAGE, "another list decides what is let through");
      default -> new Impact(Exposure.NONE, "no API can change it on a live subnet");
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("DeleteSubnet");
    }
    return switch (drift.property()) {
      case PUBLIC_ADDRESSES -> Set.of(MODIFY);
      case ROUTE_TABLE -> Set.of(REPLACE_TABLE, ASSOCIATE_TABLE, "DisassociateRouteTable");
      case NETWORK_ACL -> Set.of(REPLACE_ACL);
      default -> Set.of();
    };
  }

  /** Of the association, which is all that most of these calls name. */
  @Override
  public Set<String> names(Drift drift, Observed live) {
    return switch (drift.property()) {
      case ROUTE_TABLE -> association(live, ROUTE_TABLE_ASSOCIATION);
      case NETWORK_ACL -> association(live, NETWORK_ACL_ASSOCIATION);
      default -> Set.of();
    };
  }

  private static Set<String> association(Observed live, String property) {
    return live instanceof Observed.Found f
            && f.properties().get(property) instanceof Property.Scalar id
            && !id.value().isEmpty()
        ? Set.of(id.value())
        : Set.of();
  }

  @Override
  public boolean requiresOptIn(Drift drift) {
    return drift instanceof Drift.Changed && drift.property().equals(NETWORK_ACL);
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    return drifts.stream().map(d -> repair(stack, live, d)).toList();
  }

  private static Step repair(StackRef stack, Observed live, Drift drift) {
    var beyond = Repairs.beyondRepair(stack, drift);
    if (beyond != null) {
      return beyond;
    }
    return drift instanceof Drift.Changed changed
        ? switch (changed.property()) {
          case PUBLIC_ADDRESSES -> modify(stack, changed);
          case ROUTE_TABLE -> table(stack, live, changed);
          case NETWORK_ACL -> acl(stack, live, changed);
          default -> fixed(stack, drift);
        }
        : fixed(stack, drift);
  }

  private static Step fixed(StackRef stack, Drift drift) {
    return Repairs.report(
        stack, drift, "no API can change it on a live subnet", Repairs.revertDrift(stack));
  }

  private static Step modify(StackRef stack, Drift.Changed changed) {
    return Repairs.call(
        stack,
        List.of(changed),
        Step.Phase.CHANGE,
        changed.resource(),
        MODIFY,
        Map.of(
            Argument.SUBNET,
            List.of(changed.resource().physicalId()),
            NormalForms.argument(PUBLIC_ADDRESSES),
            List.of(changed.desired())),
        "give addresses at launch as the template declares");
  }

  private static Step table(StackRef stack, Observed live, Drift.Changed changed) {
    var subnet = changed.resource().physicalId();
    if (changed.desired().equals(MAIN)) {
      return Repairs.report(
          stack,
          changed,
          "an association is not taken away: the main table may be anything",
          "aws ec2 disassociate-route-table --region %s --association-id %s"
              .formatted(stack.region(), association(live, ROUTE_TABLE_ASSOCIATION, subnet)));
    }
    return changed.live().equals(MAIN)
        ? Repairs.call(
            stack,
            List.of(changed),
            Step.Phase.RESTORE,
            changed.resource(),
            ASSOCIATE_TABLE,
            Map.of(
                Argument.SUBNET, List.of(subnet), Argument.ROUTE_TABLE, List.of(changed.desired())),
            "use the table that the template declares" + NEW_ID)
        : Repairs.call(
            stack,
            List.of(changed),
            Step.Phase.CHANGE,
            changed.resource(),
            REPLACE_TABLE,
            Map.of(
                Argument.ASSOCIATION, List.of(association(live, ROUTE_TABLE_ASSOCIATION, subnet)),
                Argument.ROUTE_TABLE, List.of(changed.desired())),
            "use the table that the template declares" + NEW_ID);
  }

  private static Step acl(StackRef stack, Observed live, Drift.Changed changed) {
    var acl =
        changed.desired().equals(DEFAULT) ? Observed.text(live, DEFAULT_ACL_ID) : changed.desired();
    if (acl.isEmpty()) {
      return Repairs.report(
          stack, changed, "the id of the default ACL is not known", Repairs.revertDrift(stack));
    }
    return Repairs.call(
        stack,
        List.of(changed),
        Step.Phase.CHANGE,
        changed.resource(),
        REPLACE_ACL,
        Map.of(
            Argument.ASSOCIATION,
            List.of(association(live, NETWORK_ACL_ASSOCIATION, changed.resource().physicalId())),
            Argument.ACL,
            List.of(acl)),
        "use the network ACL that the template declares" + NEW_ID);
  }

  /** One that a plan made itself has no id yet: it is known by its subnet. */
  private static String association(Observed live, String property, String subnet) {
    var id = Observed.text(live, property);
    return id.isEmpty() ? subnet : id;
  }

  @Override
  public String afterRepair(Drift drift) {
    if (!(drift instanceof Drift.Changed changed)) {
      return "";
    }
    return switch (changed.property()) {
      case ROUTE_TABLE -> changed.desired().equals(MAIN) ? "" : association("route table");
      case NETWORK_ACL -> changed.desired().equals(DEFAULT) ? "" : association("network ACL");
      default -> "";
    };
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html">Handlers
   *     of an id that is gone answer NotFound</a>
   */
  private static String association(String of) {
    return "CloudFormation still knows the association by its former id: deleting the stack counts"
        + " it as gone and may then find the "
        + of
        + " in use, which deleting it once more gets over.";
  }

  @Override
  public Moves moves(Drift drift, Resource desired, Observed live) {
    return drift instanceof Drift.Changed c && c.property().equals(ROUTE_TABLE)
        ? new Moves(Set.of(c.desired()), Set.of(c.live()))
        : Moves.NONE;
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return switch (call.operation()) {
      case MODIFY ->
          StateUpdates.scalar(
              live, PUBLIC_ADDRESSES, call.argument(NormalForms.argument(PUBLIC_ADDRESSES)));
      case REPLACE_ACL -> {
        var acl = call.argument(Argument.ACL);
        var now =
            StateUpdates.scalar(
                live, NETWORK_ACL, acl.equals(Observed.text(live, DEFAULT_ACL_ID)) ? DEFAULT : acl);
        yield StateUpdates.scalar(now, NETWORK_ACL_ASSOCIATION, "");
      }
      default ->
          StateUpdates.scalar(
              StateUpdates.scalar(live, ROUTE_TABLE, call.argument(Argument.ROUTE_TABLE)),
              ROUTE_TABLE_ASSOCIATION,
              "");
    };
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    return Repairs.isOfSomethingThere(drift) ? NetworkUse.PATHS : NetworkUse.NONE;
  }

  @Override
  public NetworkPart networkPart(Resource desired, @Nullable Observed live) {
    return NetworkPart.subnet(desired.ref().physicalId());
  }

  @Override
  public boolean isAssociation(Drift drift) {
    return drift instanceof Drift.Changed
        && (drift.property().equals(ROUTE_TABLE) || drift.property().equals(NETWORK_ACL));
  }

  /** The network has the subnets in which an interface stands, and no other. */
  @Override
  public boolean decidesForNobody(Drift drift, Network network) {
    return (drift.property().equals(ROUTE_TABLE) || drift.property().equals(NETWORK_ACL))
        && !network.subnets().containsKey(drift.resource().physicalId());
  }

  @Override
  public Network applyTo(Network network, ResourceRef ref, Observed.Found state) {
    var id = ref.physicalId();
    var known = network.subnets().get(id);
    if (known == null) {
      return network;
    }
    var vpc = network.vpcs().getOrDefault(known.vpc(), new Network.Vpc("", "", null));
    var table = state.properties().get(ROUTE_TABLE);
    var acl = state.properties().get(NETWORK_ACL);
    return network.withSubnet(
        id,
        new Network.Subnet(
            known.vpc(),
            own(table, MAIN, vpc.mainTable(), known.table()),
            own(acl, DEFAULT, vpc.defaultAcl(), known.acl())));
  }

  private static String own(@Nullable Property own, String word, String shared, String known) {
    return switch (own) {
      case Property.Scalar s when s.value().equals(word) -> shared;
      case Property.Scalar s -> s.value();
      case null, default -> known;
    };
  }
}
