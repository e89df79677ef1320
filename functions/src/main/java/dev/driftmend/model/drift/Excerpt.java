package dev.driftmend.model.drift;

/** Of long texts what differs and a little around it; short ones whole. */
final class Excerpt {
  private static final int SHORT = 160;
  private static final int AROUND = 30;
  private static final String MORE = "…";

  private Excerpt() {}

  /** What {@code text} has where it is not like {@code other}. */
  static String of(String text, String other) {
    if (text.length() <= SHORT) {
      return text;
    }
    var shorter = Math.min(text.length(), other.length());
    var head = 0;
    while (head < shorter && text.charAt(head) == other.charAt(head)) {
      head++;
    }
    var tail = 0;
    while (tail < shorter - head
        && text.charAt(text.length() - 1 - tail) == other.charAt(other.length() - 1 - tail)) {
      tail++;
    }
    var from = Math.max(head - AROUND, 0);
    var to = Math.min(text.length() - tail + AROUND, text.length());
    var end = Math.min(to, from + SHORT);
    return (from > 0 ? MORE : "") + text.substring(from, end) + (end < text.length() ? MORE : "");
  }
}
