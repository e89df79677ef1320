package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.items;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkAclsTest {
  private static final String LAST = entry(32767, false, "-1", "deny", "cidrBlock", "0.0.0.0/0");

  private final Canned wire = new Canned();
  private final NetworkAcls acls = new NetworkAcls(wire.clients());

  @Test
  void allAclsOfAVpcAreReadByOneCallPageByPageAndOneThatIsNotThereIsGone() {
    wire.answer(
            "DescribeNetworkAcls",
            answer(
                acl("acl-1", entry(100, false, "6", "allow", "cidrBlock", "0.0.0.0/0")),
                "<nextToken>page-2</nextToken>"))
        .answer("DescribeNetworkAcls", "NextToken", "page-2", answer(acl("acl-2", ""), ""));

    var live =
        observe(in("vpc-1", "A", "acl-1"), in("vpc-1", "B", "acl-2"), in("vpc-1", "C", "acl-3"));

    assertThat(scalar(live.get("A"), "VpcId")).isEqualTo("vpc-1");
    assertThat(items(live.get("A"), "Entries")).hasSize(1);
    assertThat(items(live.get("B"), "Entries")).isEmpty();
    assertThat(live).containsEntry("C", new Observed.Gone());
    assertThat(wire.requests()).hasSize(2);
    assertThat(wire.requests().getFirst().arguments())
        .containsEntry("Filter.1.Name", "vpc-id")
        .containsEntry("Filter.1.Value.1", "vpc-1");
  }

  @Test
  void aclsOfAVpcThatTheTemplateDoesNotTellAreLookedUpByTheirIds() {
    wire.answer("DescribeNetworkAcls", answer(acl("acl-1", ""), ""));

    assertThat(observe(Stacks.resource("A", NetworkAcl.TYPE, "acl-1")).get("A"))
        .isInstanceOf(Observed.Found.class);
    assertThat(wire.only("DescribeNetworkAcls").arguments())
        .containsEntry("Filter.1.Name", "network-acl-id")
        .containsEntry("Filter.1.Value.1", "acl-1");
  }

  @Test
  void entriesAreReadInNormalFormAndTheLastOnesAreLeftOut() {
    wire.answer(
        "DescribeNetworkAcls",
        answer(
            acl(
                "acl-1",
                entry(
                        100,
                        false,
                        "6",
                        "allow",
                        "<cidrBlock>192.0.2.0/24</cidrBlock><portRange><from>80</from><to>81</to>"
                            + "</portRange>")
                    + entry(100, true, "-1", "allow", "ipv6CidrBlock", "2001:DB8::/32")
                    + entry(
                        110,
                        false,
                        "1",
                        "deny",
                        "<cidrBlock>0.0.0.0/0</cidrBlock><icmpTypeCode><type>8</type>"
                            + "<code>-1</code></icmpTypeCode>")
                    + LAST
                    + entry(32768, true, "-1", "deny", "ipv6CidrBlock", "::/0")),
            ""));

    assertThat(items(observe(in("vpc-1", "A", "acl-1")).get("A"), "Entries"))
        .containsExactly(
            Item.of("ingress 100", Map.of("rule", "allow ingress tcp 80-81 from 192.0.2.0/24")),
            Item.of("egress 100", Map.of("rule", "allow egress all to 2001:db8::/32")),
            Item.of("ingress 110", Map.of("rule", "deny ingress icmp 8--1 from 0.0.0.0/0")));
  }

  @Test
  void aReadThatIsDeniedMakesThemUnreadableAndOneThatIsThrottledIsThrown() {
    wire.failEc2("DescribeNetworkAcls", 403, "UnauthorizedOperation", "Not authorized.")
        .failEc2("DescribeNetworkAcls", 503, "RequestLimitExceeded", "Slow down.");

    assertThat(observe(in("vpc-1", "A", "acl-1")))
        .containsEntry(
            "A", new Observed.Unreadable("ec2:DescribeNetworkAcls was refused: Not authorized."));
    assertThatThrownBy(() -> observe(in("vpc-1", "A", "acl-1")))
        .isInstanceOf(TransientFailure.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ingress 100 | allow ingress tcp 80-81 from 192.0.2.0/24"
            + " | Egress=false RuleNumber=100 RuleAction=allow Protocol=6 CidrBlock=192.0.2.0/24"
            + " PortRange.From=80 PortRange.To=81",
        "egress 32766 | deny egress all to 2001:db8::/32"
            + " | Egress=true RuleNumber=32766 RuleAction=deny Protocol=-1"
            + " Ipv6CidrBlock=2001:db8::/32",
        "ingress 1 | allow ingress icmp from 0.0.0.0/0"
            + " | Egress=false RuleNumber=1 RuleAction=allow Protocol=1 CidrBlock=0.0.0.0/0"
            + " Icmp.Type=-1 Icmp.Code=-1",
        "ingress 1 | allow ingress icmpv6 128--1 from ::/0"
            + " | Egress=false RuleNumber=1 RuleAction=allow Protocol=58 Ipv6CidrBlock=::/0"
            + " Icmp.Type=128 Icmp.Code=-1",
        "ingress 1 | allow ingress 50 from 0.0.0.0/0"
            + " | Egress=false RuleNumber=1 RuleAction=allow Protocol=50 CidrBlock=0.0.0.0/0"
      })
  void anEntryIsCreatedAndReplacedAsItsRuleSays(String entry, String rule, String arguments) {
    wire.answer("CreateNetworkAclEntry", "<CreateNetworkAclEntryResponse/>")
        .answer("ReplaceNetworkAclEntry", "<ReplaceNetworkAclEntryResponse/>");
    var step = Map.of("acl", List.of("acl-1"), "entry", List.of(entry), "rule", List.of(rule));

    assertThat(execute("CreateNetworkAclEntry", step)).isEqualTo(new Result.Done());
    assertThat(execute("ReplaceNetworkAclEntry", step)).isEqualTo(new Result.Done());

    assertThat(wire.requests())
        .hasSize(2)
        .allSatisfy(
            r ->
                assertThat(
                        r.arguments().entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .toList())
                    .containsExactlyInAnyOrder(("NetworkAclId=acl-1 " + arguments).split(" ")));
  }

  @Test
  void anEntryThatSomebodyMadeMeanwhileIsReplaced() {
    wire.failEc2("CreateNetworkAclEntry", 400, "NetworkAclEntryAlreadyExists", "exists already")
        .answer("ReplaceNetworkAclEntry", "<ReplaceNetworkAclEntryResponse/>");

    assertThat(
            execute(
                "CreateNetworkAclEntry",
                Map.of(
                    "acl", List.of("acl-1"),
                    "entry", List.of("ingress 1"),
                    "rule", List.of("allow ingress all from 0.0.0.0/0"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.requests("ReplaceNetworkAclEntry")).hasSize(1);
  }

  @Test
  void anEntryIsDeletedByItsNumberAndOneThatIsGoneIsNoFailure() {
    wire.answer("DeleteNetworkAclEntry", "<DeleteNetworkAclEntryResponse/>")
        .failEc2("DeleteNetworkAclEntry", 400, "InvalidNetworkAclEntry.NotFound", "none")
        .failEc2("DeleteNetworkAclEntry", 403, "UnauthorizedOperation", "Not authorized.");
    var step = Map.of("acl", List.of("acl-1"), "entry", List.of("egress 90"));

    assertThat(execute("DeleteNetworkAclEntry", step)).isEqualTo(new Result.Done());
    assertThat(execute("DeleteNetworkAclEntry", step)).isEqualTo(new Result.Done());
    assertThat(execute("DeleteNetworkAclEntry", step)).isInstanceOf(Result.Failed.class);
    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(Map.of("NetworkAclId", "acl-1", "Egress", "true", "RuleNumber", "90"));
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(NetworkAcl.TYPE, operation, arguments));
  }

  private Map<String, Observed> observe(Resource... resources) {
    return acls.observe(SHOP, List.of(resources), new Answers());
  }

  private static Resource in(String vpc, String logicalId, String id) {
    return new Resource(
        new ResourceRef(logicalId, NetworkAcl.TYPE, id), Map.of("VpcId", new Property.Scalar(vpc)));
  }

  private static String answer(String acls, String next) {
    return """
    <DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <networkAclSet>%s</networkAclSet>%s</DescribeNetworkAclsResponse>\
    """
        .formatted(acls, next);
  }

  private static String acl(String id, String entries) {
    return """
    <item><networkAclId>%s</networkAclId><vpcId>vpc-1</vpcId><default>false</default>
    <entrySet>%s</entrySet></item>\
    """
        .formatted(id, entries);
  }

  private static String entry(
      int number, boolean egress, String protocol, String action, String name, String block) {
    return entry(number, egress, protocol, action, "<%s>%s</%s>".formatted(name, block, name));
  }

  private static String entry(
      int number, boolean egress, String protocol, String action, String rest) {
    return """
    <item><ruleNumber>%d</ruleNumber><egress>%s</egress><protocol>%s</protocol>
    <ruleAction>%s</ruleAction>%s</item>\
    """
        .formatted(number, egress, protocol, action, rest);
  }
}
