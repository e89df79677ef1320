package dev.driftmend.model.plan;

/** What became of one step. */
public record StepResult(Step step, Result result) {

  public sealed interface Result {
    /** Would have been called, had writing been allowed; or a report. */
    record Planned(String why) implements Result {}

    record Done() implements Result {}

    /**
     * @param full refused because a quota is met: what is removed from the same thing makes room
     */
    record Failed(String why, boolean full) implements Result {
      public Failed(String why) {
        this(why, false);
      }
    }

    /** Not called because of an earlier failure or a state that changed meanwhile. */
    record Skipped(String why) implements Result {}
  }
}
