package dev.driftmend.render.text;

import dev.driftmend.model.incident.Preflight;
import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.incident.Preflight.State;
import dev.driftmend.render.text.Page.Ink;
import java.util.stream.Collectors;

/**
 * What a deployment would meet, for people: one line for what is fine; for the rest the reason, the
 * document and what fixes it.
 */
public final class PreflightText {
  private static final int WORD = 8;

  private PreflightText() {}

  /** Lines of text; without escape sequences unless colour is asked for. */
  public static String write(Preflight preflight, boolean colour) {
    var page = new Page(colour);
    page.line(
        Ink.BOLD,
        "Stack "
            + preflight.stack()
            + (preflight.deployed() ? "" : ", not deployed yet")
            + " (account "
            + preflight.account()
            + ", "
            + preflight.region()
            + ")");
    page.blank();
    preflight.checks().forEach(check -> write(page, check));
    if (!preflight.parameters().isEmpty()) {
      page.blank();
      page.line(Ink.BOLD, "make deploy hands over");
      page.line(
          "  --parameter-overrides "
              + preflight.parameters().entrySet().stream()
                  .map(e -> e.getKey() + "=" + quoted(e.getValue()))
                  .collect(Collectors.joining(" ")));
    }
    page.blank();
    page.line(Ink.BOLD, sum(preflight));
    return page.toString();
  }

  private static void write(Page page, Check check) {
    page.line(
        ink(check.state()),
        (word(check.state()) + " ".repeat(WORD)).substring(0, WORD)
            + check.name()
            + ": "
            + check.what());
    if (check.state() == State.FINE) {
      return;
    }
    page.line(" ".repeat(WORD) + check.why());
    page.line(" ".repeat(WORD) + check.source());
    check.mend().forEach(mend -> page.line(" ".repeat(WORD) + "> " + mend));
  }

  static String word(State state) {
    return switch (state) {
      case FINE -> "ok";
      case NOTE -> "note";
      case UNKNOWN -> "unknown";
      case MEND -> "MEND";
    };
  }

  private static Ink ink(State state) {
    return switch (state) {
      case FINE -> Ink.GREEN;
      case NOTE -> Ink.NONE;
      case UNKNOWN -> Ink.YELLOW;
      case MEND -> Ink.RED;
    };
  }

  private static String sum(Preflight preflight) {
    var mend = preflight.checks().stream().filter(c -> c.state() == State.MEND).count();
    var unknown = preflight.checks().stream().filter(c -> c.state() == State.UNKNOWN).count();
    var tail = unknown == 0 ? "." : "; " + unknown + " could not be checked.";
    return mend == 0 ? "Nothing to fix" + tail : mend + " to fix" + tail;
  }

  private static String quoted(String value) {
    return value.matches("[\\w@.,:/+-]*") ? value : "\"" + value + "\"";
  }
}
