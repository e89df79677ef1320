package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.drift.Comparison;
import dev.driftmend.drift.ExposureAssessor;
import dev.driftmend.drift.NetworkReading;
import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.drift.RepairDestinations;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.plan.Holds;
import dev.driftmend.plan.PlanRequest;
import dev.driftmend.plan.Planner;
import dev.driftmend.plan.ReachabilityGuard;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.testing.Deployed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a drift of the network itself means, and what a plan may do about it. */
class NetworkJudgementTest {
  private static final String SHOP =
      """
      Resources:
        Vpc:
          Type: AWS::EC2::VPC
          Properties: {CidrBlock: 10.0.0.0/16}
        Gateway:
          Type: AWS::EC2::InternetGateway
        Attachment:
          Type: AWS::EC2::VPCGatewayAttachment
          Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
        PublicA:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}
        PublicB:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
        Private:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24}
        Empty:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.3.0/24}
        EmptyUses:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {RouteTableId: !Ref PrivateTable, SubnetId: !Ref Empty}
        PublicTable:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: !Ref Vpc}
        PublicRoute:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
        PublicAUses:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {RouteTableId: !Ref PublicTable, SubnetId: !Ref PublicA}
        PublicBUses:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {RouteTableId: !Ref PublicTable, SubnetId: !Ref PublicB}
        PrivateTable:
          Type: AWS::EC2::RouteTable
          Properties: {VpcId: !Ref Vpc}
        PrivateRoute:
          Type: AWS::EC2::Route
          Properties: {RouteTableId: !Ref PrivateTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
        PrivateUses:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {RouteTableId: !Ref PrivateTable, SubnetId: !Ref Private}
        Nat:
          Type: AWS::EC2::NatGateway
          Properties: {SubnetId: !Ref PublicA, AllocationId: eipalloc-1}
        BalancerGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: Clients
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
            SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 5000, ToPort: 5000, DestinationSecurityGroupId: !Ref WebGroup}]
        WebGroup:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: Application
            SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5000, ToPort: 5000, SourceSecurityGroupId: !Ref BalancerGroup}]
            SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
      """;
  private static final String VPC = id("Vpc", "AWS::EC2::VPC");
  private static final String GATEWAY = id("Gateway", "AWS::EC2::InternetGateway");
  private static final String PUBLIC_TABLE = id("PublicTable", "AWS::EC2::RouteTable");
  private static final String PRIVATE_TABLE = id("PrivateTable", "AWS::EC2::RouteTable");
  private static final String NAT = id("Nat", "AWS::EC2::NatGateway");

  private final Desired desired = Desireds.of(Resolver.resolve(Deployed.snapshot(SHOP)));
  private final Map<String, List<String>> prefixLists = new HashMap<>();
  private final Map<String, Map<String, Property>> live = new HashMap<>();
  private final List<Interface> interfaces =
      new ArrayList<>(
          List.of(
              node("a", "PublicA", "10.0.0.7", "198.51.100.7"),
              node("b", "PublicB", "10.0.1.7", "198.51.100.8"),
              new Interface(
                  "eni-web",
                  "i-web",
                  "i-web",
                  subnet("Private"),
                  Set.of(group("WebGroup")),
                  Set.of("10.0.2.9"),
                  Set.of())));

  NetworkJudgementTest() {
    for (var resource : desired.resources()) {
      var properties = new LinkedHashMap<String, Property>();
      resource
          .properties()
          .forEach(
              (name, p) ->
                  properties.put(
                      name, p instanceof Property.Members m ? Property.Members.of(m.items()) : p));
      live.put(resource.ref().logicalId(), properties);
    }
    of("Vpc").put("DefaultNetworkAclId", new Property.Scalar("acl-default"));
  }

  @Test
  void aLostRouteToTheInternetIsAnOutage() {
    without("PublicTable", "Routes", "0.0.0.0/0");

    var finding = only();

    assertThat(finding.exposure()).isEqualTo(Exposure.OUTAGE);
    assertThat(finding.exposureWhy())
        .isEqualTo(
            "traffic that the template allows is cut: tcp 80 from the internet to ELB app/shop/1");
    assertThat(plan().calls()).extracting(Step.Call::operation).containsExactly("CreateRoute");
  }

  @Test
  void aSubnetThatLosesItsTableIsDegradedWhileTheOtherOneServes() {
    scalar("PublicA", "RouteTable", "main");

    assertThat(only().exposure()).isEqualTo(Exposure.DEGRADED);
  }

  @Test
  void aSubnetInWhichNothingStandsLosesAndOpensNothingByAnotherTable() {
    scalar("Empty", "RouteTable", PUBLIC_TABLE);

    assertThat(only().exposure()).isEqualTo(Exposure.NONE);
    assertThat(only().exposureWhy()).endsWith("but nothing stands in the subnet");
    assertThat(plan().calls()).hasSize(1);
  }

