package dev.driftmend.lambda;

import dev.driftmend.json.JsonTree;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What libraries and adapters log, one JSON object a line, as the runtime's own logger writes. */
final class JsonLines extends Formatter {

  static void use() {
    for (var handler : Logger.getLogger("").getHandlers()) {
      handler.setFormatter(new JsonLines());
    }
  }

  @Override
  public String format(LogRecord entry) {
    var line = Log.line(formatMessage(entry));
    line.put("timestamp", DateTimeFormatter.ISO_INSTANT.format(entry.getInstant()));
    line.put("level", level(entry.getLevel()));
    line.put("logger", entry.getLoggerName());
    if (entry.getThrown() != null) {
      line.put("why", entry.getThrown().toString());
    }
    return JsonTree.write(line) + "\n";
  }

  /** In Lambda's words: what has another one counts as INFO when it filters. */
  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }
}
