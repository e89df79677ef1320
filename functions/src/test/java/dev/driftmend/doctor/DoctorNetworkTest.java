package dev.driftmend.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Preflight.State;
import dev.driftmend.port.Account.Usage;
import dev.driftmend.testing.InMemoryAccount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the web system needs: an image, zones, addresses and ranges of subnets. */
class DoctorNetworkTest extends DoctorScenes {
  @Test
  void theImageFitsTheInstanceTypesArchitecture() {
    var found = first("InstanceType=t3.micro");
    assertThat(found.parameters()).containsEntry("ImageId", InMemoryAccount.X86);
    assertThat(state(found, "image")).isEqualTo(State.FINE);
    assertToFix(
        first("InstanceType=t3.micro", "ImageId=" + InMemoryAccount.ARM),
        "image",
        "which t3.micro is not",
        "ImageId=" + InMemoryAccount.X86);
    assertToFix(
        later("InstanceType=t3.micro"), "image", "is arm64", "ImageId=" + InMemoryAccount.X86);
  }

  @Test
  void anImageOfAnotherRegionIsNotThere() {
    assertToFix(
        first("ImageId=ami-11111111"),
        "image",
        "no image ami-11111111",
        "ImageId=" + InMemoryAccount.ARM);
  }

  @Test
  void aRegionWithoutThePublicParameterNeedsAnImageByHand() {
    account.images.clear();
    assertToFix(first(), "image", "no public parameter", "describe-images");
  }

  @Test
  void anUnknownInstanceTypeIsNamed() {
    var found = first("InstanceType=t9.huge");
    assertToFix(found, "zones", "t9.huge", "InstanceType=");
    assertThat(state(found, "image")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void zonesAreThoseThatHaveTheInstanceType() {
    account.zonesWith.put("t4g.micro", Set.of("us-east-1b", "us-east-1c"));
    assertThat(first().parameters())
        .containsEntry("ZoneA", "us-east-1b")
        .containsEntry("ZoneB", "us-east-1c");
    account.zonesWith.put("t4g.micro", Set.of("us-east-1c"));
    assertThat(first().parameters())
        .as("the other one is the load balancer's alone")
        .containsEntry("ZoneA", "us-east-1c")
        .containsEntry("ZoneB", "us-east-1a");
    assertToFix(
        first("ZoneA=us-east-1a", "ZoneB=us-east-1c"),
        "zones",
        "us-east-1a has no t4g.micro",
        "ZoneA=us-east-1c ZoneB=us-east-1a");
  }

  @Test
  void whereNoZoneHasTheTypeAnotherTypeIsOffered() {
    account.zonesWith.put("t4g.micro", Set.of());
    assertToFix(first(), "zones", "no zone of us-east-1 has t4g.micro", "InstanceType=t3.micro");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ZoneB=us-east-1a", "ZoneB=us-east-1z", "ZoneB="})
  void twoZonesThatAreNotTwoAreToBeFixed(String other) {
    assertToFix(first("ZoneA=us-east-1a", other), "zones", "", "ZoneA=us-east-1a ZoneB=us-east-1b");
  }

  @Test
  void aRegionOfOneZoneIsNotEnough() {
    account.zones = List.of("us-east-1a");
    assertToFix(first(), "zones", "[us-east-1a]", "--region");
  }

  @Test
  void theNatGatewayNeedsAnAddress() {
    account.elasticAddresses = new Usage(5, 5);
    assertToFix(first(), "elastic addresses", "5 of 5", "release-address");
    account.elasticAddresses = new Usage(4, 5);
    assertThat(state(first(), "elastic addresses")).isEqualTo(State.FINE);
  }

  @Test
  void theQuotaOfVpcsIsNotReadableSoFiveAreUnknownAndNotWrong() {
    account.vpcs = 4;
    assertThat(state(first(), "VPCs")).isEqualTo(State.FINE);
    account.vpcs = 5;
    var found = first();
    assertThat(state(found, "VPCs")).isEqualTo(State.UNKNOWN);
    assertThat(check(found, "VPCs").mend()).first().asString().contains("get-service-quota");
    assertThat(found.fine()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "PublicSubnetACidr=10.20.0.0/28, too small",
    "PublicSubnetBCidr=10.30.1.0/24, not inside VpcCidr",
    "PrivateSubnetBCidr=10.20.1.128/25, overlaps PublicSubnetBCidr",
    "PrivateSubnetACidr=10.20.300.0/24, no range of addresses"
  })
  void rangesThatDoNotFitAreFixedByFourThatDo(String given, String what) {
    var found = first(given);
    assertToFix(found, "subnets", what, "PublicSubnetACidr=10.20.0.0/24");
    var mend = check(found, "subnets").mend().getFirst().split(" ");
    assertThat(state(first(Arrays.copyOfRange(mend, 1, mend.length)), "subnets"))
        .isEqualTo(State.FINE);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0/25, 10.0.0.32/27", "10.0.0.0/26, 10.20.1.0/24"})
  void rangesOfASmallVpcAreOfferedInsideItIfTheyFit(String vpc, String second) {
    var found = first("VpcCidr=" + vpc);
    var mend = check(found, "subnets").mend().getFirst();
    assertThat(mend).contains("PublicSubnetBCidr=" + second);
    var parts = new ArrayList<>(List.of(mend.split(" ")));
    parts.removeFirst();
    if (!mend.contains("VpcCidr")) {
      parts.add("VpcCidr=" + vpc);
    }
    assertThat(state(first(parts.toArray(String[]::new)), "subnets")).isEqualTo(State.FINE);
  }

  @Test
  void aDeployedLoadBalancerNeedsFreeAddresses() {
    account.free.put("subnet-b", 7);
    assertToFix(later(), "subnets", "subnet-b has 7 free addresses", "describe-network-interfaces");
    account.free.put("subnet-b", 8);
    assertThat(state(later(), "subnets")).isEqualTo(State.FINE);
  }
}
