package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.testing.Guard;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Network lists, tables and target groups at a quota: what serves nothing goes first. */
class FullSetsTest {
  private static final String LIST =
      """
      Resources:
        Private:
          Type: AWS::EC2::Subnet
          Properties: {CidrBlock: 10.0.0.0/24}
        List:
          Type: AWS::EC2::NetworkAcl
          Properties: {VpcId: vpc-1}
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties: {NetworkAclId: !Ref List, RuleNumber: 100, Protocol: 6, RuleAction: allow, CidrBlock: 0.0.0.0/0, PortRange: {From: 443, To: 443}}
      """;
  private static final String TABLE =
      """
      Resources:
        Private:
          Type: AWS::EC2::Subnet
          Properties: {CidrBlock: 10.0.0.0/24}
        Table:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: vpc-1}
        Peer:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 10.9.0.0/16, TransitGatewayId: tgw-1}
      """;
  private static final String LOST = "ingress 100";
  private static final String OTHER = "ingress 200";

  private static Guard list(String extra) {
    var guard = new Guard(LIST);
    guard.policy(Policy.Mode.REPAIR, rule(NetworkAcl.TYPE));
    guard
        .world
        .the("List")
        .remove(NetworkAcl.ENTRIES, LOST)
        .add(NetworkAcl.ENTRIES, OTHER, Map.of(AclEntries.RULE, extra));
    guard.world.most.put(NetworkAcl.ENTRIES, 1);
    return guard;
  }

  private static Guard table(String extra) {
    var guard = new Guard(TABLE);
    guard.policy(Policy.Mode.REPAIR, rule(RouteTable.TYPE));
    guard
        .world
        .the("Table")
        .remove(RouteTable.ROUTES, "10.9.0.0/16")
        .add(RouteTable.ROUTES, extra, Map.of(RouteTable.TARGET, "tgw-1"));
    guard.world.most.put(RouteTable.ROUTES, 1);
    return guard;
  }

  private static Policy.Rule rule(String type) {
    return new Policy.Rule(type, null, null, Policy.Treatment.REPAIR);
  }

  private static List<String> left(Guard guard, String resource, String property) {
    return guard.world.the(resource).keys(property);
  }

  @Test
  void anEntryOfOtherTrafficMakesRoomForTheLostOne() {
    var guard = list("deny ingress tcp 22 from 203.0.113.0/24");

    guard.run();

    assertThat(guard.world.writes())
        .containsExactly("CreateNetworkAclEntry", "DeleteNetworkAclEntry", "CreateNetworkAclEntry");
    assertThat(left(guard, "List", NetworkAcl.ENTRIES)).containsExactly(LOST);
  }

  @Test
  void anEntryThatMayCarryTheTrafficOfTheLostOneStaysAndTheQuotaIsAlerted() {
    for (var extra :
        List.of("allow ingress all from 0.0.0.0/0", "deny ingress tcp 443 from 203.0.113.0/24")) {
      var guard = list(extra);

      guard.run();

      assertThat(left(guard, "List", NetworkAcl.ENTRIES)).containsExactly(OTHER);
      assertThat(guard.alerts.raised())
          .filteredOn(a -> a.incident().title().contains("lost"))
          .singleElement()
          .satisfies(a -> assertThat(a.next()).startsWith("Make room for it"));
    }
  }

  @Test
  void anEntryOfTheOtherDirectionMakesNoRoom() {
    var guard = list("deny ingress tcp 22 from 203.0.113.0/24");
    guard
        .world
        .the("List")
        .remove(NetworkAcl.ENTRIES, OTHER)
        .add(
            NetworkAcl.ENTRIES,
            "egress 200",
            Map.of(AclEntries.RULE, "deny egress tcp 22 to 203.0.113.0/24"));

    guard.run();

    assertThat(left(guard, "List", NetworkAcl.ENTRIES)).containsExactly("egress 200");
  }

  @Test
  void aRouteToElsewhereMakesRoomForTheLostOne() {
    var guard = table("192.0.2.0/24");

    guard.run();

    assertThat(guard.world.writes()).containsExactly("CreateRoute", "DeleteRoute", "CreateRoute");
    assertThat(left(guard, "Table", RouteTable.ROUTES)).containsExactly("10.9.0.0/16");
  }

  @Test
  void aRouteThatMayCarryTheTrafficOfTheLostOneStays() {
    for (var extra : List.of("10.0.0.0/8", "10.9.4.0/24", "pl-0a1b2c3d")) {
      var guard = table(extra);

      guard.run();

      assertThat(left(guard, "Table", RouteTable.ROUTES)).containsExactly(extra);
      assertThat(guard.world.writes()).containsExactly("CreateRoute");
    }
  }

  @Test
  void aRouteOfTheOtherAddressFamilyMakesNoRoom() {
    var guard = table("2001:db8::/32");

    guard.run();

    assertThat(left(guard, "Table", RouteTable.ROUTES)).containsExactly("2001:db8::/32");
  }

  @Test
  void aTargetTooManyMakesRoomForTheLostOneWhileADeclaredOneServes() {
    var guard =
        new Guard(
            Guard.SHOP.replace(
                    "Targets: [{Id: !Ref Web}]", "Targets: [{Id: !Ref Web}, {Id: !Ref Second}]")
                + """
                  Second:
                    Type: AWS::EC2::Instance
                    Properties: {SubnetId: !Ref Private, SecurityGroupIds: [!Ref WebGroup]}
                """);
    var targets = guard.world.the("Targets");
    targets.remove(TargetGroup.TARGETS, "i-second:5000").add(TargetGroup.TARGETS, "i-foreign:5000");
    guard.world.most.put(TargetGroup.TARGETS, 2);

    guard.run();

    assertThat(targets.keys(TargetGroup.TARGETS))
        .containsExactlyInAnyOrder("i-web:5000", "i-second:5000");
  }
}
