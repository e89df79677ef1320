package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.items;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InstancesTest {
  private static final String TYPE = "AWS::EC2::Instance";
  private static final String PRIVATE =
      """
      <item><networkInterfaceId>eni-1</networkInterfaceId>
        <groupSet><item><groupId>sg-0web</groupId></item></groupSet>
        <privateIpAddressesSet><item><privateIpAddress>10.0.2.10</privateIpAddress>
        </item></privateIpAddressesSet></item>\
      """;

  private final Canned wire = new Canned();
  private final Instances instances = new Instances(wire.clients());

  @Test
  void everyPageIsReadAndGroupsAreThoseOfAllInterfaces() {
    wire.answer(
            "DescribeInstances",
            instances(instance("i-1", "running", PRIVATE), "<nextToken>page-2</nextToken>"))
        .answer(
            "DescribeInstances",
            "NextToken",
            "page-2",
            instances(
                instance(
                    "i-2",
                    "stopped",
                    PRIVATE
                        + """
                        <item><networkInterfaceId>eni-2</networkInterfaceId><groupSet>
                        <item><groupId>sg-0ops</groupId></item></groupSet></item>\
                        """),
                ""));

    var live =
        instances.observe(
            SHOP, List.of(instance("Web", "i-1"), instance("Job", "i-2")), new Answers());

    assertThat(keys(live.get("Web"), "SecurityGroupIds")).containsExactly("sg-0web");
    assertThat(keys(live.get("Web"), "PublicAddress")).isEmpty();
    assertThat(scalar(live.get("Web"), "State")).isEqualTo("running");
    assertThat(scalar(live.get("Web"), "Interfaces")).isEqualTo("1");
    assertThat(keys(live.get("Job"), "SecurityGroupIds")).containsExactly("sg-0ops", "sg-0web");
    assertThat(scalar(live.get("Job"), "State")).isEqualTo("stopped");
    assertThat(scalar(live.get("Job"), "Interfaces")).isEqualTo("2");
    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(
            Map.of(
                "Filter.1.Name", "instance-id",
                "Filter.1.Value.1", "i-1",
                "Filter.1.Value.2", "i-2",
                "MaxResults", "1000"));
    assertThat(wire.actions()).doesNotContain("DescribeAddresses");
  }

  @Test
  void howAnInstanceMayBeUsedIsRead() {
    wire.answer(
        "DescribeInstances",
        instances(
            """
            <item><instanceId>i-1</instanceId><instanceState><name>pending</name></instanceState>
            <instanceType>t4g.micro</instanceType><sourceDestCheck>false</sourceDestCheck>
            <iamInstanceProfile><arn>arn:aws:iam::111122223333:instance-profile/app/web</arn>
            </iamInstanceProfile><metadataOptions><state>applied</state>
            <httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit>
            <httpEndpoint>enabled</httpEndpoint><httpProtocolIpv6>disabled</httpProtocolIpv6>
            <instanceMetadataTags>disabled</instanceMetadataTags></metadataOptions>
            <tagSet><item><key>Name</key><value>web-1</value></item></tagSet></item>\
            """,
            ""));

    var web = instances.observe(SHOP, List.of(instance("Web", "i-1")), new Answers()).get("Web");

    assertThat(web)
        .isInstanceOfSatisfying(Observed.Found.class, f -> assertThat(f.name()).isEqualTo("web-1"));
    assertThat(scalar(web, "State")).isEqualTo("running");
    assertThat(scalar(web, "InstanceType")).isEqualTo("t4g.micro");
    assertThat(scalar(web, "SourceDestCheck")).isEqualTo("false");
    assertThat(scalar(web, "IamInstanceProfile")).isEqualTo("web");
    assertThat(scalar(web, "MetadataOptions.HttpTokens")).isEqualTo("required");
    assertThat(scalar(web, "MetadataOptions.HttpEndpoint")).isEqualTo("enabled");
    assertThat(scalar(web, "MetadataOptions.HttpPutResponseHopLimit")).isEqualTo("1");
    assertThat(scalar(web, "MetadataOptions.HttpProtocolIpv6")).isEqualTo("disabled");
    assertThat(scalar(web, "MetadataOptions.InstanceMetadataTags")).isEqualTo("disabled");
  }

  @Test
  void withSeveralInterfacesTheFirstOnesCheckCountsAndNoProfileIsAnEmptyName() {
    wire.answer(
        "DescribeInstances",
        instances(
            instance(
                "i-1",
                "running",
                """
                <item><networkInterfaceId>eni-2</networkInterfaceId>
                <attachment><deviceIndex>1</deviceIndex></attachment>
                <sourceDestCheck>true</sourceDestCheck></item>
                <item><networkInterfaceId>eni-1</networkInterfaceId>
                <attachment><deviceIndex>0</deviceIndex></attachment>
                <sourceDestCheck>false</sourceDestCheck></item>\
                """),
            ""));

    var web = instances.observe(SHOP, List.of(instance("Web", "i-1")), new Answers()).get("Web");

    assertThat(scalar(web, "SourceDestCheck")).isEqualTo("false");
    assertThat(scalar(web, "IamInstanceProfile")).isEmpty();
  }

  @Test
  void aTerminatedInstanceAndOneThatIsNoLongerListedAreGone() {
    wire.answer(
        "DescribeInstances",
        instances(
            instance("i-1", "terminated", "")
                + instance("i-2", "shutting-down", "")
                + instance("i-3", "running", PRIVATE),
            ""));

    var live =
        instances.observe(
            SHOP,
            List.of(
                instance("A", "i-1"),
                instance("B", "i-2"),
                instance("C", "i-3"),
                instance("D", "i-4")),
            new Answers());

    var gone = new Observed.Gone();
    assertThat(live).containsEntry("A", gone).containsEntry("B", gone).containsEntry("D", gone);
    assertThat(live.get("C")).isInstanceOf(Observed.Found.class);
  }

  @Test
  void anElasticAddressHasItsAssociationAndOneAssignedAtLaunchHasNone() {
    wire.answer(
            "DescribeInstances",
            instances(
                instance(
                    "i-1",
                    "running",
                    """
                    <item><networkInterfaceId>eni-1</networkInterfaceId>
                      <groupSet><item><groupId>sg-0web</groupId></item></groupSet>
                      <association><publicIp>198.51.100.7</publicIp><ipOwnerId>amazon</ipOwnerId>
                      </association>
                      <privateIpAddressesSet>
                        <item><privateIpAddress>10.0.2.10</privateIpAddress><association>
                          <publicIp>198.51.100.7</publicIp><ipOwnerId>amazon</ipOwnerId>
                          </association></item>
                        <item><privateIpAddress>10.0.2.11</privateIpAddress><association>
                          <publicIp>203.0.113.9</publicIp><ipOwnerId>111122223333</ipOwnerId>
                          </association></item>
                      </privateIpAddressesSet></item>\
                    """),
                ""))
        .answer(
            "DescribeAddresses",
            """
            <DescribeAddressesResponse><addressesSet><item><publicIp>203.0.113.9</publicIp>
            <allocationId>eipalloc-1</allocationId><associationId>eipassoc-1</associationId>
            </item></addressesSet></DescribeAddressesResponse>\
            """);

    var live = instances.observe(SHOP, List.of(instance("Web", "i-1")), new Answers());

    assertThat(items(live.get("Web"), "PublicAddress"))
        .containsExactly(
            new Item("198.51.100.7", new TreeMap<>(), null),
            new Item("203.0.113.9", new TreeMap<>(), "eipassoc-1"));
    assertThat(wire.only("DescribeAddresses").arguments())
        .isEqualTo(Map.of("Filter.1.Name", "public-ip", "Filter.1.Value.1", "203.0.113.9"));
  }

  @Test
  void addressesThatMayNotBeDescribedAreUnknownAndTheRestIsStillRead() {
    wire.answer(
            "DescribeInstances",
            instances(
                instance(
                    "i-1",
                    "running",
                    """
                    <item><networkInterfaceId>eni-1</networkInterfaceId>
                    <association><publicIp>203.0.113.9</publicIp>
                    <ipOwnerId>111122223333</ipOwnerId></association></item>\
                    """),
                ""))
        .failEc2("DescribeAddresses", 403, "UnauthorizedOperation", "Not authorized.");

    var live = instances.observe(SHOP, List.of(instance("Web", "i-1")), new Answers());

    assertThat(Stacks.found(live.get("Web")).get("PublicAddress"))
        .isEqualTo(new Property.Unknown("ec2:DescribeAddresses was refused: Not authorized."));
    assertThat(scalar(live.get("Web"), "State")).isEqualTo("running");
  }

  @Test
  void instancesThatMayNotBeDescribedAreUnreadable() {
    wire.failEc2("DescribeInstances", 403, "UnauthorizedOperation", "Not authorized.");
    assertThat(instances.observe(SHOP, List.of(instance("Web", "i-1")), new Answers()).get("Web"))
        .isEqualTo(new Observed.Unreadable("ec2:DescribeInstances was refused: Not authorized."));
  }

  @Test
  void theWholeListOfGroupsIsSetInOneCall() {
    wire.answer("ModifyInstanceAttribute", "<ModifyInstanceAttributeResponse/>");
    assertThat(
            execute(
                "ModifyInstanceAttribute",
                Map.of("instance", List.of("i-1"), "groups", List.of("sg-0web", "sg-0ops"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.only("ModifyInstanceAttribute").arguments())
        .isEqualTo(Map.of("InstanceId", "i-1", "GroupId.1", "sg-0web", "GroupId.2", "sg-0ops"));
  }

  @Test
  void sourceAndDestinationAreCheckedAgain() {
    wire.answer("ModifyInstanceAttribute", "<ModifyInstanceAttributeResponse/>");
    execute(
        "ModifyInstanceAttribute",
        Map.of("instance", List.of("i-1"), "sourceDestCheck", List.of("true")));
    assertThat(wire.only("ModifyInstanceAttribute").arguments())
        .isEqualTo(Map.of("InstanceId", "i-1", "SourceDestCheck.Value", "true"));
  }

  @Test
  void onlyTheMetadataOptionsThatTheCallNamesAreSet() {
    wire.answer("ModifyInstanceMetadataOptions", "<ModifyInstanceMetadataOptionsResponse/>")
        .answer("ModifyInstanceMetadataOptions", "<ModifyInstanceMetadataOptionsResponse/>");
    execute(
        "ModifyInstanceMetadataOptions",
        Map.of("instance", List.of("i-1"), "httpTokens", List.of("required")));
    execute(
        "ModifyInstanceMetadataOptions",
        Map.of(
            "instance", List.of("i-1"),
            "httpEndpoint", List.of("enabled"),
            "httpPutResponseHopLimit", List.of("1"),
            "httpProtocolIpv6", List.of("disabled"),
            "instanceMetadataTags", List.of("enabled")));
    assertThat(wire.requests())
        .extracting(Canned.Request::arguments)
        .containsExactly(
            Map.of("InstanceId", "i-1", "HttpTokens", "required"),
            Map.of(
                "InstanceId", "i-1",
                "HttpEndpoint", "enabled",
                "HttpPutResponseHopLimit", "1",
                "HttpProtocolIpv6", "disabled",
                "InstanceMetadataTags", "enabled"));
  }

  @Test
  void anInstanceIsStarted() {
    wire.answer("StartInstances", "<StartInstancesResponse/>");
    assertThat(execute("StartInstances", Map.of("instance", List.of("i-1"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.only("StartInstances").arguments()).isEqualTo(Map.of("InstanceId.1", "i-1"));
  }

  @Test
  void anAddressIsGivenByItsAllocationAndNeverTakenFromAnother() {
    wire.answer(
            "DescribeAddresses",
            """
            <DescribeAddressesResponse><addressesSet><item><publicIp>203.0.113.9</publicIp>
            <allocationId>eipalloc-1</allocationId></item></addressesSet>
            </DescribeAddressesResponse>\
            """)
        .answer("AssociateAddress", "<AssociateAddressResponse/>");
    var arguments = Map.of("instance", List.of("i-1"), "address", List.of("203.0.113.9"));
    assertThat(execute("AssociateAddress", arguments)).isEqualTo(new Result.Done());
    assertThat(wire.only("AssociateAddress").arguments())
        .isEqualTo(
            Map.of(
                "InstanceId", "i-1",
                "AllocationId", "eipalloc-1",
                "AllowReassociation", "false"));
  }

  @Test
  void anAddressThatWasReleasedFailsInTheServicesWords() {
    wire.failEc2("DescribeAddresses", 400, "InvalidAddress.NotFound", "not found");
    assertThat(
            execute(
                "AssociateAddress",
                Map.of("instance", List.of("i-1"), "address", List.of("203.0.113.9"))))
        .isEqualTo(new Result.Failed("ec2:DescribeAddresses was refused: not found"));
  }

  @Test
  void anAddressIsTakenAwayByItsAssociationAndOneTakenAwayAlreadyIsDone() {
    wire.answer("DisassociateAddress", "<DisassociateAddressResponse/>")
        .failEc2("DisassociateAddress", 400, "InvalidAssociationID.NotFound", "does not exist");
    var arguments = Map.of("association", List.of("eipassoc-1"));
    assertThat(execute("DisassociateAddress", arguments)).isEqualTo(new Result.Done());
    assertThat(execute("DisassociateAddress", arguments)).isEqualTo(new Result.Done());
    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(Map.of("AssociationId", "eipassoc-1"));
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(TYPE, operation, arguments));
  }

  private static Resource instance(String logicalId, String id) {
    return Stacks.resource(logicalId, TYPE, id);
  }

  private static String instances(String items, String next) {
    return """
    <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>
    <item><instancesSet>%s</instancesSet></item></reservationSet>%s</DescribeInstancesResponse>\
    """
        .formatted(items, next);
  }

  private static String instance(String id, String state, String interfaces) {
    return """
    <item><instanceId>%s</instanceId><instanceState><name>%s</name></instanceState>
    <networkInterfaceSet>%s</networkInterfaceSet></item>\
    """
        .formatted(id, state, interfaces);
  }
}
