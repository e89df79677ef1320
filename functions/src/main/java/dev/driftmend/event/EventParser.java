package dev.driftmend.event;

import dev.driftmend.model.drift.Signal;
import java.util.List;

/** Reads one kind of event. Never throws: a shape that it does not know is a signal ignored. */
interface EventParser {

  /** Never empty. More than one only if the event names resources that need not share a stack. */
  List<Signal> parse(Envelope event);
}
