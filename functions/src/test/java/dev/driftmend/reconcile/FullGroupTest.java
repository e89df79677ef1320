package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static dev.driftmend.testing.Guard.LOST_FROM_BALANCER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Guard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A group at its account's quota, which nobody knows before a rule is refused. */
class FullGroupTest {
  private static final String AUTHORIZE = "AuthorizeSecurityGroupIngress";
  private static final String REVOKE = "RevokeSecurityGroupIngress";
  private static final String SSH = "ingress tcp 22 from 192.0.2.0/24";
  private static final String MORE_SSH = "ingress tcp 22 from 198.51.100.0/24";

  private static final String FROM_STRANGERS =
      """
      Resources:
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: of peers
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: sg-foreign}
      """;

  private final Guard guard = new Guard();

  @Test
  void whatServesNothingMakesRoomForWhatWasRefused() {
    lostAmong(SSH, MORE_SSH);

    var outcome = guard.run();

    assertThat(guard.calls.all()).containsSubsequence(AUTHORIZE, REVOKE, AUTHORIZE);
    assertThat(outcome.results()).allMatch(r -> r.result() instanceof Result.Done);
    assertThat(ingress()).containsExactly(FROM_BALANCER);
    assertThat(guard.open()).isZero();
  }

  @Test
  void ofManyRulesThatOneCallWouldRevokeThoseGoFirstThatServeNothing() {
    lostAmong(SSH, FROM_WORLD, MORE_SSH);

    var outcome = guard.run();

    assertThat(guard.calls.all()).containsSubsequence(AUTHORIZE, REVOKE, AUTHORIZE, REVOKE);
    assertThat(outcome.results()).allMatch(r -> r.result() instanceof Result.Done);
    assertThat(ingress()).containsExactly(FROM_BALANCER);
  }

  @Test
  void whereOnlyWhatCarriesTheLostTrafficCouldGoItStaysAndTheQuotaIsAlerted() {
    lostAmong(FROM_WORLD);

    guard.run();

    assertThat(guard.calls.count(AUTHORIZE)).isEqualTo(1);
    assertThat(guard.calls.count(REVOKE)).isZero();
    assertThat(ingress()).containsExactly(FROM_WORLD);
    assertThat(guard.alerts.raised())
        .filteredOn(a -> a.incident().title().equals(LOST_FROM_BALANCER))
        .singleElement()
        .satisfies(a -> assertThat(a.next()).startsWith("Make room for it: ec2:" + AUTHORIZE));

    guard.world.rulesPerGroup = 60;
    guard.run();

    assertThat(ingress()).containsExactly(FROM_BALANCER);
    assertThat(guard.open()).isZero();
  }

  @Test
  void whereTheRoomIsNotEnoughItIsTriedOnceMoreOnlyAndWhatCarriesStays() {
    lostAmong(SSH, FROM_WORLD);
    guard.world.rulesPerGroup = 1;

    guard.run();

    assertThat(guard.calls.count(AUTHORIZE)).isEqualTo(2);
    assertThat(ingress()).containsExactly(FROM_WORLD);
    assertThat(guard.alerted()).contains("OPENED " + LOST_FROM_BALANCER);
  }

  /** A group of another account, say: its interfaces are not seen, and its clients are there. */
  @Test
  void whatMayCarryTheTrafficOfAPeerThatIsNotSeenDoesNotGoFirst() {
    var guard = new Guard(FROM_STRANGERS);
    var group = guard.world.the("Group");
    group.remove(SecurityGroup.INGRESS, "ingress tcp 80 from sg-foreign");
    group.add(SecurityGroup.INGRESS, "ingress all from sg-foreign");
    guard.world.rulesPerGroup = 1;

    guard.run();

    assertThat(guard.calls.count(AUTHORIZE)).isEqualTo(1);
    assertThat(group.keys(SecurityGroup.INGRESS)).containsExactly("ingress all from sg-foreign");

    group.add(SecurityGroup.INGRESS, SSH);
    guard.world.rulesPerGroup = 2;
    guard.run();

    assertThat(group.keys(SecurityGroup.INGRESS)).containsExactly("ingress tcp 80 from sg-foreign");
  }

  @Test
  void theRulesOfTheOtherDirectionMakeNoRoom() {
    lostAmong(FROM_WORLD);
    guard.world.the("WebGroup").add(SecurityGroup.EGRESS, "egress tcp 25 to 192.0.2.0/24");

    guard.run();

    assertThat(guard.calls.count(AUTHORIZE)).isEqualTo(1);
    assertThat(guard.calls.count("RevokeSecurityGroupEgress")).isZero();
  }

  @Test
  void aRestoreThatIsRefusedForAnotherReasonStillKeepsEverything() {
    lostAmong(SSH, MORE_SSH);
    guard.calls.fail(
        AUTHORIZE, new DeniedFailure("ec2:" + AUTHORIZE, new IllegalStateException("not allowed")));

    guard.run();

    assertThat(guard.calls.count(REVOKE)).isZero();
    assertThat(ingress()).containsExactly(SSH, MORE_SSH);
  }

  @Test
  void withoutTheNetworkNothingGoesFirst() {
    lostAmong(SSH, MORE_SSH);
    guard.calls.fail(
        "network", new DeniedFailure("ec2:DescribeSubnets", new IllegalStateException("no")));

    guard.run();

    assertThat(guard.calls.count(REVOKE)).isZero();
    assertThat(ingress()).containsExactly(SSH, MORE_SSH);
  }

  @Test
  void throttledWhileRoomIsMadeAllIsTriedAgain() {
    lostAmong(SSH, MORE_SSH);
    guard.calls.at(
        REVOKE,
        1,
        () -> {
          throw new TransientFailure("ec2:" + REVOKE, new IllegalStateException("slower"));
        });

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    assertThat(ingress()).containsExactly(SSH, MORE_SSH);

    guard.run();

    assertThat(ingress()).containsExactly(FROM_BALANCER);
    assertThat(guard.open()).isZero();
  }

  /** The group has room for what it has now, and for no more. */
  private void lostAmong(String... others) {
    var group = guard.world.the("WebGroup");
    group.remove(SecurityGroup.INGRESS, FROM_BALANCER);
    for (var rule : others) {
      group.add(SecurityGroup.INGRESS, rule);
    }
    guard.world.rulesPerGroup = others.length;
  }

  private List<String> ingress() {
    return guard.world.the("WebGroup").keys(SecurityGroup.INGRESS);
  }
}
