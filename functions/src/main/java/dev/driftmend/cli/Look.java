package dev.driftmend.cli;

import dev.driftmend.model.Plan;
import dev.driftmend.model.StackState;

/**
 * A plan, and whether the stack stood still behind it.
 *
 * @param settled false while CloudFormation works on the stack: then nothing is known for sure
 */
record Look(Plan plan, boolean settled) {

  static Look at(Session session) {
    var plan = session.reconciler().plan(session.stack()).orElseThrow(() -> gone(session));
    return new Look(plan, settled(session));
  }

  boolean inSync() {
    return settled && plan.findings().isEmpty();
  }

  static boolean settled(Session session) {
    return session
        .templates()
        .state(session.stack())
        .map(StackState::settled)
        .orElseThrow(() -> gone(session));
  }

  static Refusal gone(Session session) {
    return new Refusal("the stack " + session.stack().name() + " is deleted or being deleted");
  }
}
