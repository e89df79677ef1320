package dev.driftmend.model.plan;

import java.time.Duration;

/**
 * How much may be written without a person having accepted it. A plan beyond them is held.
 *
 * @param writes the most drifts that one plan may undo; at least 1
 * @param share the largest part of the stack's guarded resources that one plan may touch, in (0,
 *     1]; it counts only where more than {@link #FEW} are touched
 * @param repeats how often one drift is repaired within the time before it counts as a fight; at
 *     least 1
 * @param within minutes, 1 to 1440; a fight is over when the drift has been gone for as long
 */
public record Limits(int writes, double share, int repeats, int within) {
  public static final Limits DEFAULT = new Limits(20, 0.5, 3, 60);

  /** So many resources may always be touched, however small the stack is. */
  public static final int FEW = 5;

  private static final int DAY = 1440;

  public Limits {
    if (writes < 1) {
      throw new IllegalArgumentException("limits.writes is a whole number from 1, not " + writes);
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "limits.share is a number above 0 and up to 1, not " + share);
    }
    if (repeats < 1) {
      throw new IllegalArgumentException("limits.repeats is a whole number from 1, not " + repeats);
    }
    if (within < 1 || within > DAY) {
      throw new IllegalArgumentException(
          "limits.within is a whole number of minutes from 1 to " + DAY + ", not " + within);
    }
  }

  public Duration time() {
    return Duration.ofMinutes(within);
  }
}
