package dev.driftmend.testing;

import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.port.Policies;
import java.util.List;

/** The policy that a test sets. */
public final class FixedPolicies implements Policies {
  private Policy policy = naming();
  private int reads;

  public static Policy naming(String... guardedStacks) {
    return new Policy(
        Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(guardedStacks), List.of(), List.of());
  }

  public void set(Policy policy) {
    this.policy = policy;
  }

  public int reads() {
    return reads;
  }

  @Override
  public Policy read() {
    reads++;
    return policy;
  }
}
