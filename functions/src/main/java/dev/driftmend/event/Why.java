package dev.driftmend.event;

import dev.driftmend.model.drift.Signal;
import java.util.List;
import java.util.Locale;

/**
 * Why a payload is not followed up: few words, so that they can be counted. A reason begins with
 * one of them and a colon, e.g. {@code dry run: RunInstances}.
 */
enum Why {
  /** Not JSON, or not of the shape that its kind of event has. */
  UNPARSABLE,
  /** No parser is registered for it. */
  UNKNOWN,
  READ_ONLY,
  FAILED,
  DENIED,
  DRY_RUN,
  /** It happened, but nothing that is compared can be different now. */
  NOT_COMPARED,
  /** A stack operation that has not ended; its end comes as an event of its own. */
  IN_PROGRESS,
  /** An alarm that ended. */
  RECOVERED;

  private static final int LONGEST = 300;

  List<Signal> because(String detail) {
    var words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return List.of(new Signal.Ignored(words + ": " + printable(detail)));
  }

  private static String printable(String text) {
    var line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
