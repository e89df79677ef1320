package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.items;
import static dev.driftmend.aws.Stacks.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecurityGroupsTest {
  private static final String TYPE = "AWS::EC2::SecurityGroup";

  private final Canned wire = new Canned();
  private final SecurityGroups groups = new SecurityGroups(wire.clients());

  @Test
  void everyPageOfRulesOfAllGroupsIsReadIntoNormalForm() {
    wire.answer(
            "DescribeSecurityGroupRules",
            rules(
                """
                <item><securityGroupRuleId>sgr-1</securityGroupRuleId><groupId>sg-0web</groupId>
                  <groupOwnerId>111122223333</groupOwnerId><isEgress>false</isEgress>
                  <ipProtocol>tcp</ipProtocol><fromPort>5000</fromPort><toPort>5000</toPort>
                  <referencedGroupInfo><groupId>sg-0alb</groupId><userId>111122223333</userId>
                  </referencedGroupInfo><description>from the load balancer</description>
                  <tagSet/></item>
                <item><securityGroupRuleId>sgr-2</securityGroupRuleId><groupId>sg-0web</groupId>
                  <isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort>
                  <toPort>23</toPort><cidrIpv4>198.51.100.0/24</cidrIpv4></item>
                <item><securityGroupRuleId>sgr-3</securityGroupRuleId><groupId>sg-0web</groupId>
                  <isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort>
                  <toPort>443</toPort><cidrIpv6>2001:DB8:0:0:0:0:0:0/32</cidrIpv6></item>\
                """,
                "<nextToken>page-2</nextToken>"))
        .answer(
            "DescribeSecurityGroupRules",
            "NextToken",
            "page-2",
            rules(
                """
                <item><securityGroupRuleId>sgr-4</securityGroupRuleId><groupId>sg-0web</groupId>
                  <isEgress>true</isEgress><ipProtocol>-1</ipProtocol><fromPort>-1</fromPort>
                  <toPort>-1</toPort><cidrIpv4>0.0.0.0/0</cidrIpv4></item>
                <item><securityGroupRuleId>sgr-5</securityGroupRuleId><groupId>sg-0alb</groupId>
                  <isEgress>true</isEgress><ipProtocol>udp</ipProtocol><fromPort>53</fromPort>
                  <toPort>53</toPort><prefixListId>pl-0dns</prefixListId></item>
                <item><securityGroupRuleId>sgr-6</securityGroupRuleId><groupId>sg-0alb</groupId>
                  <isEgress>false</isEgress><ipProtocol>icmp</ipProtocol><fromPort>8</fromPort>
                  <toPort>-1</toPort><referencedGroupInfo><groupId>sg-0far</groupId>
                  <userId>123456789012</userId><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>
                  </referencedGroupInfo></item>
                <item><securityGroupRuleId>sgr-7</securityGroupRuleId><groupId>sg-0alb</groupId>
                  <isEgress>false</isEgress><ipProtocol>47</ipProtocol><fromPort>-1</fromPort>
                  <toPort>-1</toPort><cidrIpv4>192.0.2.1/32</cidrIpv4></item>\
                """,
                ""));

    var live =
        groups.observe(
            SHOP, List.of(group("Web", "sg-0web"), group("Alb", "sg-0alb")), new Answers());

    assertThat(items(live.get("Web"), "Ingress"))
        .containsExactly(
            new Item(
                "ingress tcp 5000 from sg-0alb",
                Item.of("", Map.of("description", "from the load balancer")).fields(),
                "sgr-1"),
            new Item("ingress tcp 22-23 from 198.51.100.0/24", Item.of("").fields(), "sgr-2"),
            new Item("ingress tcp 443 from 2001:db8::/32", Item.of("").fields(), "sgr-3"));
    assertThat(keys(live.get("Web"), "Egress")).containsExactly("egress all to 0.0.0.0/0");
    assertThat(keys(live.get("Alb"), "Ingress"))
        .containsExactly(
            "ingress icmp 8--1 from 123456789012/sg-0far", "ingress 47 from 192.0.2.1/32");
    assertThat(keys(live.get("Alb"), "Egress")).containsExactly("egress udp 53 to pl-0dns");
    assertThat(wire.actions())
        .containsExactly("DescribeSecurityGroupRules", "DescribeSecurityGroupRules");
    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(
            Map.of(
                "Filter.1.Name", "group-id",
                "Filter.1.Value.1", "sg-0web",
                "Filter.1.Value.2", "sg-0alb",
                "MaxResults", "1000"));
  }

  @Test
  void aGroupThatIsGoneHidesNoOtherAndOneWithoutRulesIsNotGone() {
    wire.answer(
            "DescribeSecurityGroupRules",
            rules(
                """
                <item><securityGroupRuleId>sgr-1</securityGroupRuleId><groupId>sg-0web</groupId>
                  <isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>80</fromPort>
                  <toPort>80</toPort><cidrIpv4>0.0.0.0/0</cidrIpv4></item>\
                """,
                ""))
        .answer(
            "DescribeSecurityGroups",
            """
            <DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-0bare</groupId>
            </item></securityGroupInfo></DescribeSecurityGroupsResponse>\
            """);

    var live =
        groups.observe(
            SHOP,
            List.of(group("Web", "sg-0web"), group("Bare", "sg-0bare"), group("Lost", "sg-0lost")),
            new Answers());

    assertThat(keys(live.get("Web"), "Ingress")).hasSize(1);
    assertThat(keys(live.get("Bare"), "Ingress")).isEmpty();
    assertThat(live.get("Lost")).isEqualTo(new Observed.Gone());
    assertThat(wire.only("DescribeSecurityGroups").arguments())
        .containsEntry("Filter.1.Value.1", "sg-0bare")
        .containsEntry("Filter.1.Value.2", "sg-0lost");
  }

  @Test
  void moreGroupsThanAFilterTakesAreAskedForInSeveralCalls() {
    wire.answer("DescribeSecurityGroupRules", rules("", ""))
        .answer("DescribeSecurityGroupRules", rules("", ""))
        .answer("DescribeSecurityGroups", "<DescribeSecurityGroupsResponse/>")
        .answer("DescribeSecurityGroups", "<DescribeSecurityGroupsResponse/>");
    var many = IntStream.range(0, 201).mapToObj(i -> group("G" + i, "sg-" + i)).toList();

    assertThat(groups.observe(SHOP, many, new Answers())).hasSize(201);
    assertThat(wire.requests("DescribeSecurityGroupRules").getLast().arguments())
        .containsEntry("Filter.1.Value.1", "sg-200")
        .doesNotContainKey("Filter.1.Value.2");
  }

  @Test
  void groupsThatMayNotBeDescribedAreUnreadableAndSayWhy() {
    wire.failEc2(
        "DescribeSecurityGroupRules",
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. Encoded authorization failure message:"
            + " abcdef");

    assertThat(groups.observe(SHOP, List.of(group("Web", "sg-0web")), new Answers()).get("Web"))
        .isEqualTo(
            new Observed.Unreadable(
                "ec2:DescribeSecurityGroupRules was refused: You are not authorized to perform"
                    + " this operation."));
  }

  @Test
  void aThrottledDescribeIsThrownAndNeverAnEmptyAnswer() {
    wire.failEc2("DescribeSecurityGroupRules", 503, "RequestLimitExceeded", "Slow down.");
    assertThatThrownBy(() -> groups.observe(SHOP, List.of(group("Web", "sg-0web")), new Answers()))
        .isInstanceOf(TransientFailure.class);
  }

  @Test
  void aGroupThatIsKnownByNameOnlyIsUnknownAndNotGone() {
    var live = groups.observe(SHOP, List.of(group("Old", "old-default-vpc-group")), new Answers());
    assertThat(Stacks.found(live.get("Old")).get("Ingress")).isInstanceOf(Property.Unknown.class);
    assertThat(wire.requests()).isEmpty();
  }

  private static Resource group(String logicalId, String id) {
    return Stacks.resource(logicalId, TYPE, id);
  }

  private static String rules(String items, String next) {
    return """
    <DescribeSecurityGroupRulesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <securityGroupRuleSet>%s</securityGroupRuleSet>%s</DescribeSecurityGroupRulesResponse>\
    """
        .formatted(items, next);
  }
}
