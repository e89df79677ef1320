package dev.driftmend.diagnose.planned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.Stage;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.model.incident.Diagnosis;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What belongs together is of one VPC. */
class CreationTest {
  private static final String TEMPLATE =
      """
      Resources:
        Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
        Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
        Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties: {GroupDescription: web, VpcId: !Ref Vpc}
        Web:
          Type: AWS::EC2::Instance
          Properties: {ImageId: a, SubnetId: !Ref Subnet, SecurityGroupIds: [!Ref Group]}
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e], SecurityGroups: [sg-0a1b2c3d]}
        Targets:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 80, Protocol: HTTP, VpcId: !Ref Vpc, Targets: [{Id: !Ref Web}]}
        Listener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Balancer
            Port: 80
            Protocol: HTTP
            DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
      """;

  @Test
  void oneVpcIsFine() {
    assertThat(Stage.broken(planned(TEMPLATE))).doesNotContainKey("target-group");
  }

  @Test
  void anInstanceTakesNoGroupOfAnotherVpc() {
    is(
        TEMPLATE.replace("web, VpcId: !Ref Vpc", "web, VpcId: !Ref Other"),
        "Web cannot be created: Group is of another VPC, Other, not of Vpc");
    is(
        TEMPLATE.replace("web, VpcId: !Ref Vpc", "web"),
        "Web cannot be created: Group names no VPC and so is one of the default VPC, not of Vpc");
  }

  @Test
  void aTargetGroupTakesNoInstanceOfAnotherVpc() {
    is(
        TEMPLATE.replace("HTTP, VpcId: !Ref Vpc", "HTTP, VpcId: !Ref Other"),
        "Web cannot be registered: it is of another VPC, Vpc, not of Other as Targets");
  }

  @Test
  void aVpcThatIsNotKnownMayBeTheSame() {
    var template =
        "Parameters: {Its: {Type: 'AWS::EC2::VPC::Id'}}\n"
            + TEMPLATE.replace("VpcId: !Ref Vpc", "VpcId: !Ref Its");

    assertThat(Stage.broken(planned(template))).doesNotContainKey("target-group");
  }

  private static void is(String template, String evidence) {
    assertThat(template).isNotEqualTo(TEMPLATE);
    assertThat(Stage.hop(planned(template), "target-group").evidence()).contains(evidence);
  }

  private static Diagnosis planned(String template) {
    return Walk.of(Stage.planned(template, Map.of(), null));
  }
}
