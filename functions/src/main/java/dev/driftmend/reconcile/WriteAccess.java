package dev.driftmend.reconcile;

import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;

/**
 * Whether the policy lets the guard write to a stack. Pure.
 *
 * @param own the guard's own stack: guarded whatever the policy says, and adopted
 */
record WriteAccess(StackRef own) {

  boolean isOwn(StackRef stack) {
    return stack.equals(own);
  }

  /** Whether the stack is under guard, as far as that is known. */
  boolean guards(StackRef stack, Policy policy) {
    return isOwn(stack) || policy.guards(stack);
  }

  /** Whether the policy lets this stack be written to now. */
  WritePermission permission(StackRef stack, Policy policy) {
    if (!guards(stack, policy)) {
      return WritePermission.withheld(
          "it is not under guard: the policy does not name " + stack.name());
    }
    if (!policy.permission().isGranted()) {
      return policy.permission();
    }
    return policy.mode() == Policy.Mode.OBSERVE
        ? WritePermission.withheld("the policy's mode is observe")
        : WritePermission.GRANTED;
  }
}
