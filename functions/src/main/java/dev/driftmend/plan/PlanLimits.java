package dev.driftmend.plan;

import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import java.util.Optional;

/** Whether a plan may be executed although no person has accepted it. Pure. */
public final class PlanLimits {
  private PlanLimits() {}

  /**
   * Why a plan is held.
   *
   * @param subject of the incident, the same while it is the same trouble
   * @param title of the incident; another one whenever the plan is another
   * @param why a clause for a person, with the command that releases it
   */
  public record Held(String subject, String title, String why) {}

  /**
   * @param plan what would be executed now
   * @param offered what would be executed once it is accepted: the same, or more
   * @param notAsked how many drifts would be reverted, once it is accepted, whose owner was not
   *     asked
   * @param changedUnasked how many resources have something lost or changed that would be reverted
   *     now, whose owner was not asked
   * @param guarded how many resources of the stack are guarded
   * @param command what accepts it
   */
  static Optional<Held> held(
      Plan plan,
      Plan offered,
      int notAsked,
      int changedUnasked,
      int guarded,
      Limits limits,
      boolean adopted,
      String command) {
    if (!adopted) {
      return plan.findings().stream().allMatch(Finding::isAnothers)
          ? Optional.empty()
          : Optional.of(
              new Held(
                  "adoption",
                  "Put under guard with drift: " + waiting(offered),
                  "it is observed until a person accepts its first plan"
                      + tooMany(notAsked)
                      + ": "
                      + command));
    }
    return excess(plan, changedUnasked, guarded, limits)
        .map(
            excess ->
                new Held(
                    "limits",
                    "Too much to repair unasked: " + waiting(offered),
                    excess + tooMany(notAsked) + ", so a person has to accept it: " + command));
  }

  private static String tooMany(int notAsked) {
    return notAsked == 0
        ? ""
        : " (there are too many to ask whose each is: "
            + notAsked
            + " of them are asked for once it is accepted)";
  }

  private static Optional<String> excess(
      Plan plan, int changedUnasked, int guarded, Limits limits) {
    if (plan.writes() > limits.writes()) {
      return Optional.of(
          "the plan undoes "
              + plan.writes()
              + " drifts, more than the "
              + limits.writes()
              + " of the policy's limits.writes");
    }
    if (changedUnasked > OwnershipResolver.MOST_CHANGED) {
      return Optional.of(
          "the plan undoes changes of "
              + changedUnasked
              + " resources of which it was not asked who made them, more than the "
              + OwnershipResolver.MOST_CHANGED
              + " that are asked for in one look");
    }
    var touched = plan.calls().stream().map(Step.Call::resource).distinct().count();
    return touched > Limits.FEW && touched > limits.share() * guarded
        ? Optional.of(
            "the plan touches "
                + touched
                + " of "
                + guarded
                + " guarded resources, more than the policy's limits.share of "
                + limits.share())
        : Optional.empty();
  }

  private static String waiting(Plan offered) {
    var writes = offered.writes();
    var what =
        switch (writes) {
          case 0 -> "nothing to write";
          case 1 -> "1 write waits";
          default -> writes + " writes wait";
        };
    return what + " for plan " + offered.hash() + " to be accepted";
  }
}
