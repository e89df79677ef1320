package dev.driftmend.model.plan;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A drift that is reported instead of repaired, until a person accepts a plan that names it.
 *
 * @param fingerprint of the drift
 * @param why a clause for a person, e.g. {@code it was repaired 3 times within 60 minutes}
 * @param goneSince since when the drift has not been there; null while it stands
 * @param about what is there instead of what is declared, if the hold is about nothing else: with
 *     something else there, it is over; null if it holds whatever is there
 */
public record Hold(
    String fingerprint,
    Sort sort,
    String why,
    Instant since,
    @Nullable Instant goneSince,
    @Nullable String about) {

  public Hold(String fingerprint, Sort sort, String why, Instant since) {
    this(fingerprint, sort, why, since, null, null);
  }

  /** The same hold, with the drift there again ({@code null}) or gone since then. */
  public Hold gone(@Nullable Instant since) {
    return new Hold(fingerprint, sort, why, this.since, since, about);
  }

  public enum Sort {
    /** Somebody makes it again and again; over once it has been gone for a while. */
    FIGHT,
    /** Its repair made something worse and was taken back. */
    UNDONE,
    /** It may well be meant: an isolation, a deployment, a way round what does not work. */
    MEANT
  }
}
