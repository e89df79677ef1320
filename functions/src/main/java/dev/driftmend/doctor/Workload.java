package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/** Whether the stack has a web system of its own, and what a deployment does to it. */
final class Workload implements Matter {
  private static final String GUARDED = "GuardedStacks";

  @Override
  public Says says() {
    return new Says(
        "workload",
        "With "
            + Settings.WORKLOAD
            + "=false the stack is a guard alone: CloudFormation makes no"
            + " VPC, load balancer and instance, and deletes those of a stack that has them.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var settings = visit.settings();
    if (settings.hasWorkload()) {
      return List.of(
          settings.first() || settings.hadWorkload()
              ? says().fine("the stack has a web system of its own")
              : says().note("the deployment makes a web system, which the stack does not have"));
    }
    if (settings.hadWorkload()) {
      return List.of(
          says()
              .note(
                  "the deployment DELETES the stack's web system: its VPC, its load balancer, and"
                      + " its instance with all that is on it",
                  Says.parameters(Settings.WORKLOAD, "true")));
    }
    var guarded = settings.list(GUARDED);
    return List.of(
        guarded.isEmpty()
            ? says()
                .note(
                    "a guard alone, and no stack is named to it: it guards its own roles and"
                        + " nothing else",
                    Says.parameters(GUARDED, "shop,billing"))
            : says().fine("a guard alone, for " + String.join(", ", guarded)));
  }
}
