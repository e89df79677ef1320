package dev.driftmend.aws;

import static dev.driftmend.aws.Stacks.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.kind.securitygroup.RuleQuota;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SecurityGroupRepairsTest {
  private static final String TYPE = "AWS::EC2::SecurityGroup";

  private final Canned wire = new Canned();

  @Test
  void aRuleIsAuthorizedWithItsDescription() {
    wire.answer("AuthorizeSecurityGroupIngress", "<AuthorizeSecurityGroupIngressResponse/>");

    var result =
        execute(
            "AuthorizeSecurityGroupIngress",
            Map.of(
                "group", List.of("sg-0web"),
                "rule", List.of("ingress tcp 5000 from sg-0alb"),
                "description", List.of("from the load balancer")));

    assertThat(result).isEqualTo(new Result.Done());
    assertThat(wire.only("AuthorizeSecurityGroupIngress").arguments())
        .isEqualTo(
            Map.of(
                "GroupId", "sg-0web",
                "IpPermissions.1.IpProtocol", "tcp",
                "IpPermissions.1.FromPort", "5000",
                "IpPermissions.1.ToPort", "5000",
                "IpPermissions.1.Groups.1.GroupId", "sg-0alb",
                "IpPermissions.1.Groups.1.Description", "from the load balancer"));
  }

  @Test
  void everySortOfPeerAndProtocolIsAuthorizedAsEc2WantsIt() {
    var sent =
        Map.of(
            "egress all to 0.0.0.0/0",
            Map.of("IpProtocol", "-1", "IpRanges.1.CidrIp", "0.0.0.0/0"),
            "egress icmp to 2001:db8::/32",
            Map.of(
                "IpProtocol", "icmp",
                "FromPort", "-1",
                "ToPort", "-1",
                "Ipv6Ranges.1.CidrIpv6", "2001:db8::/32"),
            "egress udp 0-65535 to pl-0abc",
            Map.of(
                "IpProtocol", "udp",
                "FromPort", "0",
                "ToPort", "65535",
                "PrefixListIds.1.PrefixListId", "pl-0abc"),
            "egress tcp 443 to 123456789012/sg-0far",
            Map.of(
                "IpProtocol", "tcp",
                "FromPort", "443",
                "ToPort", "443",
                "Groups.1.GroupId", "sg-0far",
                "Groups.1.UserId", "123456789012"));
    sent.forEach(
        (rule, permission) -> {
          wire.answer("AuthorizeSecurityGroupEgress", "<AuthorizeSecurityGroupEgressResponse/>");
          execute(
              "AuthorizeSecurityGroupEgress",
              Map.of("group", List.of("sg-0web"), "rule", List.of(rule)));
          var arguments = wire.requests("AuthorizeSecurityGroupEgress").getLast().arguments();
          arguments.remove("GroupId");
          var expected = new TreeMap<String, String>();
          permission.forEach((name, value) -> expected.put("IpPermissions.1." + name, value));
          assertThat(arguments).isEqualTo(expected);
        });
  }

  @Test
  void aRuleThatExistsAlreadyIsDone() {
    wire.failEc2(
        "AuthorizeSecurityGroupIngress", 400, "InvalidPermission.Duplicate", "already exists");
    assertThat(
            execute(
                "AuthorizeSecurityGroupIngress",
                Map.of("group", List.of("sg-0web"), "rule", List.of("ingress tcp 80 from ::/0"))))
        .isEqualTo(new Result.Done());
  }

  @Test
  void aRuleOverTheQuotaFailsInTheServicesOwnWordsWithTheQuotaAndTheWayOut() {
    wire.failEc2(
        "AuthorizeSecurityGroupIngress",
        400,
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.");
    assertThat(
            execute(
                "AuthorizeSecurityGroupIngress",
                Map.of("group", List.of("sg-0web"), "rule", List.of("ingress tcp 80 from ::/0"))))
        .isEqualTo(
            new Result.Failed(
                "ec2:AuthorizeSecurityGroupIngress was refused: The maximum number of rules per"
                    + " security group has been reached. That is: "
                    + RuleQuota.WAY_OUT,
                true));
  }

  @Test
  void rulesAreRevokedByTheirIds() {
    wire.answer("RevokeSecurityGroupEgress", "<RevokeSecurityGroupEgressResponse/>");
    assertThat(
            execute(
                "RevokeSecurityGroupEgress",
                Map.of("group", List.of("sg-0web"), "ruleIds", List.of("sgr-1", "sgr-2"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.only("RevokeSecurityGroupEgress").arguments())
        .isEqualTo(
            Map.of(
                "GroupId", "sg-0web",
                "SecurityGroupRuleId.1", "sgr-1",
                "SecurityGroupRuleId.2", "sgr-2"));
  }

  @Test
  void oneRuleThatIsGoneAlreadyKeepsNoOtherFromBeingRevoked() {
    wire.failEc2(
            "RevokeSecurityGroupIngress",
            400,
            "InvalidSecurityGroupRuleId.NotFound",
            "The security group rule ID 'sgr-1' does not exist")
        .failEc2(
            "RevokeSecurityGroupIngress",
            400,
            "InvalidSecurityGroupRuleId.NotFound",
            "The security group rule ID 'sgr-1' does not exist")
        .answer("RevokeSecurityGroupIngress", "<RevokeSecurityGroupIngressResponse/>");

    assertThat(
            execute(
                "RevokeSecurityGroupIngress",
                Map.of("group", List.of("sg-0web"), "ruleIds", List.of("sgr-1", "sgr-2"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.requests().getLast().arguments())
        .containsEntry("SecurityGroupRuleId.1", "sgr-2")
        .doesNotContainKey("SecurityGroupRuleId.2");
  }

  @Test
  void aDescriptionIsEditedInPlaceAndTakenAwayByLeavingItOut() {
    for (var i = 0; i < 2; i++) {
      wire.answer(
          "UpdateSecurityGroupRuleDescriptionsIngress",
          "<UpdateSecurityGroupRuleDescriptionsIngressResponse/>");
    }
    execute(
        "UpdateSecurityGroupRuleDescriptionsIngress",
        Map.of(
            "group", List.of("sg-0web"),
            "ruleId", List.of("sgr-1"),
            "description", List.of("as declared")));
    execute(
        "UpdateSecurityGroupRuleDescriptionsIngress",
        Map.of("group", List.of("sg-0web"), "ruleId", List.of("sgr-1")));

    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(
            Map.of(
                "GroupId", "sg-0web",
                "SecurityGroupRuleDescription.1.SecurityGroupRuleId", "sgr-1",
                "SecurityGroupRuleDescription.1.Description", "as declared"));
    assertThat(wire.requests().getLast().arguments())
        .doesNotContainKey("SecurityGroupRuleDescription.1.Description");
  }

  @Test
  void aThrottledWriteIsThrownSoThatTheWorkGoesBackToTheQueue() {
    wire.failEc2("RevokeSecurityGroupIngress", 503, "RequestLimitExceeded", "Slow down.");
    assertThatThrownBy(
            () ->
                execute(
                    "RevokeSecurityGroupIngress",
                    Map.of("group", List.of("sg-0web"), "ruleIds", List.of("sgr-1"))))
        .isInstanceOf(TransientFailure.class);
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(TYPE, operation, arguments));
  }
}
