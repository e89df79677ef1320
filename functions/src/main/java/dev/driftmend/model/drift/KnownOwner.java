package dev.driftmend.model.drift;

import java.time.Instant;

/**
 * Whose something is, as it became known from calls, which the account's event history forgets.
 *
 * @param resource the physical id of what has it; empty if it was remembered without
 * @param since when it became known: what happened later did not make it
 * @param asked when the event history was last asked for it
 */
public record KnownOwner(Owner.Another owner, String resource, Instant since, Instant asked) {

  /** The same, asked for once more, with the same answer. */
  public KnownOwner askedAgain(String of, Instant now) {
    return new KnownOwner(owner, of, since, now);
  }
}
