package dev.driftmend.kind.instance;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceOptionsTest {
  private static final String WEB =
      """
      Web:
        Type: AWS::EC2::Instance
        Properties:
          SubnetId: subnet-of-another-stack
          InstanceType: t4g.micro
          IamInstanceProfile: web-profile
          MetadataOptions:
            HttpTokens: required
            HttpEndpoint: enabled
            HttpPutResponseHopLimit: 1
            HttpProtocolIpv6: disabled
            InstanceMetadataTags: enabled
      """;
  private static final String BARE =
      """
      Web:
        Type: AWS::EC2::Instance
        Properties:
          ImageId: ami-1
      """;

  @Test
  void anInstanceAsDeclaredIsLeftAlone() {
    assertThat(web(Map.of()).drifts()).isEmpty();
  }

  @Test
  void whatIsNotDeclaredIsLeftAlone() {
    var live =
        live(
            Map.of(
                "InstanceType", scalar("m7g.large"),
                "IamInstanceProfile", scalar("anything"),
                "MetadataOptions.HttpTokens", scalar("optional")));

    assertThat(Look.at(Deployed.stack(BARE), "Web", live).drifts()).isEmpty();
  }

  @Test
  void onlyTheMetadataOptionsThatDriftedAreSetInOneCall() {
    var look =
        web(
            Map.of(
                "MetadataOptions.HttpTokens", scalar("optional"),
                "MetadataOptions.HttpPutResponseHopLimit", scalar("2")));

    assertThat(look.call().operation()).isEqualTo("ModifyInstanceMetadataOptions");
    assertThat(look.call().phase()).isEqualTo(Phase.CHANGE);
    assertThat(look.call().fingerprints()).hasSize(2);
    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of(
                "instance", List.of("i-web"),
                "httpTokens", List.of("required"),
                "httpPutResponseHopLimit", List.of("1")));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void aCheckThatWasSwitchedOffIsSwitchedOn() {
    var look = web(Map.of("SourceDestCheck", scalar("false")));

    assertThat(look.call().operation()).isEqualTo("ModifyInstanceAttribute");
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("instance", List.of("i-web"), "sourceDestCheck", List.of("true")));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void whatForwardsByDeclarationIsLeftAlone() {
    var stack = Deployed.stack(BARE + "    SourceDestCheck: False\n");

    assertThat(Look.at(stack, "Web", live(Map.of("SourceDestCheck", scalar("false")))).drifts())
        .isEmpty();
    assertThat(exposure(Look.at(stack, "Web", live(Map.of())))).isEqualTo(Exposure.OUTAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    NetworkInterfaces: [{DeviceIndex: 0, NetworkInterfaceId: eni-1}]\n",
        "    NetworkInterfaces: [!ImportValue interface]\n",
        "    LaunchTemplate: {LaunchTemplateId: lt-1, Version: 1}\n"
      })
  void whereSomethingElseSaysWhetherItForwardsThatIsNotCompared(String more) {
    assertThat(Deployed.resource(Deployed.stack(BARE + more), "Web").properties())
        .doesNotContainKey("SourceDestCheck");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!Ref Web", "!ImportValue router"})
  void whatARouteOfTheStackLeadsToMayForwardByItsOwnSetup(String router) {
    var stack =
        Deployed.stack(
            BARE
                + """
                Out:
                  Type: AWS::EC2::Route
                  Properties: {RouteTableId: rtb-1, InstanceId: %s}
                """
                    .formatted(router));
    var look = Look.at(stack, "Web", live(Map.of("SourceDestCheck", scalar("false"))));

    assertThat(look.drifts()).isEmpty();
    assertThat(look.desired().properties().get("SourceDestCheck"))
        .isInstanceOfSatisfying(
            Property.Unknown.class, u -> assertThat(u.why()).startsWith("Out leads to it"));
  }

  @Test
  void withSeveralInterfacesTheCheckIsReported() {
    var look = web(Map.of("SourceDestCheck", scalar("false"), "Interfaces", scalar("2")));

    assertThat(look.report().remediation()).contains("modify-network-interface-attribute");
  }

  @Test
  void aProfileThatWasTakenAwayIsReportedWithTheCallThatGivesItBack() {
    var look = web(Map.of("IamInstanceProfile", scalar("")));

    assertThat(look.report().remediation())
        .isEqualTo(
            "aws ec2 associate-iam-instance-profile --instance-id i-web --iam-instance-profile"
                + " Name=web-profile --region us-east-1");
    assertThat(exposure(look)).isEqualTo(Exposure.DEGRADED);
  }

  @Test
  void anotherProfileIsReportedWithTheCallThatReplacesIt() {
    var look = web(Map.of("IamInstanceProfile", scalar("admin")));

    assertThat(look.report().remediation())
        .startsWith(
            "aws ec2 replace-iam-instance-profile-association --iam-instance-profile"
                + " Name=web-profile --association-id $(aws ec2"
                + " describe-iam-instance-profile-associations --filters"
                + " Name=instance-id,Values=i-web");
    assertThat(exposure(look)).isEqualTo(Exposure.LATENT);
  }

  @Test
  void anotherTypeIsReported() {
    assertThat(web(Map.of("InstanceType", scalar("m7g.large"))).report().remediation())
        .contains("--instance-type Value=t4g.micro");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "SourceDestCheck, false, LATENT",
    "MetadataOptions.HttpTokens, optional, LATENT",
    "MetadataOptions.HttpEndpoint, disabled, DEGRADED",
    "MetadataOptions.HttpPutResponseHopLimit, 64, LATENT",
    "MetadataOptions.HttpPutResponseHopLimit, 0, DEGRADED",
    "MetadataOptions.HttpProtocolIpv6, enabled, LATENT",
    "MetadataOptions.InstanceMetadataTags, disabled, NONE",
    "InstanceType, m7g.large, DEGRADED"
  })
  void whatADriftMeansFollowsFromItsDirection(String property, String live, Exposure exposure) {
    assertThat(exposure(web(Map.of(property, scalar(live))))).isEqualTo(exposure);
  }

  @ParameterizedTest
  @CsvSource({
    "SourceDestCheck, false, ModifyInstanceAttribute",
    "MetadataOptions.HttpTokens, optional, ModifyInstanceMetadataOptions",
    "IamInstanceProfile, other, ReplaceIamInstanceProfileAssociation",
    "InstanceType, m7g.large, ModifyInstanceAttribute",
    "State, stopped, StopInstances"
  })
  void callsAreNamedByWhatTheyChange(String property, String live, String call) {
    var look = web(Map.of(property, scalar(live)));

    assertThat(look.kind().calls(look.drifts().getFirst())).contains(call);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!ImportValue options", "text"})
  void optionsThatAreUnknownAreNotCompared(String options) {
    var web = resource(BARE + "    MetadataOptions: " + options + "\n");

    assertThat(web.properties().get("MetadataOptions")).isInstanceOf(Property.Unknown.class);
  }

  @Test
  void anOptionThatIsUnknownIsNotCompared() {
    var web = resource(BARE + "    MetadataOptions: {HttpTokens: !ImportValue tokens}\n");

    assertThat(web.properties().get("MetadataOptions.HttpTokens"))
        .isInstanceOf(Property.Unknown.class);
  }

  private static Resource resource(String template) {
    return Deployed.resource(Deployed.stack(template), "Web");
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }

  private static Look web(Map<String, Property> changes) {
    return Look.at(Deployed.stack(WEB), "Web", live(changes));
  }

  private static Map<String, Property> live(Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("SecurityGroupIds", members("sg-a"));
    live.put("State", scalar("running"));
    live.put("PublicAddress", members());
    live.put("Interfaces", scalar("1"));
    live.put("SourceDestCheck", scalar("true"));
    live.put("InstanceType", scalar("t4g.micro"));
    live.put("IamInstanceProfile", scalar("web-profile"));
    live.put("MetadataOptions.HttpTokens", scalar("required"));
    live.put("MetadataOptions.HttpEndpoint", scalar("enabled"));
    live.put("MetadataOptions.HttpPutResponseHopLimit", scalar("1"));
    live.put("MetadataOptions.HttpProtocolIpv6", scalar("disabled"));
    live.put("MetadataOptions.InstanceMetadataTags", scalar("enabled"));
    live.putAll(changes);
    return live;
  }
}
