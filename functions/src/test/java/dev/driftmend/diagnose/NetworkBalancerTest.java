package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.State;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A network load balancer passes on what it gets, and shows targets their clients' addresses. */
class NetworkBalancerTest {
  private static final String TEMPLATE =
      """
      Resources:
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
        Web:
          Type: AWS::EC2::Instance
          Properties:
            ImageId: ami-0a1b2c3d
            SubnetId: subnet-0b1c2d3e
            SecurityGroupIds: [!GetAtt Group.GroupId]
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Type: network, Subnets: [subnet-0a1b2c3d]}
        Targets:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 80, Protocol: TCP, HealthCheckProtocol: TCP, Targets: [{Id: !Ref Web}]}
        Listener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Balancer
            Port: 80
            Protocol: TCP
            DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
      """;

  private final Stage stage = Stage.of(TEMPLATE);

  @Test
  void tcpCarriesWhatTargetsSpeak() {
    assertThat(state(stage, "listener")).isEqualTo(State.OK);
    assertThat(Stage.broken(stage.diagnosis())).isEmpty();
  }

  @Test
  void tcpCarriesTlsAndTlsCarriesHttps() {
    var secure =
        TEMPLATE.replace("Port: 80\n      Protocol: TCP", "Port: 443\n      Protocol: TCP");
    assertThat(secure).isNotEqualTo(TEMPLATE);

    assertThat(state(Stage.of(secure).endpoint("https://www.example.com"), "listener"))
        .isEqualTo(State.OK);
    var taken = secure.replace("Port: 443\n      Protocol: TCP", "Port: 443\n      Protocol: TLS");
    assertThat(state(Stage.of(taken).endpoint("https://www.example.com"), "listener"))
        .isEqualTo(State.OK);
  }

  @Test
  void clientsWhomTheInstanceLetsInAreMeant() {
    assertThat(state(stage, "instance-group")).isEqualTo(State.OK);
    assertThat(state(stage, "world-open")).isEqualTo(State.OK);
  }

  @Test
  void whoElseShouldAskIsNotKnown() {
    stage.keys("Group", SecurityGroup.INGRESS, "ingress tcp 80 from 198.51.100.0/24");

    assertThat(state(stage, "instance-group")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void whichOtherPortsClientsNeedIsNotKnown() {
    stage.keys("Group", SecurityGroup.INGRESS, "ingress tcp 1-65535 from 0.0.0.0/0");

    assertThat(state(stage, "world-open")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void aPortThatIsOpenToNobodyIsToBeOpenedToClients() {
    stage.keys("Group", SecurityGroup.INGRESS).silent();

    assertThat(Stage.broken(stage.diagnosis())).containsOnlyKeys("instance-group");
    assertThat(Stage.hop(stage.diagnosis(), "instance-group").fix())
        .startsWith("let tcp 80 in from the clients' addresses");
  }

  @Test
  void aCheckThatOnlyConnectsDoesNotTellRefusedFromLost() {
    var diagnosis =
        stage.health("Targets", "unhealthy", "Target.FailedHealthChecks").unasked().diagnosis();

    assertThat(Stage.broken(diagnosis)).containsOnlyKeys("app");
    assertThat(Stage.hop(diagnosis, "app").evidence().getFirst())
        .contains("takes no connections of its health checks")
        .doesNotContain("refuses");
  }

  @Test
  void theTemplateAloneHasNoFaultEither() {
    Diagnosis planned = Walk.of(Stage.planned(TEMPLATE, Map.of(), null));

    assertThat(Stage.hop(planned, "world-open").state()).isEqualTo(State.OK);
    assertThat(Stage.hop(planned, "instance-group").state()).isEqualTo(State.OK);
  }

  @Test
  void oneWithoutGroupsLetsEverybodyInAndIsNoMemberOfAGroup() {
    var group = "SourceSecurityGroupId: !GetAtt Other.GroupId";
    var template =
        TEMPLATE
            .replace("CidrIp: 0.0.0.0/0", group)
            .replace(
                "  Web:\n",
                "  Other: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a}}\n"
                    + "  Web:\n");
    assertThat(template).contains(group, "Other: {");
    var planned = Walk.of(Stage.planned(template, Map.of(), null));

    assertThat(Stage.hop(planned, "load-balancer-group").state()).isEqualTo(State.OK);
    assertThat(Stage.hop(planned, "load-balancer-egress").state()).isEqualTo(State.OK);
    assertThat(Stage.broken(planned)).containsKey("instance-group");

    var internal = template.replace("Type: network,", "Type: network, Scheme: internal,");
    assertThat(Stage.broken(Walk.of(Stage.planned(internal, Map.of(), null))))
        .doesNotContainKey("instance-group");
  }

  @Test
  void whetherOneHasGroupsIsNotKnownWhereAParameterDecides() {
    var template =
        "Parameters: {Group: {Type: 'List<AWS::EC2::SecurityGroup::Id>'}}\n"
            + TEMPLATE
                .replace("Group:\n", "Web80:\n")
                .replace("!GetAtt Group.", "!GetAtt Web80.")
                .replace("Type: network,", "Type: network, SecurityGroups: !Ref Group,");

    assertThat(
            Stage.hop(Walk.of(Stage.planned(template, Map.of(), null)), "load-balancer-group")
                .state())
        .isEqualTo(State.UNKNOWN);
  }

  private static State state(Stage stage, String hop) {
    return Stage.hop(stage.diagnosis(), hop).state();
  }
}
