package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.found;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.resource;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.kind.network.VpcEndpoint;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.port.TransientFailure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VpcEndpointsTest {
  private static final String DEFAULT =
      "{&quot;Version&quot;:&quot;2008-10-17&quot;,&quot;Statement&quot;:[{&quot;Effect&quot;:"
          + "&quot;Allow&quot;,&quot;Principal&quot;:&quot;*&quot;,&quot;Action&quot;:&quot;*&quot;,"
          + "&quot;Resource&quot;:&quot;*&quot;}]}";
  private static final String INTERFACE =
      """
      <vpcEndpointType>Interface</vpcEndpointType><serviceName>com.amazonaws.eu-west-1.sqs</serviceName>
      <subnetIdSet><item>subnet-a</item><item>subnet-b</item></subnetIdSet><routeTableIdSet/>
      <groupSet><item><groupId>sg-1</groupId><groupName>queues</groupName></item></groupSet>
      <privateDnsEnabled>true</privateDnsEnabled><requesterManaged>false</requesterManaged>
      """;

  private final Canned wire = new Canned();
  private final VpcEndpoints endpoints = new VpcEndpoints(wire.clients());

  @Test
  void allEndpointsAreReadByOneCallPageByPageAndDeletedOnesAreGone() {
    wire.answer(
            "DescribeVpcEndpoints",
            answer(endpoint("vpce-1", "available", INTERFACE) + endpoint("vpce-2", "deleted", ""))
                .replace("</DescribeVpc", "<nextToken>page-2</nextToken></DescribeVpc"))
        .answer(
            "DescribeVpcEndpoints",
            "NextToken",
            "page-2",
            answer(endpoint("vpce-3", "Rejected", "") + endpoint("vpce-4", "deleting", "")));

    var live = observe("vpce-1", "vpce-2", "vpce-3", "vpce-4", "vpce-5");

    assertThat(scalar(live.get("vpce-1"), "State")).isEqualTo("available");
    assertThat(scalar(live.get("vpce-3"), "State")).isEqualTo("rejected");
    for (var gone : List.of("vpce-2", "vpce-4", "vpce-5")) {
      assertThat(live).containsEntry(gone, new Observed.Gone());
    }
    assertThat(wire.requests()).hasSize(2);
    assertThat(wire.requests().getFirst().arguments())
        .containsEntry("Filter.1.Name", "vpc-endpoint-id")
        .containsEntry("Filter.1.Value.5", "vpce-5");
  }

  @Test
  void anEndpointIsSaidAsTheKindComparesIt() {
    wire.answer(
        "DescribeVpcEndpoints",
        answer(
            endpoint(
                "vpce-1",
                "available",
                INTERFACE + "<policyDocument>" + DEFAULT + "</policyDocument>")));

    var live = observe("vpce-1").get("vpce-1");

    assertThat(keys(live, "SubnetIds")).containsExactly("subnet-a", "subnet-b");
    assertThat(keys(live, "SecurityGroupIds")).containsExactly("sg-1");
    assertThat(keys(live, "RouteTableIds")).isEmpty();
    assertThat(scalar(live, "PrivateDnsEnabled")).isEqualTo("true");
    assertThat(scalar(live, "RequesterManaged")).isEqualTo("false");
    assertThat(scalar(live, "PolicyDocument")).isEqualTo("full access");
  }

  @ParameterizedTest
  @CsvSource({"pending", "pendingAcceptance", "Partial"})
  void oneThatIsComingOrWaitsToBeAcceptedIsNoDrift(String state) {
    wire.answer("DescribeVpcEndpoints", answer(endpoint("vpce-1", state, "")));

    assertThat(scalar(observe("vpce-1").get("vpce-1"), "State")).isEqualTo("available");
  }

  @Test
  void whatTheAnswerDoesNotSayIsNotKnown() {
    wire.answer(
        "DescribeVpcEndpoints",
        answer(endpoint("vpce-1", "available", "<policyDocument>100% not JSON+</policyDocument>")));

    var live = found(observe("vpce-1").get("vpce-1"));

    assertThat(live).doesNotContainKeys("PrivateDnsEnabled", "RequesterManaged");
    assertThat(live.get("PolicyDocument")).isInstanceOf(Property.Unknown.class);
  }

  @Test
  void aReadThatIsDeniedMakesThemUnreadableAndOneThatIsThrottledIsThrown() {
    wire.failEc2("DescribeVpcEndpoints", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeVpcEndpoints", 503, "RequestLimitExceeded", "Slow down.");

    assertThat(observe("vpce-1").get("vpce-1")).isInstanceOf(Observed.Unreadable.class);
    assertThatThrownBy(() -> observe("vpce-1")).isInstanceOf(TransientFailure.class);
  }

  @ParameterizedTest
  @CsvSource({
    "addSecurityGroupIds, AddSecurityGroupId.1, sg-1",
    "removeSecurityGroupIds, RemoveSecurityGroupId.1, sg-1",
    "addSubnetIds, AddSubnetId.1, subnet-1",
    "removeSubnetIds, RemoveSubnetId.1, subnet-1",
    "addRouteTableIds, AddRouteTableId.1, rtb-1",
    "removeRouteTableIds, RemoveRouteTableId.1, rtb-1",
    "privateDnsEnabled, PrivateDnsEnabled, true"
  })
  void aCallNamesTheEndpointAndTheOneThingThatItChanges(
      String argument, String parameter, String value) {
    wire.answer(
        "ModifyVpcEndpoint",
        """
        <ModifyVpcEndpointResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
        <return>true</return></ModifyVpcEndpointResponse>\
        """);

    var result =
        new AwsActuator(wire.clients())
            .execute(
                call(
                    VpcEndpoint.TYPE,
                    "ModifyVpcEndpoint",
                    Map.of("endpoint", List.of("vpce-1"), argument, List.of(value))));

    assertThat(result).isEqualTo(new Result.Done());
    assertThat(wire.requests().getLast().arguments())
        .containsOnly(Map.entry("VpcEndpointId", "vpce-1"), Map.entry(parameter, value));
  }

  private Map<String, Observed> observe(String... ids) {
    return endpoints.observe(
        SHOP,
        Arrays.stream(ids).map(id -> resource(id, VpcEndpoint.TYPE, id)).toList(),
        new Answers());
  }

  private static String answer(String items) {
    return """
    <DescribeVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <vpcEndpointSet>%s</vpcEndpointSet></DescribeVpcEndpointsResponse>\
    """
        .formatted(items);
  }

  private static String endpoint(String id, String state, String more) {
    return "<item><vpcEndpointId>%s</vpcEndpointId><vpcId>vpc-1</vpcId><state>%s</state>%s</item>"
        .formatted(id, state, more);
  }
}
