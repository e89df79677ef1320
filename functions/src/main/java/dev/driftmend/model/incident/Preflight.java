package dev.driftmend.model.incident;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands between Driftmend and a deployment of it that works, in one account and region.
 *
 * @param stack the name of the stack that it is, or will be, deployed as
 * @param deployed whether that stack is there
 * @param parameters of the template that a deployment should be given, because they were looked up
 *     or asked for; the others keep the value that they have
 */
public record Preflight(
    String account,
    String region,
    String stack,
    boolean deployed,
    List<Check> checks,
    Map<String, String> parameters) {
  public Preflight {
    checks = List.copyOf(checks);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Nothing is known that would make a deployment fail or leave the guard without effect. */
  public boolean fine() {
    return checks.stream().noneMatch(c -> c.state() == State.MEND);
  }

  /** Nothing is known that would make a deployment fail. */
  public boolean deployable() {
    return checks.stream().noneMatch(Check::blocks);
  }

  /** The worst is last. */
  public enum State {
    /** Looked at, and nothing is to be done. */
    FINE,
    /** Works, and is worth knowing before it is paid for or missed. */
    NOTE,
    /** Could not be looked at, or nothing says it: neither fine nor wrong. */
    UNKNOWN,
    /** Would fail, or leave the guard without effect. */
    MEND
  }

  /**
   * @param name what was looked at, in a word or two
   * @param what was found
   * @param why it matters
   * @param source the document that says so
   * @param mend what to type to fix it; empty if nothing is to be done
   * @param blocks whether a deployment would fail for it
   */
  public record Check(
      String name,
      State state,
      String what,
      String why,
      String source,
      List<String> mend,
      boolean blocks) {
    public Check {
      if (blocks && state != State.MEND) {
        throw new IllegalArgumentException("what makes a deployment fail has to be fixed");
      }
      mend = List.copyOf(mend);
    }
  }
}
