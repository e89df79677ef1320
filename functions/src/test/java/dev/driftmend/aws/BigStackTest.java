package dev.driftmend.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.AwsLiveStates;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.LiveStates.Ask;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.testing.Deployed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How many calls it takes to look at a stack of 500 resources, the most that CloudFormation allows:
 * one for each API and page, and one for each resource only where the API takes no more.
 */
class BigStackTest {
  private static final String ELB = "arn:aws:elasticloadbalancing:us-east-1:111122223333:";
  private static final int SUBNETS = 50;
  private static final int TABLES = 20;
  private static final int GROUPS = 100;
  private static final int RULES_OF_A_GROUP = 12;
  private static final int TARGET_GROUPS = 20;
  private static final int LISTENERS = 10;

  private final Canned wire = new Canned();
  private final Clients clients = wire.clients();
  private final AwsLiveStates states = new AwsLiveStates(clients);
  private final StringBuilder template = new StringBuilder("Resources:\n");
  private final List<ResourceRef> refs = new ArrayList<>();
  private final Desired desired = stack();

  @Test
  void oneCallOfEachApiAndPageReadsAllThatApisTakeTogether() {
    assertThat(refs).hasSize(500);
    answerEverything();

    var live = states.read(desired);

    assertThat(live.resources().values())
        .hasSameSizeAs(desired.resources())
        .allMatch(Observed.Found.class::isInstance);
    assertThat(new TreeMap<>(clients.takeCalls()))
        .isEqualTo(
            new TreeMap<>(
                Map.ofEntries(
                    Map.entry("ec2:DescribeVpcs", 1),
                    Map.entry("ec2:DescribeInternetGateways", 1),
                    Map.entry("ec2:DescribeSubnets", 1),
                    // Asked by subnets and by route tables: 120 tables are two pages.
                    Map.entry("ec2:DescribeRouteTables", 2),
                    // Asked by the VPC, by subnets and by ACLs.
                    Map.entry("ec2:DescribeNetworkAcls", 1),
                    Map.entry("ec2:DescribeNatGateways", 1),
                    Map.entry("ec2:DescribeAddresses", 1),
                    // 1200 rules are two pages.
                    Map.entry("ec2:DescribeSecurityGroupRules", 2),
                    Map.entry("ec2:DescribeInstances", 1),
                    Map.entry("elasticloadbalancing:DescribeLoadBalancers", 1),
                    Map.entry("elasticloadbalancing:DescribeTargetGroups", 1),
                    // What takes one resource only.
                    Map.entry("ec2:DescribeVpcAttribute", 2),
                    Map.entry("elasticloadbalancing:DescribeListeners", 2),
                    Map.entry("elasticloadbalancing:DescribeRules", LISTENERS),
                    Map.entry("elasticloadbalancing:DescribeTargetHealth", TARGET_GROUPS))));
  }

