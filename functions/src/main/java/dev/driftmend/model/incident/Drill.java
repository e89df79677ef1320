package dev.driftmend.model.incident;

import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a drill has seen: a harmless rule was made, and who answered it when.
 *
 * @param group the id of the security group
 * @param rule in normal form
 * @param stages in the order in which they follow each other
 * @param hints what was found where nobody answered
 */
public record Drill(
    StackRef stack, String group, String rule, List<Stage> stages, List<String> hints) {
  public Drill {
    stages = List.copyOf(stages);
    hints = List.copyOf(hints);
  }

  /** The first part that did not answer; null if all did. */
  public @Nullable Stage silent() {
    return stages.stream().filter(s -> s.at() == null).findFirst().orElse(null);
  }

  /**
   * One part of the guard.
   *
   * @param at when it answered; null if it did not
   * @param took since the stage before; null if it did not answer, and of the first
   * @param objective how long it may take; null if nothing is promised of it
   */
  public record Stage(
      String part, @Nullable Instant at, @Nullable Duration took, @Nullable Duration objective) {
    public boolean isLate() {
      return took != null && objective != null && took.compareTo(objective) > 0;
    }
  }
}
