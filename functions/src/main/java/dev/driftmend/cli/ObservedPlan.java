package dev.driftmend.cli;

import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.stack.StackState;

/**
 * A plan, and whether the stack stood still behind it.
 *
 * @param settled false while CloudFormation works on the stack: then nothing is known for sure
 */
record ObservedPlan(Plan plan, boolean settled) {

  static ObservedPlan at(Session session) {
    var plan = session.reconciler().plan(session.stack()).orElseThrow(() -> gone(session));
    return new ObservedPlan(plan, settled(session));
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
