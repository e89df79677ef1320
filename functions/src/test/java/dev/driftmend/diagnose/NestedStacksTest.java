package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.planned.Planned;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.template.nested.NestedStacks;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One system in three files, as {@code aws cloudformation package} takes them. */
class NestedStacksTest {
  private static final String ROOT =
      """
      Parameters:
        Port: {Type: Number, Default: 8080}
      Resources:
        Network:
          Type: AWS::CloudFormation::Stack
          Properties: {TemplateURL: network.yaml, Parameters: {Block: 10.1.0.0/16}}
        Site:
          Type: AWS::CloudFormation::Stack
          DependsOn: Network
          Properties:
            TemplateURL: ./site.yaml
            Parameters:
              Vpc: !GetAtt Network.Outputs.Vpc
              Doors: !Join [',', [!GetAtt Network.Outputs.One, !GetAtt Network.Outputs.Two]]
              Port: !Ref Port
      """;
  private static final String NETWORK =
      """
      Parameters:
        Block: {Type: String}
      Resources:
        Vpc:
          Type: AWS::EC2::VPC
          Properties: {CidrBlock: !Ref Block}
        Gateway: {Type: AWS::EC2::InternetGateway}
        Attached:
          Type: AWS::EC2::VPCGatewayAttachment
          Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
        One:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/24, AvailabilityZone: us-east-1a}
        Two:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.1.0/24, AvailabilityZone: us-east-1b}
        Table:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: !Ref Vpc}
        Out:
          Type: AWS::EC2::Route
          DependsOn: Attached
          Properties:
            RouteTableId: !Ref Table
            DestinationCidrBlock: 0.0.0.0/0
            GatewayId: !Ref Gateway
        OneUses:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {SubnetId: !Ref One, RouteTableId: !Ref Table}
        TwoUses:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {SubnetId: !Ref Two, RouteTableId: !Ref Table}
      Outputs:
        Vpc: {Value: !Ref Vpc}
        One: {Value: !Ref One}
        Two: {Value: !Ref Two}
      """;
  private static final String SITE =
      """
      Parameters:
        Vpc: {Type: 'AWS::EC2::VPC::Id'}
        Doors: {Type: 'List<AWS::EC2::Subnet::Id>'}
        Port: {Type: Number}
      Resources:
        Clients:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: clients
            VpcId: !Ref Vpc
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
        Web:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            VpcId: !Ref Vpc
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: !Ref Clients}
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Subnets: !Ref Doors, SecurityGroups: [!Ref Clients]}
        Listener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Balancer
            Port: 80
            Protocol: HTTP
            DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
        Targets:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {VpcId: !Ref Vpc, Port: !Ref Port, Protocol: HTTP, Targets: [{Id: !Ref App}]}
        App:
          Type: AWS::EC2::Instance
          Properties:
            ImageId: ami-0a1b2c3d
            SubnetId: !Select [0, !Ref Doors]
            SecurityGroupIds: [!Ref Web]
            UserData: {'Fn::Base64': !Sub 'python3 -m http.server ${Port}'}
      Outputs:
        Targets: {Value: !Ref Targets}
      """;

  private final Map<String, String> files =
      new HashMap<>(Map.of("network.yaml", NETWORK, "./site.yaml", SITE));

  @Test
  void whatIsInSeveralFilesIsWalkedAsOne() {
    var diagnosis = planned(ROOT);

    assertThat(Stage.hop(diagnosis, "internet-route").state()).isEqualTo(State.OK);
    assertThat(Stage.hop(diagnosis, "internet-route").evidence().getFirst())
        .contains("Network/One");
    assertThat(Stage.hop(diagnosis, "instance-group").state()).isEqualTo(State.OK);
    assertThat(diagnosis.notes())
        .containsExactly(
            "nested stacks are walked with it: Network (network.yaml), Site (./site.yaml)");
  }

  @Test
  void aFaultBetweenTwoFilesIsSeen() {
    files.computeIfPresent(
        "network.yaml", (_, text) -> text.replace("GatewayId: !Ref Gateway", ""));
    var diagnosis = planned(ROOT);

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OUTAGE);
    assertThat(diagnosis.explainedBy()).isEqualTo("internet-route");
  }

  @Test
  void aValueThatIsHandedInDecides() {
    var diagnosis = planned(ROOT.replace("Default: 8080", "Default: 9090"));

    assertThat(Stage.hop(diagnosis, "instance-group").evidence().getFirst())
        .contains("tcp 9090 from the load balancer is not let in to Site/App");
  }

  @Test
  void oneThatIsNotAtHandStaysUnknownAndIsNamed() {
    files.remove("network.yaml");
    var diagnosis = planned(ROOT);

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(String.join("\n", diagnosis.notes()))
        .contains("nested stacks are not followed", "Network (network.yaml)");
  }

  @Test
  void oneThatIsNoTemplateOrNestsItselfIsReportedAndEndsNothing() {
    files.put("network.yaml", "hello");
    files.put("./site.yaml", ROOT.replace("network.yaml", "elsewhere.yaml"));

    assertThat(String.join("\n", planned(ROOT).notes()))
        .contains(
            "the nested stack Network is not followed: network.yaml: ",
            "the nested stack Site/Site is not followed: ./site.yaml nests itself");
  }

  @Test
  void theConditionOfANestedStackIsThatOfAllItHas() {
    var off =
        ROOT.replace("Resources:", "Conditions: {Wanted: !Equals [a, b]}\nResources:")
            .replace("DependsOn: Network", "Condition: Wanted");

    assertThat(String.join("\n", planned(off).notes())).contains("there is no load balancer here");
  }

  @Test
  void whatOnePartExportsAnotherOneImports() {
    files.computeIfPresent(
        "network.yaml",
        (_, text) ->
            text.replace(
                "Vpc: {Value: !Ref Vpc}",
                "Vpc: {Value: !Ref Vpc, Export: {Name: !Sub '${Block}-vpc'}}"));
    files.computeIfPresent(
        "./site.yaml",
        (_, text) ->
            text.replace("VpcId: !Ref Vpc, Port", "VpcId: !ImportValue 10.1.0.0/16-vpc, Port"));

    assertThat(Stage.hop(planned(ROOT), "instance-group").state()).isEqualTo(State.OK);
  }

  private Diagnosis planned(String template) {
    NestedStacks.Files read =
        (_, location) ->
            files.containsKey(location)
                ? new NestedStacks.File(location, files.get(location))
                : null;
    return Planned.of(template, Map.of(), "us-east-1", read, stack -> null);
  }
}
