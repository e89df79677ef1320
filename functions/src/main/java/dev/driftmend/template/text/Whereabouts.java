package dev.driftmend.template.text;

import java.util.ArrayDeque;
import java.util.regex.Pattern;

/** What a line of YAML stands in, where the text as a whole cannot be read. */
final class Whereabouts {
  private static final Pattern KEY = Pattern.compile("( *)['\"]?([A-Za-z0-9:]+)['\"]?:(?: .*)?");

  private Whereabouts() {}

  /**
   * E.g. {@code , in Resources.Web.Properties}; nothing if it stands in no section.
   *
   * @param line counted from 1
   */
  static String of(String body, int line) {
    var lines = body.lines().limit(Math.max(line, 0)).toList();
    var names = new ArrayDeque<String>();
    var indent = Integer.MAX_VALUE;
    for (var text : lines.reversed()) {
      var key = KEY.matcher(text);
      if (key.matches() && key.group(1).length() < indent) {
        indent = key.group(1).length();
        names.addFirst(key.group(2));
      }
    }
    return names.isEmpty() || indent > 0 ? "" : ", in " + String.join(".", names);
  }
}
