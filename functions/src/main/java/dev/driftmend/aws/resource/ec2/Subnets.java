package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.network.Subnet.CIDR;
import static dev.driftmend.kind.network.Subnet.DEFAULT;
import static dev.driftmend.kind.network.Subnet.DEFAULT_ACL_ID;
import static dev.driftmend.kind.network.Subnet.MAIN;
import static dev.driftmend.kind.network.Subnet.NETWORK_ACL;
import static dev.driftmend.kind.network.Subnet.NETWORK_ACL_ASSOCIATION;
import static dev.driftmend.kind.network.Subnet.PUBLIC_ADDRESSES;
import static dev.driftmend.kind.network.Subnet.ROUTE_TABLE;
import static dev.driftmend.kind.network.Subnet.ROUTE_TABLE_ASSOCIATION;
import static dev.driftmend.kind.network.Subnet.TYPE;
import static dev.driftmend.kind.network.Subnet.VPC;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;
import software.amazon.awssdk.services.ec2.model.NetworkAclAssociation;
import software.amazon.awssdk.services.ec2.model.RouteTable;
import software.amazon.awssdk.services.ec2.model.RouteTableAssociation;
import software.amazon.awssdk.services.ec2.model.Subnet;

/** Subnets, with the route tables and network ACLs that say which subnets use them. */
public final class Subnets implements ResourceAdapter {
  private static final Set<String> OFF = Set.of("disassociating", "disassociated", "failed");

  private final Clients clients;

  public Subnets(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    return Observations.unlessDenied(
        resources,
        () -> {
          var live = Observations.listed(Observations.ids(resources), this::describe);
          var vpcs = live.stream().map(Subnet::vpcId).filter(Objects::nonNull).distinct().toList();
          var uses = new HashMap<String, Uses>();
          var contents = new VpcContents(clients, answers);
          Parallel.map(vpcs, vpc -> Map.entry(vpc, uses(contents, vpc)))
              .forEach(e -> uses.put(e.getKey(), e.getValue()));
          return Observations.matched(
              resources,
              live,
              Subnet::subnetId,
              (subnet, wanted) ->
                  found(
                      subnet,
                      uses.getOrDefault(String.valueOf(subnet.vpcId()), Uses.UNKNOWN),
                      wanted));
        });
  }

  private List<Subnet> describe(List<String> ids) {
    return clients.ec2(
        ec2 ->
            ec2
                .describeSubnetsPaginator(
                    r ->
                        r.filters(Observations.filter("subnet-id", ids))
                            .maxResults(Observations.PAGE))
                .subnets()
                .stream()
                .toList());
  }

  /** What the subnets of a VPC use, or why it is not known. */
  private record Uses(Answer<RouteTable> tables, Answer<NetworkAcl> acls) {
    static final Uses UNKNOWN = new Uses(unknown(), unknown());

    private static <T> Answer<T> unknown() {
      return new Answer<>(List.of(), "ec2:DescribeSubnets did not say of which VPC it is");
    }
  }

  /**
   * @param denied empty if it was not
   */
  private record Answer<T>(List<T> all, String denied) {}

  private static Uses uses(VpcContents contents, String vpc) {
    return Parallel.both(() -> tables(contents, vpc), () -> acls(contents, vpc), Uses::new);
  }

  private static Answer<RouteTable> tables(VpcContents contents, String vpc) {
    try {
      return new Answer<>(contents.routeTables(vpc), "");
    } catch (DeniedFailure e) {
      return new Answer<>(List.of(), Failures.explain(e));
    }
  }

  private static Answer<NetworkAcl> acls(VpcContents contents, String vpc) {
    try {
      return new Answer<>(contents.networkAcls(vpc), "");
    } catch (DeniedFailure e) {
      return new Answer<>(List.of(), Failures.explain(e));
    }
  }

  private static Observed found(Subnet subnet, Uses uses, Resource wanted) {
    var properties = new LinkedHashMap<String, Property>();
    Observations.scalar(properties, VPC, subnet.vpcId());
    Observations.scalar(properties, CIDR, subnet.cidrBlock());
    Observations.scalar(properties, PUBLIC_ADDRESSES, subnet.mapPublicIpOnLaunch());
    table(properties, subnet.subnetId(), uses.tables());
    acl(properties, subnet.subnetId(), uses.acls(), wanted);
    return new Observed.Found(properties);
  }

