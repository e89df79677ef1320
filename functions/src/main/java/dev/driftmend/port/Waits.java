package dev.driftmend.port;

import java.time.Duration;

/** Lets time pass between two reads of something eventually consistent. */
@FunctionalInterface
public interface Waits {
  void pass(Duration time);
}
