package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.found;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetsTest {
  private final Canned wire = new Canned();
  private final Subnets subnets = new Subnets(wire.clients());

  @Test
  void allSubnetsAreReadByOneCallOfEachApiPageByPage() {
    wire.answer("DescribeSubnets", subnets(subnet("subnet-1"), "<nextToken>page-2</nextToken>"))
        .answer("DescribeSubnets", "NextToken", "page-2", subnets(subnet("subnet-2"), ""))
        .answer(
            "DescribeRouteTables",
            tables(
                table("rtb-main", "<item><main>true</main></item>")
                    + table("rtb-1", association("rtbassoc-1", "rtb-1", "subnet-1", "associated"))))
        .answer(
            "DescribeNetworkAcls",
            acls(
                acl("acl-default", true, "aclassoc-2", "subnet-2")
                    + acl("acl-1", false, "aclassoc-1", "subnet-1")));

    var live = observe(subnet("A", "subnet-1"), subnet("B", "subnet-2"), subnet("C", "subnet-3"));

    assertThat(found(live.get("A")))
        .isEqualTo(
            Map.of(
                "VpcId", text("vpc-1"),
                "CidrBlock", text("10.0.1.0/24"),
                "MapPublicIpOnLaunch", text("true"),
                "RouteTable", text("rtb-1"),
                "RouteTableAssociation", text("rtbassoc-1"),
                "NetworkAcl", text("acl-1"),
                "NetworkAclAssociation", text("aclassoc-1"),
                "DefaultNetworkAclId", text("acl-default")));
    assertThat(scalar(live.get("B"), "RouteTable")).isEqualTo("main");
    assertThat(scalar(live.get("B"), "RouteTableAssociation")).isEmpty();
    assertThat(scalar(live.get("B"), "NetworkAcl")).isEqualTo("default");
    assertThat(scalar(live.get("B"), "NetworkAclAssociation")).isEqualTo("aclassoc-2");
    assertThat(live).containsEntry("C", new Observed.Gone());
    assertThat(wire.requests("DescribeSubnets").getFirst().arguments())
        .containsEntry("Filter.1.Name", "subnet-id")
        .containsEntry("Filter.1.Value.3", "subnet-3");
    for (var shared : List.of("DescribeRouteTables", "DescribeNetworkAcls")) {
      assertThat(wire.only(shared).arguments())
          .containsEntry("Filter.1.Name", "vpc-id")
          .containsEntry("Filter.1.Value.1", "vpc-1");
    }
  }

  @Test
  void aDefaultAclThatTheTemplateNamesByItsIdIsSaidByItsId() {
    wire.answer("DescribeSubnets", subnets(subnet("subnet-1"), ""))
        .answer("DescribeRouteTables", tables(""))
        .answer("DescribeNetworkAcls", acls(acl("acl-default", true, "aclassoc-1", "subnet-1")));

    var live =
        observe(
            new Resource(
                new ResourceRef("A", Subnet.TYPE, "subnet-1"),
                Map.of("NetworkAcl", text("acl-default"))));

    assertThat(scalar(live.get("A"), "NetworkAcl")).isEqualTo("acl-default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disassociating", "disassociated", "failed"})
  void anAssociationThatDoesNotHoldIsNone(String state) {
    wire.answer("DescribeSubnets", subnets(subnet("subnet-1"), ""))
        .answer(
            "DescribeRouteTables",
            tables(table("rtb-1", association("rtbassoc-1", "rtb-1", "subnet-1", state))))
        .answer("DescribeNetworkAcls", acls(""));

    assertThat(scalar(observe(subnet("A", "subnet-1")).get("A"), "RouteTable")).isEqualTo("main");
  }

  @Test
  void whatSubnetsUseMayBeDeniedAndTheRestIsRead() {
    wire.answer("DescribeSubnets", subnets(subnet("subnet-1"), ""))
        .failEc2("DescribeRouteTables", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeNetworkAcls", 403, "UnauthorizedOperation", "Not authorized.");

    var live = observe(subnet("A", "subnet-1")).get("A");

    assertThat(scalar(live, "MapPublicIpOnLaunch")).isEqualTo("true");
    assertThat(found(live).get("RouteTable"))
        .isEqualTo(new Property.Unknown("ec2:DescribeRouteTables was refused: Not authorized."));
    assertThat(found(live).get("NetworkAcl"))
        .isEqualTo(new Property.Unknown("ec2:DescribeNetworkAcls was refused: Not authorized."));
  }

  @Test
  void subnetsThatMayNotBeDescribedAreUnreadableAndThrottlingIsThrown() {
    wire.failEc2("DescribeSubnets", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeSubnets", 503, "RequestLimitExceeded", "Slow down.")
        .answer("DescribeSubnets", subnets(subnet("subnet-1"), ""))
        .failEc2("DescribeRouteTables", 503, "RequestLimitExceeded", "Slow down.")
        .answer("DescribeNetworkAcls", acls(""));

    assertThat(observe(subnet("A", "subnet-1")).get("A")).isInstanceOf(Observed.Unreadable.class);
    assertThatThrownBy(() -> observe(subnet("A", "subnet-1"))).isInstanceOf(TransientFailure.class);
    assertThatThrownBy(() -> observe(subnet("A", "subnet-1"))).isInstanceOf(TransientFailure.class);
  }

  @Test
  void anAttributeIsModified() {
    wire.answer("ModifySubnetAttribute", "<ModifySubnetAttributeResponse/>");

    assertThat(
            execute(
                "ModifySubnetAttribute",
                Map.of("subnet", List.of("subnet-1"), "mapPublicIpOnLaunch", List.of("false"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.only("ModifySubnetAttribute").arguments())
        .isEqualTo(Map.of("SubnetId", "subnet-1", "MapPublicIpOnLaunch.Value", "false"));
  }

  @Test
  void associationsAreMadeAndReplaced() {
    wire.answer("AssociateRouteTable", "<AssociateRouteTableResponse/>")
        .answer("ReplaceRouteTableAssociation", "<ReplaceRouteTableAssociationResponse/>")
        .answer("ReplaceNetworkAclAssociation", "<ReplaceNetworkAclAssociationResponse/>");

    assertThat(
            execute(
                "AssociateRouteTable",
                Map.of("subnet", List.of("subnet-1"), "routeTable", List.of("rtb-1"))))
        .isEqualTo(new Result.Done());
    assertThat(
            execute(
                "ReplaceRouteTableAssociation",
                Map.of("association", List.of("rtbassoc-1"), "routeTable", List.of("rtb-1"))))
        .isEqualTo(new Result.Done());
    assertThat(
            execute(
                "ReplaceNetworkAclAssociation",
                Map.of("association", List.of("aclassoc-1"), "acl", List.of("acl-1"))))
        .isEqualTo(new Result.Done());

    assertThat(wire.requests())
        .extracting(Canned.Request::arguments)
        .containsExactly(
            Map.of("SubnetId", "subnet-1", "RouteTableId", "rtb-1"),
            Map.of("AssociationId", "rtbassoc-1", "RouteTableId", "rtb-1"),
            Map.of("AssociationId", "aclassoc-1", "NetworkAclId", "acl-1"));
  }

  @Test
  void anAssociationThatIsKnownByItsSubnetIsLookedUp() {
    wire.answer(
            "DescribeRouteTables",
            "Filter.1.Name",
            "association.subnet-id",
            tables(table("rtb-2", association("rtbassoc-9", "rtb-2", "subnet-1", "associated"))))
        .answer("ReplaceRouteTableAssociation", "<ReplaceRouteTableAssociationResponse/>")
        .answer(
            "DescribeNetworkAcls",
            "Filter.1.Name",
            "association.subnet-id",
            acls(acl("acl-2", false, "aclassoc-9", "subnet-1")))
        .answer("ReplaceNetworkAclAssociation", "<ReplaceNetworkAclAssociationResponse/>");

    var subnet = List.of("subnet-1");
    execute(
        "ReplaceRouteTableAssociation",
        Map.of("association", subnet, "routeTable", List.of("rtb-1")));
    execute("ReplaceNetworkAclAssociation", Map.of("association", subnet, "acl", List.of("acl-1")));

    assertThat(wire.only("ReplaceRouteTableAssociation").arguments())
        .containsEntry("AssociationId", "rtbassoc-9");
    assertThat(wire.only("ReplaceNetworkAclAssociation").arguments())
        .containsEntry("AssociationId", "aclassoc-9");
  }

  @Test
  void whatIsRefusedIsSaid() {
    wire.failEc2("AssociateRouteTable", 400, "InvalidRouteTableID.NotFound", "rtb-1 is not there");

    assertThat(
            execute(
                "AssociateRouteTable",
                Map.of("subnet", List.of("subnet-1"), "routeTable", List.of("rtb-1"))))
        .isEqualTo(new Result.Failed("ec2:AssociateRouteTable was refused: rtb-1 is not there"));
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(Subnet.TYPE, operation, arguments));
  }

  private Map<String, Observed> observe(Resource... resources) {
    return subnets.observe(SHOP, List.of(resources), new Answers());
  }

  private static Property text(String value) {
    return new Property.Scalar(value);
  }

  private static Resource subnet(String logicalId, String id) {
    return Stacks.resource(logicalId, Subnet.TYPE, id);
  }

  private static String subnets(String items, String next) {
    return """
    <DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <subnetSet>%s</subnetSet>%s</DescribeSubnetsResponse>\
    """
        .formatted(items, next);
  }

  private static String subnet(String id) {
    return """
    <item><subnetId>%s</subnetId><vpcId>vpc-1</vpcId><cidrBlock>10.0.1.0/24</cidrBlock>
    <mapPublicIpOnLaunch>true</mapPublicIpOnLaunch></item>\
    """
        .formatted(id);
  }

  private static String tables(String items) {
    return """
    <DescribeRouteTablesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <routeTableSet>%s</routeTableSet></DescribeRouteTablesResponse>\
    """
        .formatted(items);
  }

  private static String table(String id, String associations) {
    return """
    <item><routeTableId>%s</routeTableId><vpcId>vpc-1</vpcId>
    <associationSet>%s</associationSet></item>\
    """
        .formatted(id, associations);
  }

  private static String association(String id, String table, String subnet, String state) {
    return """
    <item><routeTableAssociationId>%s</routeTableAssociationId><routeTableId>%s</routeTableId>
    <subnetId>%s</subnetId><main>false</main>
    <associationState><state>%s</state></associationState></item>\
    """
        .formatted(id, table, subnet, state);
  }

  private static String acls(String items) {
    return """
    <DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <networkAclSet>%s</networkAclSet></DescribeNetworkAclsResponse>\
    """
        .formatted(items);
  }

  private static String acl(String id, boolean isDefault, String association, String subnet) {
    return """
    <item><networkAclId>%s</networkAclId><vpcId>vpc-1</vpcId><default>%s</default>
    <associationSet><item><networkAclAssociationId>%s</networkAclAssociationId>
    <networkAclId>%s</networkAclId><subnetId>%s</subnetId></item></associationSet></item>\
    """
        .formatted(id, isDefault, association, id, subnet);
  }
}
