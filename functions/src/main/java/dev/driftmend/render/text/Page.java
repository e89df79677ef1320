package dev.driftmend.render.text;

import dev.driftmend.render.Plain;

/** Lines for people. The only way to it is a whole line, and every line is made harmless. */
final class Page {
  private static final int LONGEST = 2_000;

  private final StringBuilder text = new StringBuilder();
  private final boolean colour;

  Page(boolean colour) {
    this.colour = colour;
  }

  Page line(String line) {
    return line(Ink.NONE, line);
  }

  Page line(Ink ink, String line) {
    var plain = Plain.cut(Plain.line(line), LONGEST).stripTrailing();
    text.append(colour ? ink.paint(plain) : plain).append('\n');
    return this;
  }

  Page blank() {
    text.append('\n');
    return this;
  }

  /** Ends with a line feed. */
  @Override
  public String toString() {
    return text.toString();
  }

  /** The colours of a terminal (ECMA-48, SGR). */
  enum Ink {
    NONE(""),
    GREEN("32"),
    YELLOW("33"),
    RED("31"),
    BOLD("1");

    private final String code;

    Ink(String code) {
      this.code = code;
    }

    String paint(String plain) {
      return code.isEmpty() ? plain : "\u001b[" + code + "m" + plain + "\u001b[0m";
    }
  }
}
