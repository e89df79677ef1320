package dev.driftmend.cli;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.render.json.OutcomeJson;
import dev.driftmend.render.text.OutcomeText;
import dev.driftmend.render.text.PlanText;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings the stack to its template. */
@Command(
    name = "apply",
    description = {
      "Brings the stack to its deployed template, as the functions would: shows the plan, asks,"
          + " makes the calls, reads again, and records it in the guard's ledger and alerts.",
      "Keeps to the guard's policy: while that is paused or set to observe, or holds the plan until"
          + " it is accepted, nothing is written.",
      "With --via-change-set, CloudFormation does it instead, by a deployment like any other: for"
          + " what no call in place can repair. No policy binds that."
    })
final class ApplyCommand extends StackCommand {
  @Option(names = "--yes", description = "Do not ask. Needed where nobody can be asked.")
  private boolean yes;

  @Mixin private OutputOptions.Color color = new OutputOptions.Color();

  @Option(
      names = "--via-change-set",
      description =
          "Make a drift-aware change set of the deployed template, show it, ask, and execute it.")
  private boolean viaChangeSet;

  ApplyCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Session session) {
    if (!viaChangeSet) {
      var unused = session.needGuard("apply");
    }
    var look = ObservedPlan.at(session);
    if (!json()) {
      out().print(PlanText.withHash(look.plan(), color.isOn()));
      out().flush();
    }
    if (!look.settled()) {
      throw new Refusal(
          look.plan().permission().why()
              + ": wait until CloudFormation is done with "
              + session.stack().name()
              + ", then apply again");
    }
    if (viaChangeSet) {
      return new ChangeSetApply(session, json(), out())
          .run(
              surroundings().clock().instant(),
              () -> isAgreed(yes, "Execute this change set?", "apply"));
    }
    if (!look.plan().permission().isGranted() || look.plan().calls().isEmpty()) {
      return nothingToCall(look);
    }
    return isAgreed(look.plan()) ? apply(session, look.plan()) : DRIFT;
  }

  private int nothingToCall(ObservedPlan look) {
    if (json()) {
      out().println(OutcomeJson.write(notActed(look.plan())));
    }
    return look.inSync() ? IN_SYNC : DRIFT;
  }

  private boolean isAgreed(Plan plan) {
    var calls = plan.calls().size();
    var what = "Make " + (calls == 1 ? "this call" : "these " + calls + " calls") + "?";
    if (isAgreed(yes, what, "apply")) {
      return true;
    }
    out().println("Nothing was called.");
    return false;
  }

  private int apply(Session session, Plan shown) {
    var now = surroundings().clock().instant();
    var cause =
        new Cause(Cause.Origin.CLI, UUID.randomUUID().toString(), "driftmend apply", now, null);
    var outcome = session.reconciler().reconcile(List.of(new Trigger(session.stack(), cause)), now);
    if (json()) {
      out().println(OutcomeJson.write(outcome));
    } else {
      print(outcome, shown);
    }
    return outcome.remaining().isEmpty() && outcome.plan().permission().isGranted()
        ? IN_SYNC
        : DRIFT;
  }

  private void print(Outcome outcome, Plan shown) {
    out().println();
    if (!outcome.plan().steps().equals(shown.steps())) {
      out().println("It had changed since the plan was shown. What was done now:");
    }
    out().print(OutcomeText.write(outcome, color.isOn()));
  }

  private static Outcome notActed(Plan plan) {
    var why = plan.permission().why();
    var results =
        plan.steps().stream()
            .map(step -> new StepResult(step, new Result.Planned(reason(step, why))))
            .toList();
    return new Outcome(plan, results, plan.findings(), false, 0);
  }

  private static String reason(Step step, @Nullable String standAside) {
    return standAside == null ? step.why() : standAside;
  }
}
