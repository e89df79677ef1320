package dev.driftmend.kind.network;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NatGatewayTest {
  private static final String NAT =
      """
      Address:
        Type: AWS::EC2::EIP
      Nat:
        Type: AWS::EC2::NatGateway
        Properties: {SubnetId: subnet-1, AllocationId: !GetAtt Address.AllocationId, SecondaryAllocationIds: [eipalloc-2]}
      """;
  private static final String ADDRESS = Deployed.id("Address", "AWS::EC2::EIP");

  @Test
  void aGatewayThatWorksWithItsDeclaredAddressesIsLeftAlone() {
    assertThat(nat("available", members("eipalloc-2", ADDRESS)).drifts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "pending"})
  void aGatewayThatDoesNotWorkIsReported(String state) {
    var look = nat(state, members("eipalloc-2", ADDRESS));

    assertThat(look.differences())
        .containsExactly("CHANGED State is \"" + state + "\", the template says \"available\"");
    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
    assertThat(exposure(look)).isEqualTo(Exposure.DEGRADED);
  }

  @Test
  void aGatewayThatIsGoneIsReportedAndWhatIsBehindItServesOn() {
    var look = new Look(Deployed.resource(Deployed.stack(NAT), "Nat"), new Observed.Gone());

    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteNatGateway");
    assertThat(exposure(look)).isEqualTo(Exposure.DEGRADED);
  }

  @Test
  void otherAddressesAreReportedWithTheCallThatSetsThemBack() {
    var extra =
        Property.Members.of(
            List.of(
                Item.of(ADDRESS),
                Item.of("eipalloc-2"),
                new Item("eipalloc-3", new TreeMap<>(), "eipassoc-3")));

    assertThat(nat("available", extra).report().remediation())
        .isEqualTo(
            "aws ec2 disassociate-nat-gateway-address --region us-east-1 --nat-gateway-id nat-nat"
                + " --association-ids eipassoc-3");
    assertThat(nat("available", members(ADDRESS)).report().remediation())
        .isEqualTo(
            "aws ec2 associate-nat-gateway-address --region us-east-1 --nat-gateway-id nat-nat"
                + " --allocation-ids eipalloc-2");
  }

  @Test
  void addressesThatTheTemplateDoesNotSayAreNotCompared() {
    var stack = "Nat:\n  Type: AWS::EC2::NatGateway\n  Properties: {SubnetId: subnet-1}\n";

    assertThat(Deployed.resource(Deployed.stack(stack), "Nat").properties())
        .containsOnlyKeys("State");
  }

  @Test
  void withOneAddressUnknownNoneIsExtraForSure() {
    var stack = NAT.replace("[eipalloc-2]", "[!ImportValue allocation]");

    assertThat(Deployed.resource(Deployed.stack(stack), "Nat").properties().get("AllocationIds"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.openBecause()).contains("allocation"));
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }

  private static Look nat(String state, Property allocations) {
    return Look.at(
        Deployed.stack(NAT), "Nat", Map.of("State", scalar(state), "AllocationIds", allocations));
  }
}
