package dev.driftmend.aws.ledger;

import dev.driftmend.aws.LocalTable;
import dev.driftmend.port.StackIndex;
import dev.driftmend.testing.StackIndexContract;

/** Needs a local AWS: {@code -Ddriftmend.endpoint=http://127.0.0.1:PORT}. */
class DynamoStackIndexIT extends StackIndexContract {
  @Override
  protected StackIndex index() {
    return new DynamoStackIndex(LocalTable.create());
  }
}
