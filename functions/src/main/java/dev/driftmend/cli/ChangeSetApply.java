package dev.driftmend.cli;

import dev.driftmend.port.ChangeSets.Made;
import dev.driftmend.render.Plain;
import dev.driftmend.render.json.PlanJson;
import dev.driftmend.render.text.PlanText;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Brings a stack to its template by CloudFormation, for what no call in place can repair. */
final class ChangeSetApply {
  private final Session session;
  private final boolean json;
  private final PrintWriter out;

  ChangeSetApply(Session session, boolean json, PrintWriter out) {
    this.session = session;
    this.json = json;
    this.out = out;
  }

  /**
   * @param agreed asks the person, once the changes are shown
   * @return the exit code
   */
  int run(Instant now, BooleanSupplier agreed) {
    var name = "driftmend-" + now.getEpochSecond();
    var stack = session.stack();
    say("CloudFormation reads the stack; this takes a minute or more.");
    switch (session.changeSets().create(stack, name)) {
      case Made.Failed(var why) ->
          throw new Refusal("CloudFormation made no change set for " + stack.name() + ": " + why);
      case Made.Nothing _ ->
          say(
              "CloudFormation sees nothing to change. It does not see what is undeclared, nor types"
                  + " without drift detection.");
      case Made.Changes(var lines) -> {
        say("");
        say("Change set " + name);
        lines.forEach(line -> say("  " + line));
        if (!isAgreed(agreed, name)) {
          say("The change set is deleted, and nothing was changed.");
          return StackCommand.DRIFT;
        }
        say("CloudFormation executes it.");
        var failed = session.changeSets().execute(stack, name);
        if (failed.isPresent()) {
          throw new Refusal(
              "the update of "
                  + stack.name()
                  + " did not succeed: "
                  + failed.get()
                  + "; its events say why: aws cloudformation describe-stack-events --region "
                  + stack.region()
                  + " --stack-name "
                  + stack.name());
        }
      }
    }
    return shown();
  }

  /** Unless the person says yes, the change set is not left behind. */
  private boolean isAgreed(BooleanSupplier agreed, String name) {
    var yes = false;
    try {
      yes = agreed.getAsBoolean();
    } finally {
      if (!yes) {
        session.changeSets().delete(session.stack(), name);
      }
    }
    return yes;
  }

  private int shown() {
    var look = ObservedPlan.at(session);
    if (json) {
      out.println(PlanJson.write(look.plan()));
    } else {
      out.println();
      out.print(PlanText.withHash(look.plan(), false));
    }
    return look.inSync() ? StackCommand.IN_SYNC : StackCommand.DRIFT;
  }

  private void say(String line) {
    if (!json) {
      out.println(Plain.line(line));
      out.flush();
    }
  }
}
