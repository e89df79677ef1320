package dev.driftmend.testing;

import dev.driftmend.port.Ledger;

class InMemoryLedgerTest extends LedgerContract {
  @Override
  protected Ledger ledger() {
    return new InMemoryLedger();
  }
}
