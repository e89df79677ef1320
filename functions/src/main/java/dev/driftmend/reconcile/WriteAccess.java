package dev.driftmend.reconcile;

import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.StackRef;
import org.jspecify.annotations.Nullable;

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

  /** Why the policy has nothing written to this stack now; null if it may be. */
  @Nullable String standAside(StackRef stack, Policy policy) {
    if (!guards(stack, policy)) {
      return "it is not under guard: the policy does not name " + stack.name();
    }
    if (policy.standAside() != null) {
      return policy.standAside();
    }
    return policy.mode() == Policy.Mode.OBSERVE ? "the policy's mode is observe" : null;
  }
}
