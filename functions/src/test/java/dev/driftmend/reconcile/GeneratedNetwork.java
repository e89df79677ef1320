package dev.driftmend.reconcile;

import static dev.driftmend.testing.Look.members;

import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.reconcile.Generated.Change;
import dev.driftmend.testing.World;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * What lies around the groups and the instance of {@link Generated}: a VPC and all of its parts.
 */
final class GeneratedNetwork {
  private static final List<String> ROUTES =
      List.of(
          "DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway",
          "DestinationIpv6CidrBlock: '::/0', GatewayId: !Ref Gateway",
          "DestinationCidrBlock: 192.0.2.9/24, NatGatewayId: !Ref Nat",
          "DestinationPrefixListId: pl-1, VpcPeeringConnectionId: pcx-1");
  private static final List<String> DESTINATIONS =
      List.of("0.0.0.0/0", "::/0", "192.0.2.0/24", "pl-1", "198.51.100.0/24");
  private static final List<String> ENTRIES =
      List.of(
          "RuleNumber: 100, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0",
          "RuleNumber: 100, Egress: true, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0",
          "RuleNumber: 90, Protocol: 6, PortRange: {From: 22, To: 22}, RuleAction: deny,"
              + " CidrBlock: 0.0.0.0/0");
  private static final List<String> KEYS =
      List.of("ingress 90", "ingress 100", "egress 100", "ingress 110");
  private static final List<String> RULES =
      List.of("allow ingress all from 0.0.0.0/0", "deny ingress tcp 22 from 0.0.0.0/0");

  private GeneratedNetwork() {}

  /** Resources that refer to a {@code Subnet}, which is declared elsewhere. */
  static Arbitrary<String> templates() {
    return Combinators.combine(
            Arbitraries.of("", ", EnableDnsSupport: true, EnableDnsHostnames: 'false'"),
            Arbitraries.of(true, false),
            Arbitraries.of(ROUTES).set().ofMaxSize(4),
            Arbitraries.of(ENTRIES).set().ofMaxSize(3),
            Arbitraries.of(true, false),
            Arbitraries.of("Acl", "Vpc.DefaultNetworkAcl", ""))
        .as(GeneratedNetwork::template);
  }

  private static String template(
      String dns,
      boolean attached,
      Set<String> routes,
      Set<String> entries,
      boolean associated,
      String acl) {
    var template =
        new StringBuilder(
            """
              Vpc:
                Type: AWS::EC2::VPC
                Properties: {CidrBlock: 10.0.0.0/16%s}
              Gateway:
                Type: AWS::EC2::InternetGateway
              Table:
                Type: AWS::EC2::RouteTable
                Properties: {VpcId: !Ref Vpc}
              Acl:
                Type: AWS::EC2::NetworkAcl
                Properties: {VpcId: !Ref Vpc}
              Address:
                Type: AWS::EC2::EIP
                Properties: {Domain: vpc}
              Nat:
                Type: AWS::EC2::NatGateway
                Properties: {SubnetId: !Ref Subnet, AllocationId: !GetAtt Address.AllocationId}
            """
                .formatted(dns));
    if (attached) {
      part(
          template,
          "Attachment",
          "VPCGatewayAttachment",
          "VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway");
    }
    if (associated) {
      part(
          template,
          "Uses",
          "SubnetRouteTableAssociation",
          "SubnetId: !Ref Subnet, RouteTableId: !Ref Table");
    }
    if (!acl.isEmpty()) {
      part(
          template,
          "Filtered",
          "SubnetNetworkAclAssociation",
          "SubnetId: !Ref Subnet, NetworkAclId: "
              + (acl.contains(".") ? "!GetAtt " : "!Ref ")
              + acl);
    }
    var i = 0;
    for (var route : routes) {
      part(template, "Route" + i++, "Route", "RouteTableId: !Ref Table, " + route);
    }
    for (var entry : entries) {
      part(template, "Entry" + i++, "NetworkAclEntry", "NetworkAclId: !Ref Acl, " + entry);
    }
    return template.toString();
  }

  private static void part(StringBuilder to, String name, String type, String properties) {
    to.append(
        "  %s:%n    Type: AWS::EC2::%s%n    Properties: {%s}%n".formatted(name, type, properties));
  }

  static Arbitrary<Change> changes() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, routeChanges()), Tuple.of(2, entryChanges()), Tuple.of(3, otherChanges()));
  }

  private static Arbitrary<Change> routeChanges() {
    return Combinators.combine(
            Arbitraries.of(DESTINATIONS),
            Arbitraries.of("igw-gateway", "nat-nat", "eni-1", "nat-lost"))
        .flatAs(
            (destination, target) ->
                Arbitraries.of(
                    change(
                        destination + " to " + target,
                        w ->
                            w.the("Table")
                                .add(
                                    RouteTable.ROUTES,
                                    destination,
                                    Map.of(RouteTable.TARGET, target))),
                    change(
                        "no " + destination,
                        w -> w.the("Table").remove(RouteTable.ROUTES, destination)),
                    change(
                        destination + " to nowhere at " + target,
                        w ->
                            w.the("Table")
                                .add(
                                    RouteTable.ROUTES,
                                    destination,
                                    Map.of(
                                        RouteTable.TARGET,
                                        target,
                                        RouteTable.STATE,
                                        RouteTable.BLACKHOLE)))));
  }

  private static Arbitrary<Change> entryChanges() {
    return Combinators.combine(
            Arbitraries.of("Acl/Entries", "Vpc/DefaultNetworkAcl"),
            Arbitraries.of(KEYS),
            Arbitraries.of(RULES),
            Arbitraries.of(true, false))
        .as(
            (of, key, rule, lost) -> {
              var logicalId = of.split("/")[0];
              var property = of.split("/")[1];
              return change(
                  (lost ? "no " : rule + " as ") + key + " of " + of,
                  w -> {
                    if (lost) {
                      w.the(logicalId).remove(property, key);
                    } else {
                      w.the(logicalId).add(property, key, Map.of("rule", rule));
                    }
                  });
            });
  }

  private static Arbitrary<Change> otherChanges() {
    return Arbitraries.of(
        change("addresses at launch", w -> w.the("Subnet").set(Subnet.PUBLIC_ADDRESSES, "true")),
        change("another table", w -> w.the("Subnet").set(Subnet.ROUTE_TABLE, "rtb-other")),
        change("main table", w -> w.the("Subnet").set(Subnet.ROUTE_TABLE, Subnet.MAIN)),
        change("another ACL", w -> w.the("Subnet").set(Subnet.NETWORK_ACL, "acl-other")),
        change("no gateway", w -> w.the("Vpc").put(Vpc.GATEWAYS, members())),
        change("somebody's gateway", w -> w.the("Vpc").put(Vpc.GATEWAYS, members("igw-x"))),
        change(
            "gateway deleted",
            w -> w.the("Vpc").put(Vpc.GATEWAYS, members()).put(Vpc.EXISTING, members())),
        change("no names", w -> w.the("Vpc").set(Vpc.DNS_SUPPORT, "false")),
        change("NAT failed", w -> w.the("Nat").set("State", "failed")),
        change("NAT deleted", w -> w.the("Nat").vanish()),
        change("address released", w -> w.the("Address").vanish()),
        change("table deleted", w -> w.the("Table").vanish()),
        change("hidden ACL", w -> w.the("Acl").hide("denied")),
        change("hidden VPC", w -> w.the("Vpc").hide("denied")));
  }

  private static Change change(String what, Consumer<World> make) {
    return new Change(what, make);
  }
}
