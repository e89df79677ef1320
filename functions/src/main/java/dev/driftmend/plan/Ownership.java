package dev.driftmend.plan;

import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who owns each drift of one look, as far as it was asked.
 *
 * @param drifts all drifts of the look
 * @param claims the owner of each drift that is known. A plan takes any other drift for nobody's,
 *     and must not be executed before its owner was asked
 * @param askedAgain drifts whose remembered owner was asked once more in this look
 * @param notAsked findings whose owner is not known yet, in the order in which they are asked
 * @param postponed drifts whose owner could not be asked now: no plan has them, and they are asked
 *     again soon
 * @param failure why something is postponed; null if nothing is
 */
public record Ownership(
    List<Drift> drifts,
    Map<Drift, Claim> claims,
    Set<Drift> askedAgain,
    List<Finding> notAsked,
    Set<Drift> postponed,
    @Nullable TransientFailure failure) {

  public Ownership {
    drifts = List.copyOf(drifts);
    claims = Map.copyOf(claims);
    askedAgain = Set.copyOf(askedAgain);
    notAsked = List.copyOf(notAsked);
    postponed = Set.copyOf(postponed);
  }

  /** What the plan would revert although its owner was not asked. */
  List<Finding> notAskedOf(Plan plan) {
    var planned =
        plan.calls().stream().flatMap(c -> c.fingerprints().stream()).collect(Collectors.toSet());
    return notAsked.stream()
        .filter(f -> planned.contains(f.drift().fingerprint(plan.stack())))
        .toList();
  }

  /** Whether the plan would revert something whose owner was not asked. */
  public boolean isOpenFor(Plan plan) {
    return !notAskedOf(plan).isEmpty();
  }

  /** Of how many resources the plan would undo changes whose owners were not asked. */
  int changedUnasked(Plan plan) {
    return (int)
        notAskedOf(plan).stream()
            .map(Finding::drift)
            .filter(d -> !(d instanceof Drift.Extra))
            .map(Drift::resource)
            .distinct()
            .count();
  }
}
