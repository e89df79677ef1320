package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.found;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VpcsTest {
  private final Canned wire = new Canned();
  private final Vpcs vpcs = new Vpcs(wire.clients());

  @Test
  void aVpcIsReadWithItsAttributesItsGatewayAndItsDefaultAcl() {
    wire.answer("DescribeVpcs", described("vpc-1"))
        .answer("DescribeInternetGateways", gateways(gateway("igw-1", "vpc-1", "available")));
    attributes("vpc-1", "true", "false");
    wire.answer("DescribeNetworkAcls", acls("acl-1", "vpc-1"));

    var live = observe(vpc("Vpc", "vpc-1", "igw-1")).get("Vpc");

    assertThat(scalar(live, "CidrBlock")).isEqualTo("10.0.0.0/16");
    assertThat(scalar(live, "EnableDnsSupport")).isEqualTo("true");
    assertThat(scalar(live, "EnableDnsHostnames")).isEqualTo("false");
    assertThat(keys(live, "InternetGateways")).containsExactly("igw-1");
    assertThat(keys(live, "ExistingInternetGateways")).containsExactly("igw-1");
    assertThat(keys(live, "DefaultNetworkAcl")).containsExactly("ingress 100");
    assertThat(scalar(live, "DefaultNetworkAclId")).isEqualTo("acl-1");
    assertThat(wire.only("DescribeVpcs").arguments())
        .containsEntry("Filter.1.Name", "vpc-id")
        .containsEntry("Filter.1.Value.1", "vpc-1");
    assertThat(wire.only("DescribeInternetGateways").arguments())
        .containsEntry("Filter.1.Name", "attachment.vpc-id");
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void severalVpcsAreDescribedTogetherPageByPageAndOneThatIsNotThereIsGone() {
    wire.answer("DescribeVpcs", described("vpc-1", "<nextToken>page-2</nextToken>"))
        .answer("DescribeVpcs", "NextToken", "page-2", described("vpc-2"))
        .answer(
            "DescribeInternetGateways",
            gateways(gateway("igw-1", "vpc-1", "available"), "<nextToken>more</nextToken>"))
        .answer(
            "DescribeInternetGateways",
            "NextToken",
            "more",
            gateways(gateway("igw-2", "vpc-2", "available")));
    for (var id : List.of("vpc-1", "vpc-2")) {
      attributes(id, "true", "true");
      wire.answer("DescribeNetworkAcls", "Filter.1.Value.1", id, acls("acl-" + id, id));
    }

    var live = observe(vpc("A", "vpc-1"), vpc("B", "vpc-2"), vpc("C", "vpc-3"));

    assertThat(keys(live.get("A"), "InternetGateways")).containsExactly("igw-1");
    assertThat(keys(live.get("B"), "InternetGateways")).containsExactly("igw-2");
    assertThat(scalar(live.get("B"), "DefaultNetworkAclId")).isEqualTo("acl-vpc-2");
    assertThat(live).containsEntry("C", new Observed.Gone());
    assertThat(wire.requests("DescribeVpcs")).hasSize(2);
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void aGatewayThatIsDetachedIsDistinguishedFromOneThatIsGone() {
    for (var known : List.of(gateway("igw-1", "vpc-2", "available"), "")) {
      wire.answer("DescribeVpcs", described("vpc-1"))
          .answer("DescribeInternetGateways", "Filter.1.Name", "attachment.vpc-id", gateways(""))
          .answer(
              "DescribeInternetGateways", "Filter.1.Name", "internet-gateway-id", gateways(known));
      attributes("vpc-1", "true", "true");
      wire.answer("DescribeNetworkAcls", acls("acl-1", "vpc-1"));

      var live = observe(vpc("Vpc", "vpc-1", "igw-1")).get("Vpc");

      assertThat(keys(live, "InternetGateways")).isEmpty();
      assertThat(keys(live, "ExistingInternetGateways")).hasSize(known.isEmpty() ? 0 : 1);
    }
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void aGatewayOnItsWayOffIsNotAttached() {
    wire.answer("DescribeVpcs", described("vpc-1"))
        .answer("DescribeInternetGateways", gateways(gateway("igw-1", "vpc-1", "detaching")));
    attributes("vpc-1", "true", "true");
    wire.answer("DescribeNetworkAcls", acls("acl-1", "vpc-1"));

    assertThat(keys(observe(vpc("Vpc", "vpc-1", "igw-1")).get("Vpc"), "InternetGateways"))
        .isEmpty();
  }

  @Test
  void whatIsDeniedOfAVpcMakesThatUnknownAndNothingElse() {
    wire.answer("DescribeVpcs", described("vpc-1"))
        .failEc2("DescribeInternetGateways", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeVpcAttribute", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeVpcAttribute", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeNetworkAcls", 403, "UnauthorizedOperation", "Not authorized.");

    var live = found(observe(vpc("Vpc", "vpc-1", "igw-1")).get("Vpc"));

    assertThat(live).containsEntry("CidrBlock", new Property.Scalar("10.0.0.0/16"));
    assertThat(live)
        .containsEntry("InternetGateways", refused("DescribeInternetGateways"))
        .containsEntry("EnableDnsSupport", refused("DescribeVpcAttribute"))
        .containsEntry("EnableDnsHostnames", refused("DescribeVpcAttribute"))
        .containsEntry("DefaultNetworkAcl", refused("DescribeNetworkAcls"));
  }

  private static Property refused(String call) {
    return new Property.Unknown("ec2:" + call + " was refused: Not authorized.");
  }

  @Test
  void aVpcThatMayNotBeDescribedIsUnreadableAndThrottlingIsThrown() {
    wire.failEc2("DescribeVpcs", 403, "UnauthorizedOperation", "Not authorized.")
        .answer("DescribeInternetGateways", gateways(""))
        .failEc2("DescribeVpcs", 503, "RequestLimitExceeded", "Slow down.")
        .answer("DescribeInternetGateways", gateways(""));

    assertThat(observe(vpc("Vpc", "vpc-1")).get("Vpc")).isInstanceOf(Observed.Unreadable.class);
    assertThatThrownBy(() -> observe(vpc("Vpc", "vpc-1"))).isInstanceOf(TransientFailure.class);
  }

  @Test
  void anAttributeIsModifiedByItself() {
    for (var attribute : List.of("EnableDnsSupport", "EnableDnsHostnames")) {
      wire.answer("ModifyVpcAttribute", "<ModifyVpcAttributeResponse/>");
      var argument = Character.toLowerCase(attribute.charAt(0)) + attribute.substring(1);

      assertThat(
              execute(
                  "ModifyVpcAttribute", Map.of("vpc", List.of("vpc-1"), argument, List.of("true"))))
          .isEqualTo(new Result.Done());

      assertThat(wire.requests().getLast().arguments())
          .isEqualTo(Map.of("VpcId", "vpc-1", attribute + ".Value", "true"));
    }
  }

  @Test
  void aGatewayIsAttachedAndDetachedAndThatItIsSoAlreadyIsNoFailure() {
    wire.answer("AttachInternetGateway", "<AttachInternetGatewayResponse/>")
        .failEc2(
            "AttachInternetGateway",
            400,
            "Resource.AlreadyAssociated",
            "resource igw-1 is already attached to network vpc-1")
        .answer("DetachInternetGateway", "<DetachInternetGatewayResponse/>")
        .failEc2("DetachInternetGateway", 400, "Gateway.NotAttached", "not attached");
    var arguments = Map.of("gateway", List.of("igw-1"), "vpc", List.of("vpc-1"));

    for (var operation :
        List.of(
            "AttachInternetGateway",
            "AttachInternetGateway",
            "DetachInternetGateway",
            "DetachInternetGateway")) {
      assertThat(execute(operation, arguments)).isEqualTo(new Result.Done());
    }
    assertThat(wire.requests())
        .allSatisfy(
            r ->
                assertThat(r.arguments())
                    .isEqualTo(Map.of("InternetGatewayId", "igw-1", "VpcId", "vpc-1")));
  }

  @Test
  void aGatewayThatAnotherVpcHasIsNotAttachedHere() {
    wire.failEc2(
        "AttachInternetGateway",
        400,
        "Resource.AlreadyAssociated",
        "resource igw-1 is already attached to network vpc-2");

    assertThat(
            execute(
                "AttachInternetGateway",
                Map.of("gateway", List.of("igw-1"), "vpc", List.of("vpc-1"))))
        .isInstanceOf(Result.Failed.class);
  }

  @Test
  void entriesOfTheDefaultAclAreWrittenLikeThoseOfAny() {
    wire.answer("DeleteNetworkAclEntry", "<DeleteNetworkAclEntryResponse/>");

    assertThat(
            execute(
                "DeleteNetworkAclEntry",
                Map.of("acl", List.of("acl-1"), "entry", List.of("ingress 1"))))
        .isEqualTo(new Result.Done());
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(Vpc.TYPE, operation, arguments));
  }

  private Map<String, Observed> observe(Resource... resources) {
    return vpcs.observe(SHOP, List.of(resources), new Answers());
  }

  private static Resource vpc(String logicalId, String id, String... gateways) {
    return new Resource(
        new ResourceRef(logicalId, Vpc.TYPE, id),
        Map.of(
            "InternetGateways", Property.Members.of(Stream.of(gateways).map(Item::of).toList())));
  }

  private void attributes(String vpc, String support, String hostnames) {
    wire.answer(
            "DescribeVpcAttribute",
            r -> asks(r, vpc, "enableDnsSupport"),
            attribute("enableDnsSupport", support))
        .answer(
            "DescribeVpcAttribute",
            r -> asks(r, vpc, "enableDnsHostnames"),
            attribute("enableDnsHostnames", hostnames));
  }

  private static boolean asks(Canned.Request request, String vpc, String attribute) {
    return request.arguments().equals(Map.of("VpcId", vpc, "Attribute", attribute));
  }

  private static String attribute(String name, String value) {
    return """
    <DescribeVpcAttributeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <%s><value>%s</value></%s></DescribeVpcAttributeResponse>\
    """
        .formatted(name, value, name);
  }

  private static String described(String id) {
    return described(id, "");
  }

  private static String described(String id, String next) {
    return """
    <DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet>
    <item><vpcId>%s</vpcId><cidrBlock>10.0.0.0/16</cidrBlock></item></vpcSet>%s
    </DescribeVpcsResponse>\
    """
        .formatted(id, next);
  }

  private static String gateways(String items) {
    return gateways(items, "");
  }

  private static String gateways(String items, String next) {
    return """
    <DescribeInternetGatewaysResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <internetGatewaySet>%s</internetGatewaySet>%s</DescribeInternetGatewaysResponse>\
    """
        .formatted(items, next);
  }

  private static String gateway(String id, String vpc, String state) {
    return """
    <item><internetGatewayId>%s</internetGatewayId><attachmentSet><item><vpcId>%s</vpcId>
    <state>%s</state></item></attachmentSet></item>\
    """
        .formatted(id, vpc, state);
  }

  private static String acls(String id, String vpc) {
    return """
    <DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><networkAclSet>
    <item><networkAclId>acl-other</networkAclId><vpcId>%s</vpcId><default>false</default></item>
    <item><networkAclId>%s</networkAclId><vpcId>%s</vpcId><default>true</default><entrySet>
    <item><ruleNumber>100</ruleNumber><egress>false</egress><protocol>-1</protocol>
    <ruleAction>allow</ruleAction><cidrBlock>0.0.0.0/0</cidrBlock></item>
    <item><ruleNumber>32767</ruleNumber><egress>false</egress><protocol>-1</protocol>
    <ruleAction>deny</ruleAction><cidrBlock>0.0.0.0/0</cidrBlock></item></entrySet></item>
    </networkAclSet></DescribeNetworkAclsResponse>\
    """
        .formatted(vpc, id, vpc);
  }
}
