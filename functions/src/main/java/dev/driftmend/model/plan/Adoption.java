package dev.driftmend.model.plan;

import java.time.Instant;

/**
 * That a guarded stack may be repaired without asking, as long as its plans keep to the limits.
 *
 * @param by who accepted its first plan, or {@link #EMPTY_PLAN}
 */
public record Adoption(Instant since, String by) {
  public static final String EMPTY_PLAN = "its first plan was empty";
}
