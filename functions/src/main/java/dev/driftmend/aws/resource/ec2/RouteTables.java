package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.network.RouteTable.BLACKHOLE;
import static dev.driftmend.kind.network.RouteTable.ROUTES;
import static dev.driftmend.kind.network.RouteTable.STATE;
import static dev.driftmend.kind.network.RouteTable.TARGET;
import static dev.driftmend.kind.network.RouteTable.TYPE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateRouteRequest;
import software.amazon.awssdk.services.ec2.model.DeleteRouteRequest;
import software.amazon.awssdk.services.ec2.model.ReplaceRouteRequest;
import software.amazon.awssdk.services.ec2.model.Route;
import software.amazon.awssdk.services.ec2.model.RouteTable;

/** Route tables and the routes that somebody made, all tables of a VPC at once. */
public final class RouteTables implements ResourceAdapter {
  private static final Set<String> EXISTS_ALREADY = Set.of("RouteAlreadyExists");
  private static final Set<String> NO_SUCH_ROUTE = Set.of("InvalidRoute.NotFound");

  /** Routes of gateways and route servers, which come and go without anybody's call. */
  private static final Set<String> PROPAGATED =
      Set.of("EnableVgwRoutePropagation", "Advertisement");

  /** Targets of routes that AWS makes by itself. */
  private static final Set<String> OWN_TARGETS = Set.of("local", "VpcLattice");

  private final Clients clients;

  public RouteTables(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    var vpcs = new VpcContents(clients, answers);
    return VpcContents.eachVpc(
        resources,
        (vpc, some) ->
            Observations.matched(
                some,
                vpc.isEmpty()
                    ? Observations.listed(
                        Observations.ids(some), ids -> vpcs.routeTables("route-table-id", ids))
                    : vpcs.routeTables(vpc),
                RouteTable::routeTableId,
                RouteTables::found));
  }

  private static Observed found(RouteTable table, Resource wanted) {
    var declared = new HashMap<String, String>();
    if (wanted.properties().get(ROUTES) instanceof Property.Members m) {
      m.items().forEach(i -> declared.put(i.key(), i.fields().getOrDefault(TARGET, "")));
    }
    var properties = new HashMap<String, Property>();
    Observations.scalar(properties, VpcContents.VPC, table.vpcId());
    properties.put(
        ROUTES,
        Property.Members.of(
            table.routes().stream().flatMap(r -> item(r, declared).stream()).toList()));
    return new Observed.Found(properties);
  }

  /**
   * @param declared targets by destination: a route to an instance has both the instance and its
   *     interface, and is said by the one that the template names
   */
  private static Optional<Item> item(Route route, Map<String, String> declared) {
    var destination = destination(route);
    var wanted = declared.get(destination);
    var target = wanted != null && wanted.equals(route.instanceId()) ? wanted : target(route);
    var ofGatewayEndpoint =
        wanted == null && destination.startsWith("pl-") && target.startsWith("vpce-");
    if (isGiven(route) || ofGatewayEndpoint) {
      return Optional.empty();
    }
    var fields = new TreeMap<>(Map.of(TARGET, target));
    if (BLACKHOLE.equals(route.stateAsString())) {
      fields.put(STATE, BLACKHOLE);
    }
    return Optional.of(Item.of(destination, fields));
  }

  /** Whether AWS made it by itself. */
  static boolean isGiven(Route route) {
    return OWN_TARGETS.contains(target(route))
        || PROPAGATED.contains(String.valueOf(route.originAsString()));
  }

  static String destination(Route route) {
    return route.destinationPrefixListId() == null
        ? Cidr.parse(first(route.destinationCidrBlock(), route.destinationIpv6CidrBlock())).text()
        : route.destinationPrefixListId();
  }

  static String target(Route route) {
    return first(
        route.natGatewayId(),
        route.egressOnlyInternetGatewayId(),
        route.transitGatewayId(),
        route.vpcPeeringConnectionId(),
        route.localGatewayId(),
        route.carrierGatewayId(),
        route.coreNetworkArn(),
        route.odbNetworkArn(),
        route.gatewayId(),
        route.networkInterfaceId(),
        route.instanceId(),
        route.ipAddress());
  }

  private static String first(@Nullable String... texts) {
    return Stream.of(texts).filter(Objects::nonNull).findFirst().orElse("");
  }

