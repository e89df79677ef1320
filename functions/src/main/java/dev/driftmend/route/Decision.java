package dev.driftmend.route;

import dev.driftmend.model.stack.StackRef;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What became of one signal.
 *
 * @param reason begins with the word by which it is counted and a colon, e.g. {@code not guarded:
 *     sg-…}
 * @param stacks those that were put on the queue; empty exactly if the signal was ignored
 */
public record Decision(Verdict decision, String reason, List<StackRef> stacks) {
  private static final int MOST_REASONS = 10;

  public Decision {
    stacks = List.copyOf(stacks);
    if (stacks.isEmpty() != (decision == Verdict.IGNORED)) {
      throw new IllegalArgumentException("exactly the ignored signal has no stack: " + reason);
    }
  }

  public static Decision enqueued(String reason, List<StackRef> stacks) {
    return new Decision(Verdict.ENQUEUED, reason, stacks);
  }

  public static Decision ignored(String reason) {
    return new Decision(Verdict.IGNORED, reason, List.of());
  }

  /** The decisions on the signals of one payload, of which there is at least one, as one. */
  public static Decision together(List<Decision> decisions) {
    var reasons = decisions.stream().map(Decision::reason).distinct().limit(MOST_REASONS);
    var stacks = decisions.stream().flatMap(d -> d.stacks().stream()).distinct().toList();
    return new Decision(
        stacks.isEmpty() ? Verdict.IGNORED : Verdict.ENQUEUED,
        reasons.collect(Collectors.joining("; ")),
        stacks);
  }

  /** The few words before the colon: fit for a metric's dimension. */
  public String reasonClass() {
    var colon = reason.indexOf(": ");
    return colon < 0 ? reason : reason.substring(0, colon);
  }

  public enum Verdict {
    ENQUEUED,
    IGNORED;

    /** As it stands in the answer and in the log. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
