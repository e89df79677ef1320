package dev.driftmend.port;

import dev.driftmend.model.incident.Alert;

/** Alerts on-call, and whoever listens on the event bus. */
public interface Alerts {

  /**
   * Published to the topic and to the bus. A {@link TransientFailure} means that it must be raised
   * again.
   */
  void raise(Alert alert);
}