  @Test
  void lookingAgainAtAFewAsksForThoseAlone() {
    answerEverything();
    var few =
        desired.resources().stream()
            .filter(r -> Set.of("Subnet3", "Table4", "Group7").contains(r.ref().logicalId()))
            .toList();

    states.read(desired, few);

    assertThat(clients.takeCalls())
        .containsOnlyKeys(
            "ec2:DescribeSubnets",
            "ec2:DescribeRouteTables",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeSecurityGroupRules");
  }

  @Test
  void theNetworkAroundAllOfItIsReadLikewise() {
    answerEverything();

    states.network(
        new Ask(ids("AWS::EC2::SecurityGroup"), ids("AWS::EC2::Subnet"), Set.of(), Set.of()));

    assertThat(clients.takeCalls())
        .isEqualTo(
            Map.of(
                "ec2:DescribeNetworkInterfaces", 2,
                "ec2:DescribeRouteTables", 2,
                "ec2:DescribeNetworkAcls", 1));
  }

  private Set<String> ids(String type) {
    return refs.stream()
        .filter(r -> r.type().equals(type))
        .map(ResourceRef::physicalId)
        .collect(Collectors.toSet());
  }

  private Desired stack() {
    add("Vpc", "EC2::VPC", "vpc-1", "CidrBlock: 10.0.0.0/8, EnableDnsSupport: true");
    add("Gateway", "EC2::InternetGateway", "igw-1", "");
    add(
        "Attached",
        "EC2::VPCGatewayAttachment",
        "a",
        "VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway");
    add(SUBNETS, "Subnet", "EC2::Subnet", "subnet-%d", "VpcId: !Ref Vpc");
    add(
        SUBNETS,
        "Uses",
        "EC2::SubnetRouteTableAssociation",
        "rtbassoc-%d",
        "SubnetId: !Ref Subnet%1$d, RouteTableId: !Ref Table0");
    add(TABLES, "Table", "EC2::RouteTable", "rtb-%d", "VpcId: !Ref Vpc");
    add(
        40,
        "Route",
        "EC2::Route",
        "r-%d",
        "RouteTableId: !Ref Table1, DestinationCidrBlock: 10.%d.0.0/16, GatewayId: !Ref Gateway");
    add(5, "Acl", "EC2::NetworkAcl", "acl-%d", "VpcId: !Ref Vpc");
    add(
        10,
        "Entry",
        "EC2::NetworkAclEntry",
        "e-%d",
        "NetworkAclId: !Ref Acl0, RuleNumber: %d, Protocol: -1, RuleAction: allow, CidrBlock:"
            + " 0.0.0.0/0");
    add(5, "Nat", "EC2::NatGateway", "nat-%d", "SubnetId: !Ref Subnet0");
    add(5, "Address", "EC2::EIP", "203.0.113.%d", "Domain: vpc");
    add(GROUPS, "Group", "EC2::SecurityGroup", "sg-%d", "VpcId: !Ref Vpc");
    add(
        99,
        "Rule",
        "EC2::SecurityGroupIngress",
        "sgr-%d",
        "GroupId: !Ref Group0, IpProtocol: tcp, FromPort: %1$d, ToPort: %1$d, CidrIp: 0.0.0.0/0");
    add(
        60,
        "Web",
        "EC2::Instance",
        "i-%d",
        "SubnetId: !Ref Subnet0, SecurityGroupIds: [!Ref Group0]");
    add(
        2,
        "Balancer",
        "ElasticLoadBalancingV2::LoadBalancer",
        ELB + "loadbalancer/app/b%d/1",
        "Scheme: internal");
    add(
        LISTENERS,
        "Listener",
        "ElasticLoadBalancingV2::Listener",
        "",
        "LoadBalancerArn: !Ref Balancer%2$d, Port: %1$d");
    add(
        20,
        "Way",
        "ElasticLoadBalancingV2::ListenerRule",
        "",
        "ListenerArn: !Ref Listener%2$d, Priority: %1$d");
    add(
        TARGET_GROUPS,
        "Targets",
        "ElasticLoadBalancingV2::TargetGroup",
        ELB + "targetgroup/t%d/1",
        "Port: 80");
    add("Topic", "SNS::Topic", "topic", "");
    return Desireds.of(
        Resolver.resolve(
            new StackSnapshot(
                Deployed.STACK,
                "UPDATE_COMPLETE",
                Instant.EPOCH,
                template.toString(),
                Map.of(),
                refs,
                List.of(),
                Map.of(),
                Map.of(),
                Map.of())));
  }

  /** By number, and by the number of what half of them and of a tenth belong to. */
  private void add(int many, String name, String type, String id, String properties) {
    for (var i = 0; i < many; i++) {
      var of = name.equals("Listener") ? i % 2 : i % LISTENERS;
      var own =
          switch (name) {
            case "Listener" -> listener(i);
            case "Way" -> listener(of).replace(":listener/", ":listener-rule/") + "/" + i;
            default -> id.formatted(i);
          };
      add(name + i, type, own, properties.formatted(i, of));
    }
  }

  private static String listener(int i) {
    return ELB + "listener/app/b" + i % 2 + "/1/" + i;
  }

  private void add(String logicalId, String type, String id, String properties) {
    template.append(
        "  %s:%n    Type: AWS::%s%n    Properties: {%s}%n".formatted(logicalId, type, properties));
    refs.add(new ResourceRef(logicalId, "AWS::" + type, id));
  }

  private void answerEverything() {
    ec2("DescribeVpcs", "vpcSet", 1, i -> "<vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/8</cidrBlock>");
    ec2(
        "DescribeInternetGateways",
        "internetGatewaySet",
        1,
        i ->
            "<internetGatewayId>igw-1</internetGatewayId><attachmentSet><item>"
                + "<vpcId>vpc-1</vpcId><state>available</state></item></attachmentSet>");
    wire.always(
        "DescribeVpcAttribute",
        r ->
            "<DescribeVpcAttributeResponse><enableDnsSupport><value>true</value>"
                + "</enableDnsSupport><enableDnsHostnames><value>true</value></enableDnsHostnames>"
                + "</DescribeVpcAttributeResponse>");
    ec2(
        "DescribeSubnets",
        "subnetSet",
        SUBNETS,
        i -> "<subnetId>subnet-" + i + "</subnetId><vpcId>vpc-1</vpcId>");
    ec2(
        "DescribeRouteTables",
        "routeTableSet",
        120,
        i -> "<routeTableId>rtb-" + i + "</routeTableId><vpcId>vpc-1</vpcId>");
    ec2(
        "DescribeNetworkAcls",
        "networkAclSet",
        6,
        i ->
            "<networkAclId>acl-%d</networkAclId><vpcId>vpc-1</vpcId><default>%s</default>"
                .formatted(i, i == 5));
    ec2(
        "DescribeNatGateways",
        "natGatewaySet",
        5,
        i -> "<natGatewayId>nat-" + i + "</natGatewayId><state>available</state>");
    ec2("DescribeAddresses", "addressesSet", 5, i -> "<publicIp>203.0.113." + i + "</publicIp>");
    ec2(
        "DescribeSecurityGroupRules",
        "securityGroupRuleSet",
        GROUPS * RULES_OF_A_GROUP,
        i ->
            "<securityGroupRuleId>sgr-%d</securityGroupRuleId><groupId>sg-%d</groupId>"
                    .formatted(i, i % GROUPS)
                + "<isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>%d</fromPort>"
                    .formatted(i)
                + "<toPort>%d</toPort><cidrIpv4>0.0.0.0/0</cidrIpv4>".formatted(i));
    ec2(
        "DescribeInstances",
        "reservationSet",
        60,
        i ->
            "<instancesSet><item><instanceId>i-%d</instanceId><instanceState><name>running</name>"
                    .formatted(i)
                + "</instanceState></item></instancesSet>");
    ec2(
        "DescribeNetworkInterfaces",
        "networkInterfaceSet",
        60,
        i ->
            "<networkInterfaceId>eni-%d</networkInterfaceId><subnetId>subnet-0</subnetId>"
                    .formatted(i)
                + "<vpcId>vpc-1</vpcId><groupSet><item><groupId>sg-0</groupId></item></groupSet>");
    elb(
        "DescribeLoadBalancers",
        "LoadBalancers",
        2,
        i -> "<LoadBalancerArn>" + ELB + "loadbalancer/app/b" + i + "/1</LoadBalancerArn>");
    elb(
        "DescribeListeners",
        "Listeners",
        LISTENERS,
        i -> "<ListenerArn>" + listener(i) + "</ListenerArn><Port>1</Port>");
    elb(
        "DescribeRules",
        "Rules",
        20,
        i ->
            "<RuleArn>%s/%d</RuleArn><Priority>%d</Priority>"
                .formatted(
                    listener(i % LISTENERS).replace(":listener/", ":listener-rule/"), i, i + 1));
    elb(
        "DescribeTargetGroups",
        "TargetGroups",
        TARGET_GROUPS,
        i -> "<TargetGroupArn>" + ELB + "targetgroup/t" + i + "/1</TargetGroupArn>");
    elb("DescribeTargetHealth", "TargetHealthDescriptions", 0, i -> "");
  }

  /** As EC2 gives its results: as many in one page as are asked for. */
  private void ec2(String action, String set, int many, IntFunction<String> item) {
    wire.always(
        action,
        request -> {
          var asked = new HashMap<>(request.parameters());
          var from = Integer.parseInt(asked.getOrDefault("NextToken", "0"));
          var to =
              Math.min(many, from + Integer.parseInt(asked.getOrDefault("MaxResults", "1000")));
          var next = to < many ? "<nextToken>" + to + "</nextToken>" : "";
          return "<%sResponse><%s>%s</%s>%s</%sResponse>"
              .formatted(action, set, items(from, to, "item", item), set, next, action);
        });
  }

  private void elb(String action, String list, int many, IntFunction<String> member) {
    wire.always(
        action,
        request ->
            "<%sResponse><%sResult><%s>%s</%s></%sResult></%sResponse>"
                .formatted(
                    action, action, list, items(0, many, "member", member), list, action, action));
  }

  private static String items(int from, int to, String tag, IntFunction<String> item) {
    return IntStream.range(from, to)
        .mapToObj(i -> "<%s>%s</%s>".formatted(tag, item.apply(i), tag))
        .collect(Collectors.joining());
  }
}