  private static void table(
      Map<String, Property> properties, String subnet, Answer<RouteTable> tables) {
    if (!tables.denied().isEmpty()) {
      properties.put(ROUTE_TABLE, new Property.Unknown(tables.denied()));
      return;
    }
    var own = tableAssociation(tables.all(), subnet);
    properties.put(
        ROUTE_TABLE,
        new Property.Scalar(own.map(RouteTableAssociation::routeTableId).orElse(MAIN)));
    properties.put(
        ROUTE_TABLE_ASSOCIATION,
        new Property.Scalar(own.map(RouteTableAssociation::routeTableAssociationId).orElse("")));
  }

  private static Optional<RouteTableAssociation> tableAssociation(
      List<RouteTable> tables, String subnet) {
    return tables.stream()
        .flatMap(t -> t.associations().stream())
        .filter(a -> subnet.equals(a.subnetId()))
        .filter(
            a ->
                a.associationState() == null
                    || !Observations.isOneOf(OFF, a.associationState().stateAsString()))
        .findFirst();
  }

  /** The default one is called so, unless the template names it by its id. */
  private static void acl(
      Map<String, Property> properties, String subnet, Answer<NetworkAcl> acls, Resource wanted) {
    if (!acls.denied().isEmpty()) {
      properties.put(NETWORK_ACL, new Property.Unknown(acls.denied()));
      return;
    }
    acls.all().stream()
        .filter(NetworkAcl::isDefault)
        .findFirst()
        .ifPresent(a -> properties.put(DEFAULT_ACL_ID, new Property.Scalar(a.networkAclId())));
    for (var acl : acls.all()) {
      aclAssociation(acl, subnet)
          .ifPresent(
              association -> {
                var id = new Property.Scalar(acl.networkAclId());
                var named =
                    !Boolean.TRUE.equals(acl.isDefault())
                        || id.equals(wanted.properties().get(NETWORK_ACL));
                properties.put(NETWORK_ACL, named ? id : new Property.Scalar(DEFAULT));
                properties.put(
                    NETWORK_ACL_ASSOCIATION,
                    new Property.Scalar(association.networkAclAssociationId()));
              });
    }
  }

  private static Optional<NetworkAclAssociation> aclAssociation(NetworkAcl acl, String subnet) {
    return acl.associations().stream().filter(a -> subnet.equals(a.subnetId())).findFirst();
  }

  @Override
  public void execute(Step.Call call) {
    switch (call.operation()) {
      case "ModifySubnetAttribute" ->
          clients.ec2(
              ec2 ->
                  ec2.modifySubnetAttribute(
                      r ->
                          r.subnetId(call.argument(Argument.SUBNET))
                              .mapPublicIpOnLaunch(
                                  v ->
                                      v.value(
                                          Boolean.valueOf(
                                              call.argument(
                                                  NormalForms.argument(PUBLIC_ADDRESSES)))))));
      case "AssociateRouteTable" ->
          clients.ec2(
              ec2 ->
                  ec2.associateRouteTable(
                      r ->
                          r.subnetId(call.argument(Argument.SUBNET))
                              .routeTableId(call.argument(Argument.ROUTE_TABLE))));
      case "ReplaceRouteTableAssociation" -> {
        var association = tableAssociation(call.argument(Argument.ASSOCIATION));
        clients.ec2(
            ec2 ->
                ec2.replaceRouteTableAssociation(
                    r ->
                        r.associationId(association)
                            .routeTableId(call.argument(Argument.ROUTE_TABLE))));
      }
      case "ReplaceNetworkAclAssociation" -> {
        var association = aclAssociation(call.argument(Argument.ASSOCIATION));
        clients.ec2(
            ec2 ->
                ec2.replaceNetworkAclAssociation(
                    r -> r.associationId(association).networkAclId(call.argument(Argument.ACL))));
      }
      default -> throw Observations.unknownOperation(call);
    }
  }

  /** An association that is known by its subnet only is looked up now. */
  private String tableAssociation(String idOrSubnet) {
    if (!isSubnet(idOrSubnet)) {
      return idOrSubnet;
    }
    var contents = new VpcContents(clients, new Answers());
    return tableAssociation(
            contents.routeTables("association.subnet-id", List.of(idOrSubnet)), idOrSubnet)
        .map(RouteTableAssociation::routeTableAssociationId)
        .orElse(idOrSubnet);
  }

  private String aclAssociation(String idOrSubnet) {
    if (!isSubnet(idOrSubnet)) {
      return idOrSubnet;
    }
    var contents = new VpcContents(clients, new Answers());
    return contents.networkAcls("association.subnet-id", List.of(idOrSubnet)).stream()
        .flatMap(a -> aclAssociation(a, idOrSubnet).stream())
        .findFirst()
        .map(NetworkAclAssociation::networkAclAssociationId)
        .orElse(idOrSubnet);
  }

  private static boolean isSubnet(String id) {
    return id.startsWith("subnet-");
  }
}
