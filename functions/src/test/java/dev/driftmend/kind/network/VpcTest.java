package dev.driftmend.kind.network;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VpcTest {
  private static final String BARE =
      """
      Vpc:
        Type: AWS::EC2::VPC
        Properties: {CidrBlock: 10.0.7.0/16, EnableDnsSupport: true, EnableDnsHostnames: 'True'}
      Gateway:
        Type: AWS::EC2::InternetGateway
      """;
  private static final String VPC =
      BARE
          + """
          Attachment:
            Type: AWS::EC2::VPCGatewayAttachment
            Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
          Vpn:
            Type: AWS::EC2::VPCGatewayAttachment
            Properties: {VpcId: !Ref Vpc, VpnGatewayId: vgw-1}
          """;
  private static final Item IN_4 = entry("ingress 100", "allow ingress all from 0.0.0.0/0");
  private static final Item OUT_4 = entry("egress 100", "allow egress all to 0.0.0.0/0");
  private static final Item IN_6 = entry("ingress 101", "allow ingress all from ::/0");
  private static final Item OUT_6 = entry("egress 101", "allow egress all to ::/0");

  @Test
  void aVpcAsDeclaredIsLeftAlone() {
    assertThat(vpc(Map.of()).drifts()).isEmpty();
  }

  @Test
  void attributesThatTheTemplateDoesNotSayAreNotCompared() {
    var stack = "Vpc:\n  Type: AWS::EC2::VPC\n  Properties: {Ipv4IpamPoolId: ipam-pool-1}\n";

    assertThat(Deployed.resource(Deployed.stack(stack), "Vpc").properties())
        .containsOnlyKeys("InternetGateways", "DefaultNetworkAcl");
  }

  @ParameterizedTest
  @CsvSource({"EnableDnsSupport, enableDnsSupport", "EnableDnsHostnames, enableDnsHostnames"})
  void anAttributeIsSetBackByACallOfItsOwn(String property, String argument) {
    var look = vpc(Map.of(property, scalar("false")));

    assertThat(look.call().operation()).isEqualTo("ModifyVpcAttribute");
    assertThat(look.call().phase()).isEqualTo(Phase.CHANGE);
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("vpc", List.of("vpc-vpc"), argument, List.of("true")));
    assertThat(left(look)).isEmpty();
  }

  @Test
  void namesAreResolvedAgainBeforeHostsGetSome() {
    var look =
        vpc(Map.of("EnableDnsHostnames", scalar("false"), "EnableDnsSupport", scalar("false")));

    assertThat(look.steps())
        .extracting(s -> ((Step.Call) s).arguments().keySet())
        .extracting(keys -> keys.contains("enableDnsSupport"))
        .containsExactly(true, false);
  }

  @Test
  void aDetachedGatewayIsAttachedAgain() {
    var look = vpc(Map.of("InternetGateways", members()));

    assertThat(look.call().operation()).isEqualTo("AttachInternetGateway");
    assertThat(look.call().phase()).isEqualTo(Phase.RESTORE);
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("gateway", List.of("igw-gateway"), "vpc", List.of("vpc-vpc")));
    assertThat(left(look)).isEmpty();
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void aGatewayThatDoesNotExistAnyMoreIsReported() {
    var look = vpc(Map.of("InternetGateways", members(), "ExistingInternetGateways", members()));

    assertThat(look.report().why()).isEqualTo("the gateway igw-gateway does not exist any more");
    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
  }

  @Test
  void whileAnotherGatewayIsAttachedBothAreReported() {
    var look = vpc(Map.of("InternetGateways", members("igw-other")));

    assertThat(look.steps())
        .hasSize(2)
        .allMatch(Step.Report.class::isInstance)
        .anyMatch(s -> s.why().contains("igw-other") && s.why().contains("one only"));
  }

  @Test
  void aGatewayThatSomebodyAttachedIsReportedWithTheWayToDetachIt() {
    var look = Look.at(Deployed.stack(BARE), "Vpc", found(vpc(Map.of()).live()));

    assertThat(look.differences()).containsExactly("EXTRA not in the template: igw-gateway");
    assertThat(look.report().remediation())
        .isEqualTo(
            "aws ec2 detach-internet-gateway --region us-east-1 --internet-gateway-id igw-gateway"
                + " --vpc-id vpc-vpc");
    assertThat(look.kind().requiresOptIn(look.drifts().getFirst())).isFalse();
    assertThat(exposure(look)).isEqualTo(Exposure.LATENT);
  }

  @Test
  void whatARepairMadeIsRevertedByRepairingTowardsTheStateBefore() {
    for (var change :
        List.<Map<String, Property>>of(
            Map.of("InternetGateways", members()),
            Map.of("EnableDnsSupport", scalar("false")),
            Map.of("DefaultNetworkAcl", acl(IN_4)))) {
      var before = vpc(change);
      var now = before.kind().after(before.call(), before.live());
      var back = new Look(new Resource(before.desired().ref(), found(before.live())), now);

      assertThat(new Look(back.desired(), before.kind().after(back.call(), now)).drifts())
          .isEmpty();
    }
  }

  @Test
  void anAttachmentThatIsNotKnownMakesTheGatewaysUnsure() {
    for (var properties :
        List.of(
            "{VpcId: !ImportValue vpc, InternetGatewayId: igw-1}",
            "{VpcId: !Ref Vpc, InternetGatewayId: !ImportValue gateway}")) {
      var stack =
          BARE + "A:\n  Type: AWS::EC2::VPCGatewayAttachment\n  Properties: " + properties + "\n";

      assertThat(
              Deployed.resource(Deployed.stack(stack), "Vpc").properties().get("InternetGateways"))
          .isInstanceOfSatisfying(
              Property.Members.class, m -> assertThat(m.openBecause()).contains("A"));
    }
  }

  @Test
  void theEntriesThatEc2GivesForIpv6AreNoDriftAndOthersUnderTheirNumbersAre() {
    assertThat(vpc(Map.of("DefaultNetworkAcl", acl(IN_4, OUT_4, IN_6, OUT_6))).drifts()).isEmpty();
    assertThat(
            vpc(Map.of(
                    "DefaultNetworkAcl",
                    acl(IN_4, OUT_4, entry("ingress 101", "deny ingress all from ::/0"))))
                .differences())
        .containsExactly(
            "CHANGED rule of ingress 101 is \"deny ingress all from ::/0\","
                + " the template says \"allow ingress all from ::/0\"");
  }

  @Test
  void entriesOfTheDefaultAclAreRepairedByItsIdIfThePolicySaysSo() {
    var look =
        vpc(
            Map.of(
                "DefaultNetworkAcl",
                acl(IN_4, OUT_4, entry("ingress 1", "deny ingress all from 192.0.2.0/24"))));

    assertThat(look.kind().requiresOptIn(look.drifts().getFirst())).isTrue();
    assertThat(look.call().operation()).isEqualTo("DeleteNetworkAclEntry");
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("acl", List.of("acl-default"), "entry", List.of("ingress 1")));
    assertThat(left(look)).isEmpty();
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void entriesThatTheStackGivesToTheDefaultAclAreDeclared() {
    var stack =
        VPC
            + """
            Deny:
              Type: AWS::EC2::NetworkAclEntry
              Properties: {NetworkAclId: !GetAtt Vpc.DefaultNetworkAcl, RuleNumber: 50, Protocol: -1, RuleAction: deny, CidrBlock: 192.0.2.0/24}
            """;
    var deny = entry("ingress 50", "deny ingress all from 192.0.2.0/24");
    var live = new HashMap<>(found(vpc(Map.of()).live()));
    live.put("DefaultNetworkAcl", acl(IN_4, OUT_4, deny));

    assertThat(Look.at(Deployed.stack(stack), "Vpc", live).drifts()).isEmpty();
    live.put("DefaultNetworkAcl", acl(IN_4, OUT_4));
    assertThat(Look.at(Deployed.stack(stack), "Vpc", live).differences())
        .containsExactly("MISSING lost: ingress 50");
  }

  @Test
  void anotherBlockAndAVpcThatIsGoneAreReported() {
    assertThat(vpc(Map.of("CidrBlock", scalar("10.1.0.0/16"))).report().why())
        .contains("no API can change it");
    assertThat(
            new Look(Deployed.resource(Deployed.stack(VPC), "Vpc"), new Observed.Gone())
                .report()
                .remediation())
        .contains("REVERT_DRIFT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AttachInternetGateway", "DetachInternetGateway"})
  void aGatewaysDriftSaysWhichCallsCanHaveMadeIt(String call) {
    var look = vpc(Map.of("InternetGateways", members()));

    assertThat(look.kind().calls(look.drifts().getFirst())).contains(call);
  }

  private static List<?> left(Look look) {
    return new Look(look.desired(), look.kind().after(look.call(), look.live())).drifts();
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }

  private static Look vpc(Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("CidrBlock", scalar("10.0.0.0/16"));
    live.put("EnableDnsSupport", scalar("true"));
    live.put("EnableDnsHostnames", scalar("true"));
    live.put("InternetGateways", members("igw-gateway"));
    live.put("ExistingInternetGateways", members("igw-gateway"));
    live.put("DefaultNetworkAcl", acl(IN_4, OUT_4));
    live.put("DefaultNetworkAclId", scalar("acl-default"));
    live.putAll(changes);
    return Look.at(Deployed.stack(VPC), "Vpc", live);
  }

  private static Item entry(String key, String rule) {
    return Item.of(key, Map.of("rule", rule));
  }

  private static Property acl(Item... entries) {
    return Property.Members.of(Stream.of(entries).toList());
  }

  private static Map<String, Property> found(Observed observed) {
    return ((Observed.Found) observed).properties();
  }
}
