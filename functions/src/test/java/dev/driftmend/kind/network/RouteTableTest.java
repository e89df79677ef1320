package dev.driftmend.kind.network;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private static final String TABLE =
      """
      Table:
        Type: AWS::EC2::RouteTable
        Properties: {VpcId: vpc-1}
      """;
  private static final String ROUTES =
      TABLE
          + """
          Gateway:
            Type: AWS::EC2::InternetGateway
          Nat:
            Type: AWS::EC2::NatGateway
          Way4:
            Type: AWS::EC2::Route
            Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
          Way6:
            Type: AWS::EC2::Route
            Properties: {RouteTableId: !Ref Table, DestinationIpv6CidrBlock: '::/0', GatewayId: !Ref Gateway}
          List:
            Type: AWS::EC2::Route
            Properties: {RouteTableId: !GetAtt Table.RouteTableId, DestinationPrefixListId: pl-1, NatGatewayId: !Ref Nat}
          Other:
            Type: AWS::EC2::Route
            Properties: {RouteTableId: rtb-other, DestinationCidrBlock: 192.0.2.0/24, GatewayId: !Ref Gateway}
          """;

  @Test
  void routesAsDeclaredAreLeftAloneWhateverTheirOrder() {
    assertThat(table(Map.of()).drifts()).isEmpty();
  }

  @Test
  void aLostRouteIsCreatedAgain() {
    var call = table(without("0.0.0.0/0")).call();

    assertThat(call.operation()).isEqualTo("CreateRoute");
    assertThat(call.phase()).isEqualTo(Phase.RESTORE);
    assertThat(call.arguments())
        .isEqualTo(
            Map.of(
                "routeTable", List.of("rtb-table"),
                "destination", List.of("0.0.0.0/0"),
                "target", List.of("igw-gateway")));
  }

  @Test
  void aRouteThatLeadsElsewhereIsSentBackWithoutBeingDeleted() {
    var look = table(Map.of("0.0.0.0/0", Map.of("target", "eni-appliance")));

    var call = look.call();

    assertThat(call.operation()).isEqualTo("ReplaceRoute");
    assertThat(call.phase()).isEqualTo(Phase.CHANGE);
    assertThat(call.argument("target")).isEqualTo("igw-gateway");
    assertThat(left(look)).isEmpty();
  }

  @Test
  void aRouteThatLeadsNowhereElsewhereIsSentBackByOneCall() {
    var look = table(Map.of("0.0.0.0/0", Map.of("target", "igw-deleted", "state", "blackhole")));

    assertThat(look.call().operation()).isEqualTo("ReplaceRoute");
    assertThat(look.call().fingerprints()).hasSize(2);
    assertThat(left(look)).isEmpty();
  }

  @Test
  void aRouteOfWhichTheTargetIsGoneIsReported() {
    var look = table(Map.of("pl-1", Map.of("target", "nat-nat", "state", "blackhole")));

    assertThat(look.differences())
        .containsExactly("CHANGED state of pl-1 is \"blackhole\", the template says \"\"");
    assertThat(look.report().why()).contains("nat-nat").contains("leads nowhere");
    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
  }

  @Test
  void anExtraRouteIsDeletedOnlyIfThePolicySaysSo() {
    var look = table(Map.of("198.51.100.0/24", Map.of("target", "pcx-1")));

    assertThat(look.kind().requiresOptIn(look.drifts().getFirst())).isTrue();
    assertThat(look.call().operation()).isEqualTo("DeleteRoute");
    assertThat(look.call().phase()).isEqualTo(Phase.REMOVE);
    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of("routeTable", List.of("rtb-table"), "destination", List.of("198.51.100.0/24")));
    assertThat(left(look)).isEmpty();
  }

  @Test
  void lostAndChangedRoutesNeedNoWordOfThePolicy() {
    var look =
        table(
            Map.of(
                "0.0.0.0/0", Map.of(),
                "::/0", Map.of("target", "eigw-1")));

    assertThat(look.drifts()).hasSize(2).noneMatch(look.kind()::requiresOptIn);
  }

  @Test
  void whatARepairMadeIsRevertedByRepairingTowardsTheStateBefore() {
    for (var before :
        List.of(
            table(without("0.0.0.0/0")),
            table(Map.of("0.0.0.0/0", Map.of("target", "eni-1"))),
            table(Map.of("198.51.100.0/24", Map.of("target", "pcx-1"))))) {
      var now = before.kind().after(before.call(), before.live());
      var back = new Look(new Resource(before.desired().ref(), found(before.live())), now);

      assertThat(found(before.kind().after(back.call(), now)))
          .usingRecursiveComparison()
          .ignoringCollectionOrder()
          .isEqualTo(found(before.live()));
    }
  }

  @Test
  void destinationsAreComparedAsEc2WritesThem() {
    var routes =
        routes(
            """
            A:
              Type: AWS::EC2::Route
              Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 192.0.2.77/24, GatewayId: igw-1}
            B:
              Type: AWS::EC2::Route
              Properties: {RouteTableId: !Ref Table, DestinationIpv6CidrBlock: '2001:0DB8:0:0::/32', GatewayId: igw-1}
            """);

    assertThat(routes.items())
        .extracting(Item::key)
        .containsExactly("192.0.2.0/24", "2001:db8::/32");
  }

  @ParameterizedTest
  @CsvSource({
    "GatewayId, vgw-1",
    "GatewayId, vpce-1",
    "NatGatewayId, nat-1",
    "EgressOnlyInternetGatewayId, eigw-1",
    "NetworkInterfaceId, eni-1",
    "InstanceId, i-1",
    "TransitGatewayId, tgw-1",
    "VpcPeeringConnectionId, pcx-1",
    "VpcEndpointId, vpce-1",
    "LocalGatewayId, lgw-1",
    "CarrierGatewayId, cagw-1",
    "CoreNetworkArn, arn:aws:networkmanager::111122223333:core-network/core-network-1",
    "OdbNetworkArn, arn:aws:odb:us-east-1:111122223333:odb-network/odbnet_1"
  })
  void everySortOfTargetIsCompared(String property, String target) {
    var routes =
        routes(
            """
            A:
              Type: AWS::EC2::Route
              Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 192.0.2.0/24, %s: '%s'}
            """
                .formatted(property, target));

    assertThat(routes.items()).containsExactly(Item.of("192.0.2.0/24", Map.of("target", target)));
    assertThat(routes.openBecause()).isNull();
  }

  @Test
  void aDeclaredLocalRouteIsNoDriftAlthoughLocalRoutesAreNotRead() {
    var stack =
        TABLE
            + """
            A:
              Type: AWS::EC2::Route
              Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 10.0.0.0/16, GatewayId: local}
            """;

    assertThat(
            Look.at(
                    Deployed.stack(stack),
                    "Table",
                    Map.of("Routes", members(), "VpcId", scalar("vpc-1")))
                .drifts())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{RouteTableId: !ImportValue table, DestinationCidrBlock: 192.0.2.0/24, GatewayId: igw-1}",
        "{RouteTableId: !Ref Table, DestinationCidrBlock: !ImportValue block, GatewayId: igw-1}",
        "{RouteTableId: !Ref Table, DestinationCidrBlock: somewhere, GatewayId: igw-1}",
        "{RouteTableId: !Ref Table, GatewayId: igw-1}"
      })
  void aRouteThatIsNotKnownMakesTheTableUnsure(String properties) {
    assertThat(
            routes("A:\n  Type: AWS::EC2::Route\n  Properties: " + properties + "\n").openBecause())
        .contains("A");
  }

  @ParameterizedTest
  @ValueSource(strings = {", GatewayId: !ImportValue gateway", ""})
  void aRouteOfWhichOnlyTheTargetIsNotKnownIsLeftAloneAndTheOthersAreRepaired(String target) {
    var stack =
        ROUTES
            + """
            A:
              Type: AWS::EC2::Route
              Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 198.51.100.0/24%s}
            """
                .formatted(target);
    var live = found(table(Map.of("198.51.100.0/24", Map.of("target", "pcx-1"))).live());

    var look = Look.at(Deployed.stack(stack), "Table", live);

    assertThat(look.drifts()).isEmpty();
    assertThat(look.desired().properties().get("Routes"))
        .isInstanceOfSatisfying(Property.Members.class, m -> assertThat(m.openBecause()).isNull());
    assertThat(Deployed.desired(stack).notCovered())
        .anyMatch(n -> n.property().equals("Routes 198.51.100.0/24"));
  }

  @Test
  void aRouteOfWhichNotEvenThePresenceIsKnownMakesTheTableUnsure() {
    var stack = Deployed.undecided(Deployed.stack(ROUTES), "AWS::EC2::Route");

    assertThat(Deployed.resource(stack, "Table").properties().get("Routes"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.openBecause()).contains("Perhaps"));
  }

  @Test
  void aTableThatIsGoneOrUnreadableIsReported() {
    var wanted = Deployed.resource(Deployed.stack(ROUTES), "Table");

    assertThat(new Look(wanted, new Observed.Gone()).report().remediation())
        .contains("REVERT_DRIFT");
    assertThat(new Look(wanted, new Observed.Unreadable("denied")).report().remediation())
        .contains("denied");
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0, '', OUTAGE",
    "pl-1, '', DEGRADED",
    "pl-1, igw-gateway, LATENT",
    "0.0.0.0/0, nat-nat, OUTAGE",
    "198.51.100.0/24, igw-gateway, LATENT",
    "198.51.100.0/24, eni-1, DEGRADED"
  })
  void aLostWayOutIsWorseThanALostWayToFetchPackages(
      String destination, String target, Exposure exposure) {
    var look = table(Map.of(destination, target.isEmpty() ? Map.of() : Map.of("target", target)));

    assertThat(look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure())
        .isEqualTo(exposure);
  }

  @Test
  void everyDriftSaysWhichCallsCanHaveMadeIt() {
    var look =
        table(
            Map.of(
                "0.0.0.0/0", Map.of(),
                "::/0", Map.of("target", "eigw-1"),
                "198.51.100.0/24", Map.of("target", "pcx-1")));

    assertThat(look.drifts()).hasSize(3);
    for (var drift : look.drifts()) {
      assertThat(look.kind().calls(drift))
          .contains(
              switch (drift) {
                case Drift.Missing _ -> "DeleteRoute";
                case Drift.Changed _ -> "ReplaceRoute";
                case Drift.Extra _ -> "CreateRoute";
                case Drift.Gone _, Drift.Unreadable _ -> "";
              });
    }
  }

  /** What is left to do after the only call. */
  private static List<Drift> left(Look look) {
    return new Look(look.desired(), look.kind().after(look.call(), look.live())).drifts();
  }

  private static Map<String, Map<String, String>> without(String destination) {
    return Map.of(destination, Map.of());
  }

  /** The table as declared but for these routes; a route without fields is lost. */
  private static Look table(Map<String, Map<String, String>> changes) {
    var routes = new LinkedHashMap<String, Map<String, String>>();
    routes.put("pl-1", Map.of("target", "nat-nat"));
    routes.put("::/0", Map.of("target", "igw-gateway"));
    routes.put("0.0.0.0/0", Map.of("target", "igw-gateway"));
    routes.putAll(changes);
    routes.values().removeIf(Map::isEmpty);
    var live = routes.entrySet().stream().map(e -> Item.of(e.getKey(), e.getValue())).toList();
    return Look.at(
        Deployed.stack(ROUTES),
        "Table",
        Map.of("VpcId", scalar("vpc-1"), "Routes", Property.Members.of(live)));
  }

  private static Property.Members routes(String parts) {
    return (Property.Members)
        Objects.requireNonNull(
            Deployed.resource(Deployed.stack(TABLE + parts), "Table").properties().get("Routes"));
  }

  private static Map<String, Property> found(Observed observed) {
    return ((Observed.Found) observed).properties();
  }
}
