package dev.driftmend.testing;

import dev.driftmend.port.StackIndex;

class InMemoryStackIndexTest extends StackIndexContract {
  @Override
  protected StackIndex index() {
    return new InMemoryStackIndex();
  }
}
