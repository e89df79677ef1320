package dev.driftmend.port;

import dev.driftmend.model.plan.Policy;

/** The policy in force now. */
public interface Policies {

  /**
   * What may not be read or is not understood is {@link Policy#unreadable}. A read that is
   * throttled says nothing of the policy: a {@link TransientFailure}.
   */
  Policy read();
}
