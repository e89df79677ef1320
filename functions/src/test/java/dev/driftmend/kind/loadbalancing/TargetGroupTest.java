package dev.driftmend.kind.loadbalancing;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetGroupTest {
  private static final String ARN = Deployed.id("Group", TargetGroup.TYPE);
  private static final String BARE =
      """
      Group:
        Type: AWS::ElasticLoadBalancingV2::TargetGroup
        Properties:
          Port: 5000
          Protocol: HTTP
          HealthCheckPath: /health
          HealthCheckEnabled: 'True'
          HealthyThresholdCount: 2
          Matcher: {HttpCode: 200-299}
      """;
  private static final String GROUP = BARE + "    Targets: [{Id: i-1}, {Id: i-2, Port: 5001}]\n";

  @Test
  void aTargetWithoutAPortHasThatOfTheGroup() {
    assertThat(keys(resource(GROUP))).containsExactly("i-1:5000", "i-2:5001");
  }

  @Test
  void aFunctionHasNoPort() {
    var group = resource(BARE + "    TargetType: lambda\n    Targets: [{Id: arn:aws:lambda:x}]\n");

    assertThat(keys(group)).containsExactly("arn:aws:lambda:x");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {"{HttpCode: 200} | 200", "{GrpcCode: 0-99} | 0-99", "200,302 | 200,302"})
  void aMatcherIsItsCode(String matcher, String code) {
    var group = resource(BARE.replace("{HttpCode: 200-299}", matcher));

    assertThat(group.properties().get("Matcher")).isEqualTo(scalar(code));
  }

  @Test
  void aGroupAsDeclaredIsLeftAlone() {
    assertThat(look(GROUP, Map.of()).drifts()).isEmpty();
  }

  @Test
  void whatTheTemplateLeavesToTheServiceIsLeftAlone() {
    assertThat(look(GROUP, Map.of("HealthCheckIntervalSeconds", scalar("7"))).drifts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "    Targets: []\n"})
  void targetsOfAGroupThatDeclaresNoneComeAndGo(String targets) {
    assertThat(look(BARE + targets, Map.of("Targets", members("i-9:80"))).drifts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        Feeder:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: {TargetGroupARNs: [!Ref Group]}
        """,
        """
        Feeder:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: {TargetGroupARNs: !ImportValue groups}
        """,
        """
        Feeder:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: {TrafficSources: [{Identifier: !Ref Group, Type: elbv2}]}
        """,
        """
        Feeder:
          Type: AWS::ECS::Service
          Properties: {LoadBalancers: [{TargetGroupArn: !Ref Group}]}
        """,
        """
        Feeder:
          Type: AWS::ECS::Service
          Properties: {LoadBalancers: !ImportValue balancers}
        """
      })
  void targetsThatSomethingElseRegistersAreNotCompared(String feeder) {
    var group = resource(GROUP + feeder);

    assertThat(group.properties().get("Targets"))
        .isEqualTo(new Property.Unknown("Feeder registers targets by itself"));
  }

  @Test
  void whatFeedsAnotherGroupDoesNotMatter() {
    var other =
        """
        Other:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: {TargetGroupARNs: ['arn:other']}
        """;

    assertThat(keys(resource(GROUP + other))).hasSize(2);
  }

  @Test
  void whereAnAutoScalingGroupMayExistTargetsAreNotCompared() {
    var stack = Deployed.undecided(Deployed.stack(GROUP), "AWS::AutoScaling::AutoScalingGroup");

    assertThat(Deployed.resource(stack, "Group").properties().get("Targets"))
        .isInstanceOf(Property.Unknown.class);
  }

  @Test
  void aTargetThatIsUnknownMakesTheListUnsure() {
    var group = resource(BARE + "    Targets: [{Id: i-1}, {Id: !ImportValue other}]\n");

    assertThat(((Property.Members) property(group)).openBecause()).contains("other");
    assertThat(keys(group)).containsExactly("i-1:5000");
  }

  @Test
  void aLostTargetIsRegisteredOnItsPort() {
    var call = look(GROUP, Map.of("Targets", members("i-1:5000"))).call();

    assertThat(call.operation()).isEqualTo("RegisterTargets");
    assertThat(call.phase()).isEqualTo(Phase.RESTORE);
    assertThat(call.arguments())
        .isEqualTo(Map.of("targetGroup", List.of(ARN), "targets", List.of("i-2:5001")));
  }

  @Test
  void anExtraTargetIsDeregisteredWhileADeclaredOneIsHealthy() {
    var call = look(GROUP, extra("healthy")).call();

    assertThat(call.operation()).isEqualTo("DeregisterTargets");
    assertThat(call.phase()).isEqualTo(Phase.REMOVE);
    assertThat(call.arguments())
        .isEqualTo(Map.of("targetGroup", List.of(ARN), "targets", List.of("i-9:80")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"unhealthy", "initial", "unused", "unavailable"})
  void anExtraTargetStaysWhileItMayBeAllThatServes(String state) {
    assertThat(look(GROUP, extra(state)).report().why()).contains("may be all that serves");
  }

  @Test
  void theDeclaredTargetOnAnotherPortIsAnotherTarget() {
    var look = look(GROUP, Map.of("Targets", members("i-1:5000", "i-2:80")));

    assertThat(look.differences())
        .containsExactly("MISSING lost: i-2:5001", "EXTRA not in the template: i-2:80");
  }

  @Test
  void onlyWhatDriftedOfAHealthCheckIsSentBecauseSomeGroupsRefuseTheRest() {
    var call = look(GROUP, Map.of("HealthCheckPath", scalar("/"), "Matcher", scalar("200"))).call();

    assertThat(call.operation()).isEqualTo("ModifyTargetGroup");
    assertThat(call.fingerprints()).hasSize(2);
    assertThat(call.arguments())
        .isEqualTo(
            Map.of(
                "targetGroup", List.of(ARN),
                "HealthCheckPath", List.of("/health"),
                "Matcher", List.of("200-299")));
  }

  @Test
  void anotherPortOrProtocolIsReportedBecauseOnlyANewGroupHasIt() {
    var steps = look(GROUP, Map.of("Port", scalar("80"), "Protocol", scalar("HTTPS"))).steps();

    assertThat(steps).hasSize(2).allMatch(s -> s instanceof Step.Report);
  }

  @Test
  void theLastTargetLostIsAnOutageAndOneOfSeveralIsNot() {
    var none = look(GROUP, Map.of("Targets", members()));
    var one = look(GROUP, Map.of("Targets", members("i-1:5000")));

    assertThat(exposure(none)).isEqualTo(Exposure.OUTAGE);
    assertThat(exposure(one)).isEqualTo(Exposure.DEGRADED);
  }

  @Test
  void aWrongHealthCheckIsDegradedBecauseTheLoadBalancerFailsOpen() {
    assertThat(exposure(look(GROUP, Map.of("HealthCheckPath", scalar("/")))))
        .isEqualTo(Exposure.DEGRADED);
  }

  @Test
  void targetsThatCannotBeReadAreUnreadableAndTheRestIsStillCompared() {
    var look =
        look(
            GROUP,
            Map.of("Targets", new Property.Unknown("denied"), "HealthCheckPath", scalar("/")));

    assertThat(look.differences()).hasSize(2).anyMatch(d -> d.startsWith("UNREADABLE"));
    assertThat(look.steps()).hasSize(2);
  }

  @Test
  void onlyTheAttributesThatAreDeclaredAreComparedAndOnlyThoseThatDriftedAreSet() {
    var declared =
        GROUP
            + """
                TargetGroupAttributes:
                  - {Key: deregistration_delay.timeout_seconds, Value: 30}
                  - {Key: stickiness.enabled, Value: False}
            """;
    var live =
        Map.of(
            "Attributes.deregistration_delay.timeout_seconds", scalar("300"),
            "Attributes.stickiness.enabled", scalar("false"),
            "Attributes.slow_start.duration_seconds", scalar("99"));

    var look = look(declared, live);

    assertThat(look.call().operation()).isEqualTo("ModifyTargetGroupAttributes");
    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of(
                "targetGroup", List.of(ARN),
                "deregistration_delay.timeout_seconds", List.of("30")));
    assertThat(exposure(look)).isEqualTo(Exposure.DEGRADED);
    assertThat(look.kind().calls(look.drifts().getFirst()))
        .containsExactly("ModifyTargetGroupAttributes");
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void attributesAreNotSentWithTheHealthCheck() {
    var declared = GROUP + "    TargetGroupAttributes: [{Key: stickiness.enabled, Value: false}]\n";
    var live =
        Map.of("Attributes.stickiness.enabled", scalar("false"), "HealthCheckPath", scalar("/"));

    assertThat(look(declared, live).call().arguments())
        .containsEntry("HealthCheckPath", List.of("/health"))
        .doesNotContainKeys("Attributes.stickiness.enabled", "stickiness.enabled");
  }

  @Test
  void everyRepairCanBeTakenBack() {
    var live = new HashMap<>(extra("healthy"));
    live.put("Targets", members("i-1:5000", "i-9:80"));
    live.put("HealthCheckPath", scalar("/"));
    var look = look(GROUP, live);

    assertThat(look.steps())
        .extracting(s -> ((Step.Call) s).operation())
        .containsExactly("RegisterTargets", "ModifyTargetGroup", "DeregisterTargets");
    assertThat(look.afterAll().drifts()).isEmpty();
    var rolledBack = (Observed.Found) look.rolledBack();
    assertThat(rolledBack.properties()).containsEntry("HealthCheckPath", scalar("/"));
    assertThat(rolledBack.properties().get("Targets"))
        .isInstanceOfSatisfying(
            Property.Members.class,
            m ->
                assertThat(m.items())
                    .extracting(Item::key)
                    .containsExactlyInAnyOrder("i-1:5000", "i-9:80"));
  }

  private static Map<String, Property> extra(String state) {
    return Map.of(
        "Targets",
        members("i-1:5000", "i-2:5001", "i-9:80"),
        "TargetHealth",
        Property.Members.of(
            List.of(
                Item.of("i-1:5000", Map.of("state", state)),
                Item.of("i-2:5001", Map.of("state", "unhealthy")),
                Item.of("i-9:80", Map.of("state", "healthy")))));
  }

  private static Look look(String resources, Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("Port", scalar("5000"));
    live.put("Protocol", scalar("HTTP"));
    live.put("HealthCheckPath", scalar("/health"));
    live.put("HealthCheckEnabled", scalar("true"));
    live.put("HealthyThresholdCount", scalar("2"));
    live.put("HealthCheckIntervalSeconds", scalar("30"));
    live.put("Matcher", scalar("200-299"));
    live.put("Targets", members("i-2:5001", "i-1:5000"));
    live.putAll(changes);
    return new Look(resource(resources), new Observed.Found(live));
  }

  private static Resource resource(String resources) {
    return Deployed.resource(Deployed.stack(resources), "Group");
  }

  private static Property property(Resource group) {
    return Objects.requireNonNull(group.properties().get("Targets"));
  }

  private static List<String> keys(Resource group) {
    return ((Property.Members) property(group)).items().stream().map(Item::key).toList();
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }
}
