package dev.driftmend.diagnose.planned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.Stage;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.template.nested.NestedStacks;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Templates of other people, of which some cannot be walked or not wholly be read. */
class PlannedTest {
  private static final String CLASSIC =
      """
      Resources:
        Clients:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: clients
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
        Balancer:
          Type: AWS::ElasticLoadBalancing::LoadBalancer
          Properties:
            Subnets: [subnet-0a1b2c3d]
            SecurityGroups: [!Ref Clients]
            Instances: [!Ref Web]
            Listeners: [{LoadBalancerPort: '80', InstancePort: '8000', Protocol: http}]
            HealthCheck: {Target: 'HTTP:8000/up'}
        WebGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: the web server
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 8000, ToPort: 8000, SourceSecurityGroupId: !Ref Clients}
        Web:
          Type: AWS::EC2::Instance
          Properties:
            SubnetId: subnet-0a1b2c3f
            SecurityGroupIds: [!Ref WebGroup]
            UserData: {'Fn::Base64': "#!/bin/sh\\npython3 -m http.server 8000 &\\n"}
      """;

  @Test
  void withoutALoadBalancerOneSentenceSaysSo() {
    var diagnosis = planned("Resources: {Vpc: {Type: AWS::EC2::VPC}}");

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(diagnosis.hops()).isEmpty();
    assertThat(diagnosis.notes())
        .containsExactly("there is no load balancer here, so there is no path to walk");
  }

  @Test
  void anInstanceOfItsOwnIsJudgedByWhatIsOpen() {
    var diagnosis = planned(instance(22));

    assertThat(Stage.broken(diagnosis)).containsOnlyKeys("world-open");
    assertThat(Stage.hop(diagnosis, "world-open").evidence().getFirst())
        .contains("Web: ingress tcp 22 from 0.0.0.0/0");
  }

  @Test
  void aWebServerOfItsOwnIsMeantToBeOpen() {
    assertThat(Stage.broken(planned(instance(443)))).isEmpty();
  }

  private static String instance(int port) {
    return """
    Resources:
      Group:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: any
          SecurityGroupIngress: [{IpProtocol: tcp, FromPort: %d, ToPort: %d, CidrIp: 0.0.0.0/0}]
      Web:
        Type: AWS::EC2::Instance
        Properties: {SecurityGroupIds: [!Ref Group]}
    """
        .formatted(port, port);
  }

  @Test
  void nestedStacksAreNamedWithTheirTemplates() {
    var diagnosis =
        planned(
            """
            Resources:
              Network:
                Type: AWS::CloudFormation::Stack
                Properties: {TemplateURL: ./network.yaml}
              Site:
                Type: AWS::Serverless::Application
                Properties: {Location: ./site.yaml}
            """);

    assertThat(diagnosis.notes())
        .contains(
            "nested stacks are not followed, diagnose each template by itself: Network"
                + " (./network.yaml), Site (./site.yaml)");
  }

  @Test
  void whatIsNoBlockAndNoPortIsReportedWithItsResourceAndProperty() {
    var diagnosis =
        planned(
            """
            Resources:
              Vpc:
                Type: AWS::EC2::VPC
                Properties: {CidrBlock: 10.0.0.0/33}
              Subnet:
                Type: AWS::EC2::Subnet
                Properties: {VpcId: !Ref Vpc, CidrBlock: ten}
              Group:
                Type: AWS::EC2::SecurityGroup
                Properties:
                  GroupDescription: any
                  SecurityGroupIngress:
                    - {IpProtocol: tcp, FromPort: 80, ToPort: 99999, CidrIp: 0.0.0.0/0}
                    - {IpProtocol: tcp, FromPort: http, ToPort: 80, CidrIp: 300.0.0.0/8}
              Balancer:
                Type: AWS::ElasticLoadBalancingV2::LoadBalancer
                Properties: {Subnets: [!Ref Subnet], SecurityGroups: [!Ref Group]}
              Listener:
                Type: AWS::ElasticLoadBalancingV2::Listener
                Properties: {LoadBalancerArn: !Ref Balancer, Port: 80 and more}
            """);

    assertThat(String.join("\n", diagnosis.notes()))
        .contains(
            "Vpc.CidrBlock: not a block of addresses: 10.0.0.0/33",
            "Subnet.CidrBlock: not a block of addresses: ten",
            "Group.SecurityGroupIngress.ToPort: not a port: 99999",
            "Group.SecurityGroupIngress.FromPort: not a port: http",
            "Group.SecurityGroupIngress.CidrIp: not a block of addresses: 300.0.0.0/8",
            "Listener.Port: not a port: 80 and more");
  }

  @Test
  void aClassicLoadBalancerIsWalkedToItsInstances() {
    var diagnosis = planned(CLASSIC);

    assertThat(Stage.broken(diagnosis)).isEmpty();
    assertThat(Stage.hop(diagnosis, "instance-group").state()).isEqualTo(State.OK);
  }

  @Test
  void aClassicLoadBalancersInstancePortDecides() {
    var diagnosis = planned(CLASSIC.replace("InstancePort: '8000'", "InstancePort: '81'"));

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OUTAGE);
    assertThat(Stage.hop(diagnosis, "instance-group").evidence().getFirst())
        .contains("tcp 81 from the load balancer is not let in to Web");
  }

  @Test
  void aScalingGroupBehindAClassicLoadBalancerRegistersItsInstances() {
    var fleet =
        CLASSIC.replace("      Instances: [!Ref Web]\n", "")
            + """
              Fleet:
                Type: AWS::AutoScaling::AutoScalingGroup
                Properties: {MinSize: '1', MaxSize: '2', LoadBalancerNames: [!Ref Balancer]}
            """;

    assertThat(Stage.broken(planned(fleet))).isEmpty();
  }

  @Test
  void aClassicLoadBalancerOfADeployedStackIsNamedAsNotWalked() {
    var diagnosis = Walk.all(Stage.of(CLASSIC).scene());

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(diagnosis.notes())
        .containsExactly(
            "Balancer is a classic load balancer, which is not walked live: diagnose --template"
                + " walks it as it is declared");
  }

  @Test
  void aTemplateWithoutAnyValueForItsParametersIsWalked() {
    var diagnosis =
        planned(
            """
            Parameters:
              Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
              Vpc: {Type: 'AWS::EC2::VPC::Id'}
            Resources:
              Group:
                Type: AWS::EC2::SecurityGroup
                Properties:
                  GroupDescription: any
                  VpcId: !Ref Vpc
                  SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
              Balancer:
                Type: AWS::ElasticLoadBalancingV2::LoadBalancer
                Properties: {Subnets: !Ref Subnets, SecurityGroups: [!Ref Group]}
              Listener:
                Type: AWS::ElasticLoadBalancingV2::Listener
                Properties:
                  LoadBalancerArn: !Ref Balancer
                  Port: 80
                  Protocol: HTTP
                  DefaultActions: [{Type: forward, TargetGroupArn: !ImportValue targets}]
            """);

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(Stage.hop(diagnosis, "internet-route").evidence().getFirst())
        .contains("there is no value for the parameter Subnets");
  }

  private static Diagnosis planned(String template) {
    return Planned.of(template, Map.of(), "us-east-1", NestedStacks.Files.NONE, stack -> null);
  }
}
