package dev.driftmend.port;

import dev.driftmend.model.drift.Trigger;
import java.time.Duration;
import java.util.List;

/** The queue between routing and reconciling: one stack at a time, stacks in parallel. */
public interface WorkQueue {

  /**
   * Sends one message; the same event for the same stack within five minutes is the same message.
   */
  void send(Trigger trigger);

  /**
   * Lets received messages, known by their receipts, come again after this time instead of after
   * the queue's own.
   */
  void returnSoon(List<String> receipts, Duration after);
}
