package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.Instance;
import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a repair after which the endpoint fails, and of one that a person regrets. */
class UndoingTest {
  private final Guard guard = new Guard();

  /** A failing endpoint alone does not tell that the repair is behind it. */
  @Test
  void aRepairIsNotTakenBackByItselfWhenTheEndpointFails() {
    guard.world.the("WebGroup").remove(SecurityGroup.INGRESS, FROM_BALANCER);
    guard.run();
    guard.pass(Duration.ofMinutes(2));

    guard.runBecauseTheEndpointFails();

    assertThat(guard.world.the("WebGroup").keys(SecurityGroup.INGRESS))
        .containsExactly(FROM_BALANCER);
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
