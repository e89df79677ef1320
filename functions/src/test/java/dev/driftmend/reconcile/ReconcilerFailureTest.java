package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static dev.driftmend.testing.Guard.LOST_FROM_BALANCER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Mode;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails, and wherever: nothing is cut, nothing lost, and the next run ends right. */
class ReconcilerFailureTest {
  private static final String OPENED = "WebGroup: not in the template: " + FROM_WORLD;
  private static final String SSH = "ingress tcp 22 from 0.0.0.0/0";
  private static final String SSH_OPENED = "BalancerGroup: not in the template: " + SSH;
  private static final String UNFINISHED =
      "A repair begun at 2026-03-04T00:00:00Z was never finished";

  private final Guard guard = new Guard();

  @Test
  void whereALostRuleCannotBeRestoredNothingIsTakenAwayAndOtherResourcesAreStillRepaired() {
    bothWays();
    guard.world.the("BalancerGroup").add("Ingress", SSH);
    guard.calls.fail("AuthorizeSecurityGroupIngress", denied());

    guard.run();

    assertThat(guard.world.the("WebGroup").keys("Ingress")).containsExactly(FROM_WORLD);
    assertThat(guard.world.the("BalancerGroup").keys("Ingress")).doesNotContain(SSH);
    assertThat(guard.alerted())
        .containsExactlyInAnyOrder(
            "RESOLVED " + SSH_OPENED, "OPENED " + LOST_FROM_BALANCER, "OPENED " + OPENED);
    assertThat(guard.open()).isEqualTo(2);

    guard.calls.heal();
    guard.run();

    assertThat(guard.world.the("WebGroup").keys("Ingress")).containsExactly(FROM_BALANCER);
    assertThat(guard.alerted())
        .containsExactlyInAnyOrder("RESOLVED " + LOST_FROM_BALANCER, "RESOLVED " + OPENED);
  }

  @Test
  void whereALostRuleCannotBeRestoredAForeignGroupStaysOnTheInstance() {
    guard.world.the("WebGroup").remove("Ingress", FROM_BALANCER);
    guard.world.the("Web").add("SecurityGroupIds", "sg-helper");
    guard.calls.fail("AuthorizeSecurityGroupIngress", denied());

    guard.run();

    assertThat(guard.world.the("Web").keys("SecurityGroupIds")).contains("sg-helper");
  }

