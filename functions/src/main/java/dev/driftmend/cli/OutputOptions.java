package dev.driftmend.cli;

import picocli.CommandLine.Option;

/** How a command says what it found, and how much of a failure it shows. */
final class OutputOptions {
  @Option(names = "--json", description = "One line of JSON instead of text.")
  private boolean json;

  @Option(names = "--debug", description = "Show log lines and the stack trace of a failure.")
  private boolean debug;

  boolean json() {
    return json;
  }

  boolean debug() {
    return debug;
  }

  /** Before anything is logged. */
  void apply(Surroundings surroundings) {
    if (!debug) {
      surroundings.silence().run();
    }
  }

  /** For commands that have text to colour. */
  static final class Color {
    @Option(names = "--color", description = "Colour the text.")
    private boolean color;

    boolean isOn() {
      return color;
    }
  }
}
