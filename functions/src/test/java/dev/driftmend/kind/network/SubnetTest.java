package dev.driftmend.kind.network;

import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
  private static final String BARE =
      """
      Vpc:
        Type: AWS::EC2::VPC
      Subnet:
        Type: AWS::EC2::Subnet
        Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.7/24}
      """;
  private static final String ASSOCIATED =
      BARE
          + """
          TableAssociation:
            Type: AWS::EC2::SubnetRouteTableAssociation
            Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}
          AclAssociation:
            Type: AWS::EC2::SubnetNetworkAclAssociation
            Properties: {SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl}
          Table:
            Type: AWS::EC2::RouteTable
            Properties: {VpcId: !Ref Vpc}
          Acl:
            Type: AWS::EC2::NetworkAcl
            Properties: {VpcId: !Ref Vpc}
          """;

  @Test
  void aSubnetAsDeclaredIsLeftAlone() {
    assertThat(subnet(ASSOCIATED, Map.of()).drifts()).isEmpty();
  }

  @Test
  void aTableThatTheTemplateDoesNotGiveIsNotCompared() {
    assertThat(
            subnet(BARE, Map.of("RouteTable", scalar("rtb-other"), "NetworkAcl", scalar("default")))
                .drifts())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', true, LATENT", "', MapPublicIpOnLaunch: True', false, DEGRADED"})
  void addressesAtLaunchAreSetBackAlsoWhereTheTemplateDoesNotSpeakOfThem(
      String declared, String live, Exposure exposure) {
    var look =
        subnet(
            BARE.replace("10.0.1.7/24", "10.0.1.7/24" + declared),
            Map.of("MapPublicIpOnLaunch", scalar(live), "NetworkAcl", scalar("default")));

    assertThat(look.call().operation()).isEqualTo("ModifySubnetAttribute");
    assertThat(look.call().phase()).isEqualTo(Phase.CHANGE);
    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of(
                "subnet", List.of("subnet-subnet"),
                "mapPublicIpOnLaunch", List.of(live.equals("true") ? "false" : "true")));
    assertThat(left(look)).isEmpty();
    assertThat(exposure(look)).isEqualTo(exposure);
  }

  @Test
  void aSubnetThatUsesAnotherTableIsGivenItsOwnByItsAssociation() {
    var look = subnet(ASSOCIATED, Map.of("RouteTable", scalar("rtb-other")));

    assertThat(look.call().operation()).isEqualTo("ReplaceRouteTableAssociation");
    assertThat(look.call().phase()).isEqualTo(Phase.CHANGE);
    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of("association", List.of("rtbassoc-1"), "routeTable", List.of("rtb-table")));
    assertThat(look.call().why()).contains("an id that CloudFormation does not know");
    assertThat(left(look)).isEmpty();
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void aSubnetThatLostItsTableIsAssociatedAgain() {
    var look =
        subnet(
            ASSOCIATED, Map.of("RouteTable", scalar("main"), "RouteTableAssociation", scalar("")));

    assertThat(look.call().operation()).isEqualTo("AssociateRouteTable");
    assertThat(look.call().phase()).isEqualTo(Phase.RESTORE);
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("subnet", List.of("subnet-subnet"), "routeTable", List.of("rtb-table")));
    assertThat(left(look)).isEmpty();
  }

  @Test
  void anAssociationThatARepairMadeIsKnownByItsSubnet() {
    var before = subnet(ASSOCIATED, Map.of("RouteTable", scalar("rtb-other")));
    var now = before.kind().after(before.call(), before.live());

    var back = compared(before, now, "RouteTable").call();

    assertThat(back.arguments())
        .isEqualTo(
            Map.of("association", List.of("subnet-subnet"), "routeTable", List.of("rtb-other")));
  }

  @Test
  void toTheMainTableOnlyAPersonGoesBack() {
    var before = subnet(ASSOCIATED, Map.of("RouteTable", scalar("main")));
    var now = before.kind().after(before.call(), before.live());

    assertThat(compared(before, now, "RouteTable").report().remediation())
        .startsWith("aws ec2 disassociate-route-table --region us-east-1 --association-id ");
  }

  @Test
  void anotherAclIsReplacedByItsAssociationIfThePolicySaysSo() {
    var look = subnet(ASSOCIATED, Map.of("NetworkAcl", scalar("acl-other")));

    assertThat(look.kind().requiresOptIn(look.drifts().getFirst())).isTrue();
    assertThat(look.call().operation()).isEqualTo("ReplaceNetworkAclAssociation");
    assertThat(look.call().phase()).isEqualTo(Phase.CHANGE);
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("association", List.of("aclassoc-1"), "acl", List.of("acl-acl")));
    assertThat(left(look)).isEmpty();
  }

  @Test
  void whereNoAclIsDeclaredTheDefaultOneIsMeantAndNamedByItsId() {
    var look = subnet(BARE, Map.of("NetworkAcl", scalar("acl-other")));

    assertThat(look.kind().requiresOptIn(look.drifts().getFirst())).isTrue();
    assertThat(look.call().argument("acl")).isEqualTo("acl-default");
    assertThat(left(look)).isEmpty();
  }

  @Test
  void withoutTheIdOfTheDefaultAclItIsReported() {
    var look =
        subnet(BARE, Map.of("NetworkAcl", scalar("acl-other"), "DefaultNetworkAclId", scalar("")));

    assertThat(look.report().why()).contains("default ACL is not known");
  }

  @Test
  void inTheVpcOfAnotherStackTheAclIsThatStacks() {
    var stack =
        """
        Subnet:
          Type: AWS::EC2::Subnet
          Properties: {VpcId: vpc-elsewhere, CidrBlock: 10.0.1.0/24}
        """;

    assertThat(Deployed.resource(Deployed.stack(stack), "Subnet").properties())
        .doesNotContainKey("NetworkAcl");
  }

  @Test
  void anAssociationWithTheDefaultAclOfTheVpcIsUnderstood() {
    var stack =
        ASSOCIATED.replace("NetworkAclId: !Ref Acl", "NetworkAclId: !GetAtt Vpc.DefaultNetworkAcl");

    assertThat(Deployed.resource(Deployed.stack(stack), "Subnet").properties())
        .containsEntry("NetworkAcl", scalar("default"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SubnetId: !Ref Subnet, RouteTableId: !ImportValue table",
        "SubnetId: !ImportValue subnet, RouteTableId: rtb-1"
      })
  void whatIsAssociatedIsNotComparedWhereItIsNotKnown(String properties) {
    var stack =
        BARE
            + """
            A:
              Type: AWS::EC2::SubnetRouteTableAssociation
              Properties: {%s}
            B:
              Type: AWS::EC2::SubnetNetworkAclAssociation
              Properties: {%s}
            """
                .formatted(properties, properties.replace("RouteTableId", "NetworkAclId"));

    assertThat(Deployed.resource(Deployed.stack(stack), "Subnet").properties())
        .hasEntrySatisfying("RouteTable", p -> assertThat(p).isInstanceOf(Property.Unknown.class))
        .hasEntrySatisfying("NetworkAcl", p -> assertThat(p).isInstanceOf(Property.Unknown.class));
  }

  @Test
  void anotherBlockOrVpcAndASubnetThatIsGoneAreReported() {
    assertThat(subnet(ASSOCIATED, Map.of("CidrBlock", scalar("10.0.2.0/24"))).report().why())
        .contains("no API can change it");
    assertThat(subnet(ASSOCIATED, Map.of("VpcId", scalar("vpc-2"))).report().why())
        .contains("no API can change it");
    assertThat(
            new Look(Deployed.resource(Deployed.stack(ASSOCIATED), "Subnet"), new Observed.Gone())
                .report()
                .remediation())
        .contains("REVERT_DRIFT");
  }

  @ParameterizedTest
  @CsvSource({
    "MapPublicIpOnLaunch, true, ModifySubnetAttribute",
    "RouteTable, main, DisassociateRouteTable",
    "RouteTable, rtb-other, ReplaceRouteTableAssociation",
    "NetworkAcl, default, ReplaceNetworkAclAssociation"
  })
  void everyDriftSaysWhichCallsCanHaveMadeIt(String property, String live, String call) {
    var look = subnet(ASSOCIATED, Map.of(property, scalar(live)));

    assertThat(look.kind().calls(look.drifts().getFirst())).contains(call);
  }

  /** Towards the state before, in this property alone. */
  private static Look compared(Look before, Observed now, String property) {
    var was = ((Observed.Found) before.live()).properties().get(property);
    return new Look(
        new Resource(before.desired().ref(), was == null ? Map.of() : Map.of(property, was)), now);
  }

  private static List<?> left(Look look) {
    return new Look(look.desired(), look.kind().after(look.call(), look.live())).drifts();
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }

  private static Look subnet(String stack, Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("VpcId", scalar("vpc-vpc"));
    live.put("CidrBlock", scalar("10.0.1.0/24"));
    live.put("MapPublicIpOnLaunch", scalar("false"));
    live.put("RouteTable", scalar("rtb-table"));
    live.put("RouteTableAssociation", scalar("rtbassoc-1"));
    live.put("NetworkAcl", scalar("acl-acl"));
    live.put("NetworkAclAssociation", scalar("aclassoc-1"));
    live.put("DefaultNetworkAclId", scalar("acl-default"));
    live.putAll(changes);
    return Look.at(Deployed.stack(stack), "Subnet", live);
  }
}
