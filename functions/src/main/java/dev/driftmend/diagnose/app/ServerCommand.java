package dev.driftmend.diagnose.app;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The command that starts the app's server, where it is none of gunicorn's: its flags outweigh what
 * the app would do if it were run by hand.
 *
 * @param port null if it is not known
 * @param onlyLocal whether it listens on the loopback interface alone
 * @param text as it stands there, without its quotes
 * @see <a href="https://flask.palletsprojects.com/en/stable/cli/#run-the-development-server">flask
 *     run</a>
 * @see <a href="https://www.uvicorn.org/settings/#socket-binding">uvicorn: socket binding</a>
 * @see <a href="https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html">
 *     waitress-serve</a>
 */
record ServerCommand(@Nullable Integer port, boolean onlyLocal, String text) {
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)^(?!\\s*#).*?(?<![\\w.-])(flask\\s(?:[^\\n"
              + ";&|#]*\\s)?run(?![\\w-])[^\\n"
              + ";&|#]*|(?:uvicorn|hypercorn|daphne)\\s(?:[^\\n"
              + ";&|#]*\\s)?[a-zA-Z_][\\w.]*:[a-zA-Z_][^\\n"
              + ";&|#]*|waitress-serve\\s[^\\n"
              + ";&|#]*)");
  private static final Pattern PORT = Pattern.compile("\\s(?:--port[ =]|-p[ =]?)\\s*(\\S+)");
  private static final Pattern HOST = Pattern.compile("\\s(?:--host[ =]|-h )\\s*(\\S+)");
  private static final Pattern BOTH =
      Pattern.compile("\\s(?:--listen[ =]|--bind[ =]|-b )\\s*(\\S*):(\\S+)");
  private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

  private static final Map<String, Integer> DEFAULTS =
      Map.of(
          "flask",
          5000,
          "uvicorn",
          8000,
          "hypercorn",
          8000,
          "daphne",
          8000,
          "waitress-serve",
          8080);

  /** Null if none of them stands in this text. */
  static @Nullable ServerCommand of(String text) {
    var plain = text.replace("\\\n", " ").replaceAll("[\"',\\[\\]]+", " ");
    var command = COMMAND.matcher(plain);
    return command.find() ? read(command.group(1).strip(), plain) : null;
  }

  private static ServerCommand read(String command, String text) {
    var server = command.split("\\s", 2)[0];
    var both = BOTH.matcher(command);
    if (both.find()) {
      return new ServerCommand(number(both.group(2)), LOCAL.contains(both.group(1)), command);
    }
    var flask = server.equals("flask");
    var port = flag(PORT.matcher(command), flask ? setting(text, "FLASK_RUN_PORT") : null);
    var host = flag(HOST.matcher(command), flask ? setting(text, "FLASK_RUN_HOST") : null);
    return new ServerCommand(
        port == null ? DEFAULTS.get(server) : number(port),
        host == null ? !server.equals("waitress-serve") : LOCAL.contains(host),
        command);
  }

  private static @Nullable String flag(Matcher flag, @Nullable String otherwise) {
    return flag.find() ? flag.group(1) : otherwise;
  }

  private static @Nullable String setting(String text, String name) {
    var setting = Pattern.compile("\\b" + name + "[= ]\\s*(\\S+)").matcher(text);
    return setting.find() ? setting.group(1) : null;
  }

  /** Null for what a shell fills in. */
  private static @Nullable Integer number(String text) {
    return text.matches("\\d{1,5}") ? Integer.valueOf(text) : null;
  }
}
