package dev.driftmend.aws.resource.elb;

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
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetGroupsTest {
  private static final String TYPE = "AWS::ElasticLoadBalancingV2::TargetGroup";
  private static final String ARN =
      "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/";
  private static final String WEB = ARN + "web/73e2d6bc24d8a067";
  private static final String API = ARN + "api/83e2d6bc24d8a067";
  private static final String OLD = ARN + "old/93e2d6bc24d8a067";

  private final Canned wire = new Canned();
  private final TargetGroups groups = new TargetGroups(wire.clients());

  @Test
  void everyPageOfGroupsIsReadWithTheHealthCheckTheTargetsAndTheirHealth() {
    wire.answer("DescribeTargetGroups", groups(web(), "<NextMarker>more</NextMarker>"))
        .answer(
            "DescribeTargetGroups",
            "Marker",
            "more",
            groups(
                """
                <member><TargetGroupArn>%s</TargetGroupArn><Protocol>HTTP</Protocol>
                <Matcher><GrpcCode>12</GrpcCode></Matcher></member>\
                """
                    .formatted(API),
                ""))
        .answer(
            "DescribeTargetHealth",
            "TargetGroupArn",
            WEB,
            health(
                target("i-1", 5000, "<State>healthy</State>")
                    + target("i-2", 5000, "<State>unhealthy</State><Reason>Target.Timeout</Reason>")
                    + target(
                        "i-3",
                        8080,
                        "<State>draining</State><Reason>Target.DeregistrationInProgress</Reason>")))
        .answer("DescribeTargetHealth", "TargetGroupArn", API, health(""));

    var live = groups.observe(SHOP, List.of(group("Web", WEB), group("Api", API)), new Answers());

    var web = live.get("Web");
    assertThat(scalar(web, "HealthCheckEnabled")).isEqualTo("true");
    assertThat(scalar(web, "HealthCheckPath")).isEqualTo("/health");
    assertThat(scalar(web, "HealthCheckPort")).isEqualTo("traffic-port");
    assertThat(scalar(web, "HealthCheckProtocol")).isEqualTo("HTTP");
    assertThat(scalar(web, "HealthCheckIntervalSeconds")).isEqualTo("30");
    assertThat(scalar(web, "HealthCheckTimeoutSeconds")).isEqualTo("5");
    assertThat(scalar(web, "HealthyThresholdCount")).isEqualTo("2");
    assertThat(scalar(web, "UnhealthyThresholdCount")).isEqualTo("3");
    assertThat(scalar(web, "Matcher")).isEqualTo("200-299");
    assertThat(scalar(web, "Port")).isEqualTo("5000");
    assertThat(scalar(web, "Protocol")).isEqualTo("HTTP");
    assertThat(keys(web, "Targets")).containsExactly("i-1:5000", "i-2:5000");
    assertThat(items(web, "TargetHealth"))
        .containsExactly(
            Item.of("i-1:5000", Map.of("state", "healthy", "reason", "")),
            Item.of("i-2:5000", Map.of("state", "unhealthy", "reason", "Target.Timeout")),
            Item.of(
                "i-3:8080",
                Map.of("state", "draining", "reason", "Target.DeregistrationInProgress")));
    assertThat(scalar(live.get("Api"), "Matcher")).isEqualTo("12");
    assertThat(keys(live.get("Api"), "Targets")).isEmpty();
    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(Map.of("TargetGroupArns.member.1", WEB, "TargetGroupArns.member.2", API));
  }

  @Test
  void aGroupThatIsGoneFailsTheCallForAllAndStillHidesNoOther() {
    wire.failQuery("DescribeTargetGroups", 400, "TargetGroupNotFound", "not found")
        .answer("DescribeTargetGroups", "TargetGroupArns.member.1", WEB, groups(web(), ""))
        .failQuery("DescribeTargetGroups", 400, "TargetGroupNotFound", "not found")
        .answer("DescribeTargetHealth", health(""));

    var live = groups.observe(SHOP, List.of(group("Web", WEB), group("Old", OLD)), new Answers());

    assertThat(live.get("Web")).isInstanceOf(Observed.Found.class);
    assertThat(live.get("Old")).isEqualTo(new Observed.Gone());
  }

  @Test
  void aGroupDeletedWhileItIsReadIsGone() {
    wire.answer("DescribeTargetGroups", groups(web(), ""))
        .failQuery("DescribeTargetHealth", 400, "TargetGroupNotFound", "not found");
    assertThat(groups.observe(SHOP, List.of(group("Web", WEB)), new Answers()))
        .containsEntry("Web", new Observed.Gone());
  }

  @Test
  void targetsThatMayNotBeReadAreUnknownAndTheHealthCheckIsStillRead() {
    wire.answer("DescribeTargetGroups", groups(web(), ""))
        .failQuery("DescribeTargetHealth", 403, "AccessDenied", "User is not authorized");

    var web = groups.observe(SHOP, List.of(group("Web", WEB)), new Answers()).get("Web");

    assertThat(Stacks.found(web).get("Targets")).isInstanceOf(Property.Unknown.class);
    assertThat(scalar(web, "HealthCheckPath")).isEqualTo("/health");
  }

  @Test
  void attributesAreReadWhereTheTemplateDeclaresSome() {
    var stickiness = "Attributes.stickiness.enabled";
    var declared =
        new Resource(group("Web", WEB).ref(), Map.of(stickiness, new Property.Scalar("true")));
    wire.answer("DescribeTargetGroups", groups(web(), ""))
        .answer("DescribeTargetHealth", health(""))
        .answer(
            "DescribeTargetGroupAttributes",
            """
            <DescribeTargetGroupAttributesResponse><DescribeTargetGroupAttributesResult><Attributes>
            <member><Key>stickiness.enabled</Key><Value>false</Value></member></Attributes>
            </DescribeTargetGroupAttributesResult></DescribeTargetGroupAttributesResponse>\
            """);

    var web = groups.observe(SHOP, List.of(declared), new Answers()).get("Web");

    assertThat(scalar(web, stickiness)).isEqualTo("false");
    assertThat(wire.only("DescribeTargetGroupAttributes").arguments())
        .isEqualTo(Map.of("TargetGroupArn", WEB));
  }

  @Test
  void attributesAreSet() {
    wire.answer("ModifyTargetGroupAttributes", "<ModifyTargetGroupAttributesResponse/>");

    execute(
        "ModifyTargetGroupAttributes",
        Map.of("targetGroup", List.of(WEB), "stickiness.enabled", List.of("true")));

    assertThat(wire.only("ModifyTargetGroupAttributes").arguments())
        .isEqualTo(
            Map.of(
                "TargetGroupArn", WEB,
                "Attributes.member.1.Key", "stickiness.enabled",
                "Attributes.member.1.Value", "true"));
  }

  @Test
  void throttlingOfEitherCallIsThrown() {
    wire.answer("DescribeTargetGroups", groups(web(), ""))
        .failQuery("DescribeTargetHealth", 400, "Throttling", "Rate exceeded");
    assertThatThrownBy(() -> groups.observe(SHOP, List.of(group("Web", WEB)), new Answers()))
        .isInstanceOf(TransientFailure.class);
  }

  @Test
  void theHealthCheckIsModifiedInOneCall() {
    wire.answer("ModifyTargetGroup", "<ModifyTargetGroupResponse/>");
    assertThat(
            execute(
                "ModifyTargetGroup",
                Map.of(
                    "targetGroup", List.of(WEB),
                    "HealthCheckEnabled", List.of("true"),
                    "HealthCheckPath", List.of("/health"),
                    "HealthCheckPort", List.of("traffic-port"),
                    "HealthCheckProtocol", List.of("HTTP"),
                    "HealthCheckIntervalSeconds", List.of("30"),
                    "HealthCheckTimeoutSeconds", List.of("5"),
                    "HealthyThresholdCount", List.of("2"),
                    "UnhealthyThresholdCount", List.of("2"),
                    "Matcher", List.of("200-299"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.only("ModifyTargetGroup").arguments())
        .isEqualTo(
            Map.of(
                "TargetGroupArn", WEB,
                "HealthCheckEnabled", "true",
                "HealthCheckPath", "/health",
                "HealthCheckPort", "traffic-port",
                "HealthCheckProtocol", "HTTP",
                "HealthCheckIntervalSeconds", "30",
                "HealthCheckTimeoutSeconds", "5",
                "HealthyThresholdCount", "2",
                "UnhealthyThresholdCount", "2",
                "Matcher.HttpCode", "200-299"));
  }

  @Test
  void aMatcherBelow100IsOneOfGrpc() {
    wire.answer("ModifyTargetGroup", "<ModifyTargetGroupResponse/>");
    execute("ModifyTargetGroup", Map.of("targetGroup", List.of(WEB), "Matcher", List.of("0-99")));
    assertThat(wire.only("ModifyTargetGroup").arguments())
        .containsEntry("Matcher.GrpcCode", "0-99")
        .doesNotContainKey("Matcher.HttpCode");
  }

  @Test
  void targetsAreRegisteredAndDeregisteredWithTheirPort() {
    wire.answer("RegisterTargets", "<RegisterTargetsResponse/>")
        .answer("DeregisterTargets", "<DeregisterTargetsResponse/>");
    execute(
        "RegisterTargets",
        Map.of("targetGroup", List.of(WEB), "targets", List.of("i-1:5000", "2001:db8::1:80")));
    execute("DeregisterTargets", Map.of("targetGroup", List.of(WEB), "targets", List.of("i-9:22")));

    assertThat(wire.only("RegisterTargets").arguments())
        .isEqualTo(
            Map.of(
                "TargetGroupArn", WEB,
                "Targets.member.1.Id", "i-1",
                "Targets.member.1.Port", "5000",
                "Targets.member.2.Id", "2001:db8::1",
                "Targets.member.2.Port", "80"));
    assertThat(wire.only("DeregisterTargets").arguments())
        .isEqualTo(
            Map.of(
                "TargetGroupArn", WEB,
                "Targets.member.1.Id", "i-9",
                "Targets.member.1.Port", "22"));
  }

  @Test
  void aTargetThatIsNotRunningFailsInTheServicesWords() {
    wire.failQuery(
        "RegisterTargets",
        400,
        "InvalidTarget",
        "The following targets are not in a running state");
    assertThat(
            execute(
                "RegisterTargets",
                Map.of("targetGroup", List.of(WEB), "targets", List.of("i-1:5000"))))
        .isEqualTo(
            new Result.Failed(
                "elasticloadbalancing:RegisterTargets was refused: The following targets are not"
                    + " in a running state"));
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(TYPE, operation, arguments));
  }

  private static Resource group(String logicalId, String arn) {
    return Stacks.resource(logicalId, TYPE, arn);
  }

  private static String groups(String members, String next) {
    return """
    <DescribeTargetGroupsResponse><DescribeTargetGroupsResult><TargetGroups>%s</TargetGroups>%s
    </DescribeTargetGroupsResult></DescribeTargetGroupsResponse>\
    """
        .formatted(members, next);
  }

  private static String web() {
    return """
    <member><TargetGroupArn>%s</TargetGroupArn><TargetGroupName>web</TargetGroupName>
    <Protocol>HTTP</Protocol><Port>5000</Port><HealthCheckEnabled>true</HealthCheckEnabled>
    <HealthCheckProtocol>HTTP</HealthCheckProtocol><HealthCheckPort>traffic-port</HealthCheckPort>
    <HealthCheckPath>/health</HealthCheckPath>
    <HealthCheckIntervalSeconds>30</HealthCheckIntervalSeconds>
    <HealthCheckTimeoutSeconds>5</HealthCheckTimeoutSeconds>
    <HealthyThresholdCount>2</HealthyThresholdCount>
    <UnhealthyThresholdCount>3</UnhealthyThresholdCount>
    <Matcher><HttpCode>200-299</HttpCode></Matcher><TargetType>instance</TargetType></member>\
    """
        .formatted(WEB);
  }

  private static String health(String members) {
    return """
    <DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>%s
    </TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>\
    """
        .formatted(members);
  }

  private static String target(String id, int port, String health) {
    return """
    <member><Target><Id>%s</Id><Port>%d</Port></Target><TargetHealth>%s</TargetHealth></member>\
    """
        .formatted(id, port, health);
  }
}
