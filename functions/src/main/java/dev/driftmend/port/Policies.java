package dev.driftmend.port;

import dev.driftmend.model.Policy;

/** The policy in force now. */
public interface Policies {

  /** Never throws: what cannot be read or understood is {@link Policy#unreadable}. */
  Policy read();
}
