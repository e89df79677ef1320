package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.items;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTablesTest {
  private static final String DEFAULT_ROUTE = "0.0.0.0/0";

  private final Canned wire = new Canned();
  private final RouteTables tables = new RouteTables(wire.clients());

  @Test
  void allTablesOfAVpcAreReadByOneCallPageByPage() {
    wire.answer(
            "DescribeRouteTables",
            answer(
                table("rtb-1", route(DEFAULT_ROUTE, "gatewayId", "igw-1")),
                "<nextToken>page-2</nextToken>"))
        .answer(
            "DescribeRouteTables",
            "NextToken",
            "page-2",
            answer(table("rtb-2", route(DEFAULT_ROUTE, "natGatewayId", "nat-1")), ""));

    var live = observe(in("vpc-1", "A", "rtb-1"), in("vpc-1", "B", "rtb-2"));

    assertThat(scalar(live.get("A"), "VpcId")).isEqualTo("vpc-1");
    assertThat(items(live.get("A"), "Routes")).containsExactly(to(DEFAULT_ROUTE, "igw-1"));
    assertThat(items(live.get("B"), "Routes")).containsExactly(to(DEFAULT_ROUTE, "nat-1"));
    assertThat(wire.requests()).hasSize(2);
    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(
            Map.of("Filter.1.Name", "vpc-id", "Filter.1.Value.1", "vpc-1", "MaxResults", "100"));
  }

  @Test
  void aTableThatIsNotThereIsGoneAndTheOthersAreRead() {
    wire.answer("DescribeRouteTables", answer(table("rtb-1", ""), ""));

    var live = observe(in("vpc-1", "A", "rtb-1"), in("vpc-1", "B", "rtb-2"));

    assertThat(items(live.get("A"), "Routes")).isEmpty();
    assertThat(live).containsEntry("B", new Observed.Gone());
  }

  @Test
  void tablesOfAVpcThatTheTemplateDoesNotTellAreLookedUpByTheirIds() {
    wire.answer("DescribeRouteTables", answer(table("rtb-1", "") + table("rtb-2", ""), ""));

    var live =
        observe(
            Stacks.resource("A", RouteTable.TYPE, "rtb-1"),
            Stacks.resource("B", RouteTable.TYPE, "rtb-2"));

    assertThat(live.values()).hasSize(2).allMatch(Observed.Found.class::isInstance);
    assertThat(wire.only("DescribeRouteTables").arguments())
        .containsEntry("Filter.1.Name", "route-table-id")
        .containsEntry("Filter.1.Value.1", "rtb-1")
        .containsEntry("Filter.1.Value.2", "rtb-2");
  }

  @Test
  void everySortOfDestinationAndTargetIsReadInNormalForm() {
    wire.answer(
        "DescribeRouteTables",
        answer(
            table(
                "rtb-1",
                route(DEFAULT_ROUTE, "natGatewayId", "nat-1")
                    + route("2001:DB8::/32", "egressOnlyInternetGatewayId", "eigw-1")
                    + route("pl-1", "transitGatewayId", "tgw-1")
                    + route("192.0.2.0/28", "vpcPeeringConnectionId", "pcx-1")
                    + route("192.0.2.16/28", "networkInterfaceId", "eni-1")
                    + route("192.0.2.32/28", "gatewayId", "vpce-1")
                    + route("192.0.2.48/28", "localGatewayId", "lgw-1")
                    + route("192.0.2.64/28", "carrierGatewayId", "cagw-1")
                    + route("192.0.2.80/28", "coreNetworkArn", "arn:aws:networkmanager::1:x")
                    + route("192.0.2.96/28", "instanceId", "i-1")),
            ""));

    assertThat(items(observe(in("vpc-1", "A", "rtb-1")).get("A"), "Routes"))
        .containsExactly(
            to(DEFAULT_ROUTE, "nat-1"),
            to("2001:db8::/32", "eigw-1"),
            to("pl-1", "tgw-1"),
            to("192.0.2.0/28", "pcx-1"),
            to("192.0.2.16/28", "eni-1"),
            to("192.0.2.32/28", "vpce-1"),
            to("192.0.2.48/28", "lgw-1"),
            to("192.0.2.64/28", "cagw-1"),
            to("192.0.2.80/28", "arn:aws:networkmanager::1:x"),
            to("192.0.2.96/28", "i-1"));
  }

  @Test
  void aRouteToAnInstanceIsSaidAsTheTemplateSaysIt() {
    var both = "<instanceId>i-1</instanceId><networkInterfaceId>eni-1</networkInterfaceId>";
    for (var named : List.of("i-1", "eni-1", "igw-1")) {
      wire.answer("DescribeRouteTables", answer(table("rtb-1", route(DEFAULT_ROUTE, both)), ""));

      assertThat(
              items(
                  observe(in("vpc-1", "A", "rtb-1", to(DEFAULT_ROUTE, named))).get("A"), "Routes"))
          .containsExactly(to(DEFAULT_ROUTE, named.equals("i-1") ? "i-1" : "eni-1"));
    }
  }

  @Test
  void whatAwsPutsIntoATableByItselfIsNoRouteOfAnybody() {
    wire.answer(
        "DescribeRouteTables",
        answer(
            table(
                "rtb-1",
                route("10.0.0.0/16", "gatewayId", "local")
                    + route("2001:db8::/56", "gatewayId", "local")
                    + route("pl-s3", "gatewayId", "vpce-s3")
                    + route("pl-lattice", "gatewayId", "VpcLattice")
                    + route(
                        "198.51.100.0/24",
                        "<gatewayId>vgw-1</gatewayId><origin>EnableVgwRoutePropagation</origin>")
                    + route(
                        "203.0.113.0/24",
                        "<networkInterfaceId>eni-1</networkInterfaceId>"
                            + "<origin>Advertisement</origin>")
                    + route(DEFAULT_ROUTE, "gatewayId", "igw-1")),
            ""));

    assertThat(keys(observe(in("vpc-1", "A", "rtb-1")).get("A"), "Routes"))
        .containsExactly(DEFAULT_ROUTE);
  }

  @Test
  void aDeclaredRouteByPrefixListToAnEndpointIsRead() {
    wire.answer(
        "DescribeRouteTables", answer(table("rtb-1", route("pl-1", "gatewayId", "vpce-1")), ""));

    assertThat(keys(observe(in("vpc-1", "A", "rtb-1", to("pl-1", "vpce-1"))).get("A"), "Routes"))
        .containsExactly("pl-1");
  }

  @Test
  void aRouteOfWhichTheTargetIsGoneSaysSo() {
    wire.answer(
        "DescribeRouteTables",
        answer(
            table(
                "rtb-1",
                route(DEFAULT_ROUTE, "<natGatewayId>nat-1</natGatewayId><state>blackhole</state>")),
            ""));

    assertThat(items(observe(in("vpc-1", "A", "rtb-1")).get("A"), "Routes"))
        .containsExactly(Item.of(DEFAULT_ROUTE, Map.of("target", "nat-1", "state", "blackhole")));
  }

  @Test
  void aReadThatIsDeniedMakesEveryTableUnreadable() {
    wire.failEc2("DescribeRouteTables", 403, "UnauthorizedOperation", "Not authorized.");

    assertThat(observe(in("vpc-1", "A", "rtb-1"), in("vpc-1", "B", "rtb-2")).values())
        .hasSize(2)
        .allSatisfy(
            o ->
                assertThat(o)
                    .isEqualTo(
                        new Observed.Unreadable(
                            "ec2:DescribeRouteTables was refused: Not authorized.")));
  }

  @Test
  void aReadThatIsThrottledIsThrown() {
    wire.failEc2("DescribeRouteTables", 503, "RequestLimitExceeded", "Slow down.");

    assertThatThrownBy(() -> observe(in("vpc-1", "A", "rtb-1")))
        .isInstanceOf(TransientFailure.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0, DestinationCidrBlock, igw-1, GatewayId",
    "::/0, DestinationIpv6CidrBlock, eigw-1, EgressOnlyInternetGatewayId",
    "pl-1, DestinationPrefixListId, tgw-1, TransitGatewayId",
    "0.0.0.0/0, DestinationCidrBlock, nat-1, NatGatewayId",
    "0.0.0.0/0, DestinationCidrBlock, vgw-1, GatewayId",
    "0.0.0.0/0, DestinationCidrBlock, vpce-1, VpcEndpointId",
    "0.0.0.0/0, DestinationCidrBlock, pcx-1, VpcPeeringConnectionId",
    "0.0.0.0/0, DestinationCidrBlock, eni-1, NetworkInterfaceId",
    "0.0.0.0/0, DestinationCidrBlock, i-1, InstanceId",
    "0.0.0.0/0, DestinationCidrBlock, lgw-1, LocalGatewayId",
    "0.0.0.0/0, DestinationCidrBlock, cagw-1, CarrierGatewayId",
    "0.0.0.0/0, DestinationCidrBlock, arn:aws:networkmanager::1:core-network/c, CoreNetworkArn",
    "0.0.0.0/0, DestinationCidrBlock, arn:aws:odb:us-east-1:1:odb-network/o, OdbNetworkArn"
  })
  void aRouteIsCreatedAndReplacedByTheParameterOfItsDestinationAndTarget(
      String destination, String destinationParameter, String target, String targetParameter) {
    wire.answer("CreateRoute", "<CreateRouteResponse/>")
        .answer("ReplaceRoute", "<ReplaceRouteResponse/>");
    var arguments =
        Map.of(
            "routeTable", List.of("rtb-1"),
            "destination", List.of(destination),
            "target", List.of(target));

    assertThat(execute("CreateRoute", arguments)).isEqualTo(new Result.Done());
    assertThat(execute("ReplaceRoute", arguments)).isEqualTo(new Result.Done());

    assertThat(wire.requests())
        .allSatisfy(
            r ->
                assertThat(r.arguments())
                    .isEqualTo(
                        Map.of(
                            "RouteTableId",
                            "rtb-1",
                            destinationParameter,
                            destination,
                            targetParameter,
                            target)));
  }

  @Test
  void aRouteThatSomebodyMadeMeanwhileIsReplaced() {
    wire.failEc2("CreateRoute", 400, "RouteAlreadyExists", "The route already exists.")
        .answer("ReplaceRoute", "<ReplaceRouteResponse/>");

    var result =
        execute(
            "CreateRoute",
            Map.of(
                "routeTable", List.of("rtb-1"),
                "destination", List.of(DEFAULT_ROUTE),
                "target", List.of("igw-1")));

    assertThat(result).isEqualTo(new Result.Done());
    assertThat(wire.only("ReplaceRoute").arguments()).containsEntry("GatewayId", "igw-1");
  }

  @Test
  void aRouteIsDeletedByItsDestinationAndOneThatIsGoneIsNoFailure() {
    for (var destination : List.of(DEFAULT_ROUTE, "::/0", "pl-1")) {
      wire.answer("DeleteRoute", "<DeleteRouteResponse/>");
      assertThat(delete(destination)).isEqualTo(new Result.Done());
    }
    wire.failEc2("DeleteRoute", 400, "InvalidRoute.NotFound", "no route with destination");
    assertThat(delete(DEFAULT_ROUTE)).isEqualTo(new Result.Done());

    assertThat(wire.requests().subList(0, 3))
        .extracting(Canned.Request::arguments)
        .containsExactly(
            Map.of("RouteTableId", "rtb-1", "DestinationCidrBlock", DEFAULT_ROUTE),
            Map.of("RouteTableId", "rtb-1", "DestinationIpv6CidrBlock", "::/0"),
            Map.of("RouteTableId", "rtb-1", "DestinationPrefixListId", "pl-1"));
  }

  @Test
  void whatIsRefusedIsSaid() {
    wire.failEc2("ReplaceRoute", 400, "InvalidGatewayID.NotFound", "igw-1 does not exist");

    assertThat(
            execute(
                "ReplaceRoute",
                Map.of(
                    "routeTable", List.of("rtb-1"),
                    "destination", List.of(DEFAULT_ROUTE),
                    "target", List.of("igw-1"))))
        .isEqualTo(new Result.Failed("ec2:ReplaceRoute was refused: igw-1 does not exist"));
  }

  private Result delete(String destination) {
    return execute(
        "DeleteRoute", Map.of("routeTable", List.of("rtb-1"), "destination", List.of(destination)));
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(RouteTable.TYPE, operation, arguments));
  }

  private Map<String, Observed> observe(Resource... resources) {
    return tables.observe(SHOP, List.of(resources), new Answers());
  }

  private static Resource in(String vpc, String logicalId, String id, Item... routes) {
    return new Resource(
        new ResourceRef(logicalId, RouteTable.TYPE, id),
        Map.of("VpcId", new Property.Scalar(vpc), "Routes", Property.Members.of(List.of(routes))));
  }

  private static Item to(String destination, String target) {
    return Item.of(destination, Map.of("target", target));
  }

  private static String answer(String tables, String next) {
    return """
    <DescribeRouteTablesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <routeTableSet>%s</routeTableSet>%s</DescribeRouteTablesResponse>\
    """
        .formatted(tables, next);
  }

  private static String table(String id, String routes) {
    return """
    <item><routeTableId>%s</routeTableId><vpcId>vpc-1</vpcId><routeSet>%s</routeSet></item>\
    """
        .formatted(id, routes);
  }

  private static String route(String destination, String name, String target) {
    return route(destination, "<%s>%s</%s>".formatted(name, target, name));
  }

  private static String route(String destination, String rest) {
    var name =
        destination.startsWith("pl-")
            ? "destinationPrefixListId"
            : destination.contains(":") ? "destinationIpv6CidrBlock" : "destinationCidrBlock";
    return "<item><%s>%s</%s>%s</item>".formatted(name, destination, name, rest);
  }
}
