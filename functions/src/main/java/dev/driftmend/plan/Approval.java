package dev.driftmend.plan;

import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people agreed to of one plan, and what is held until they do.
 *
 * @param offered the plan as it is once a person accepted it: the same, or more
 * @param adopted whether the stack may be repaired without asking
 * @param holds every hold of the stack, those begun now among them
 * @param begun holds that are not in the ledger yet
 * @param acceptance by which a plan is executed that would be held; else null
 * @param held why the plan is held; else null
 */
public record Approval(
    Plan offered,
    boolean adopted,
    List<Hold> holds,
    List<Hold> begun,
    @Nullable Acceptance acceptance,
    PlanLimits.@Nullable Held held) {
  public Approval {
    holds = List.copyOf(holds);
    begun = List.copyOf(begun);
  }

  /** Where nothing may be written anyway, nobody is asked. */
  static Approval unasked(Plan plan) {
    return new Approval(plan, true, List.of(), List.of(), null, null);
  }
}
