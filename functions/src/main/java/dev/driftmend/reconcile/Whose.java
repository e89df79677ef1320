package dev.driftmend.reconcile;

import dev.driftmend.model.Drift;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Plan;
import dev.driftmend.port.Claims.Claim;
import dev.driftmend.port.Parallel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whose each extra member is, as far as it was asked: of a mass of them no more than a plan turns
 * on, since each is a question to a service that answers few.
 */
final class Whose {
  /** So few that CloudFormation's reads are not used up by one stack. */
  private static final int AT_ONCE = 4;

  private final Function<Drift.Extra, Claim> asking;
  private final Map<Drift, Claim> known = new HashMap<>();
  private final Set<Drift.Extra> unasked = new LinkedHashSet<>();

  private Whose(Function<Drift.Extra, Claim> asking) {
    this.asking = asking;
  }

  /**
   * Asks until more than the limit of them are not known to be somebody else's.
   *
   * @param told what is known without asking
   * @param limit beyond which a plan is held anyway
   */
  static Whose of(
      List<Finding> findings,
      int limit,
      Function<Drift.Extra, Optional<Claim>> told,
      Function<Drift.Extra, Claim> asking) {
    var whose = new Whose(asking);
    for (var finding : findings) {
      if (finding.drift() instanceof Drift.Extra extra) {
        told.apply(extra)
            .ifPresentOrElse(c -> whose.known.put(extra, c), () -> whose.unasked.add(extra));
      }
    }
    while (!whose.unasked.isEmpty() && whose.notClaimed() <= limit) {
      whose.ask(whose.unasked.stream().limit(AT_ONCE).toList());
    }
    return whose;
  }

  /** What is not in it was not asked for: a plan takes it for nobody's, and must not be acted. */
  Map<Drift, Claim> known() {
    return known;
  }

  /**
   * Asks for all that the plan would remove unasked.
   *
   * @return whether there was any: then another plan has to be made
   */
  boolean ask(Plan plan) {
    var removed = unaskedOf(plan);
    for (var from = 0; from < removed.size(); from += AT_ONCE) {
      ask(removed.subList(from, Math.min(removed.size(), from + AT_ONCE)));
    }
    return !removed.isEmpty();
  }

  /** What the plan would remove without its having been asked whose it is. */
  List<Drift.Extra> unaskedOf(Plan plan) {
    var undone =
        plan.calls().stream().flatMap(c -> c.fingerprints().stream()).collect(Collectors.toSet());
    return unasked.stream().filter(e -> undone.contains(e.fingerprint(plan.stack()))).toList();
  }

  /** Nothing more is asked: whose the rest is stays undecided. */
  void askNoMore() {
    unasked.forEach(
        e -> known.put(e, new Claim.Undecided("there are too many to ask whose each is")));
    unasked.clear();
  }

  private void ask(List<Drift.Extra> extras) {
    var answers = new ArrayList<>(Parallel.map(extras, asking));
    for (var extra : extras) {
      known.put(extra, answers.removeFirst());
      unasked.remove(extra);
    }
  }

  private long notClaimed() {
    return known.values().stream().filter(c -> !(c instanceof Claim.Claimed)).count();
  }
}
