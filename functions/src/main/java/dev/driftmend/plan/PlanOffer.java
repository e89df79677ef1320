package dev.driftmend.plan;

import dev.driftmend.model.plan.Plan;

/**
 * What a person may accept.
 *
 * @param now the plan as it would be executed now, with what is held
 * @param accepted the plan as it would be executed once it was accepted; both have the same hash
 */
public record PlanOffer(Plan now, Plan accepted) {}
