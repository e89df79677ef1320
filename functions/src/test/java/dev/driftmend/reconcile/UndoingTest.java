package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.kind.Instance;
import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.Policy;
import dev.driftmend.model.Step;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a repair after which the endpoint fails, and of one that a person regrets. */
class UndoingTest {
  private static final String PATH = "HealthCheckPath";

  private final Guard guard = new Guard();

  @Test
  void aRepairAfterWhichTheEndpointFailsIsTakenBackOnceHeldAndTold() {
    guard.world.the("Targets").set(PATH, "/ok");
    guard.run();
    assertThat(guard.world.the("Targets").get(PATH)).isEqualTo("/health");
    guard.told();
    guard.pass(Duration.ofMinutes(2));

    guard.runBecauseTheEndpointFails();

    assertThat(guard.world.the("Targets").get(PATH)).isEqualTo("/ok");
    assertThat(guard.told()).singleElement().asString().startsWith("OPENED Targets");

    guard.pass(Duration.ofMinutes(1));
    guard.runBecauseTheEndpointFails();
    guard.run();

    assertThat(guard.world.the("Targets").get(PATH)).isEqualTo("/ok");
    assertThat(guard.world.writes()).hasSize(2);
    assertThat(guard.told()).isEmpty();
  }

  @Test
  void whatIsHeldSaysWhenAndWhyItWasTakenBack() {
    guard.world.the("Targets").set(PATH, "/ok");
    guard.run();
    guard.pass(Duration.ofMinutes(2));

    var outcome = guard.runBecauseTheEndpointFails();

    assertThat(outcome.plan().steps())
        .singleElement()
        .isInstanceOfSatisfying(
            Step.Report.class,
            r ->
                assertThat(r.why())
                    .startsWith("its repair was taken back at 2026-")
                    .endsWith("because the endpoint began to fail right after it"));
  }

  @Test
  void aLostRuleThatWasRestoredIsTakenAwayAgainByWhatItSays() {
    guard.world.the("WebGroup").remove(SecurityGroup.INGRESS, FROM_BALANCER);
    guard.run();
    guard.pass(Duration.ofMinutes(2));

    guard.runBecauseTheEndpointFails();

    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS)).isEmpty();
  }

  @Test
  void aPortThatTheInternetReachedIsNotOpenedAgainByItself() {
    guard.world.the("BalancerGroup").add(SecurityGroup.INGRESS, "ingress tcp 22 from 0.0.0.0/0");
    guard.run();
    guard.pass(Duration.ofMinutes(2));

    guard.runBecauseTheEndpointFails();

    assertThat(guard.world.the("BalancerGroup").keys(SecurityGroup.INGRESS))
        .doesNotContain("ingress tcp 22 from 0.0.0.0/0");
  }

  @Test
  void aRepairOfLongAgoIsNotBlamed() {
    guard.world.the("Targets").set(PATH, "/ok");
    guard.run();
    guard.pass(Duration.ofMinutes(30));

    guard.runBecauseTheEndpointFails();

    assertThat(guard.world.the("Targets").get(PATH)).isEqualTo("/health");
  }

  @Test
  void whileWritingIsNotAllowedNothingIsTakenBackEither() {
    guard.world.the("Targets").set(PATH, "/ok");
    guard.run();
    guard.pass(Duration.ofMinutes(2));
    guard.policy(Policy.Mode.OBSERVE);

    guard.runBecauseTheEndpointFails();

    assertThat(guard.world.the("Targets").get(PATH)).isEqualTo("/health");
  }

  @Test
  void throttledWhileTakingBackTheNextRunGoesOn() {
    guard.world.the("Targets").set(PATH, "/ok");
    guard.run();
    guard.pass(Duration.ofMinutes(2));
    guard.calls.fail(
        "ModifyTargetGroup", new TransientFailure("elbv2:Anything", new RuntimeException()));

    assertThatThrownBy(guard::runBecauseTheEndpointFails).isInstanceOf(TransientFailure.class);
    guard.calls.heal();
    guard.runBecauseTheEndpointFails();

    assertThat(guard.world.the("Targets").get(PATH)).isEqualTo("/ok");
  }

  @Test
  void aPersonTakesBackTheRepairOfOneIncidentOnly() {
    guard.world.the("WebGroup").add(SecurityGroup.INGRESS, FROM_WORLD);
    guard.world.the("Web").add(Instance.GROUPS, "sg-stranger");
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
    assertThat(guard.world.the("Web").keys(Instance.GROUPS)).doesNotContain("sg-stranger");
    assertThat(guard.reconciler().undoable(Deployed.STACK, incident)).isEmpty();
    guard.run();
    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS)).contains(FROM_WORLD);
  }

  @Test
  void ofAnUnknownIncidentThereIsNothingToTakeBack() {
    assertThat(guard.reconciler().undoable(Deployed.STACK, "0123456789abcdef")).isEmpty();
  }
}
