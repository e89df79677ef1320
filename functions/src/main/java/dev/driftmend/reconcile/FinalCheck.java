package dev.driftmend.reconcile;

import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.Policies;
import dev.driftmend.port.Templates;

/**
 * Right before anything is written, even to the ledger: is the stack as it was read, and may it
 * still be repaired?
 */
final class FinalCheck {
  private final Templates templates;
  private final Policies policies;
  private final WriteAccess access;

  FinalCheck(Templates templates, Policies policies, WriteAccess access) {
    this.templates = templates;
    this.policies = policies;
    this.access = access;
  }

  /**
   * @param unchanged whether the stack is in the state in which it was read
   * @param permission whether anything may be repaired; granted if there is nothing to repair
   */
  record Result(boolean unchanged, WritePermission permission) {}

  Result of(Assessment assessment) {
    if (assessment.plan().calls().isEmpty() || !assessment.plan().permission().isGranted()) {
      return new Result(isUnchanged(assessment), WritePermission.GRANTED);
    }
    return Parallel.both(
        () -> isUnchanged(assessment),
        policies::read,
        (unchanged, policy) -> new Result(unchanged, permission(assessment, policy)));
  }

  boolean isUnchanged(Assessment assessment) {
    return templates
        .state(assessment.plan().stack())
        .filter(assessment.state()::equals)
        .isPresent();
  }

  static Assessment moved(Assessment assessment) {
    return assessment.settled()
        ? assessment.moving("the stack changed while it was read")
        : assessment;
  }

  private WritePermission permission(Assessment assessment, Policy now) {
    var permission = access.permission(assessment.plan().stack(), now);
    return permission.isGranted() && !saysTheSame(now, assessment.policy())
        ? WritePermission.withheld("the policy changed right before the first write")
        : permission;
  }

  private static boolean saysTheSame(Policy one, Policy other) {
    return one.rules().equals(other.rules())
        && one.controllers().equals(other.controllers())
        && one.limits().equals(other.limits());
  }
}
