package dev.driftmend.reconcile;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.Ledger.Remembered;
import java.time.Instant;
import java.util.List;

/**
 * What one look at a stack starts from.
 *
 * @param whole all that is guarded of the stack, whatever is looked at
 * @param triggers why; empty if a person asks
 * @param remembered what the ledger says before the look
 */
record Look(
    StackSnapshot snapshot,
    Desired whole,
    List<Trigger> triggers,
    Policy policy,
    Remembered remembered,
    Instant now) {

  /** A person applies what was shown, and nothing besides. */
  static boolean isByHand(List<Trigger> triggers) {
    return triggers.stream().anyMatch(t -> t.cause().origin() == Cause.Origin.CLI);
  }

  /**
   * Whether the owner of every drift is asked, however many there are: for a person who asks or has
   * accepted, and for a stack that nothing is written to.
   */
  boolean asksAllOwners() {
    return !policy.readable() || triggers.isEmpty() || isByHand(triggers);
  }
}
