package dev.driftmend.cli;

import dev.driftmend.drift.OtherTypes;
import dev.driftmend.model.drift.ComparedModel;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.render.json.PlanJson;
import dev.driftmend.render.text.OtherTypesText;
import dev.driftmend.render.text.PlanText;
import dev.driftmend.template.Resolver;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what differs from the template and what would be done. */
@Command(
    name = "plan",
    description = {
      "Shows what differs from the deployed template and what would be done about it.",
      "Writes nothing, to AWS or to Driftmend's ledger. Works without a guard, too."
    })
final class PlanCommand extends StackCommand {
  @Option(
      names = "--all-types",
      description = {
        "Also compare resources of types that have no kind of their own, by their resource",
        "schemas. They are read with your credentials by the Cloud Control API, and reported only."
      })
  private boolean allTypes;

  @Mixin private OutputOptions.Color color = new OutputOptions.Color();

  PlanCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Session session) {
    var look = ObservedPlan.at(session);
    if (!allTypes) {
      out().print(json() ? PlanJson.write(look.plan()) + "\n" : text(look.plan()));
      return look.inSync() ? IN_SYNC : DRIFT;
    }
    var others = otherTypes(session);
    var ids = others.stream().map(o -> o.resource().logicalId()).collect(Collectors.toSet());
    var plan =
        look.plan().withoutUncovered(n -> n.property().equals("*") && ids.contains(n.logicalId()));
    out()
        .print(
            json()
                ? PlanJson.write(plan, others) + "\n"
                : text(plan) + OtherTypesText.write(others, color.isOn()));
    return look.inSync() && others.stream().allMatch(ComparedModel::isInSync) ? IN_SYNC : DRIFT;
  }

  private String text(Plan plan) {
    return PlanText.withHash(plan, color.isOn());
  }

  private static List<ComparedModel> otherTypes(Session session) {
    var snapshot =
        session.templates().read(session.stack()).orElseThrow(() -> ObservedPlan.gone(session));
    return OtherTypes.compare(Resolver.resolve(snapshot), session.models());
  }
}