  @ParameterizedTest
  @ValueSource(strings = {"REPORT", "IGNORE"})
  void whereThePolicyLeavesALostRuleLostNothingIsTakenAway(Treatment treatment) {
    bothWays();
    guard.world.the("Web").add("SecurityGroupIds", "sg-helper");
    guard.policy(Mode.REPAIR, new Policy.Rule(null, "MISSING", null, treatment));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).contains("OPENED " + OPENED);
  }

  @Test
  void aDefaultEgressThatIsLostDoesNotKeepIngressOpen() {
    var open = new Guard(Guard.SHOP.replaceAll("(Load balancer to the application\n).*", "$1"));
    open.world.the("WebGroup").remove("Egress", "egress all to 0.0.0.0/0");
    open.world.the("WebGroup").add("Ingress", FROM_WORLD);

    open.run();

    assertThat(open.world.writes()).containsExactly("RevokeSecurityGroupIngress");
  }

  @Test
  void throttledInTheMiddleAllIsTriedAgainAndTheNextRunEndsRight() {
    bothWays();
    guard.world.the("BalancerGroup").add("Ingress", SSH);
    guard.calls.at("RevokeSecurityGroupIngress", 1, this::throttle);

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    assertThat(guard.world.the("WebGroup").keys("Ingress")).contains(FROM_BALANCER);
    var alerted = guard.alerted();

    guard.run();

    assertThat(guard.world.the("WebGroup").keys("Ingress")).containsExactly(FROM_BALANCER);
    assertThat(alerted)
        .containsExactlyInAnyOrder(
            "RESOLVED " + LOST_FROM_BALANCER, "OPENED " + SSH_OPENED, "OPENED " + OPENED);
    assertThat(guard.alerted())
        .containsExactlyInAnyOrder("RESOLVED " + SSH_OPENED, "RESOLVED " + OPENED);
    assertThat(guard.open()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"template", "live", "network", "state"})
  void throttledWhileLookingAllIsTriedAgainAndNothingIsWrittenOrAlerted(String call) {
    bothWays();
    guard.calls.at(call, 1, this::throttle);

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();

    guard.run();

    assertThat(guard.alerted())
        .containsExactlyInAnyOrder("RESOLVED " + LOST_FROM_BALANCER, "RESOLVED " + OPENED);
  }

  @Test
  void throttledWhileProvingTheNextRunAlertsWhatWasRepaired() {
    bothWays();
    guard.calls.at("live", 2, this::throttle);

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    guard.run();

    assertThat(guard.alerted())
        .containsExactlyInAnyOrder("RESOLVED " + LOST_FROM_BALANCER, "RESOLVED " + OPENED);
    assertThat(guard.open()).isZero();
  }

  @Test
  void anAlertThatCouldNotBeRaisedIsRaisedByTheNextRun() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("alert", 1, this::throttle);

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + OPENED);
  }

  @Test
  void whatWasRepairedByARunThatCouldNotAlertIsAlertedByTheNextOneWithItsStepsAndItsTimes() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.world.the("BalancerGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("alert", 1, this::throttle);

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    assertThat(guard.world.writes()).hasSize(2);
    guard.run();

    assertThat(guard.alerts.raised())
        .hasSize(2)
        .allSatisfy(
            alert -> {
              assertThat(alert.incident().state()).isEqualTo(Incident.State.RESOLVED);
              assertThat(alert.incident().repairs()).isEqualTo(1);
              assertThat(alert.receiveToFix()).isNotNull();
              assertThat(alert.next()).contains("Connections that were open before");
              assertThat(alert.lines())
                  .singleElement()
                  .satisfies(
                      line ->
                          assertThat(Objects.requireNonNull(line.step()).result())
                              .isEqualTo(new Result.Done()));
            });
  }

  @Test
  void whatCameBackBeforeItCouldBeAlertedIsNotAlertedAsRepaired() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("alert", 1, this::throttle);
    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.alerted();
    guard.world.the("WebGroup").remove("Ingress", FROM_WORLD);

    guard.run();

    assertThat(guard.only().lines()).isEmpty();
    assertThat(guard.only().incident().repairs()).isZero();
  }

  @Test
  void aStandingDriftWhoseAlertCouldNotBeRaisedIsAlertedByTheRunThatTriesAgainAtOnce() {
    guard.policy(Mode.OBSERVE);
    bothWays();
    guard.calls.at("alert", 1, this::throttle);

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    guard.run();
    guard.run();

    assertThat(guard.alerted())
        .containsExactlyInAnyOrder("OPENED " + LOST_FROM_BALANCER, "OPENED " + OPENED);
  }

  @Test
  void aStandingDriftOfARunThatWasThrottledBeforeItsAlertIsAlertedByTheNext() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.fail("RevokeSecurityGroupIngress", denied());
    guard.calls.at("state", 1, this::throttle);

    assertThatExceptionOfType(TransientFailure.class).isThrownBy(guard::run);
    guard.run();

    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED);
  }

  @Test
  void aStandingDriftWhoseAlertWasLostIsAlertedAgainAfterAWhile() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("alert", 1, this::crash);

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(guard::run);
    guard.pass(Duration.ofMinutes(1));
    guard.run();
    guard.pass(Duration.ofMinutes(1));
    guard.run();

    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED);
  }

  @Test
  void aRunThatDiesBetweenTheCallsAndTheAlertIsAlertedByTheNextOne() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("alert", 1, this::crash);

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(guard::run);
    assertThat(guard.world.the("WebGroup").keys("Ingress")).containsExactly(FROM_BALANCER);
    guard.pass(Duration.ofMinutes(1));
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + OPENED);
    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
  }

  @Test
  void aRepairThatWasNeverFinishedIsAlertedOnceAndNotRepeatedBlindly() {
    bothWays();
    guard.calls.at("RevokeSecurityGroupIngress", 1, this::crash);

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(guard::run);
    guard.world.the("WebGroup").remove("Ingress", FROM_WORLD);
    guard.run();

    assertThat(guard.world.writes())
        .containsExactly("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress");
    assertThat(guard.alerted())
        .containsExactlyInAnyOrder(
            "OPENED " + UNFINISHED, "RESOLVED " + LOST_FROM_BALANCER, "RESOLVED " + OPENED);

    guard.run();
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + UNFINISHED);
    assertThat(guard.ledger.unsettled(Deployed.STACK)).isEmpty();
  }

  @Test
  void aDeniedCallIsAlertedWithItsReasonAndTheNextDriftIsStillRepaired() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.fail("RevokeSecurityGroupIngress", denied());
    guard.run();
    assertThat(guard.only().next()).contains("is not authorized");
    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED);

    guard.world.the("Targets").set("HealthCheckPath", "/");
    guard.run();

    assertThat(guard.world.the("Targets").get("HealthCheckPath")).isEqualTo("/health");
    assertThat(guard.alerted())
        .containsExactly(
            "RESOLVED Targets: HealthCheckPath is \"/\", the template says \"/health\"");
  }

  @Test
  void aStackThatMayNotBeReadIsAlertedOnceAndOverWhenItMay() {
    guard.calls.fail("template", denied());
    var refused = "Driftmend was refused ec2:Anything, so the stack is not guarded";

    guard.run();
    guard.run();

    assertThat(guard.alerted()).containsExactly("OPENED " + refused);

    guard.calls.heal();
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + refused);
  }

  @Test
  void withoutTheNetworkADriftIsTakenForAsBadAsItCanBe() {
    bothWays();
    guard.calls.fail("network", denied());

    guard.run();

    assertThat(guard.alerts.raised())
        .allMatch(a -> a.lines().getFirst().finding().exposureWhy().startsWith("may "))
        .allMatch(
            a -> a.lines().getFirst().finding().exposureWhy().contains("ec2:Anything was refused"));
    assertThat(guard.open()).isZero();
  }

  @Test
  void aProofMayNeedSeveralReads() {
    guard.world.eventuallyConsistent(3);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + OPENED);
    assertThat(guard.waited)
        .containsExactly(
            Duration.ZERO, Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(guard.world.writes()).hasSize(1);
  }

  @Test
  void aProofThatNeverComesLeavesTheDriftStandingAndSaysSo() {
    guard.world.eventuallyConsistent(100);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    var outcome = guard.run();

    assertThat(outcome.remaining()).hasSize(1);
    assertThat(outcome.repaired()).isEmpty();
    assertThat(guard.only().next()).contains("sg-webgroup").contains("still finds the drift");
    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED);
  }

  @Test
  void whatCannotBeReadAgainIsNotProved() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("live", 2, () -> guard.world.the("WebGroup").hide("denied"));

    var outcome = guard.run();

    assertThat(outcome.repaired()).isEmpty();
    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED);
    assertThat(guard.open()).isOne();
  }

  @Test
  void whatVanishesWhileItIsRepairedIsNotProved() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("live", 2, () -> guard.world.the("WebGroup").vanish());

    guard.run();

    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED);
  }

  /** The rule of the template is lost, and somebody else's lets the same traffic through. */
  private void bothWays() {
    guard.world.the("WebGroup").remove("Ingress", FROM_BALANCER);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
  }

  private void throttle() {
    throw new TransientFailure("ec2:Anything", new IllegalStateException("Throttling"));
  }

  private void crash() {
    throw new OutOfMemoryError("in the middle");
  }

  private static DeniedFailure denied() {
    return new DeniedFailure("ec2:Anything", new IllegalStateException("is not authorized"));
  }
}
