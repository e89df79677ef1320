package dev.driftmend.reconcile;

import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Ledger;
import dev.driftmend.reconcile.HealthRegressionDetector.Sick;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes repairs back: by itself, once, if it is proved that a repair made targets unhealthy, and as
 * a person wants it. What was taken back is held, so that it is not repaired again before a person
 * says so.
 */
final class Rollback {
  /** How old a repair may be that a person takes back. */
  private static final Duration REMEMBERED = Duration.ofDays(30);

  /**
   * How long after a repair it can be proved: a health check may take 300 s, twenty of them to
   * settle.
   */
  private static final Duration SUSPECTED = Duration.ofHours(2);

  private final Ledger ledger;
  private final PlanExecutor executor;

  Rollback(Ledger ledger, PlanExecutor executor) {
    this.ledger = ledger;
    this.executor = executor;
  }

  /**
   * The calls that take back what has made targets unhealthy, and a clause that tells why.
   *
   * @param why empty if nothing is proved
   */
  record Proved(List<Step.Call> calls, String why) {
    static final Proved NOTHING = new Proved(List.of(), "");
  }

  /**
   * @param sick the targets that are unhealthy now
   * @param failing since when the path is known to fail; empty if nobody knows
   * @param cutElsewhere whether a drift stands that is an outage, or a part of one
   * @param deployed what was repaired before the stack was last updated is another stack's
   */
  Proved proved(
      StackRef stack,
      List<Sick> sick,
      Optional<Instant> failing,
      boolean cutElsewhere,
      Instant deployed,
      Instant now) {
    for (var repair : inverses(stack, later(deployed, now.minus(SUSPECTED))).entrySet()) {
      var at = repair.getKey();
      var guilty =
          repair.getValue().stream()
              .filter(i -> !i.exposes())
              .filter(
                  i ->
                      !HealthRegressionDetector.proved(
                              i.suspicion(), sick, at, failing, cutElsewhere, now)
                          .isEmpty())
              .toList();
      if (!guilty.isEmpty()) {
        var first =
            HealthRegressionDetector.proved(
                    guilty.getFirst().suspicion(), sick, at, failing, cutElsewhere, now)
                .getFirst();
        return new Proved(
            guilty.stream().map(Inverse::call).toList(),
            "its repair at %s was taken back: %s was healthy before it and then had %s"
                .formatted(at.truncatedTo(ChronoUnit.SECONDS), first.target(), first.reason()));
      }
    }
    return Proved.NOTHING;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /**
   * The calls that take back the last repair of the drift of this incident.
   *
   * @param deployed when the stack was last updated: a repair of before it cannot be taken back
   */
  List<Step.Call> of(StackRef stack, String fingerprint, Instant deployed, Instant now) {
    return inverses(stack, later(deployed, now.minus(REMEMBERED))).values().stream()
        .map(
            all ->
                all.stream()
                    .map(Inverse::call)
                    .filter(c -> c.fingerprints().contains(fingerprint))
                    .toList())
        .filter(calls -> !calls.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** By the time of the repair, the latest first; what is held was taken back already. */
  private Map<Instant, List<Inverse>> inverses(StackRef stack, Instant since) {
    var held = ledger.holds(stack).stream().map(Hold::fingerprint).collect(Collectors.toSet());
    var byTime = new LinkedHashMap<Instant, List<Inverse>>();
    ledger.repaired(stack, since).stream()
        .sorted(Comparator.comparing(Ledger.Repaired::at).reversed())
        .forEach(
            r ->
                byTime.put(
                    r.at(),
                    r.inverses().stream()
                        .filter(i -> i.call().fingerprints().stream().noneMatch(held::contains))
                        .toList()));
    return byTime;
  }

  /**
   * Held first, then taken back: whatever becomes of the calls, nothing is repaired again by
   * itself.
   *
   * @param why a clause for the person who reads of the drift that is back
   */
  Outcome rollBack(StackRef stack, List<Step.Call> calls, String why, Instant now) {
    calls.stream()
        .flatMap(c -> c.fingerprints().stream())
        .distinct()
        .forEach(f -> ledger.hold(stack, new Hold(f, Hold.Sort.UNDONE, why, now)));
    var plan = new Plan(stack, WritePermission.GRANTED, List.of(), List.copyOf(calls), List.of());
    var intent = ledger.intend(plan, List.of(), now);
    var executed = executor.execute(plan, null);
    var outcome = new Outcome(plan, executed.results(), List.of(), false);
    ledger.settle(intent, outcome, List.of(), Map.of(), now);
    if (executed.interrupted() != null) {
      // What was not taken back yet is tried again, which nothing may hide then.
      outcome.results().stream()
          .filter(r -> !(r.result() instanceof StepResult.Result.Done))
          .flatMap(r -> r.step().fingerprints().stream())
          .forEach(f -> ledger.release(stack, f));
      throw executed.interrupted();
    }
    return outcome;
  }
}
