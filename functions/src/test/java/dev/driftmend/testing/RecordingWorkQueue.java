package dev.driftmend.testing;

import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.port.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what was sent; like the real queue it takes one event for one stack once. */
public final class RecordingWorkQueue implements WorkQueue {
  private final LinkedHashMap<String, Trigger> sent = new LinkedHashMap<>();
  private final LinkedHashMap<String, Duration> returned = new LinkedHashMap<>();
  private boolean broken;

  /** From now on every send fails for a while. */
  public void breakDown() {
    broken = true;
  }

  @Override
  public void send(Trigger trigger) {
    if (broken) {
      throw new TransientFailure("sqs:SendMessage", new IllegalStateException("unavailable"));
    }
    sent.putIfAbsent(trigger.cause().eventId() + "/" + trigger.stack().uuid(), trigger);
  }

  @Override
  public void returnSoon(List<String> receipts, Duration after) {
    receipts.forEach(r -> returned.put(r, after));
  }

  /** After what time each message comes again, by receipt. */
  public Map<String, Duration> returned() {
    return returned;
  }

  public List<Trigger> sent() {
    return new ArrayList<>(sent.values());
  }

  public List<StackRef> stacks() {
    return sent().stream().map(Trigger::stack).toList();
  }
}
