package dev.driftmend.kind.network;

import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.Kind;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElasticIpTest {
  private static final String BARE =
      """
      Address:
        Type: AWS::EC2::EIP
        Properties: {Domain: vpc}
      Other:
        Type: AWS::EC2::EIP
      Web:
        Type: AWS::EC2::Instance
      """;
  private static final String OWN = BARE.replace("Domain: vpc", "InstanceId: !Ref Web");
  private static final String ADDRESS = Deployed.id("Address", "AWS::EC2::EIP");

  private static String associated(String properties) {
    return BARE
        + """
        Association:
          Type: AWS::EC2::EIPAssociation
          Properties: {%s}
        """
            .formatted(properties);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EIP: !Ref Address, InstanceId: !Ref Web",
        "AllocationId: !GetAtt Address.AllocationId, InstanceId: !Ref Web"
      })
  void anAddressBelongsToTheInstanceThatAnAssociationGivesIt(String properties) {
    var stack = associated(properties);

    assertThat(address(stack, "i-web").drifts()).isEmpty();
    assertThat(address(stack, "i-other").drifts()).hasSize(1);
    assertThat(Deployed.resource(Deployed.stack(stack), "Other").properties()).isEmpty();
  }

  @Test
  void anAddressThatSomebodyMovedIsReportedWithTheCallThatMovesItBack() {
    var look = address(OWN, "i-other");

    assertThat(look.report().remediation())
        .isEqualTo(
            "aws ec2 associate-address --region us-east-1 --public-ip "
                + ADDRESS
                + " --instance-id i-web");
    assertThat(look.kind().calls(look.drifts().getFirst()))
        .contains("AssociateAddress", "DisassociateAddress");
    assertThat(impact(look).exposure()).isEqualTo(Exposure.OUTAGE);
    assertThat(impact(address(OWN, "")).why()).contains("nowhere");
  }

  @Test
  void anAddressThatTheTemplateGivesToNoneMayBeAnybodys() {
    assertThat(address(BARE, "i-other").drifts()).isEmpty();
    assertThat(address(associated("EIP: !Ref Address, NetworkInterfaceId: eni-1"), "i-1").drifts())
        .isEmpty();
    assertThat(address(associated("EIP: 192.0.2.1, InstanceId: !Ref Web"), "i-other").drifts())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EIP: !ImportValue address, InstanceId: !Ref Web",
        "AllocationId: !ImportValue allocation, InstanceId: !Ref Web",
        "EIP: !Ref Address, InstanceId: !ImportValue instance"
      })
  void whereItIsNotKnownWhoHasItNothingIsCompared(String properties) {
    assertThat(
            Deployed.resource(Deployed.stack(associated(properties)), "Address")
                .properties()
                .get("InstanceId"))
        .isInstanceOf(Property.Unknown.class);
  }

  @Test
  void anAddressThatWasReleasedIsReported() {
    var look = new Look(Deployed.resource(Deployed.stack(BARE), "Address"), new Observed.Gone());

    assertThat(look.report().remediation()).contains("REVERT_DRIFT");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("ReleaseAddress");
    assertThat(impact(look).exposure()).isEqualTo(Exposure.OUTAGE);
  }

  private static Kind.Impact impact(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live());
  }

  private static Look address(String stack, String instance) {
    return Look.at(Deployed.stack(stack), "Address", Map.of("InstanceId", scalar(instance)));
  }
}
