package dev.driftmend.reconcile;

import dev.driftmend.model.Caller;
import dev.driftmend.model.Cause;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Policy;
import dev.driftmend.model.Trigger;
import dev.driftmend.port.Claims.Claim;
import java.util.List;
import java.util.Optional;

/**
 * Whether the call that told us was made by somebody who owns what it made: an AWS service, or a
 * controller of the policy. The account's event history would say the same, but minutes later.
 */
final class Tellers {
  private Tellers() {}

  /**
   * Claimed if every call that can have made this drift was such a one; undecided if only some
   * were; empty if none was, or nothing told us.
   */
  static Optional<Claim> claim(Drift drift, List<Trigger> triggers, Policy policy) {
    var told = Attribution.told(drift, triggers);
    var owners = told.stream().flatMap(c -> owner(c, policy).stream()).toList();
    if (owners.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        owners.size() == told.size()
            ? new Claim.Claimed(owners.getFirst())
            : new Claim.Undecided(
                "a person and " + owners.getFirst() + " changed it at the same time"));
  }

  /** The person whose call made exactly this rule, by its answer; empty if no such call told us. */
  static Optional<Caller> maker(Drift.Extra extra, List<Trigger> triggers) {
    var rule = extra.item().handle();
    return rule == null
        ? Optional.empty()
        : Attribution.told(extra, triggers).stream()
            .filter(c -> c.made().contains(rule))
            .findFirst()
            .map(Cause::caller);
  }

  /** What nobody is known to have made is nobody's if a person told of making the like. */
  static Claim attribute(Drift drift, List<Trigger> triggers, Claim claim) {
    return claim instanceof Claim.Unattributed
            && Attribution.told(drift, triggers).stream().anyMatch(c -> c.caller() != null)
        ? new Claim.Unclaimed()
        : claim;
  }

  /**
   * A service that acts by itself, CloudFormation for another stack among them: whether that stack
   * declares it is decided by the next sweep, when its resources are known.
   */
  private static Optional<String> owner(Cause cause, Policy policy) {
    return cause.caller() == null ? Optional.empty() : policy.ownerBehind(cause.caller());
  }
}
