package dev.driftmend.reconcile;

import dev.driftmend.model.Claim;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Owner;
import dev.driftmend.model.Plan;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose each drift is, as far as it was asked: of a mass of them no more than a plan turns on,
 * since each is a question to a service that answers few.
 */
final class Whose {
  /** So few that CloudFormation's reads are not used up by one stack. */
  private static final int AT_ONCE = 4;

  /**
   * Of how many resources it is asked at once who lost or changed something of them; of more only
   * where a plan is to undo it.
   */
  static final int MOST_CHANGED = 20;

  private final Ownership ownership;
  private final Map<Drift, Claim> known = new HashMap<>();
  private final Set<Drift> askedAgain = new HashSet<>();
  private final Set<Finding> notAsked = new LinkedHashSet<>();
  private final Set<Drift> postponed = new LinkedHashSet<>();
  private @Nullable TransientFailure failure;

  private final List<Drift> all;

  private Whose(List<Drift> all, Ownership ownership) {
    this.all = all;
    this.ownership = ownership;
  }

  /**
   * Asks of what is extra until more than the limit of it are known to be undone by the plan: then
   * it is held, whatever the others are. Of what is lost or changed it is asked who did it, of so
   * many resources first, and of all others that a plan would undo before it is acted. Of what is
   * remembered for long it is asked again, of few in one look.
   *
   * @param limit of the drifts that a plan may undo; the largest number if a person asks for all
   * @param repaired whether a member that is nobody's is undone, as far as policy and holds say
   */
  static Whose of(
      List<Finding> findings, int limit, Predicate<Drift.Extra> repaired, Ownership ownership) {
    var whose = new Whose(findings.stream().map(Finding::drift).toList(), ownership);
    var changed = new ArrayList<Finding>();
    for (var finding : findings) {
      var known = ownership.known(finding);
      if (known.isPresent()) {
        whose.known.put(finding.drift(), known.get());
      } else if (finding.drift() instanceof Drift.Extra) {
        whose.notAsked.add(finding);
      } else {
        changed.add(finding);
      }
    }
    var first = limit == Integer.MAX_VALUE ? changed : ofFewResources(changed);
    whose.ask(first, false);
    while (!whose.notAsked.isEmpty() && whose.undone(repaired) <= limit) {
      whose.ask(whose.notAsked.stream().limit(AT_ONCE).toList(), false);
    }
    changed.removeAll(first);
    whose.notAsked.addAll(changed);
    whose.askAgain(findings);
    return whose;
  }

  /** Those that were asked for longest ago. */
  private void askAgain(List<Finding> findings) {
    var due =
        findings.stream()
            .filter(f -> known.containsKey(f.drift()) && ownership.due(f.drift()).isPresent())
            .sorted(Comparator.comparing(f -> ownership.due(f.drift()).orElse(Instant.MAX)))
            .limit(AT_ONCE)
            .toList();
    var answers = new ArrayList<>(Parallel.map(due, ownership::askAgain));
    for (var finding : due) {
      answers
          .removeFirst()
          .ifPresent(
              claim -> {
                known.put(finding.drift(), claim);
                askedAgain.add(finding.drift());
              });
    }
  }

  private static List<Finding> ofFewResources(List<Finding> changed) {
    var resources = new HashSet<ResourceRef>();
    return changed.stream()
        .filter(
            f -> {
              if (resources.size() < MOST_CHANGED) {
                resources.add(f.drift().resource());
              }
              return resources.contains(f.drift().resource());
            })
        .toList();
  }

  private long undone(Predicate<Drift.Extra> repaired) {
    return known.entrySet().stream()
        .filter(e -> e.getValue().owner() instanceof Owner.Nobody)
        .filter(e -> e.getKey() instanceof Drift.Extra extra && repaired.test(extra))
        .count();
  }

  /** What is not in it was not asked for: a plan takes it for nobody's, and must not be acted. */
  Map<Drift, Claim> known() {
    return known;
  }

  /** All drifts of the look, asked for or not. */
  List<Drift> all() {
    return all;
  }

  /** What is remembered and was asked for once more in this look. */
  Set<Drift> askedAgain() {
    return askedAgain;
  }

  /** Of which it could not be asked now: no plan has them, and they are asked for again soon. */
  Set<Drift> postponed() {
    return postponed;
  }

  /** Why something is postponed; null if nothing is. */
  @Nullable TransientFailure failure() {
    return failure;
  }

  /**
   * Asks for all that the plan would undo without having asked. What cannot be asked for then is in
   * no plan of this look, but for what only has to be put back.
   *
   * @return whether there was any: then another plan has to be made
   */
  boolean ask(Plan plan) {
    var undone = notAskedOf(plan);
    ask(undone, true);
    return !undone.isEmpty();
  }

  /** Of how many resources the plan would undo changes without having asked whose they are. */
  int changedUnasked(Plan plan) {
    return (int)
        notAskedOf(plan).stream()
            .map(Finding::drift)
            .filter(d -> !(d instanceof Drift.Extra))
            .map(Drift::resource)
            .distinct()
            .count();
  }

  /** What the plan would undo without its having been asked whose it is. */
  List<Finding> notAskedOf(Plan plan) {
    var undone =
        plan.calls().stream().flatMap(c -> c.fingerprints().stream()).collect(Collectors.toSet());
    return notAsked.stream()
        .filter(f -> undone.contains(f.drift().fingerprint(plan.stack())))
        .toList();
  }

  private void ask(List<Finding> findings, boolean many) {
    for (var from = 0; from < findings.size(); from += AT_ONCE) {
      var some = findings.subList(from, Math.min(findings.size(), from + AT_ONCE));
      var answers = new ArrayList<>(Parallel.map(some, f -> answer(f, many)));
      for (var finding : List.copyOf(some)) {
        var answer = answers.removeFirst();
        notAsked.remove(finding);
        if (answer.claim() != null) {
          known.put(finding.drift(), answer.claim());
        } else {
          postponed.add(finding.drift());
          failure = answer.failure();
        }
      }
    }
  }

  private record Answer(@Nullable Claim claim, @Nullable TransientFailure failure) {}

  private Answer answer(Finding finding, boolean many) {
    try {
      return new Answer(ownership.ask(finding, many), null);
    } catch (TransientFailure e) {
      return new Answer(null, e);
    }
  }
}
