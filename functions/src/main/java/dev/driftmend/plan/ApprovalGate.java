package dev.driftmend.plan;

import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Consents;
import dev.driftmend.port.Ledger.Remembered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Decides what of the offered plan may be executed now, and what waits for a person. Reads the
 * approvals of the ledger and writes nothing.
 */
public final class ApprovalGate {
  private static final String DEFAULT_GUARD = "driftmend";

  private final Consents consents;
  private final StackRef own;

  /**
   * @param own the guard's own stack, which its deployment adopted
   */
  public ApprovalGate(Consents consents, StackRef own) {
    this.consents = consents;
    this.own = own;
  }

  /** The plan that may be executed, and what was agreed to of it. */
  public record Decision(Plan plan, Approval approval) {
    /** Where nothing may be written for want of a policy, nobody is asked. */
    public static Decision unasked(Plan plan) {
      return new Decision(plan, Approval.unasked(plan));
    }
  }

  /**
   * The holds that stand, and those that begin because somebody makes a drift again as often as it
   * is repaired.
   */
  public List<Hold> withRepairLoops(
      List<Hold> holds, Plan offered, Remembered remembered, Limits limits, Instant now) {
    var known = holds.stream().map(Hold::fingerprint).collect(Collectors.toSet());
    var all = new ArrayList<>(holds);
    RepairLoopDetector.begun(offered, remembered.repairs(), limits, now).stream()
        .filter(h -> !known.contains(h.fingerprint()))
        .forEach(all::add);
    return List.copyOf(all);
  }

  /** These holds, with the command by which a person has the offered plan executed all the same. */
  public Holds released(List<Hold> holds, Plan offered) {
    return Holds.of(holds, "to have it repaired after all: " + command(offered));
  }

  /**
   * @param offered the plan with nothing held
   * @param allowed the plan without what is held
   * @param holds all that is held
   * @param guarded how many resources of the stack are guarded
   */
  public Decision decide(
      Plan offered,
      Plan allowed,
      List<Hold> holds,
      Ownership ownership,
      Remembered remembered,
      int guarded,
      Limits limits,
      Instant now) {
    var begun = new ArrayList<>(holds);
    begun.removeAll(remembered.holds());
    var adopted = offered.stack().equals(own) || remembered.adoption().isPresent();
    var held =
        PlanLimits.held(
            allowed,
            offered,
            ownership.notAskedOf(offered).size(),
            ownership.changedUnasked(allowed),
            guarded,
            limits,
            adopted,
            command(offered));
    if (held.isEmpty() && allowed.steps().equals(offered.steps())) {
      return new Decision(offered, new Approval(offered, adopted, holds, begun, null, null));
    }
    var acceptance = consents.acceptance(offered.stack(), offered.hash(), now);
    if (acceptance.isPresent()) {
      return new Decision(
          offered, new Approval(offered, adopted, holds, List.of(), acceptance.get(), null));
    }
    var permission =
        allowed.permission().isGranted()
            ? held.map(PlanLimits.Held::why)
                .map(WritePermission::withheld)
                .orElse(WritePermission.GRANTED)
            : allowed.permission();
    return new Decision(
        allowed.held(permission, offered.hash()),
        new Approval(offered, adopted, holds, begun, null, held.orElse(null)));
  }

  /** As it is typed; the guard is named where the command line would not find it. */
  private String command(Plan offered) {
    var stack = offered.stack();
    var found = stack.equals(own) || own.name().equals(DEFAULT_GUARD);
    var guard = found ? "" : " --guard " + own.name();
    return "driftmend accept --stack " + stack.name() + guard + " --plan " + offered.hash();
  }
}
