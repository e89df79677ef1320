package dev.driftmend.cli;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.plan.PlanOffer;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.render.json.AcceptanceJson;
import dev.driftmend.render.text.PlanText;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets the guard apply a plan that it holds. */
@Command(
    name = "accept",
    description = {
      "Lets the guard apply a plan that it holds: the first of a stack put under guard, one beyond"
          + " the policy's limits, or a drift that somebody makes again and again.",
      "Shows the plan, asks, and writes down who accepted it. It is good for this plan only, once,"
          + " and for a day: if the stack changes before the guard applies it, nothing is done.",
      "Ends with 0 if the plan was accepted, with 2 if it was not."
    })
final class AcceptCommand extends StackCommand {
  @Option(
      names = "--plan",
      required = true,
      paramLabel = "HASH",
      description = "The plan's 16 digits, as the alert and driftmend plan give them.")
  private String hash = "";

  @Option(names = "--yes", description = "Do not ask. Needed where nobody can be asked.")
  private boolean yes;

  @Mixin private OutputOptions.Color color = new OutputOptions.Color();

  AcceptCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Session session) {
    var unused = session.needGuard("accept");
    var offer = offer(session);
    var plan = offer.accepted();
    if (!json()) {
      out().print(PlanText.withHash(plan, color.isOn()));
      out().flush();
    }
    refuse(session, offer);
    if (!isAgreed(yes, "Accept this plan?", "accept")) {
      out().println("Nothing was accepted.");
      return DRIFT;
    }
    if (!yes) {
      // Whoever is asked takes their time: by now somebody else may have accepted it.
      refuse(session, offer(session));
    }
    var acceptance =
        new Acceptance(plan.hash(), surroundings().user(), surroundings().clock().instant());
    session.consents().accept(session.stack(), acceptance);
    var next = wake(session, acceptance);
    out()
        .println(
            json()
                ? AcceptanceJson.write(session.stack().name(), acceptance)
                : "Accepted by " + acceptance.who() + ". " + next);
    return IN_SYNC;
  }

  private static PlanOffer offer(Session session) {
    return session
        .reconciler()
        .offer(session.stack())
        .orElseThrow(() -> ObservedPlan.gone(session));
  }

  private void refuse(Session session, PlanOffer offer) {
    var now = offer.now();
    var name = session.stack().name();
    if (!ObservedPlan.settled(session)) {
      throw new Refusal(
          now.permission().why()
              + ": wait until CloudFormation is done with "
              + name
              + ", then look again");
    }
    if (!now.hash().equals(hash.strip().toLowerCase(Locale.ROOT))) {
      throw new Refusal(
          "the plan of "
              + name
              + " is "
              + now.hash()
              + " now, not "
              + hash.strip()
              + ": nothing was accepted; look at it with driftmend plan, and accept that one");
    }
    if (!now.held()) {
      throw new Refusal("nothing of the plan of " + name + " waits to be accepted" + because(now));
    }
  }

  private static String because(Plan now) {
    if (now.findings().isEmpty()) {
      return ": live equals the template";
    }
    return now.permission().isGranted()
        ? ": the guard applies it unasked"
        : "; nothing is written now because " + now.permission().why();
  }

  /** What happens next: the acceptance stands, whether or not the guard could be woken. */
  private String wake(Session session, Acceptance acceptance) {
    var id = UUID.randomUUID().toString();
    var cause = new Cause(Cause.Origin.CLI, id, "driftmend accept", acceptance.when(), null);
    try {
      session.wake().up(new Trigger(session.stack(), cause));
      return "The guard was woken and applies it now.";
    } catch (DeniedFailure | TransientFailure e) {
      return "The guard applies it with its next sweep, because it could not be woken: "
          + Explanation.of(e);
    }
  }
}
