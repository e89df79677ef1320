package dev.driftmend.lambda;

import dev.driftmend.route.Router;

/** Builds what the handlers need from the environment. */
final class Wiring {
  private Wiring() {}

  static Router route() {
    throw new IllegalStateException("the adapters are not wired");
  }
}
