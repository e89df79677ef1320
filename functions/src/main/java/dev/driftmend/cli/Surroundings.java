package dev.driftmend.cli;

import java.io.Console;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.LogManager;

/**
 * What the commands find around them.
 *
 * @param premises what is there before any stack is
 * @param template the one that this program was built beside
 * @param ask puts a question to the person at the terminal; empty if there is nobody
 * @param silence stops log lines from being printed
 * @param user who runs the command, for the record
 * @param region of the environment or the profile, if one is set
 */
record Surroundings(
    Session.Source sessions,
    Premises.Source premises,
    Path template,
    InstantSource clock,
    Function<String, Optional<String>> ask,
    Runnable silence,
    String user,
    Supplier<Optional<String>> region) {

  /** Where no region is set. */
  Surroundings(
      Session.Source sessions,
      Premises.Source premises,
      Path template,
      InstantSource clock,
      Function<String, Optional<String>> ask,
      Runnable silence,
      String user) {
    this(sessions, premises, template, clock, ask, silence, user, Optional::empty);
  }

  static Surroundings real() {
    var sessions = new AwsSessions(System.getenv());
    return new Surroundings(
        sessions,
        sessions::premises,
        Path.of(System.getProperty("driftmend.root", "."), "template.yaml"),
        InstantSource.system(),
        Surroundings::ask,
        () -> LogManager.getLogManager().reset(),
        System.getProperty("user.name", "unknown"),
        sessions::region);
  }

  private static Optional<String> ask(String question) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return Optional.empty();
    }
    var answer = console.readLine("%s", question);
    return Optional.of(answer == null ? "" : answer);
  }
}
