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
import java.util.function.Predicate;
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
  private final Set<Drift.Extra> notAsked = new LinkedHashSet<>();

  private Whose(Function<Drift.Extra, Claim> asking) {
    this.asking = asking;
  }

  /**
   * Asks until more than the limit of them are known to be undone by the plan: then it is held,
   * whatever the others are.
   *
   * @param limit of the drifts that a plan may undo
   * @param repaired whether a member that is nobody's is undone, as far as policy and holds say
   * @param told what is known without asking
   */
  static Whose of(
      List<Finding> findings,
      int limit,
      Predicate<Drift.Extra> repaired,
      Function<Drift.Extra, Optional<Claim>> told,
      Function<Drift.Extra, Claim> asking) {
    var whose = new Whose(asking);
    for (var finding : findings) {
      if (finding.drift() instanceof Drift.Extra extra) {
        told.apply(extra)
            .ifPresentOrElse(c -> whose.known.put(extra, c), () -> whose.notAsked.add(extra));
      }
    }
    while (!whose.notAsked.isEmpty() && whose.undone(repaired) <= limit) {
      whose.ask(whose.notAsked.stream().limit(AT_ONCE).toList());
    }
    return whose;
  }

  private long undone(Predicate<Drift.Extra> repaired) {
    return known.entrySet().stream()
        .filter(e -> e.getValue() instanceof Claim.Unclaimed)
        .filter(e -> e.getKey() instanceof Drift.Extra extra && repaired.test(extra))
        .count();
  }

  /** What is not in it was not asked for: a plan takes it for nobody's, and must not be acted. */
  Map<Drift, Claim> known() {
    return known;
  }

  /**
   * Asks for all that the plan would remove without having asked.
   *
   * @return whether there was any: then another plan has to be made
   */
  boolean ask(Plan plan) {
    var removed = notAskedOf(plan);
    for (var from = 0; from < removed.size(); from += AT_ONCE) {
      ask(removed.subList(from, Math.min(removed.size(), from + AT_ONCE)));
    }
    return !removed.isEmpty();
  }

  /** What the plan would remove without its having been asked whose it is. */
  List<Drift.Extra> notAskedOf(Plan plan) {
    var undone =
        plan.calls().stream().flatMap(c -> c.fingerprints().stream()).collect(Collectors.toSet());
    return notAsked.stream().filter(e -> undone.contains(e.fingerprint(plan.stack()))).toList();
  }

  private void ask(List<Drift.Extra> extras) {
    var answers = new ArrayList<>(Parallel.map(extras, asking));
    for (var extra : extras) {
      known.put(extra, answers.removeFirst());
      notAsked.remove(extra);
    }
  }
}
