package dev.driftmend.model.plan;

import org.jspecify.annotations.Nullable;

/** Whether anything may be written now: it may, or it may not, because. */
public sealed interface WritePermission {
  WritePermission GRANTED = new Granted();

  /** Nothing stands in the way. */
  record Granted() implements WritePermission {}

  /**
   * @param reason a clause for a person: a deployment in progress, a pause, observe mode, a plan
   *     that waits for approval
   */
  record Withheld(String reason) implements WritePermission {}

  static WritePermission withheld(String reason) {
    return new Withheld(reason);
  }

  default boolean isGranted() {
    return this instanceof Granted;
  }

  /** Why not; null if it may. */
  default @Nullable String why() {
    return switch (this) {
      case Granted _ -> null;
      case Withheld w -> w.reason();
    };
  }
}
