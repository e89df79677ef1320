package dev.driftmend.reconcile;

import dev.driftmend.drift.NetworkReading;
import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.drift.RepairDestinations;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.plan.Approval;
import dev.driftmend.plan.ApprovalGate.Decision;
import dev.driftmend.plan.Ownership;
import dev.driftmend.port.Ledger.Remembered;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a stack found, from its template to a plan.
 *
 * @param desired what of the stack was looked at
 * @param destinations whether that works which a repair leads traffic to
 * @param settled whether the stack stood still and settled while it was looked at: otherwise a
 *     difference may be the deployment itself, and means nothing
 */
record Assessment(
    Look look,
    Desired desired,
    Live live,
    RepairDestinations destinations,
    NetworkReading network,
    Ownership ownership,
    Plan plan,
    Approval approval,
    boolean settled) {

  Assessment(
      Look look,
      Desired desired,
      Live live,
      RepairDestinations destinations,
      NetworkReading network,
      Ownership ownership,
      Decision decision) {
    this(
        look,
        desired,
        live,
        destinations,
        network,
        ownership,
        decision.plan(),
        decision.approval(),
        look.snapshot().state().settled());
  }

  Policy policy() {
    return look.policy();
  }

  /** What the ledger said before the stack was looked at. */
  Remembered remembered() {
    return look.remembered();
  }

  /** The stack's state when its template was read. */
  StackState state() {
    return look.snapshot().state();
  }

  /** Null if no drift asked for the network, or it could not be read. */
  @Nullable NetworkSimulation simulation() {
    return network.simulation();
  }

  /** Whether all that is guarded of the stack was looked at. */
  boolean isWhole() {
    return desired.equals(look.whole());
  }

  /** The same, of a stack that did not stand still after all. */
  Assessment moving(String why) {
    return new Assessment(
        look,
        desired,
        live,
        destinations,
        network,
        ownership,
        plan.standingAside(why),
        approval,
        false);
  }

  /** The fingerprints of the drifts whose owner could not be asked, which are in no plan. */
  Set<String> postponed() {
    return ownership.postponed().stream()
        .map(d -> d.fingerprint(plan.stack()))
        .collect(Collectors.toSet());
  }
}
