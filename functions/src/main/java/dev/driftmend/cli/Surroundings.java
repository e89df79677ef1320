package dev.driftmend.cli;

import java.io.Console;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.LogManager;

/**
 * What the commands find around them.
 *
 * @param ask puts a question to the person at the terminal; empty if there is nobody
 * @param silence stops log lines from being printed
 * @param user who runs the command, for the record
 */
record Surroundings(
    Session.Source sessions,
    InstantSource clock,
    Function<String, Optional<String>> ask,
    Runnable silence,
    String user) {

  static Surroundings real() {
    return new Surroundings(
        new AwsSessions(System.getenv()),
        InstantSource.system(),
        Surroundings::ask,
        () -> LogManager.getLogManager().reset(),
        System.getProperty("user.name", "unknown"));
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
