package dev.driftmend.aws.resource;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import dev.driftmend.port.LiveStates.Ask;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AwsLiveStatesTest {
  private static final Desired DESIRED =
      new Desired(
          SHOP,
          Instant.EPOCH,
          List.of(
              resource("Group", "AWS::EC2::SecurityGroup", "sg-0web"),
              resource("Web", "AWS::EC2::Instance", "i-1")),
          List.of());

  private static final String NO_ACLS = "<DescribeNetworkAclsResponse/>";

  private final Canned wire = new Canned();
  private final AwsLiveStates states = new AwsLiveStates(wire.clients());

  @Test
  void everyResourceHasAnEntryWhateverOneOfTheTypesAnswers() {
    wire.failEc2("DescribeSecurityGroupRules", 403, "UnauthorizedOperation", "Not authorized.")
        .answer("DescribeInstances", "<DescribeInstancesResponse/>");

    var live = states.read(DESIRED);

    assertThat(live.resources().get("Group")).isInstanceOf(Observed.Unreadable.class);
    assertThat(live.resources()).containsEntry("Web", new Observed.Gone());
  }

  @Test
  void throttlingOfOneTypeFailsTheWholeReading() {
    wire.failEc2("DescribeSecurityGroupRules", 503, "RequestLimitExceeded", "Slow down.")
        .answer("DescribeInstances", "<DescribeInstancesResponse/>");
    assertThatThrownBy(() -> states.read(DESIRED)).isInstanceOf(TransientFailure.class);
  }

  @Test
  void lookingAgainAsksOnlyForWhatIsNamed() {
    wire.answer("DescribeInstances", "<DescribeInstancesResponse/>");
    assertThat(states.read(DESIRED, List.of(DESIRED.resources().getLast())).resources())
        .containsOnlyKeys("Web");
  }

  @Test
  void interfacesAreReadPageByPageWithTheirOwnersGroupsAndPublicAddresses() {
    wire.answer(
            "DescribeNetworkInterfaces",
            interfaces(
                """
                <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-a</subnetId>
                  <vpcId>vpc-1</vpcId><description/><privateIpAddress>10.0.0.5</privateIpAddress>
                  <groupSet><item><groupId>sg-0web</groupId></item></groupSet>
                  <attachment><instanceId>i-1</instanceId></attachment>
                  <association><publicIp>203.0.113.9</publicIp></association>
                  <ipv6AddressesSet><item><ipv6Address>2001:db8::5</ipv6Address></item>
                  </ipv6AddressesSet></item>\
                """,
                "<nextToken>page-2</nextToken>"))
        .answer(
            "DescribeNetworkInterfaces",
            "NextToken",
            "page-2",
            interfaces(
                """
                <item><networkInterfaceId>eni-2</networkInterfaceId><subnetId>subnet-b</subnetId>
                  <vpcId>vpc-1</vpcId><description>ELB app/shop/50dc6c495c0c9188</description>
                  <groupSet><item><groupId>sg-0alb</groupId></item></groupSet></item>\
                """,
                ""))
        .answer("DescribeRouteTables", tables("", ""))
        .answer("DescribeNetworkAcls", NO_ACLS);

    var network = states.network(ask(List.of("sg-0web", "sg-0alb"), List.of()));

    assertThat(network.interfaces())
        .containsExactly(
            new Network.Interface(
                "eni-1",
                "i-1",
                "i-1",
                "subnet-a",
                Set.of("sg-0web"),
                Set.of("10.0.0.5"),
                Set.of("203.0.113.9", "2001:db8::5")),
            new Network.Interface(
                "eni-2",
                "ELB app/shop/50dc6c495c0c9188",
                null,
                "subnet-b",
                Set.of("sg-0alb"),
                Set.of(),
                Set.of()));
    assertThat(wire.requests("DescribeNetworkInterfaces").getFirst().arguments())
        .containsEntry("Filter.1.Name", "group-id")
        .containsEntry("Filter.1.Value.2", "sg-0web");
    assertThat(wire.only("DescribeRouteTables").arguments())
        .containsEntry("Filter.1.Name", "vpc-id")
        .containsEntry("Filter.1.Value.1", "vpc-1");
  }

  @Test
  void whatIsReadOfTheNetworkIsKnownByTheNamesThatStandInTheSameAnswers() {
    wire.answer(
            "DescribeNetworkInterfaces",
            interfaces(
                """
                <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-a</subnetId>
                  <vpcId>vpc-1</vpcId><groupSet><item><groupId>sg-0debug</groupId>
                  <groupName>open-debug</groupName></item></groupSet>
                  <tagSet><item><key>Name</key><value>jump host</value></item></tagSet></item>\
                """,
                ""))
        .answer("DescribeSecurityGroupRules", "<DescribeSecurityGroupRulesResponse/>")
        .answer(
            "DescribeRouteTables",
            tables(
                "<item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><tagSet><item>"
                    + "<key>Name</key><value>public</value></item></tagSet></item>",
                ""))
        .answer("DescribeNetworkAcls", NO_ACLS);

    var network = states.network(ask(List.of("sg-0web"), List.of()));

    assertThat(network.names())
        .isEqualTo(
            Map.of(
                "sg-0debug", new Name("open-debug", Source.SERVICE),
                "eni-1", new Name("jump host", Source.TAG),
                "rtb-1", new Name("public", Source.TAG)));
  }

  @Test
  void aSubnetFollowsItsOwnTableAndOnlyWithoutOneTheMainTable() {
    carriersIn("subnet-public", "subnet-private", "subnet-implicit");
    wire.answer(
        "DescribeRouteTables",
        tables(
            table(
                    "rtb-public",
                    "<item><subnetId>subnet-public</subnetId><main>false</main></item>",
                    route("destinationCidrBlock", "0.0.0.0/0", "igw-1", "active"))
                + table(
                    "rtb-main",
                    "<item><main>true</main></item>",
                    route("destinationIpv6CidrBlock", "::/0", "igw-1", "active")),
            "<nextToken>page-2</nextToken>"));
    wire.answer(
        "DescribeRouteTables",
        "NextToken",
        "page-2",
        tables(
            table(
                "rtb-private",
                "<item><subnetId>subnet-private</subnetId><main>false</main></item>",
                "<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>"
                    + "<natGatewayId>nat-1</natGatewayId><state>active</state></item>"),
            ""));

    assertThat(internetSubnets(states.network(ask(List.of("sg-0web"), List.of()))))
        .containsExactlyInAnyOrder("subnet-public", "subnet-implicit");
  }

  @Test
  void twoHalvesLeadToTheInternetLikeOneDefaultRouteAndABlackholeOrAPartDoesNot() {
    carriersIn("subnet-halves", "subnet-black", "subnet-part", "subnet-gap");
    wire.answer(
        "DescribeRouteTables",
        tables(
            table(
                    "rtb-1",
                    "<item><subnetId>subnet-halves</subnetId></item>",
                    route("destinationCidrBlock", "128.0.0.0/1", "igw-1", "active")
                        + route("destinationCidrBlock", "0.0.0.0/1", "igw-1", "active"))
                + table(
                    "rtb-2",
                    "<item><subnetId>subnet-black</subnetId></item>",
                    route("destinationCidrBlock", "0.0.0.0/0", "igw-1", "blackhole"))
                + table(
                    "rtb-3",
                    "<item><subnetId>subnet-part</subnetId></item>",
                    route("destinationCidrBlock", "0.0.0.0/1", "igw-1", "active"))
                + table(
                    "rtb-4",
                    "<item><subnetId>subnet-gap</subnetId></item>",
                    route("destinationCidrBlock", "0.0.0.0/2", "igw-1", "active")
                        + route("destinationCidrBlock", "128.0.0.0/1", "igw-1", "active")),
            ""));

    assertThat(internetSubnets(states.network(ask(List.of("sg-0web"), List.of()))))
        .containsExactly("subnet-halves");
  }

  @Test
  void aRouteByPrefixListLeadsWhereTheListDoes() {
    carriersIn("subnet-a");
    wire.answer(
            "DescribeRouteTables",
            tables(
                table(
                    "rtb-1",
                    "<item><subnetId>subnet-a</subnetId></item>",
                    route("destinationPrefixListId", "pl-0all", "igw-1", "active")),
                ""))
        .answer("GetManagedPrefixListEntries", entries("0.0.0.0/1", "<nextToken>p2</nextToken>"))
        .answer("GetManagedPrefixListEntries", "NextToken", "p2", entries("128.0.0.0/1", ""));

    assertThat(internetSubnets(states.network(ask(List.of("sg-0web"), List.of()))))
        .containsExactly("subnet-a");
  }

  @Test
  void prefixListsAreReadPageByPageAndOneThatDoesNotExistHasNoEntry() {
    wire.answer(
            "GetManagedPrefixListEntries",
            "PrefixListId",
            "pl-0dns",
            entries("192.0.2.53/32", "<nextToken>p2</nextToken>"))
        .answer("GetManagedPrefixListEntries", "NextToken", "p2", entries("198.51.100.53/32", ""))
        .failEc2("GetManagedPrefixListEntries", 400, "InvalidPrefixListID.NotFound", "no such");

    assertThat(states.network(ask(List.of(), List.of("pl-0dns", "pl-0lost"))).prefixLists())
        .isEqualTo(Map.of("pl-0dns", List.of("192.0.2.53/32", "198.51.100.53/32")));
    assertThat(wire.actions()).containsOnly("GetManagedPrefixListEntries");
  }

  @Test
  void aSubnetHasItsOwnAclElseTheDefaultOneAndTheLastEntryIsLeftOut() {
    wire.answer(
            "DescribeNetworkInterfaces",
            interfaces(
                """
                <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-a</subnetId>
                  <vpcId>vpc-1</vpcId></item>
                <item><networkInterfaceId>eni-2</networkInterfaceId><subnetId>subnet-b</subnetId>
                  <vpcId>vpc-1</vpcId></item>\
                """,
                ""))
        .answer("DescribeRouteTables", tables("", ""))
        .answer(
            "DescribeNetworkAcls",
            """
            <DescribeNetworkAclsResponse><networkAclSet>
            <item><networkAclId>acl-own</networkAclId><vpcId>vpc-1</vpcId><default>false</default>
              <associationSet><item><subnetId>subnet-a</subnetId></item></associationSet>
              <entrySet>
                <item><ruleNumber>90</ruleNumber><protocol>6</protocol><ruleAction>deny</ruleAction>
                  <egress>false</egress><cidrBlock>198.51.100.0/24</cidrBlock>
                  <portRange><from>80</from><to>90</to></portRange></item>
                <item><ruleNumber>100</ruleNumber><protocol>1</protocol>
                  <ruleAction>allow</ruleAction><egress>true</egress>
                  <ipv6CidrBlock>::/0</ipv6CidrBlock>
                  <icmpTypeCode><type>8</type><code>-1</code></icmpTypeCode></item>
                <item><ruleNumber>32767</ruleNumber><protocol>-1</protocol>
                  <ruleAction>deny</ruleAction><egress>false</egress>
                  <cidrBlock>0.0.0.0/0</cidrBlock></item>
              </entrySet></item>
            <item><networkAclId>acl-default</networkAclId><vpcId>vpc-1</vpcId>
              <default>true</default></item>
            </networkAclSet></DescribeNetworkAclsResponse>\
            """);

    var network = states.network(ask(List.of("sg-0web"), List.of()));

    assertThat(network.subnets())
        .isEqualTo(
            Map.of(
                "subnet-a", new Network.Subnet("vpc-1", "", "acl-own"),
                "subnet-b", new Network.Subnet("vpc-1", "", "acl-default")));
    assertThat(network.acls().get("acl-own"))
        .containsExactly(
            new Network.AclEntry(
                90, false, SecurityRule.parse("ingress tcp 80-90 from 198.51.100.0/24")),
            new Network.AclEntry(100, true, SecurityRule.parse("egress icmp 8--1 to ::/0")));
  }

  @Test
  void rulesOfForeignGroupsAreReadAndThoseOfTheStacksOwnAreNotReadAgain() {
    wire.answer(
            "DescribeNetworkInterfaces",
            interfaces(
                """
                <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-a</subnetId>
                  <vpcId>vpc-1</vpcId><groupSet><item><groupId>sg-0web</groupId></item>
                  <item><groupId>sg-0stranger</groupId></item></groupSet></item>\
                """,
                ""))
        .answer("DescribeRouteTables", tables("", ""))
        .answer("DescribeNetworkAcls", NO_ACLS)
        .answer(
            "DescribeSecurityGroupRules",
            """
            <DescribeSecurityGroupRulesResponse><securityGroupRuleSet><item>
              <securityGroupRuleId>sgr-1</securityGroupRuleId><groupId>sg-0stranger</groupId>
              <groupOwnerId>111122223333</groupOwnerId><isEgress>false</isEgress>
              <ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort>
              <cidrIpv4>198.51.100.0/24</cidrIpv4>
            </item></securityGroupRuleSet></DescribeSecurityGroupRulesResponse>\
            """);

    var network = states.network(ask(List.of("sg-0web"), List.of()));

    assertThat(network.groups())
        .isEqualTo(
            Map.of(
                "sg-0stranger",
                List.of(SecurityRule.parse("ingress tcp 22 from 198.51.100.0/24"))));
    assertThat(wire.only("DescribeSecurityGroupRules").arguments())
        .containsEntry("Filter.1.Value.1", "sg-0stranger")
        .doesNotContainKey("Filter.1.Value.2");
  }

  @Test
  void theWaysOfAKnownVpcAreAskedForAtOnceAndThoseOfOthersWhereSomethingStandsInThem() {
    wire.answer(
            "DescribeNetworkInterfaces",
            interfaces(
                """
                <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-a</subnetId>
                  <vpcId>vpc-1</vpcId></item>
                <item><networkInterfaceId>eni-2</networkInterfaceId><subnetId>subnet-b</subnetId>
                  <vpcId>vpc-2</vpcId></item>\
                """,
                ""))
        .answer("DescribeRouteTables", "Filter.1.Value.1", "vpc-1", tables(main("vpc-1"), ""))
        .answer("DescribeRouteTables", "Filter.1.Value.1", "vpc-2", tables(main("vpc-2"), ""))
        .answer("DescribeNetworkAcls", "Filter.1.Value.1", "vpc-1", NO_ACLS)
        .answer("DescribeNetworkAcls", "Filter.1.Value.1", "vpc-2", NO_ACLS);

    var network = states.network(new Ask(Set.of("sg-0web"), Set.of(), Set.of("vpc-1"), Set.of()));

    assertThat(network.subnets())
        .isEqualTo(
            Map.of(
                "subnet-a", new Network.Subnet("vpc-1", "rtb-vpc-1", ""),
                "subnet-b", new Network.Subnet("vpc-2", "rtb-vpc-2", "")));
  }

  @Test
  void aKnownVpcInWhichNothingStandsIsNotInTheNetwork() {
    wire.answer("DescribeNetworkInterfaces", interfaces("", ""))
        .answer("DescribeRouteTables", tables(main("vpc-1"), ""))
        .answer("DescribeNetworkAcls", NO_ACLS);

    var known = new Ask(Set.of("sg-0web"), Set.of(), Set.of("vpc-1"), Set.of());

    assertThat(states.network(known)).isEqualTo(Network.EMPTY);
  }

  private static String main(String vpc) {
    return """
    <item><routeTableId>rtb-%s</routeTableId><vpcId>%s</vpcId>
      <associationSet><item><main>true</main></item></associationSet></item>\
    """
        .formatted(vpc, vpc);
  }

  private void carriersIn(String... subnets) {
    var items = new StringBuilder();
    for (var subnet : subnets) {
      items.append(
          """
          <item><networkInterfaceId>eni-%s</networkInterfaceId><subnetId>%s</subnetId>
          <vpcId>vpc-1</vpcId></item>\
          """
              .formatted(subnet, subnet));
    }
    wire.answer("DescribeNetworkInterfaces", interfaces(items.toString(), ""))
        .answer("DescribeNetworkAcls", NO_ACLS);
  }

  private static String interfaces(String items, String next) {
    return """
    <DescribeNetworkInterfacesResponse><networkInterfaceSet>%s</networkInterfaceSet>%s
    </DescribeNetworkInterfacesResponse>\
    """
        .formatted(items, next);
  }

  private static String tables(String items, String next) {
    return """
    <DescribeRouteTablesResponse><routeTableSet>%s</routeTableSet>%s
    </DescribeRouteTablesResponse>\
    """
        .formatted(items, next);
  }

  private static String table(String id, String associations, String routes) {
    return """
    <item><routeTableId>%s</routeTableId><vpcId>vpc-1</vpcId>
    <associationSet>%s</associationSet><routeSet>%s</routeSet></item>\
    """
        .formatted(id, associations, routes);
  }

  private static String route(String kind, String to, String gateway, String state) {
    return "<item><%s>%s</%s><gatewayId>%s</gatewayId><state>%s</state></item>"
        .formatted(kind, to, kind, gateway, state);
  }

  private static String entries(String cidr, String next) {
    return """
    <GetManagedPrefixListEntriesResponse><entrySet><item><cidr>%s</cidr></item></entrySet>%s
    </GetManagedPrefixListEntriesResponse>\
    """
        .formatted(cidr, next);
  }

  private static Ask ask(List<String> groups, List<String> lists) {
    return new Ask(Set.copyOf(groups), Set.of(), Set.of(), Set.copyOf(lists));
  }

  /** Those where anything that has a public address and an open group is reached by everybody. */
  private static Set<String> internetSubnets(Network network) {
    var open =
        network.withGroup(
            "sg-0web",
            List.of(
                SecurityRule.parse("ingress all from 0.0.0.0/0"),
                SecurityRule.parse("ingress all from ::/0")));
    return open.interfaces().stream()
        .filter(
            i ->
                isReached(open, carrier(i, "203.0.113.9"), false)
                    || isReached(open, carrier(i, "2001:db8::9"), true))
        .map(Network.Interface::subnetId)
        .collect(Collectors.toSet());
  }

  private static Network.Interface carrier(Network.Interface at, String address) {
    return at.withGroups(Set.of("sg-0web")).withPublicAddresses(Set.of(address));
  }

  private static boolean isReached(Network network, Network.Interface at, boolean v6) {
    return new Reachability(network)
        .fromInternet(at)
        .addresses()
        .containsAll(AddressSet.INTERNET.family(v6));
  }
}
