package dev.driftmend.diagnose;

import static dev.driftmend.diagnose.Stage.broken;
import static dev.driftmend.diagnose.Stage.hop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.network.NatGateway;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.stack.Item;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What no request passes, and should be right all the same; and who is behind it. */
class BesideTest {
  private final Stage stage = Stage.own();

  @Test
  void aGroupThatBothHaveIsShared() {
    beside(
        "shared-group",
        stage.add("WebInstance", Instance.GROUPS, Item.of(stage.id("LoadBalancerSecurityGroup"))));
  }

  @Test
  void aPrivateSubnetThatBecamePublicCannotFetchEither() {
    var diagnosis =
        stage
            .scalar("PrivateSubnetA", Subnet.ROUTE_TABLE, stage.id("PublicRouteTable"))
            .diagnosis();

    assertThat(broken(diagnosis))
        .isEqualTo(Map.of("packages", Symptom.NONE, "public-subnet", Symptom.NONE));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void aPublicAddressIsReported() {
    beside(
        "public-address",
        stage.add("WebInstance", Instance.PUBLIC_ADDRESS, Item.of("203.0.113.7")));
  }

  @Test
  void thePortOpenToTheWorldIsReported() {
    var opened =
        stage.add(
            "WebSecurityGroup", SecurityGroup.INGRESS, Item.of("ingress tcp 5000 from 0.0.0.0/0"));

    beside("world-open", opened);
    assertThat(hop(opened.diagnosis(), "world-open").evidence().getFirst())
        .contains("tcp 5000 from 0.0.0.0/0", "nothing leads there yet");
  }

  @Test
  void anOfficeIsNotTheWorld() {
    assertThat(
            broken(
                stage
                    .add(
                        "WebSecurityGroup",
                        SecurityGroup.INGRESS,
                        Item.of("ingress tcp 22 from 198.51.100.0/24"))
                    .diagnosis()))
        .isEmpty();
  }

  @Test
  void theWorldByIpv6IsTheWorld() {
    beside(
        "world-open",
        stage.add("WebSecurityGroup", SecurityGroup.INGRESS, Item.of("ingress tcp 22 from ::/0")));
  }

  @Test
  void aNatGatewayThatDoesNotWorkKeepsPackagesAway() {
    beside("packages", stage.scalar("NatGateway", NatGateway.STATE, "failed"));
  }

  @Test
  void aLostWayOutKeepsPackagesAway() {
    beside("packages", stage.keys("PrivateRouteTable", RouteTable.ROUTES));
    beside("packages", Stage.own().keys("WebSecurityGroup", SecurityGroup.EGRESS));
  }

  @Test
  void aFaultOfTheStacksOwnTemplateIsNoDrift() {
    var open =
        Stage.of(
            Stage.OWN.replace(
                "SourceSecurityGroupId: !GetAtt LoadBalancerSecurityGroup.GroupId",
                "CidrIp: 0.0.0.0/0"));

    beside("world-open", open);
    assertThat(Stage.cause(open.diagnosis(), "world-open").what())
        .startsWith("no drift: the stack's own template");
  }

  @Test
  void whoDidItIsNamed() {
    var cause =
        new Cause(
            Cause.Origin.API_CALL,
            "0a1b",
            "AuthorizeSecurityGroupIngress",
            Instant.parse("2026-03-01T00:00:00Z"),
            new Caller("arn:aws:iam::123456789012:user/zoe", "192.0.2.1", "aws-cli", null));
    var opened =
        stage.add(
            "WebSecurityGroup", SecurityGroup.INGRESS, Item.of("ingress tcp 5000 from 0.0.0.0/0"));
    var behind = Stage.cause(opened.because(cause).diagnosis(), "world-open");

    assertThat(behind.what()).startsWith("drift of WebSecurityGroup: not in the template");
    assertThat(behind.call()).isEqualTo(cause);
  }

  private static void beside(String hop, Stage stage) {
    var diagnosis = stage.diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of(hop, Symptom.NONE));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OK);
    assertThat(diagnosis.explainedBy()).isNull();
    assertThat(hop(diagnosis, hop).fix()).isNotBlank();
  }
}
