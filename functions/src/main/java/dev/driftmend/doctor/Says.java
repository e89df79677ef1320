package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.model.incident.Preflight.State;
import java.util.List;

/**
 * What the checks of one matter say, with the reason and the document that they share.
 *
 * @param name of the matter
 */
record Says(String name, String why, String source) {

  Check fine(String what) {
    return new Check(name, State.FINE, what, why, source, List.of(), false);
  }

  Check note(String what, String... mend) {
    return new Check(name, State.NOTE, what, why, source, List.of(mend), false);
  }

  Check unknown(String what, String... mend) {
    return new Check(name, State.UNKNOWN, what, why, source, List.of(mend), false);
  }

  /** What leaves the guard without effect, or takes its effect away. */
  Check mend(String what, String... mend) {
    return new Check(name, State.MEND, what, why, source, List.of(mend), false);
  }

  /** What a deployment would fail for. */
  Check blocks(String what, String... mend) {
    return new Check(name, State.MEND, what, why, source, List.of(mend), true);
  }

  /** What is typed behind {@code make deploy} or {@code sam deploy}. */
  static String parameters(String... namesAndValues) {
    var text = new StringBuilder("--parameter-overrides");
    for (var i = 0; i < namesAndValues.length; i += 2) {
      text.append(' ').append(namesAndValues[i]).append('=').append(namesAndValues[i + 1]);
    }
    return text.toString();
  }
}
