package dev.driftmend.cli;

import dev.driftmend.render.json.PlanJson;
import dev.driftmend.render.text.PlanText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what differs from the template and what would be done. */
@Command(
    name = "plan",
    description = {
      "Shows what differs from the deployed template and what would be done about it.",
      "Writes nothing, to AWS or to Driftmend's ledger. Works without a guard, too."
    })
final class PlanCommand extends StackCommand {
  @Mixin private OutputOptions.Color color = new OutputOptions.Color();

  PlanCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Session session) {
    var look = ObservedPlan.at(session);
    if (json()) {
      out().println(PlanJson.write(look.plan()));
    } else {
      out().print(PlanText.withHash(look.plan(), color.isOn()));
    }
    return look.inSync() ? IN_SYNC : DRIFT;
  }
}
