package dev.driftmend.render.text;

import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.render.Order;
import dev.driftmend.render.Words;
import dev.driftmend.render.text.Page.Ink;

/** What became of a plan, for people. */
public final class OutcomeText {
  private OutcomeText() {}

  /** Lines of text: one for each step, then what is left and how that is known. */
  public static String write(Outcome outcome, boolean colour) {
    var page = new Page(colour);
    var naming = new Naming(outcome.plan().names());
    for (var step : outcome.results()) {
      naming.shown(Words.target(step.step()));
      page.line(
          ink(step.result()),
          Words.resource(Words.target(step.step())) + ": " + became(step, naming));
    }
    for (var finding : Order.findings(outcome.remaining())) {
      naming.shown(finding.drift().resource());
      page.line(
          Ink.BOLD,
          "still there: "
              + Words.resource(finding.drift().resource())
              + ": "
              + naming.say(finding.drift().what()));
    }
    if (naming.write(page)) {
      page.blank();
    }
    return page.line(Ink.BOLD, verdict(outcome)).toString();
  }

  private static String became(StepResult step, Naming naming) {
    return switch (step.step()) {
      case Step.Call call -> naming.say(Words.outcome(call, step.result()));
      case Step.Report report ->
          "left to you: "
              + naming.say(report.why())
              + ". Way back: "
              + naming.command(report.remediation());
    };
  }

  private static String verdict(Outcome outcome) {
    var done =
        outcome.results().stream()
            .map(StepResult::result)
            .filter(Result.Done.class::isInstance)
            .count();
    var read = outcome.proved() ? "live was read again: " : "live was not read again: ";
    var left = outcome.remaining().size();
    return done
        + (done == 1 ? " call" : " calls")
        + " done, "
        + (outcome.wrote() ? read : "")
        + (left == 0
            ? "live equals the template."
            : left + (left == 1 ? " drift is" : " drifts are") + " left.");
  }

  private static Ink ink(Result result) {
    return switch (result) {
      case Result.Done d -> Ink.GREEN;
      case Result.Failed f -> Ink.RED;
      case Result.Planned p -> Ink.YELLOW;
      case Result.Skipped s -> Ink.YELLOW;
    };
  }
}
