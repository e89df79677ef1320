package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.stack.Property;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Stacks that are built otherwise than ours: no fault is reported where there is none. */
class OtherDesignsTest {
  private static final String BASE =
      """
      Resources:
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Subnets: [subnet-0a1b2c3d, subnet-0b1c2d3e], SecurityGroups: [!GetAtt Group.GroupId]}
        Targets:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 80, Protocol: HTTP}
        Listener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Balancer
            Port: 80
            Protocol: HTTP
            DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
      """;

  @Test
  void aGroupInWhichTheTemplatesOwnServerIsNotRegisteredIsEmpty() {
    var forgotten =
        BASE
            + """
              Web:
                Type: AWS::EC2::Instance
                Properties: {SubnetId: subnet-0a1b2c3d, SecurityGroupIds: [!GetAtt Group.GroupId]}
            """;

    assertThat(Stage.broken(planned(forgotten))).containsOnlyKeys("targets");
  }

  @Test
  void whoRegistersInAGroupForWhichTheTemplateHasNoServerIsNotKnown() {
    assertThat(Stage.broken(planned(BASE))).isEmpty();
    assertThat(planned(BASE).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aScalingGroupRegistersItsTargetsItself() {
    var fed =
        BASE
            + """
              Fleet:
                Type: AWS::AutoScaling::AutoScalingGroup
                Properties: {MinSize: '1', MaxSize: '2', TargetGroupARNs: [!Ref Targets]}
            """;

    assertThat(Stage.broken(planned(fed))).isEmpty();
    assertThat(Stage.hop(planned(fed), "targets").evidence().getFirst()).contains("Fleet");
    assertThat(planned(fed).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aDefaultActionForWhatNoRuleTakesIsMeant() {
    var ruled =
        BASE.replace(
                "[{Type: forward, TargetGroupArn: !Ref Targets}]",
                "[{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]")
            + """
              Rule:
                Type: AWS::ElasticLoadBalancingV2::ListenerRule
                Properties:
                  ListenerArn: !Ref Listener
                  Priority: 1
                  Conditions: [{Field: path-pattern, Values: ['/shop/*']}]
                  Actions: [{Type: forward, TargetGroupArn: !Ref Targets}]
            """;

    assertThat(Stage.hop(planned(ruled), "rule").state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void aNetworkLoadBalancerWithoutGroupsLetsEverythingThrough() {
    var network =
        BASE.replace("SecurityGroups: [!GetAtt Group.GroupId]", "Type: network, Scheme: internal")
            .replace("Protocol: HTTP", "Protocol: TCP")
            .replace("{Port: 80, ", "{Port: 80, TargetType: ip, Targets: [{Id: 10.0.0.4}], ");

    assertThat(Stage.broken(planned(network))).isEmpty();
    assertThat(Stage.advice(planned(network))).doesNotContain("no-https");
  }

  @Test
  void oneOfSeveralTargetGroupsWithoutTargetsIsNoOutage() {
    var stage = Stage.own();
    var empty = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/empty/0a1b";
    var forward = "forward to=" + stage.id("WebTargetGroup") + "*1," + empty + "*1";
    stage
        .scalar("HttpListener", "DefaultActions", forward)
        .foreign(empty, Map.of("Targets", Property.Members.of(List.of())));

    assertThat(Stage.broken(stage.diagnosis())).containsOnlyKeys("targets");
    assertThat(stage.diagnosis().verdict()).isEqualTo(Verdict.DEGRADED);
    stage.scalar("HttpListener", "DefaultActions", forward.replace("0a1b*1", "0a1b*0"));
    assertThat(Stage.broken(stage.diagnosis())).isEmpty();
  }

  @Test
  void ofSeveralLoadBalancersTheOneIsWalkedThatClientsName() {
    var another =
        """
        Another:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Subnets: [subnet-0a1b2c3d, subnet-0b1c2d3e], SecurityGroups: [!GetAtt Group.GroupId]}
        AnothersListener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Another
            Port: 80
            Protocol: HTTP
            DefaultActions: [{Type: redirect, RedirectConfig: {Host: example.com, StatusCode: HTTP_302}}]
        """
            .indent(2);
    var two = BASE.replace("  Targets:\n", another + "  Targets:\n");
    var stage = Stage.of(two);

    assertThat(listener(stage.endpoint("http://balancer-1.us-east-1.elb.amazonaws.com")))
        .startsWith("Listener ");
    assertThat(listener(stage.endpoint("http://another-1.us-east-1.elb.amazonaws.com")))
        .startsWith("AnothersListener ");
    assertThat(listener(stage.endpoint("http://www.example.com"))).startsWith("Listener ");
  }

  private static String listener(Stage stage) {
    return Stage.hop(stage.diagnosis(), "listener").evidence().getFirst();
  }

  private static Diagnosis planned(String template) {
    return Walk.of(Stage.planned(template, Map.of(), null));
  }
}