  @Override
  public void execute(Step.Call call) {
    switch (call.operation()) {
      case "CreateRoute" -> create(call);
      case "ReplaceRoute" -> clients.ec2(ec2 -> ec2.replaceRoute(replacement(call)));
      case "DeleteRoute" ->
          Observations.unless(
              NO_SUCH_ROUTE, () -> clients.ec2(ec2 -> ec2.deleteRoute(deletion(call))));
      default -> throw Observations.unknownOperation(call);
    }
  }

  /** Somebody may have made one since, to another target. */
  private void create(Step.Call call) {
    try {
      clients.ec2(ec2 -> ec2.createRoute(creation(call)));
    } catch (DeniedFailure e) {
      if (!Failures.is(e, EXISTS_ALREADY)) {
        throw e;
      }
      clients.ec2(ec2 -> ec2.replaceRoute(replacement(call)));
    }
  }

  private static CreateRouteRequest creation(Step.Call call) {
    var request = CreateRouteRequest.builder().routeTableId(call.argument(Argument.ROUTE_TABLE));
    var destination = call.argument(Argument.DESTINATION);
    switch (Destination.of(destination)) {
      case CIDR -> request.destinationCidrBlock(destination);
      case CIDR6 -> request.destinationIpv6CidrBlock(destination);
      case PREFIX_LIST -> request.destinationPrefixListId(destination);
    }
    var target = call.argument(Argument.TARGET);
    switch (prefix(target)) {
      case "nat" -> request.natGatewayId(target);
      case "eigw" -> request.egressOnlyInternetGatewayId(target);
      case "tgw" -> request.transitGatewayId(target);
      case "pcx" -> request.vpcPeeringConnectionId(target);
      case "lgw" -> request.localGatewayId(target);
      case "cagw" -> request.carrierGatewayId(target);
      case "eni" -> request.networkInterfaceId(target);
      case "i" -> request.instanceId(target);
      case "vpce" -> request.vpcEndpointId(target);
      case "networkmanager" -> request.coreNetworkArn(target);
      case "odb" -> request.odbNetworkArn(target);
      default -> request.gatewayId(target);
    }
    return request.build();
  }

  private static ReplaceRouteRequest replacement(Step.Call call) {
    var creation = creation(call);
    return ReplaceRouteRequest.builder()
        .routeTableId(creation.routeTableId())
        .destinationCidrBlock(creation.destinationCidrBlock())
        .destinationIpv6CidrBlock(creation.destinationIpv6CidrBlock())
        .destinationPrefixListId(creation.destinationPrefixListId())
        .natGatewayId(creation.natGatewayId())
        .egressOnlyInternetGatewayId(creation.egressOnlyInternetGatewayId())
        .transitGatewayId(creation.transitGatewayId())
        .vpcPeeringConnectionId(creation.vpcPeeringConnectionId())
        .localGatewayId(creation.localGatewayId())
        .carrierGatewayId(creation.carrierGatewayId())
        .networkInterfaceId(creation.networkInterfaceId())
        .instanceId(creation.instanceId())
        .vpcEndpointId(creation.vpcEndpointId())
        .coreNetworkArn(creation.coreNetworkArn())
        .odbNetworkArn(creation.odbNetworkArn())
        .gatewayId(creation.gatewayId())
        .build();
  }

  private static DeleteRouteRequest deletion(Step.Call call) {
    var destination = call.argument(Argument.DESTINATION);
    var request = DeleteRouteRequest.builder().routeTableId(call.argument(Argument.ROUTE_TABLE));
    switch (Destination.of(destination)) {
      case CIDR -> request.destinationCidrBlock(destination);
      case CIDR6 -> request.destinationIpv6CidrBlock(destination);
      case PREFIX_LIST -> request.destinationPrefixListId(destination);
    }
    return request.build();
  }

  /** Of an id what stands before the dash, of an ARN the service. */
  private static String prefix(String target) {
    return target.startsWith("arn:") ? target.split(":", 4)[2] : target.split("-", 2)[0];
  }

  private enum Destination {
    CIDR,
    CIDR6,
    PREFIX_LIST;

    static Destination of(String destination) {
      if (destination.startsWith("pl-")) {
        return PREFIX_LIST;
      }
      return destination.contains(":") ? CIDR6 : CIDR;
    }
  }
}
