package dev.driftmend.lambda;

import java.security.SecureRandom;
import java.time.Duration;

/** Waits that differ, so that what was throttled together does not come back together. */
final class Jitter {
  private static final int SHORTEST_SECONDS = 2;
  private static final int LONGEST_SECONDS = 20;

  private Jitter() {}

  /**
   * A new generator each time: one that was seeded before a snapshot would repeat itself in every
   * restored copy.
   */
  static Duration soon() {
    return Duration.ofSeconds(new SecureRandom().nextInt(SHORTEST_SECONDS, LONGEST_SECONDS + 1));
  }
}
