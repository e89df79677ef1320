package dev.driftmend.model.watch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last look at every guarded stack, for a change that named none of them: what decides whether
 * the next such change needs another one. Three come at once, and after that one a spell.
 *
 * @param event the id of the event that it was for
 * @param began when it was put onto the work queue
 * @param paidUntil when all looks so far will be as old as their number of spells
 */
public record WideLook(String event, Instant began, Instant paidUntil) {
  /** How many spells the looks may be ahead of the time. */
  private static final int AHEAD = 2;

  /** How long a change may take to be seen by every read: what is younger may be missed. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  /** What becomes of a change that names no stack. */
  public enum Answer {
    LOOK,
    /** A look that began after the change sees it. */
    SEEN,
    /** Too many looks came just before: the sweep sees it. */
    LEFT_TO_SWEEP
  }

  /**
   * @param last null if there was none
   * @param happened when the change happened, which may be minutes before its event
   */
  public static Answer answer(
      @Nullable WideLook last, String event, Instant happened, Instant now, Duration spell) {
    // An event that comes again may have died before its looks were on the queue.
    if (last == null || last.event.equals(event)) {
      return Answer.LOOK;
    }
    if (!happened.plus(SETTLED).isAfter(last.began)) {
      return Answer.SEEN;
    }
    return last.paidUntil.isAfter(now.plus(spell.multipliedBy(AHEAD)))
        ? Answer.LEFT_TO_SWEEP
        : Answer.LOOK;
  }

  /** The look that begins now, after this one. */
  public static WideLook after(@Nullable WideLook last, String event, Instant now, Duration spell) {
    var paid = last == null || last.paidUntil.isBefore(now) ? now : last.paidUntil;
    return new WideLook(event, now, paid.plus(spell));
  }
}
