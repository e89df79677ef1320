package dev.driftmend.model.drift;

import org.jspecify.annotations.Nullable;

/**
 * Whose one drift is, and by which call it came to be: asked of every sort of drift, extra, lost
 * and changed, with the same answer by event and by sweep.
 *
 * @param cause the call that named this very resource, and of a set this very member; null if it is
 *     not known. Its caller is who did it.
 */
public record Claim(Owner owner, @Nullable Cause cause) {
  public static final Claim NONE = new Claim(Owner.NOBODY, null);

  /** Of what is known without a call. */
  public Claim(Owner owner) {
    this(owner, null);
  }

  /** Who made it; null if it is not known. */
  public @Nullable Caller caller() {
    return cause == null ? null : cause.caller();
  }
}
