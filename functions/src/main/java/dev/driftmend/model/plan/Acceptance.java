package dev.driftmend.model.plan;

import java.time.Duration;
import java.time.Instant;

/**
 * A person's word that a plan may be executed although it is held: for this plan only, once, and
 * for a day.
 *
 * @param plan the {@link Plan#hash}
 */
public record Acceptance(String plan, String who, Instant when) {
  private static final Duration GOOD = Duration.ofDays(1);

  /** From when on it counts for nothing. */
  public Instant expires() {
    return when.plus(GOOD);
  }
}
