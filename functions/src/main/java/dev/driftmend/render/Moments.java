package dev.driftmend.render;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and durations for people: UTC, and no more digits than a person uses. */
public final class Moments {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;

  private Moments() {}

  /** E.g. {@code 2026-03-01 02:14:07 UTC}. */
  public static String text(Instant time) {
    return UTC.format(time);
  }

  /** E.g. {@code 340 ms}, {@code 3.4 s}, {@code 4 min 10 s}, {@code 3 h 5 min}, {@code 2 d 4 h}. */
  public static String text(Duration duration) {
    var millis = duration.toMillis();
    if (millis < SECOND) {
      return millis + " ms";
    }
    if (millis < MINUTE) {
      return millis / SECOND + "." + millis % SECOND / 100 + " s";
    }
    if (duration.toHours() == 0) {
      return two(duration.toMinutes(), "min", duration.toSecondsPart(), "s");
    }
    return duration.toDays() == 0
        ? two(duration.toHours(), "h", duration.toMinutesPart(), "min")
        : two(duration.toDays(), "d", duration.toHoursPart(), "h");
  }

  private static String two(long great, String greatUnit, long small, String smallUnit) {
    return great + " " + greatUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }
}
