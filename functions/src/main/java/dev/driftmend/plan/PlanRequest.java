package dev.driftmend.plan;

import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.drift.RepairDestinations;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is made from.
 *
 * @param claims the owner of each drift, and the call that made it; a drift that is not in it is
 *     taken for nobody's, see {@link Ownership}
 * @param holds drifts that are reported although their kind could repair them
 * @param destinations whether that works which a repair leads traffic to
 * @param simulation in which each step is proved to cut nothing; null if the network has no say in
 *     these drifts, or could not be read: then restoring before removing has to do
 * @param permission whether anything may be written, whatever the steps
 */
public record PlanRequest(
    Desired desired,
    Live live,
    List<Finding> findings,
    Policy policy,
    Map<Drift, Claim> claims,
    Holds holds,
    RepairDestinations destinations,
    @Nullable NetworkSimulation simulation,
    WritePermission permission) {

  /** The same, about these findings, with these owners. */
  public PlanRequest about(List<Finding> others, Map<Drift, Claim> owners) {
    return new PlanRequest(
        desired, live, others, policy, owners, holds, destinations, simulation, permission);
  }

  /** The same, with other drifts held. */
  public PlanRequest holding(Holds others) {
    return new PlanRequest(
        desired, live, findings, policy, claims, others, destinations, simulation, permission);
  }
}
