package dev.driftmend.plan;

import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who owns each drift. Each question goes to a service that answers few, so no more of
 * them are asked than a plan depends on.
 */
public final class OwnershipResolver {
  /** So few that CloudFormation's reads are not used up by one stack. */
  private static final int AT_ONCE = 4;

  /**
   * For how many resources the owners of losses and changes are asked at once. For more they are
   * asked only where a plan is to undo them.
   */
  static final int MOST_CHANGED = 20;

  private final OwnerLookup lookup;

  public OwnershipResolver(OwnerLookup lookup) {
    this.lookup = lookup;
  }

  /**
   * Asks for the owners of additions until more of them than the limit are known to be removed by
   * the plan: then it is held, whoever owns the others. Asks for the owners of losses and changes
   * of the first {@value #MOST_CHANGED} resources. Of the remembered owners those that were asked
   * longest ago are asked again, few in one look.
   *
   * @param limit how many drifts a plan may undo; the largest number if a person asks for all
   * @param repaired whether an addition that nobody owns is removed, by policy and holds
   */
  public Ownership resolve(List<Finding> findings, int limit, Predicate<Drift.Extra> repaired) {
    var claims = new HashMap<Drift, Claim>();
    var extra = new ArrayList<Finding>();
    var changed = new ArrayList<Finding>();
    for (var finding : findings) {
      var known = lookup.known(finding);
      if (known.isPresent()) {
        claims.put(finding.drift(), known.get());
      } else if (finding.drift() instanceof Drift.Extra) {
        extra.add(finding);
      } else {
        changed.add(finding);
      }
    }
    var first = limit == Integer.MAX_VALUE ? changed : ofFewResources(changed);
    extra.addAll(changed);
    var ownership =
        new Ownership(
            findings.stream().map(Finding::drift).toList(),
            claims,
            Set.of(),
            extra,
            Set.of(),
            null);
    ownership = ask(ownership, first, false);
    var additions = additions(ownership);
    while (!additions.isEmpty() && removed(ownership, repaired) <= limit) {
      ownership = ask(ownership, additions.stream().limit(AT_ONCE).toList(), false);
      additions = additions(ownership);
    }
    return askAgain(ownership, findings);
  }

  /**
   * Asks for the owners of all that the plan would undo without having asked. What cannot be asked
   * then is in no plan of this look, except what only has to be restored.
   */
  public Ownership resolveFor(Plan plan, Ownership ownership) {
    return ask(ownership, ownership.notAskedOf(plan), true);
  }

  private static List<Finding> additions(Ownership ownership) {
    return ownership.notAsked().stream().filter(f -> f.drift() instanceof Drift.Extra).toList();
  }

  private Ownership askAgain(Ownership ownership, List<Finding> findings) {
    var claims = new HashMap<>(ownership.claims());
    var askedAgain = new HashSet<Drift>();
    var due =
        findings.stream()
            .filter(f -> claims.containsKey(f.drift()) && lookup.due(f.drift()).isPresent())
            .sorted(Comparator.comparing(f -> lookup.due(f.drift()).orElse(Instant.MAX)))
            .limit(AT_ONCE)
            .toList();
    var answers = Parallel.map(due, lookup::askAgain);
    for (var i = 0; i < due.size(); i++) {
      var drift = due.get(i).drift();
      answers
          .get(i)
          .ifPresent(
              claim -> {
                claims.put(drift, claim);
                askedAgain.add(drift);
              });
    }
    return new Ownership(
        ownership.drifts(),
        claims,
        askedAgain,
        ownership.notAsked(),
        ownership.postponed(),
        ownership.failure());
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

  private static long removed(Ownership ownership, Predicate<Drift.Extra> repaired) {
    return ownership.claims().entrySet().stream()
        .filter(e -> e.getValue().owner() instanceof Owner.Nobody)
        .filter(e -> e.getKey() instanceof Drift.Extra extra && repaired.test(extra))
        .count();
  }

  private Ownership ask(Ownership ownership, List<Finding> findings, boolean many) {
    if (findings.isEmpty()) {
      return ownership;
    }
    var claims = new HashMap<>(ownership.claims());
    var postponed = new HashSet<>(ownership.postponed());
    var failure = ownership.failure();
    for (var from = 0; from < findings.size(); from += AT_ONCE) {
      var some = findings.subList(from, Math.min(findings.size(), from + AT_ONCE));
      var answers = Parallel.map(some, f -> answer(f, many));
      for (var i = 0; i < some.size(); i++) {
        var answer = answers.get(i);
        if (answer.claim() != null) {
          claims.put(some.get(i).drift(), answer.claim());
        } else {
          postponed.add(some.get(i).drift());
          failure = answer.failure();
        }
      }
    }
    var asked = new HashSet<>(findings);
    return new Ownership(
        ownership.drifts(),
        claims,
        ownership.askedAgain(),
        ownership.notAsked().stream().filter(f -> !asked.contains(f)).toList(),
        postponed,
        failure);
  }

  private record Answer(@Nullable Claim claim, @Nullable TransientFailure failure) {}

  private Answer answer(Finding finding, boolean many) {
    try {
      return new Answer(lookup.ask(finding, many), null);
    } catch (TransientFailure e) {
      return new Answer(null, e);
    }
  }
}
