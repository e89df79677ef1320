package dev.driftmend.render;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes text from outside (descriptions, user agents, names, error messages) harmless where people
 * read it.
 */
public final class Plain {
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final String CUT = "...";

  private Plain() {}

  /**
   * One line without anything that moves a cursor, breaks a line, hides or reorders characters:
   * each such character is shown by its code as {@code <U+202E>}, so that it is seen and not
   * obeyed.
   */
  public static String line(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isPrintable(c)) {
                out.appendCodePoint(Character.isSpaceChar(c) ? ' ' : c);
              } else {
                out.append(String.format(Locale.ROOT, "<U+%04X>", c));
              }
            });
    return out.toString();
  }

  /**
   * Like {@link #line}, and in printable ASCII: accents are dropped, the rest becomes {@code ?}.
   */
  public static String ascii(String text) {
    var bare = MARKS.matcher(Normalizer.normalize(line(text), Normalizer.Form.NFKD)).replaceAll("");
    var out = new StringBuilder(bare.length());
    bare.codePoints().forEach(c -> out.append(c >= ' ' && c <= '~' ? (char) c : '?'));
    return out.toString();
  }

  /** At most so many characters; what is cut is seen to be cut. */
  public static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    if (most <= CUT.length()) {
      return text.substring(0, Math.max(0, most));
    }
    var end = most - CUT.length();
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end).stripTrailing() + CUT;
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
