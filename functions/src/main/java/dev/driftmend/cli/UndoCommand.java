package dev.driftmend.cli;

import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.render.json.OutcomeJson;
import dev.driftmend.render.text.UndoText;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes the last repair of a drift back. */
@Command(
    name = "undo",
    description = {
      "Takes the last repair of a drift back, as the guard's ledger remembers it, and holds the"
          + " drift: it is reported and not repaired again until somebody accepts a plan with it.",
      "Shows the calls and asks. Ends with 0 if all were made, with 2 if not."
    })
final class UndoCommand extends StackCommand {
  @Parameters(
      paramLabel = "INCIDENT",
      description = "The drift's 16 digits, as the alert gives them (fingerprint).")
  private String incident = "";

  @Option(names = "--yes", description = "Do not ask. Needed where nobody can be asked.")
  private boolean yes;

  UndoCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Session session) {
    var unused = session.needGuard("undo");
    var stack = session.stack();
    var reconciler = session.reconciler();
    reconciler
        .refusal(stack)
        .ifPresent(
            why -> {
              throw new Refusal("nothing can be taken back now: " + why);
            });
    var calls = reconciler.undoable(stack, incident.strip().toLowerCase(Locale.ROOT));
    if (calls.isEmpty()) {
      throw new Refusal(
          "no repair of "
              + incident
              + " in "
              + stack.name()
              + " is known that could be taken back: it was not repaired within 30 days, or was"
              + " taken back already, or has no inverse");
    }
    if (!json()) {
      out().print(UndoText.write(calls));
      out().flush();
    }
    if (!isAgreed(yes, "Take the repair back by this?", "undo")) {
      out().println("Nothing was taken back.");
      return DRIFT;
    }
    var outcome = reconciler.undo(stack, calls, surroundings().user());
    if (json()) {
      out().println(OutcomeJson.write(outcome));
    } else {
      out().print(UndoText.write(outcome));
      out().flush();
    }
    return outcome.results().stream().allMatch(r -> r.result() instanceof Result.Done)
        ? IN_SYNC
        : DRIFT;
  }
}
