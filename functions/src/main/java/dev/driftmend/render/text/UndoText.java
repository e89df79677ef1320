package dev.driftmend.render.text;

import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.render.Plain;
import dev.driftmend.render.Words;
import java.util.List;
import java.util.stream.Collectors;

/** Taking a repair back, for a person at a terminal. */
public final class UndoText {
  private UndoText() {}

  /** What would be called. */
  public static String write(List<Step.Call> calls) {
    return calls.stream().map(c -> line(c, Words.call(c))).collect(Collectors.joining());
  }

  /** What became of it. */
  public static String write(Outcome outcome) {
    var made = outcome.results().stream().allMatch(r -> r.result() instanceof Result.Done);
    return outcome.results().stream().map(UndoText::became).collect(Collectors.joining())
        + (made ? "Taken back. The drift is held from now on." : "Not all of it was taken back.")
        + "\n";
  }

  private static String became(StepResult step) {
    return step.step() instanceof Step.Call c ? line(c, Words.outcome(c, step.result())) : "";
  }

  private static String line(Step.Call call, String what) {
    return Plain.line(Words.resource(call.resource()) + ": " + what) + "\n";
  }
}
