package dev.driftmend.kind.securitygroup;

import static dev.driftmend.testing.Look.rules;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecurityGroupTest {
  private static final String WEB =
      """
      Web:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: Web
          SecurityGroupIngress:
            - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0, Description: Clients}
          SecurityGroupEgress:
            - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
      """;
  private static final String HTTP = "ingress tcp 80 from 0.0.0.0/0";
  private static final String HTTPS_OUT = "egress tcp 443 to 0.0.0.0/0";

  @Test
  void rulesAsDeclaredAreNoDriftWhateverTheirIdsAndTheirOrder() {
    assertThat(web(clients("Clients", "sgr-9"), rules(HTTPS_OUT)).drifts()).isEmpty();
  }

  @Test
  void aLostRuleIsAuthorizedWithItsDescription() {
    var call = web(rules(), rules(HTTPS_OUT)).call();

    assertThat(call.operation()).isEqualTo("AuthorizeSecurityGroupIngress");
    assertThat(call.phase()).isEqualTo(Phase.RESTORE);
    assertThat(call.arguments())
        .isEqualTo(
            Map.of(
                "group", List.of("sg-web"),
                "rule", List.of(HTTP),
                "description", List.of("Clients")));
  }

  @Test
  void anExtraRuleIsRevokedByItsOwnId() {
    var call = web(clients("Clients", "sgr-1"), rules(HTTPS_OUT, "egress all to 0.0.0.0/0")).call();

    assertThat(call.operation()).isEqualTo("RevokeSecurityGroupEgress");
    assertThat(call.phase()).isEqualTo(Phase.REMOVE);
    assertThat(call.arguments())
        .isEqualTo(Map.of("group", List.of("sg-web"), "ruleIds", List.of("sgr-2")));
  }

  @Test
  void anExtraRuleWhoseIdIsNotKnownYetIsRevokedByWhatItSays() {
    var extra =
        Property.Members.of(
            List.of(
                Item.of(HTTP, Map.of("description", "Clients")), Item.of("ingress all from ::/0")));

    assertThat(web(extra, rules(HTTPS_OUT)).call().arguments().get("ruleIds"))
        .containsExactly("ingress all from ::/0");
  }

  @Test
  void manyExtraRulesAreRevokedFiftyAtATime() {
    var live = new ArrayList<String>(List.of(HTTPS_OUT));
    IntStream.range(0, 120).forEach(i -> live.add("egress tcp " + (1000 + i) + " to 0.0.0.0/0"));
    var look = web(clients("Clients", "sgr-1"), rules(live.toArray(String[]::new)));

    assertThat(look.steps())
        .extracting(s -> ((Step.Call) s).arguments().getOrDefault("ruleIds", List.of()).size())
        .containsExactly(50, 50, 20);
    assertThat(look.steps().stream().flatMap(s -> s.fingerprints().stream()).distinct())
        .hasSize(120);
  }

  @Test
  void aChangedDescriptionIsEditedInPlace() {
    var call = web(clients("Everybody", "sgr-7"), rules(HTTPS_OUT)).call();

    assertThat(call.operation()).isEqualTo("UpdateSecurityGroupRuleDescriptionsIngress");
    assertThat(call.arguments())
        .isEqualTo(
            Map.of(
                "group", List.of("sg-web"),
                "ruleId", List.of("sgr-7"),
                "description", List.of("Clients")));
  }

  @Test
  void aDescriptionThatTheTemplateDoesNotGiveIsRemoved() {
    var egress =
        Property.Members.of(
            List.of(new Item(HTTPS_OUT, new TreeMap<>(Map.of("description", "mine")), "sgr-2")));

    assertThat(web(clients("Clients", "sgr-1"), egress).call().arguments())
        .isEqualTo(Map.of("group", List.of("sg-web"), "ruleId", List.of("sgr-2")));
  }

  @Test
  void theDefaultEgressBesideSeparateEgressIsNoDrift() {
    var stack =
        Deployed.stack(
            """
            Web:
              Type: AWS::EC2::SecurityGroup
              Properties: {GroupDescription: Web}
            Out:
              Type: AWS::EC2::SecurityGroupEgress
              Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
            """);
    var look =
        Look.at(
            stack,
            "Web",
            Map.of("Ingress", rules(), "Egress", rules(HTTPS_OUT, "egress all to 0.0.0.0/0")));

    assertThat(look.drifts()).isEmpty();
  }

  @Test
  void awsOwnIpv6EgressBesideTheDefaultIsLeftAlone() {
    var stack =
        Deployed.stack(
            """
            Web:
              Type: AWS::EC2::SecurityGroup
              Properties: {GroupDescription: Web}
            """);
    var live = rules("egress all to 0.0.0.0/0", "egress all to ::/0");

    assertThat(Look.at(stack, "Web", Map.of("Ingress", rules(), "Egress", live)).drifts())
        .isEmpty();
  }

  @Test
  void aGroupThatIsGoneIsReportedWithTheWayBack() {
    var look = new Look(Deployed.resource(Deployed.stack(WEB), "Web"), new Observed.Gone());

    assertThat(look.report().remediation()).contains("REVERT_DRIFT").contains("--stack-name shop");
    assertThat(impact(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void aGroupThatCannotBeReadIsNeverInSyncAndNeverTouched() {
    var denied = "ec2:DescribeSecurityGroupRules was refused";
    var look =
        new Look(Deployed.resource(Deployed.stack(WEB), "Web"), new Observed.Unreadable(denied));

    assertThat(look.differences()).containsExactly("UNREADABLE could not be read: " + denied);
    assertThat(look.report().remediation()).contains(denied);
  }

  @Test
  void everyDriftIsAnsweredByExactlyOneStep() {
    var look =
        web(
            rules("ingress tcp 22 from 0.0.0.0/0", "ingress tcp 80-5000 from 0.0.0.0/0"),
            rules("egress all to ::/0"));

    assertThat(look.steps().stream().flatMap(s -> s.fingerprints().stream()))
        .containsExactlyInAnyOrderElementsOf(
            look.drifts().stream().map(d -> d.fingerprint(Deployed.STACK)).toList());
  }

  @Test
  void aDescriptionDecidesAboutNoTraffic() {
    assertThat(impact(web(clients("Everybody", "sgr-7"), rules(HTTPS_OUT))))
        .isEqualTo(Exposure.NONE);
  }

  @Test
  void aRuleOfEitherWayIsBlamedOnTheCallsOfThatWay() {
    var kind = new SecurityGroup();
    var ref = Deployed.ref("Web", SecurityGroup.TYPE);

    assertThat(kind.calls(new Drift.Extra(ref, "Egress", Item.of(HTTPS_OUT))))
        .contains("AuthorizeSecurityGroupEgress", "ModifySecurityGroupRules")
        .doesNotContain("AuthorizeSecurityGroupIngress");
    assertThat(kind.calls(new Drift.Gone(ref))).containsExactly("DeleteSecurityGroup");
  }

  private static Look web(Property ingress, Property egress) {
    return Look.at(Deployed.stack(WEB), "Web", Map.of("Ingress", ingress, "Egress", egress));
  }

  private static Property clients(String description, String id) {
    return Property.Members.of(
        List.of(new Item(HTTP, new TreeMap<>(Map.of("description", description)), id)));
  }

  private static Exposure impact(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }
}