  @Test
  void aDetachedGatewayIsAnOutageThoughTheRoutesStand() {
    without("Vpc", "InternetGateways", GATEWAY);

    assertThat(only().exposure()).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void aPrivateSubnetWithALostWayOutIsDegraded() {
    without("PrivateTable", "Routes", "0.0.0.0/0");

    assertThat(only().exposure()).isEqualTo(Exposure.DEGRADED);
    assertThat(only().exposureWhy()).contains("tcp 443 from i-web to the internet");
  }

  @Test
  void anEntryThatDeniesThePathIsAnOutageAndLeftToPeople() {
    put(
        "Vpc",
        "DefaultNetworkAcl",
        "ingress 50",
        Map.of("rule", "deny ingress tcp 5000 from 10.0.0.0/16"));

    assertThat(only().exposure()).isEqualTo(Exposure.OUTAGE);
    assertThat(only().exposureWhy()).contains("tcp 5000 from ELB app/shop/1 to i-web");
    assertThat(plan().calls()).isEmpty();
  }

  @Test
  void anEntryThatDeniesAnswersCutsWhatComesIn() {
    put(
        "Vpc",
        "DefaultNetworkAcl",
        "egress 50",
        Map.of("rule", "deny egress tcp 1024-65535 to 0.0.0.0/0"));

    assertThat(only().exposure()).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void anEntryThatDeniesWhatNobodySendsCutsNothing() {
    put(
        "Vpc",
        "DefaultNetworkAcl",
        "ingress 50",
        Map.of("rule", "deny ingress tcp 22 from 0.0.0.0/0"));

    assertThat(only().exposure()).isEqualTo(Exposure.NONE);
  }

  @Test
  void aPrivateSubnetThatIsSentToTheInternetIsReachableOnlyWithAnAddressAndARule() {
    change("PrivateTable", "Routes", "0.0.0.0/0", "target", GATEWAY);
    assertThat(only().exposure()).isNotEqualTo(Exposure.REACHABLE);

    interfaces.set(2, interfaces.get(2).withPublicAddresses(Set.of("203.0.113.9")));
    put("WebGroup", "Ingress", "ingress tcp 5000 from 0.0.0.0/0", Map.of());

    assertThat(findings()).extracting(Finding::exposure).containsOnly(Exposure.REACHABLE);
  }

  @Test
  void twoExtraRulesThatOpenTheSameAreBothReachable() {
    put("BalancerGroup", "Ingress", "ingress tcp 8080 from 0.0.0.0/0", Map.of());
    put("BalancerGroup", "Ingress", "ingress tcp 8000-9000 from 0.0.0.0/0", Map.of());

    assertThat(findings()).extracting(Finding::exposure).containsOnly(Exposure.REACHABLE);
  }

  @Test
  void aLostRuleAndALostRouteAreBothAnOutage() {
    without("PublicTable", "Routes", "0.0.0.0/0");
    without("BalancerGroup", "Ingress", "ingress tcp 80 from 0.0.0.0/0");

    assertThat(findings()).extracting(Finding::exposure).containsOnly(Exposure.OUTAGE);
  }

  @Test
  void aWidenedRuleIsNarrowedWithoutAMomentInWhichItIsClosed() {
    without("BalancerGroup", "Ingress", "ingress tcp 80 from 0.0.0.0/0");
    put("BalancerGroup", "Ingress", "ingress tcp 80-5000 from 0.0.0.0/0", Map.of());

    assertThat(plan().calls())
        .extracting(Step.Call::operation)
        .containsExactly("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress");
    assertThat(findings().stream().filter(f -> f.exposure() == Exposure.REACHABLE))
        .singleElement()
        .satisfies(f -> assertThat(f.exposureWhy()).startsWith("tcp 81-5000 reachable now"));
  }

  @Test
  void atTheQuotaAnExtraThatServesNothingGoesFirst() {
    without("BalancerGroup", "Ingress", "ingress tcp 80 from 0.0.0.0/0");
    IntStream.range(0, 60)
        .forEach(
            i ->
                put(
                    "BalancerGroup",
                    "Ingress",
                    "ingress tcp " + (9000 + i) + " from 0.0.0.0/0",
                    Map.of()));

    assertThat(plan().calls())
        .extracting(Step.Call::operation)
        .startsWith("RevokeSecurityGroupIngress")
        .endsWith("AuthorizeSecurityGroupIngress");
  }

  @Test
  void aPrefixListCountsItsEntriesTowardsTheQuota() {
    prefixLists.put("pl-1", IntStream.range(0, 60).mapToObj(i -> "192.0.2." + i + "/32").toList());
    without("BalancerGroup", "Ingress", "ingress tcp 80 from 0.0.0.0/0");
    put("BalancerGroup", "Ingress", "ingress tcp 9000 from pl-1", Map.of());

    assertThat(plan().calls())
        .extracting(Step.Call::operation)
        .containsExactly("RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress");
  }

  @Test
  void theRulesOfTheOtherFamilyLeaveRoom() {
    without("BalancerGroup", "Ingress", "ingress tcp 80 from 0.0.0.0/0");
    IntStream.range(0, 60)
        .forEach(
            i ->
                put(
                    "BalancerGroup",
                    "Ingress",
                    "ingress tcp " + (9000 + i) + " from 2001:db8::/32",
                    Map.of()));

    assertThat(plan().calls())
        .extracting(Step.Call::operation)
        .startsWith("AuthorizeSecurityGroupIngress");
  }

  @Test
  void aStepThatWouldCutWhatTheTemplateAllowsIsAReport() {
    put("WebGroup", "Ingress", "ingress tcp 0-65535 from " + group("BalancerGroup"), Map.of());
    var simulation = simulation();
    var revoke =
        new Step.Call(
            List.of("f"),
            Step.Phase.REMOVE,
            Deployed.ref("WebGroup", "AWS::EC2::SecurityGroup"),
            "RevokeSecurityGroupIngress",
            Map.of(
                "group", List.of(group("WebGroup")),
                "ruleIds",
                    List.of(
                        "ingress tcp 0-65535 from " + group("BalancerGroup"),
                        "ingress tcp 5000 from " + group("BalancerGroup"))),
            "too much");

    assertThat(new ReachabilityGuard(simulation, observed()).proved(List.of(revoke)))
        .singleElement()
        .isInstanceOfSatisfying(
            Step.Report.class,
            r ->
                assertThat(r.why())
                    .startsWith("RevokeSecurityGroupIngress would cut what the template allows"));
  }

  private Finding only() {
    assertThat(findings()).hasSize(1);
    return findings().getFirst();
  }

  private List<Finding> findings() {
    var drifts = Comparison.between(desired, observed());
    return new ExposureAssessor(
            desired, observed(), destinations(), NetworkReading.of(simulation()))
        .assess(drifts);
  }

  private Plan plan() {
    var policy =
        new Policy(Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of());
    return Planner.plan(
        new PlanRequest(
            desired,
            observed(),
            findings(),
            policy,
            Map.of(),
            Holds.NONE,
            destinations(),
            simulation(),
            WritePermission.GRANTED));
  }

  private RepairDestinations destinations() {
    return new RepairDestinations(desired, observed(), RepairDestinations.Seen.NOTHING);
  }

  private NetworkSimulation simulation() {
    return new NetworkSimulation(
        desired, observed(), network(), Comparison.between(desired, observed()));
  }

  private Live observed() {
    var observed = new HashMap<String, Observed>();
    live.forEach((id, properties) -> observed.put(id, new Observed.Found(properties)));
    return new Live(Deployed.STACK, observed);
  }

  private Network network() {
    var all =
        List.of(
            new Network.AclEntry(100, true, SecurityRule.parse("ingress all from 0.0.0.0/0")),
            new Network.AclEntry(100, true, SecurityRule.parse("egress all to 0.0.0.0/0")));
    var network =
        new Network(
                interfaces,
                Map.of(),
                Map.of(),
                Map.of(VPC, new Network.Vpc("rtb-main", "acl-default", null)),
                Map.of(),
                Map.of("acl-default", all),
                Map.of(),
                prefixLists)
            .withTable("rtb-main", List.of());
    for (var subnet : List.of("PublicA", "PublicB", "Private")) {
      network =
          network.withSubnet(
              subnet(subnet),
              new Network.Subnet(
                  VPC, subnet.equals("Private") ? PRIVATE_TABLE : PUBLIC_TABLE, "acl-default"));
    }
    return network.withTable(
        PRIVATE_TABLE, List.of(new Network.Route("0.0.0.0/0", NAT, true, false)));
  }

  private void scalar(String resource, String property, String value) {
    of(resource).put(property, new Property.Scalar(value));
  }

  private void without(String resource, String property, String key) {
    members(
        resource, property, items(resource, property).filter(i -> !i.key().equals(key)).toList());
  }

  private void put(String resource, String property, String key, Map<String, String> fields) {
    members(
        resource,
        property,
        Stream.concat(items(resource, property), Stream.of(Item.of(key, fields))).toList());
  }

  private void change(String resource, String property, String key, String field, String value) {
    members(
        resource,
        property,
        items(resource, property)
            .map(
                i -> {
                  var fields = new TreeMap<>(i.fields());
                  fields.put(field, value);
                  return i.key().equals(key) ? new Item(key, fields, i.handle()) : i;
                })
            .toList());
  }

  private Stream<Item> items(String resource, String property) {
    return Objects.requireNonNull((Property.Members) of(resource).get(property)).items().stream();
  }

  private void members(String resource, String property, List<Item> items) {
    of(resource).put(property, Property.Members.of(items));
  }

  private Map<String, Property> of(String resource) {
    return Objects.requireNonNull(live.get(resource), resource);
  }

  private static Interface node(String zone, String subnet, String own, String address) {
    return new Interface(
        "eni-node-" + zone,
        "ELB app/shop/1",
        null,
        subnet(subnet),
        Set.of(group("BalancerGroup")),
        Set.of(own),
        Set.of(address));
  }

  private static String subnet(String logicalId) {
    return id(logicalId, "AWS::EC2::Subnet");
  }

  private static String group(String logicalId) {
    return id(logicalId, "AWS::EC2::SecurityGroup");
  }

  private static String id(String logicalId, String type) {
    return Deployed.id(logicalId, type);
  }
}
