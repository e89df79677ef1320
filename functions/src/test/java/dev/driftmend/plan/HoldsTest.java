package dev.driftmend.plan;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Step;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import org.junit.jupiter.api.Test;

/** Drifts that are reported instead of repaired. */
class HoldsTest {
  private static final String WHY = "its repair cut the path";

  private final Guard guard = new Guard();

  private void hold(String what) {
    var drift =
        guard.drifts().stream().filter(d -> d.what().contains(what)).findFirst().orElseThrow();
    guard.ledger.hold(
        Deployed.STACK,
        new Hold(drift.fingerprint(Deployed.STACK), Hold.Sort.UNDONE, WHY, guard.now()));
  }

  @Test
  void aHeldDriftIsReportedWithItsReasonAndTheOthersAreRepaired() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.world.the("BalancerGroup").add("Ingress", FROM_WORLD);
    hold(FROM_WORLD);

    var outcome = guard.run();

    assertThat(outcome.plan().steps())
        .filteredOn(Step.Report.class::isInstance)
        .extracting(Step::why)
        .containsExactly(WHY);
    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
    assertThat(outcome.remaining()).hasSize(1);
  }

  @Test
  void whatMayCarryALostRuleStaysWhileItsRestoreIsHeld() {
    guard.world.the("WebGroup").remove("Ingress", FROM_BALANCER);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    hold(FROM_BALANCER);

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.world.the("WebGroup").keys("Ingress")).containsExactly(FROM_WORLD);
  }

  @Test
  void aReleasedDriftIsRepaired() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    hold(FROM_WORLD);
    guard.run();

    guard
        .ledger
        .holds(Deployed.STACK)
        .forEach(h -> guard.ledger.release(Deployed.STACK, h.fingerprint()));
    guard.run();

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
  }
}
