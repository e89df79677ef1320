package dev.driftmend.reconcile;

import dev.driftmend.model.Cause;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Policy;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.model.Trigger;
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
