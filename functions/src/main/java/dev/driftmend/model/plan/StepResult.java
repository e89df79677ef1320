package dev.driftmend.model.plan;

import java.util.ArrayList;
import java.util.List;

/** What became of one step. */
public record StepResult(Step step, Result result) {
  /** All of it that people read, for the ids that stand in it. */
  public List<String> texts() {
    var texts = new ArrayList<>(step.texts());
    switch (result) {
      case Result.Planned p -> texts.add(p.why());
      case Result.Done _ -> {}
      case Result.Failed f -> texts.add(f.why());
      case Result.Skipped s -> texts.add(s.why());
    }
    return texts;
  }

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
