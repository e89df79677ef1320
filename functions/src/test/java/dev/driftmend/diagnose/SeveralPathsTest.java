package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.incident.Diagnosis.Walked;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A template may have several load balancers, listeners and rules: each leads somewhere. */
class SeveralPathsTest {
  private static final String ONE =
      """
      Resources:
        Clients:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: clients
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}
              - {IpProtocol: tcp, FromPort: 8080, ToPort: 8080, CidrIp: 0.0.0.0/0}
        Shop:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e], SecurityGroups: [!Ref Clients]}
        ShopListener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Shop
            Port: 80
            Protocol: HTTP
            DefaultActions: [{Type: forward, TargetGroupArn: !Ref Pages}]
        Pages:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 80, Protocol: HTTP, Targets: [{Id: !Ref Web}]}
        WebGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: the web server
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Clients}
        Web:
          Type: AWS::EC2::Instance
          Properties:
            SubnetId: subnet-0a1b2c3f
            SecurityGroupIds: [!Ref WebGroup]
            UserData: {'Fn::Base64': "#!/bin/sh\\npython3 -m http.server 80 &\\n"}
      """;

  @Test
  void ofOnePathNothingIsSaidTwice() {
    assertThat(planned(ONE).paths()).isEmpty();
  }

  @Test
  void theSecondLoadBalancersClientsAreSeenToBeKeptOut() {
    var diagnosis =
        planned(
            ONE
                + """
                  Nobody:
                    Type: AWS::EC2::SecurityGroup
                    Properties: {GroupDescription: lets nobody in}
                  Admin:
                    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
                    Properties: {Subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e], SecurityGroups: [!Ref Nobody]}
                  AdminListener:
                    Type: AWS::ElasticLoadBalancingV2::Listener
                    Properties:
                      LoadBalancerArn: !Ref Admin
                      Port: 80
                      Protocol: HTTP
                      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Pages}]
                """);

    assertThat(names(diagnosis))
        .containsExactly("Shop, ShopListener (HTTP on 80)", "Admin, AdminListener (HTTP on 80)");
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OUTAGE);
    assertThat(diagnosis.explainedBy()).isEqualTo("load-balancer-group");
    assertThat(diagnosis.paths().getFirst().verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aSecondListenerIsWalkedToItsOwnTargets() {
    var diagnosis =
        planned(
            ONE
                + """
                  Second:
                    Type: AWS::ElasticLoadBalancingV2::Listener
                    Properties:
                      LoadBalancerArn: !Ref Shop
                      Port: 8080
                      Protocol: HTTP
                      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Other}]
                  Other:
                    Type: AWS::ElasticLoadBalancingV2::TargetGroup
                    Properties: {Port: 8000, Protocol: HTTP, Targets: [{Id: !Ref Web}]}
                """);

    assertThat(names(diagnosis))
        .containsExactly("Shop, ShopListener (HTTP on 80)", "Shop, Second (HTTP on 8080)");
    assertThat(diagnosis.explainedBy()).isEqualTo("instance-group");
    assertThat(Stage.broken(diagnosis)).containsOnlyKeys("instance-group");
  }

  @Test
  void whatOnlyARuleTakesIsWalkedToo() {
    var diagnosis =
        planned(
            ONE
                + """
                  Rule:
                    Type: AWS::ElasticLoadBalancingV2::ListenerRule
                    Properties:
                      ListenerArn: !Ref ShopListener
                      Priority: 1
                      Conditions: [{Field: path-pattern, Values: ['/api/*']}]
                      Actions: [{Type: forward, TargetGroupArn: !Ref Api}]
                  Api:
                    Type: AWS::ElasticLoadBalancingV2::TargetGroup
                    Properties: {Port: 8000, Protocol: HTTP, Targets: [{Id: !Ref Web}]}
                """);

    assertThat(names(diagnosis))
        .containsExactly(
            "Shop, ShopListener (HTTP on 80)", "Shop, ShopListener (HTTP on 80), what Rule takes");
    assertThat(diagnosis.explainedBy()).isEqualTo("instance-group");
  }

  @Test
  void aListenerOfALoadBalancerThatIsNotKnownIsWalked() {
    var diagnosis =
        planned(
            ONE.replace("LoadBalancerArn: !Ref Shop", "LoadBalancerArn: !ImportValue the-balancer")
                .replace("Port: 80, Protocol: HTTP, Targets", "Port: 81, Protocol: HTTP, Targets"));

    assertThat(names(diagnosis)).containsExactly("Shop", "ShopListener (HTTP on 80)");
    assertThat(Stage.hop(diagnosis, "load-balancer")).isNotNull();
  }

  private static List<String> names(Diagnosis diagnosis) {
    return diagnosis.paths().stream().map(Walked::path).toList();
  }

  private static Diagnosis planned(String template) {
    return Walk.all(Stage.planned(template, Map.of(), null));
  }
}
