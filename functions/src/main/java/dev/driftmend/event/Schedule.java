package dev.driftmend.event;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import java.util.List;

/** A schedule, whether a rule's, the Scheduler's own form, or the input that our template sets. */
final class Schedule implements EventParser {

  @Override
  public List<Signal> parse(Envelope event) {
    return List.of(
        new Signal.AllStacks(
            new Cause(Cause.Origin.SWEEP, event.id(), event.detailType(), event.time(), null)));
  }
}
