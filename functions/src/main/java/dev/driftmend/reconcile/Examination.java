package dev.driftmend.reconcile;

import dev.driftmend.model.Desired;
import dev.driftmend.model.Live;
import dev.driftmend.model.Plan;
import dev.driftmend.model.Policy;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.model.StackState;
import dev.driftmend.port.Ledger.Remembered;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One look at a stack, from its template to a plan.
 *
 * @param settled whether the stack stood still and settled while it was looked at: otherwise a
 *     difference may be the deployment itself, and means nothing
 * @param remembered what the ledger said before it was looked at
 * @param destinations whether that works which a repair leads traffic to
 * @param worlds null if no drift asked for the network, or it could not be read
 * @param whole whether all that is guarded was looked at
 */
record Examination(
    StackSnapshot snapshot,
    boolean settled,
    Policy policy,
    Remembered remembered,
    Desired desired,
    Live live,
    Destinations destinations,
    @Nullable Worlds worlds,
    Whose whose,
    boolean whole,
    Plan plan,
    Consent consent) {

  /** The stack's state when its template was read. */
  StackState state() {
    return snapshot.state();
  }

  /** The same, of a stack that did not stand still after all. */
  Examination moving(String why) {
    return new Examination(
        snapshot,
        false,
        policy,
        remembered,
        desired,
        live,
        destinations,
        worlds,
        whose,
        whole,
        plan.standingAside(why),
        consent);
  }

  /** The fingerprints of what could not be asked whose it is, and so is in no plan of this look. */
  Set<String> postponed() {
    return whose.postponed().stream()
        .map(d -> d.fingerprint(plan.stack()))
        .collect(Collectors.toSet());
  }
}
