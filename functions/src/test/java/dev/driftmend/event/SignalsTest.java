package dev.driftmend.event;

import static dev.driftmend.testing.Payloads.ELB;
import static dev.driftmend.testing.Payloads.bytes;
import static dev.driftmend.testing.Payloads.ec2;
import static dev.driftmend.testing.Payloads.elb;
import static dev.driftmend.testing.Payloads.iam;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.testing.Payloads;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:33.250Z");
  private static final String LB = ELB + "loadbalancer/app/web/0123456789abcdef";
  private static final String LISTENER = ELB + "listener/app/web/0123456789abcdef/aaaabbbbccccdddd";
  private static final String RULE =
      ELB + "listener-rule/app/web/0123456789abcdef/aaaabbbbccccdddd/1111222233334444";
  private static final String TARGETS = ELB + "targetgroup/web/fedcba9876543210";

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void namesTheChangedResourceFirstAndThenWhatHoldsIt(
      String shape, String payload, List<String> ids) {
    assertThat(ids(payload)).isEqualTo(ids);
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        call(
            "rules as a list, answered with the rules that were made, which no index has yet",
            ec2(
                "AuthorizeSecurityGroupIngress",
                """
                {"groupId": "sg-0aaaaaaaaaaaaaaa1", "ipPermissions": {"items": [{"ipProtocol": "tcp",
                 "fromPort": 5000, "toPort": 5000, "ipRanges": {}, "ipv6Ranges": {}, "prefixListIds": {},
                 "groups": {"items": [{"groupId": "sg-0bbbbbbbbbbbbbbb2", "userId": "111122223333"}]}}]}}\
                """,
                """
                {"requestId": "r", "_return": true, "securityGroupRuleSet": {"items": [
                 {"groupId": "sg-0aaaaaaaaaaaaaaa1", "securityGroupRuleId": "sgr-0ccccccccccccccc3",
                  "securityGroupRuleArn": "arn:aws:ec2:eu-west-1:111122223333:security-group-rule/sgr-0ccccccccccccccc3",
                  "referencedGroupInfo": {"groupId": "sg-0bbbbbbbbbbbbbbb2"}}]}}\
                """),
            "sg-0aaaaaaaaaaaaaaa1"),
        call(
            "a flat rule, answered as before July 2021",
            ec2(
                "RevokeSecurityGroupIngress",
                """
                {"groupId": "sg-0aaaaaaaaaaaaaaa1", "ipPermissions": {}, "ipProtocol": "tcp", "fromPort": 22,
                 "toPort": 22, "cidrIp": "0.0.0.0/0"}\
                """,
                """
                {"requestId": "r", "_return": true}\
                """),
            "sg-0aaaaaaaaaaaaaaa1"),
        call(
            "a wrapper in PascalCase, its list of one collapsed",
            ec2(
                "ModifySecurityGroupRules",
                """
                {"ModifySecurityGroupRulesRequest": {"GroupId": "sg-0aaaaaaaaaaaaaaa1", "SecurityGroupRule":
                 {"SecurityGroupRuleId": "sgr-0ccccccccccccccc3", "tag": 1, "SecurityGroupRule":
                  {"ReferencedGroupId": "sg-0bbbbbbbbbbbbbbb2", "FromPort": 443, "ToPort": 443, "IpProtocol": "tcp"}}}}\
                """,
                """
                {"ModifySecurityGroupRulesResponse": {"return": true}}\
                """),
            "sgr-0ccccccccccccccc3",
            "sg-0aaaaaaaaaaaaaaa1"),
        call(
            "a wrapper with a list of several",
            ec2(
                "ModifySecurityGroupRules",
                """
                {"ModifySecurityGroupRulesRequest": {"GroupId": "sg-0aaaaaaaaaaaaaaa1", "SecurityGroupRule":
                 [{"SecurityGroupRuleId": "sgr-0ccccccccccccccc3", "tag": 1},
                  {"SecurityGroupRuleId": "sgr-0ddddddddddddddd4", "tag": 2}]}}\
                """,
                "null"),
            "sgr-0ccccccccccccccc3",
            "sgr-0ddddddddddddddd4",
            "sg-0aaaaaaaaaaaaaaa1"),
        call(
            "rules revoked by id",
            ec2(
                "RevokeSecurityGroupEgress",
                """
                {"groupId": "sg-0aaaaaaaaaaaaaaa1", "securityGroupRuleIds": {"items":
                 [{"securityGroupRuleId": "sgr-0ccccccccccccccc3"}]}}\
                """,
                "null"),
            "sgr-0ccccccccccccccc3",
            "sg-0aaaaaaaaaaaaaaa1"),
        call(
            "a group by name, its id in the response only",
            ec2(
                "AuthorizeSecurityGroupIngress",
                """
                {"groupName": "web", "ipPermissions": {}}\
                """,
                """
                {"securityGroupRuleSet": {"items": [{"groupId": "sg-0aaaaaaaaaaaaaaa1"}]}}\
                """),
            "sg-0aaaaaaaaaaaaaaa1"),
        call(
            "an association that names nothing else",
            ec2(
                "DisassociateRouteTable",
                """
                {"associationId": "rtbassoc-0eeeeeeeeeeeeeee5"}\
                """,
                """
                {"requestId": "r", "_return": true}\
                """),
            "rtbassoc-0eeeeeeeeeeeeeee5"),
        call(
            "a table put on a subnet: the subnet before the table",
            ec2(
                "AssociateRouteTable",
                """
                {"routeTableId": "rtb-0fffffffffffffff6", "subnetId": "subnet-0aaaaaaaaaaaaaaa7"}\
                """,
                """
                {"associationId": "rtbassoc-0eeeeeeeeeeeeeee5"}\
                """),
            "rtbassoc-0eeeeeeeeeeeeeee5",
            "subnet-0aaaaaaaaaaaaaaa7",
            "rtb-0fffffffffffffff6"),
        call(
            "an association replaced",
            ec2(
                "ReplaceRouteTableAssociation",
                """
                {"associationId": "rtbassoc-0eeeeeeeeeeeeeee5", "routeTableId": "rtb-0fffffffffffffff6"}\
                """,
                """
                {"newAssociationId": "rtbassoc-0aaaaaaaaaaaaaaa8"}\
                """),
            "rtbassoc-0eeeeeeeeeeeeeee5",
            "rtbassoc-0aaaaaaaaaaaaaaa8",
            "rtb-0fffffffffffffff6"),
        call(
            "a route and not where it leads",
            ec2(
                "CreateRoute",
                """
                {"natGatewayId": "nat-0aaaaaaaaaaaaaaa9", "routeTableId": "rtb-0fffffffffffffff6",
                 "destinationCidrBlock": "0.0.0.0/0"}\
                """,
                "null"),
            "rtb-0fffffffffffffff6"),
        call(
            "a gateway and the VPC it is taken from",
            ec2(
                "DetachInternetGateway",
                """
                {"vpcId": "vpc-0bbbbbbbbbbbbbbba", "internetGatewayId": "igw-0ccccccccccccccbb"}\
                """,
                "null"),
            "vpc-0bbbbbbbbbbbbbbba",
            "igw-0ccccccccccccccbb"),
        call(
            "a route and not the connection that it leads to",
            ec2(
                "ReplaceRoute",
                """
                {"routeTableId": "rtb-0fffffffffffffff6", "destinationCidrBlock": "198.51.100.0/24",
                 "vpcPeeringConnectionId": "pcx-0aaaaaaaaaaaaaaa9"}\
                """,
                "null"),
            "rtb-0fffffffffffffff6"),
        call(
            "a connection itself",
            ec2(
                "DeleteVpcPeeringConnection",
                """
                {"vpcPeeringConnectionId": "pcx-0aaaaaaaaaaaaaaa9"}\
                """,
                "null"),
            "pcx-0aaaaaaaaaaaaaaa9"),
        call(
            "an attachment, its VPC in the response",
            ec2(
                "DeleteTransitGatewayVpcAttachment",
                """
                {"DeleteTransitGatewayVpcAttachmentRequest": {"TransitGatewayAttachmentId": "tgw-attach-0aaaaaaaaaaaaaaa9"}}\
                """,
                """
                {"DeleteTransitGatewayVpcAttachmentResponse": {"transitGatewayVpcAttachment":
                 {"transitGatewayAttachmentId": "tgw-attach-0aaaaaaaaaaaaaaa9", "vpcId": "vpc-0bbbbbbbbbbbbbbba"}}}\
                """),
            "tgw-attach-0aaaaaaaaaaaaaaa9",
            "vpc-0bbbbbbbbbbbbbbba"),
        call(
            "a list put on a subnet that nothing names",
            ec2(
                "ReplaceNetworkAclAssociation",
                """
                {"associationId": "aclassoc-0eeeeeeeeeeeeeee5", "networkAclId": "acl-0fffffffffffffff6"}\
                """,
                """
                {"newAssociationId": "aclassoc-0aaaaaaaaaaaaaaa8"}\
                """),
            "aclassoc-0eeeeeeeeeeeeeee5",
            "aclassoc-0aaaaaaaaaaaaaaa8",
            "acl-0fffffffffffffff6"),
        call(
            "an instance in a wrapper",
            ec2(
                "ModifyInstanceMetadataOptions",
                """
                {"ModifyInstanceMetadataOptionsRequest": {"HttpTokens": "optional", "InstanceId": "i-0aaaaaaaaaaaaaaff"}}\
                """,
                "null"),
            "i-0aaaaaaaaaaaaaaff"),
        call(
            "an instance and not the profile put on it",
            ec2(
                "ReplaceIamInstanceProfileAssociation",
                """
                {"ReplaceIamInstanceProfileAssociationRequest": {"IamInstanceProfile": {"Name": "administrator"},
                 "AssociationId": "iip-assoc-0eeeeeeeeeeeeeee5"}}\
                """,
                """
                {"ReplaceIamInstanceProfileAssociationResponse": {"iamInstanceProfileAssociation": {
                 "associationId": "iip-assoc-0aaaaaaaaaaaaaaa8", "instanceId": "i-0aaaaaaaaaaaaaaff",
                 "iamInstanceProfile": {"arn": "arn:aws:iam::111122223333:instance-profile/administrator"}}}}\
                """),
            "iip-assoc-0eeeeeeeeeeeeeee5",
            "iip-assoc-0aaaaaaaaaaaaaaa8",
            "i-0aaaaaaaaaaaaaaff"),
        call(
            "a NAT gateway in a wrapper",
            ec2(
                "DeleteNatGateway",
                """
                {"DeleteNatGatewayRequest": {"NatGatewayId": "nat-0aaaaaaaaaaaaaaa9"}}\
                """,
                "null"),
            "nat-0aaaaaaaaaaaaaaa9"),
        call(
            "an address put on an interface",
            ec2(
                "AssociateAddress",
                """
                {"allocationId": "eipalloc-0dddddddddddddcc", "networkInterfaceId": "eni-0eeeeeeeeeeeeedd"}\
                """,
                """
                {"associationId": "eipassoc-0fffffffffffffee"}\
                """),
            "eipassoc-0fffffffffffffee",
            "eipalloc-0dddddddddddddcc",
            "eni-0eeeeeeeeeeeeedd"),
        call(
            "an address by itself",
            ec2(
                "DisassociateAddress",
                """
                {"publicIp": "198.51.100.9"}\
                """,
                "null"),
            "198.51.100.9"),
        call(
            "an instance and not the groups set on it",
            ec2(
                "ModifyInstanceAttribute",
                """
                {"groupSet": {"items": [{"groupId": "sg-0bbbbbbbbbbbbbbb2"}]}, "instanceId": "i-0aaaaaaaaaaaaaaff"}\
                """,
                "null"),
            "i-0aaaaaaaaaaaaaaff"),
        call(
            "an interface and not the groups set on it",
            ec2(
                "ModifyNetworkInterfaceAttribute",
                """
                {"networkInterfaceId": "eni-0eeeeeeeeeeeeedd", "groupSet": {"items": [{"groupId": "sg-0bbbbbbbbbbbbbbb2"}]}}\
                """,
                "null"),
            "eni-0eeeeeeeeeeeeedd"),
        call(
            "an ACL entry",
            ec2(
                "CreateNetworkAclEntry",
                """
                {"networkAclId": "acl-0bbbbbbbbbbbbb11", "ruleNumber": 100, "egress": false}\
                """,
                "null"),
            "acl-0bbbbbbbbbbbbb11"),
        call(
            "a new listener and its load balancer",
            elb(
                "CreateListener",
                """
                {"loadBalancerArn": "%s", "port": 81, "defaultActions": [{"type": "forward", "targetGroupArn": "%s"}]}\
                """
                    .formatted(LB, TARGETS),
                """
                {"listeners": [{"listenerArn": "%s", "loadBalancerArn": "%s"}]}\
                """
                    .formatted(LISTENER, LB)),
            LISTENER,
            LB),
        call(
            "a deleted listener, its load balancer read from its ARN",
            elb("DeleteListener", "{\"listenerArn\": \"" + LISTENER + "\"}", "null"),
            LISTENER,
            LB),
        call(
            "a rule, its listener and load balancer read from its ARN",
            elb("DeleteRule", "{\"ruleArn\": \"" + RULE + "\"}", "null"),
            RULE,
            LISTENER,
            LB),
        call(
            "rules given another order",
            elb(
                "SetRulePriorities",
                "{\"rulePriorities\": [{\"ruleArn\": \"" + RULE + "\", \"priority\": 5}]}",
                "null"),
            RULE,
            LISTENER,
            LB),
        call(
            "a load balancer and not the subnets that it is put in",
            elb(
                "SetSubnets",
                """
                {"loadBalancerArn": "%s", "subnetMappings": [{"subnetId": "subnet-0aaaaaaaaaaaaaaa7"}]}\
                """
                    .formatted(LB),
                """
                {"availabilityZones": [{"zoneName": "eu-west-1a", "subnetId": "subnet-0aaaaaaaaaaaaaaa7"}]}\
                """),
            LB),
        call(
            "a role and not the policy put on it",
            iam(
                "AttachRolePolicy",
                """
                {"roleName": "web", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}\
                """),
            "role/web"),
        call(
            "a profile before the role taken from it",
            iam(
                "RemoveRoleFromInstanceProfile",
                """
                {"roleName": "web", "instanceProfileName": "web"}\
                """),
            "instance-profile/web",
            "role/web"),
        call(
            "a target group and not its targets",
            elb(
                "DeregisterTargets",
                """
                {"targetGroupArn": "%s", "targets": [{"id": "i-0aaaaaaaaaaaaaaff", "port": 5000}]}\
                """
                    .formatted(TARGETS),
                "null"),
            TARGETS),
        call(
            "a load balancer and not the groups set on it",
            elb(
                "SetSecurityGroups",
                """
                {"loadBalancerArn": "%s", "securityGroups": ["sg-0bbbbbbbbbbbbbbb2"]}\
                """
                    .formatted(LB),
                """
                {"securityGroupIds": ["sg-0bbbbbbbbbbbbbbb2"]}\
                """),
            LB));
  }

  @Test
  void aCallOnSeveralInstancesIsOneSignalForEach() {
    var signals =
        signals(
            ec2(
                "StopInstances",
                """
                {"instancesSet": {"items": [{"instanceId": "i-0aaaaaaaaaaaaaaff"}, {"instanceId": "i-0bbbbbbbbbbbbbb00"}]}}\
                """,
                """
                {"instancesSet": {"items": [{"instanceId": "i-0aaaaaaaaaaaaaaff", "currentState": {"code": 64}}]}}\
                """));
    assertThat(signals)
        .extracting(s -> ((Signal.Resources) s).ids())
        .containsExactly(List.of("i-0aaaaaaaaaaaaaaff"), List.of("i-0bbbbbbbbbbbbbb00"));
  }

  @Test
  void aCallOnSeveralEndpointsIsOneSignalForEach() {
    var signals =
        signals(
            ec2(
                "DeleteVpcEndpoints",
                """
                {"DeleteVpcEndpointsRequest": {"VpcEndpointId":
                 [{"content": "vpce-0aaaaaaaaaaaaaaff", "tag": 1}, {"content": "vpce-0bbbbbbbbbbbbbb00", "tag": 2}]}}\
                """,
                "null"));
    assertThat(signals)
        .extracting(s -> ((Signal.Resources) s).ids())
        .containsExactly(List.of("vpce-0aaaaaaaaaaaaaaff"), List.of("vpce-0bbbbbbbbbbbbbb00"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "\"omitted\"", "{\"groupName\": \"web\"}", "[]", "7"})
  void aCallThatNamesNothingIsAboutEveryStack(String request) {
    assertThat(signal(ec2("RevokeSecurityGroupIngress", request, "null")))
        .isInstanceOf(Signal.AllStacks.class);
  }

  @Test
  void aCallThatNamesNothingAndCannotMatterIsIgnored() {
    assertThat(reason(ec2("CreateKeyPair", "null", "null")))
        .isEqualTo("not compared: CreateKeyPair");
    assertThat(reason(elb("CreateLoadBalancer", "null", "null")))
        .isEqualTo("not compared: CreateLoadBalancer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Client.DryRunOperation dry run",
        "Client.UnauthorizedOperation denied",
        "AccessDenied denied",
        "Client.InvalidPermission.NotFound failed",
        "Server.InternalError failed",
        "ValidationException failed"
      })
  void aCallThatChangedNothingSaysWhy(String row) {
    var error = row.substring(0, row.indexOf(' '));
    var why = row.substring(row.indexOf(' ') + 1);
    assertThat(
            reason(
                ec2(
                    "DeleteSecurityGroup",
                    "{\"groupId\": \"sg-0aaaaaaaaaaaaaaa1\"}",
                    "null",
                    "\"errorCode\": \"" + error + "\"")))
        .isEqualTo(why + ": DeleteSecurityGroup (" + error + ")");
  }

  @Test
  void anErrorCodeOfNullIsNoError() {
    assertThat(
            ids(
                ec2(
                    "DeleteSecurityGroup",
                    "{\"groupId\": \"sg-0aaaaaaaaaaaaaaa1\"}",
                    "null",
                    "\"errorCode\": null")))
        .containsExactly("sg-0aaaaaaaaaaaaaaa1");
  }

  @Test
  void readsAreIgnoredAlsoWhereTheRecordDoesNotSayReadOnly() {
    assertThat(reason(ec2("DescribeInstances", "{}", "null")))
        .isEqualTo("read only: DescribeInstances");
    assertThat(reason(ec2("StopInstances", "{}", "null", "\"readOnly\": true")))
        .isEqualTo("read only: StopInstances");
  }

  @Test
  void classicLoadBalancersAreIgnored() {
    assertThat(
            reason(
                elb(
                    "DeleteLoadBalancer",
                    "{\"loadBalancerName\": \"old\"}",
                    "null",
                    "\"apiVersion\": \"2012-06-01\"")))
        .isEqualTo("not compared: DeleteLoadBalancer of a classic load balancer");
  }

  @Test
  void aCallIsKnownByItsOwnIdTimeAndCaller() {
    var cause = cause(ec2("DeleteSubnet", "{\"subnetId\": \"subnet-0aaaaaaaaaaaaaaa7\"}", "null"));
    assertThat(cause.origin()).isEqualTo(Cause.Origin.API_CALL);
    assertThat(cause.eventId()).isEqualTo(Payloads.CALL_ID);
    assertThat(cause.event()).isEqualTo("DeleteSubnet");
    assertThat(cause.time()).isEqualTo(Instant.parse(Payloads.CALL_TIME));
    assertThat(cause.caller())
        .isEqualTo(
            new Caller(
                "arn:aws:iam::111122223333:user/operator", "203.0.113.7", "aws-cli/2.31.0", null));
  }

  @Test
  void anIdThatNoQueueWouldTakeIsReplacedByADigest() {
    var spaced =
        ec2("DeleteVpc", "{\"vpcId\": \"vpc-0bbbbbbbbbbbbbbba\"}", "null")
            .replace(Payloads.CALL_ID, "no id\\u0000 " + "x".repeat(300));
    assertThat(cause(spaced).eventId()).matches("[0-9a-f-]{36}").isEqualTo(cause(spaced).eventId());
  }

  private static Arguments call(String shape, String payload, String... ids) {
    return Arguments.of(shape, payload, List.of(ids));
  }

  private static List<Signal> signals(String payload) {
    return Signals.of(bytes(payload), NOW);
  }

  private static Signal signal(String payload) {
    assertThat(signals(payload)).hasSize(1);
    return signals(payload).getFirst();
  }

  private static List<String> ids(String payload) {
    return ((Signal.Resources) signal(payload)).ids();
  }

  private static Cause cause(String payload) {
    return ((Signal.Resources) signal(payload)).cause();
  }

  private static String reason(String payload) {
    return ((Signal.Ignored) signal(payload)).reason();
  }
}
