package dev.driftmend.port;

import dev.driftmend.model.Trigger;

/** The queue between routing and reconciling: one stack at a time, stacks in parallel. */
public interface WorkQueue {

  /**
   * Sends one message; the same event for the same stack within five minutes is the same message.
   */
  void send(Trigger trigger);
}
