package dev.driftmend.aws.ledger;

import dev.driftmend.aws.LocalTable;
import dev.driftmend.port.Ledger;
import dev.driftmend.testing.LedgerContract;

/** Needs a local AWS: {@code -Ddriftmend.endpoint=http://127.0.0.1:PORT}. */
class DynamoLedgerIT extends LedgerContract {
  @Override
  protected Ledger ledger() {
    return new DynamoLedger(LocalTable.create());
  }
}
