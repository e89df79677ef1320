package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Step;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import dev.driftmend.testing.World;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a repair that made it worse, and of one that a person regrets. */
class RollbackTest {
  private static final String PATH = "HealthCheckPath";

  /** Seven health checks of 30 seconds and the last one's timeout. */
  private static final Duration SETTLED = Duration.ofMinutes(4);

  private static final String TARGET = Deployed.id("Web", "AWS::EC2::Instance") + ":5000";

  private final Guard guard = new Guard();

  @Test
  void aHealthCheckThatIsAnsweredOtherwiseSinceItsRepairIsTakenBackOnceHeldAndAlerted() {
    repairPath();
    guard.alerted();

    guard.world.the("Targets").sick(TARGET, "Target.ResponseCodeMismatch");
    var outcome = guard.run();

    assertThat(path()).isEqualTo("/ok");
    assertThat(guard.alerted()).singleElement().asString().startsWith("OPENED Targets");
    assertThat(outcome.plan().steps())
        .singleElement()
        .isInstanceOfSatisfying(
            Step.Report.class,
            r ->
                assertThat(r.why())
                    .startsWith("its repair at 2026-")
                    .endsWith(
                        TARGET
                            + " was healthy before it and then had Target.ResponseCodeMismatch"));

    guard.run();

    assertThat(path()).isEqualTo("/ok");
    assertThat(guard.world.writes()).hasSize(2);
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void aHealthCheckThatFailsRightAfterItsRepairMayStillBeTheOneOfBefore() {
    guard.world.the("Targets").set(PATH, "/nothing");
    guard.run();
    guard.pass(Duration.ofSeconds(20));

    runWithUnhealthyTarget("Target.ResponseCodeMismatch");

    assertThat(path()).isEqualTo("/health");
  }

  @Test
  void anApplicationThatDiesAfterARepairIsNotPutDownToIt() {
    repairPath();

    guard.world.the("Targets").sick(TARGET, "Target.FailedHealthChecks");
    guard.runBecauseTheEndpointFails();

    assertThat(path()).isEqualTo("/health");
  }

  @Test
  void aTargetThatWasSickBeforeTheRepairProvesNothing() {
    guard.world.the("Targets").sick(TARGET, "Target.ResponseCodeMismatch");
    repairPath();

    guard.run();

    assertThat(path()).isEqualTo("/health");
  }

  @Test
  void aRuleThatTheTemplateForgotAndHealthChecksNeededComesBack() {
    var guard = new Guard(withoutIngress());
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, FROM_BALANCER);
    guard.run();
    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS)).isEmpty();
    guard.pass(SETTLED);

    guard.world.the("Targets").sick(TARGET, "Target.Timeout");
    guard.run();

    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS))
        .containsExactly(FROM_BALANCER);
  }

  @Test
  void aRuleThatHealthChecksDidNotNeedStaysAway() {
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, "ingress tcp 22 from 10.0.0.0/8");
    guard.run();
    guard.pass(SETTLED);

    runWithUnhealthyTarget("Target.Timeout");

    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS))
        .containsExactly(FROM_BALANCER);
  }

  @Test
  void whatTheInternetReachedIsNotOpenedAgainByItself() {
    var guard = new Guard(withoutIngress().replace("{SubnetId: !Ref Private,", "{"));
    guard.world.the("Web").set("Subnet", World.PUBLIC_SUBNET);
    guard.world.the("Web").add(Instance.PUBLIC_ADDRESS, "198.51.100.9");
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, FROM_WORLD);
    guard.run();
    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS)).isEmpty();
    guard.pass(SETTLED);

    guard.world.the("Targets").sick(TARGET, "Target.Timeout");
    guard.run();

    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS)).isEmpty();
  }

  @Test
  void aRepairOfLongAgoIsNotSuspected() {
    repairPath();
    guard.pass(Duration.ofHours(3));

    runWithUnhealthyTarget("Target.ResponseCodeMismatch");

    assertThat(path()).isEqualTo("/health");
  }

  @Test
  void whileWritingIsNotAllowedNothingIsTakenBackEither() {
    repairPath();
    guard.policy(Policy.Mode.OBSERVE);

    runWithUnhealthyTarget("Target.ResponseCodeMismatch");

    assertThat(path()).isEqualTo("/health");
  }

  @Test
  void throttledWhileTakingBackTheNextRunGoesOn() {
    repairPath();
    guard.world.the("Targets").sick(TARGET, "Target.ResponseCodeMismatch");
    guard.calls.fail(
        "ModifyTargetGroup", new TransientFailure("elbv2:Anything", new RuntimeException()));

    assertThatThrownBy(guard::run).isInstanceOf(TransientFailure.class);
    guard.calls.heal();
    guard.run();

    assertThat(path()).isEqualTo("/ok");
  }

  @Test
  void whatCannotBeTakenBackIsAlertedOnceAndTriedAgain() {
    repairPath();
    guard.alerted();
    guard.world.the("Targets").sick(TARGET, "Target.ResponseCodeMismatch");
    guard.calls.fail(
        "ModifyTargetGroup", new DeniedFailure("elbv2:ModifyTargetGroup", new RuntimeException()));

    guard.run();
    assertThat(guard.alerted())
        .singleElement()
        .asString()
        .contains("could not be taken back: ModifyTargetGroup of Targets");
    guard.run();
    assertThat(guard.alerted()).isEmpty();
    guard.calls.heal();
    guard.run();

    assertThat(path()).isEqualTo("/ok");
    assertThat(guard.alerted()).anyMatch(t -> t.startsWith("RESOLVED A repair that made it worse"));
  }

  @Test
  void whatWasGoodForAWhileAfterTheRepairWasBrokenBySomethingElse() {
    repairPath();
    guard.pass(Duration.ofHours(1));

    runWithUnhealthyTarget("Target.ResponseCodeMismatch");

    assertThat(path()).isEqualTo("/health");
  }

  @Test
  void whatBeganToFailWithTheRepairIsProvedLaterToo() {
    repairPath();
    guard.fails(guard.now());
    guard.pass(Duration.ofHours(1));

    runWithUnhealthyTarget("Target.ResponseCodeMismatch");

    assertThat(path()).isEqualTo("/ok");
  }

  @Test
  void aRepairOfBeforeADeploymentIsNotTakenBackByAnybody() {
    var drift = repairPath();
    guard.world.status("UPDATE_COMPLETE", guard.now());

    runWithUnhealthyTarget("Target.ResponseCodeMismatch");

    assertThat(path()).isEqualTo("/health");
    assertThat(guard.reconciler().undoable(Deployed.STACK, drift)).isEmpty();
  }

  @Test
  void whatAPersonAppliesTakesNothingBackBesides() {
    repairPath();
    guard.world.the("Targets").sick(TARGET, "Target.ResponseCodeMismatch");

    guard.runByHand();

    assertThat(path()).isEqualTo("/health");
  }

  @Test
  void aTargetThatIsAFunctionHasNoPortAndKeepsNoRepairFromBeingMade() {
    var function = "arn:aws:lambda:us-east-1:111122223333:function:web";
    guard.world.the("Targets").add("Targets", function);
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, "ingress tcp 22 from 10.0.0.0/8");

    guard.run();

    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS))
        .containsExactly(FROM_BALANCER);
  }

  /** The fingerprint of what was repaired. */
  private String repairPath() {
    guard.world.the("Targets").set(PATH, "/ok");
    var drift = guard.drifts().getFirst().fingerprint(Deployed.STACK);
    guard.run();
    assertThat(path()).isEqualTo("/health");
    guard.pass(SETTLED);
    return drift;
  }

  private static String withoutIngress() {
    var begin = Guard.SHOP.indexOf("  WebIngress:");
    return Guard.SHOP.substring(0, begin) + Guard.SHOP.substring(Guard.SHOP.indexOf("  Targets:"));
  }

  @Test
  void aPersonTakesBackTheRepairOfOneIncidentOnly() {
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, FROM_WORLD);
    guard.world.the("Web").add(Instance.GROUPS, "sg-foreign");
    var incident =
        guard.drifts().stream()
            .filter(d -> d.resource().logicalId().equals("WebGroup"))
            .findFirst()
            .orElseThrow()
            .fingerprint(Deployed.STACK);
    guard.run();

    var calls = guard.reconciler().undoable(Deployed.STACK, incident);
    guard.reconciler().undo(Deployed.STACK, calls, "alice");

    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS)).contains(FROM_WORLD);
    assertThat(guard.world.the("Web").keys(Instance.GROUPS)).doesNotContain("sg-foreign");
    assertThat(guard.reconciler().undoable(Deployed.STACK, incident)).isEmpty();
    guard.run();
    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS)).contains(FROM_WORLD);
  }

  @Test
  void ofAnUnknownIncidentThereIsNothingToTakeBack() {
    assertThat(guard.reconciler().undoable(Deployed.STACK, "0123456789abcdef")).isEmpty();
  }

  private void runWithUnhealthyTarget(String reason) {
    guard.world.the("Targets").sick(TARGET, reason);
    guard.run();
  }

  private @Nullable String path() {
    return guard.world.the("Targets").get(PATH);
  }
}
