package dev.driftmend.cli;

import dev.driftmend.port.Account;
import dev.driftmend.port.Templates;
import java.util.Optional;

/** An account and region, before there is a stack in it. */
record Premises(Account account, Templates templates, AutoCloseable resources)
    implements AutoCloseable {

  /** Finds them, with whatever credentials and settings the surroundings give. */
  @FunctionalInterface
  interface Source {
    Premises find(Optional<String> region);
  }

  @Override
  public void close() {
    try {
      resources.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing the connections failed", e);
    }
  }
}
