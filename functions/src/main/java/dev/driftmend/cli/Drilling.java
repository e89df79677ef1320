package dev.driftmend.cli;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.incident.Drill;
import dev.driftmend.model.incident.Drill.Stage;
import dev.driftmend.model.incident.DrillRule;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.DrillGround;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.port.Waits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes a harmless rule, sees who answers, and leaves nothing. */
final class Drilling {
  /** Called often enough that a second counts, and seldom enough that nobody is throttled. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** CloudTrail promises nothing; this is what its delivery to EventBridge is assumed to keep. */
  static final Duration DELIVERED = Duration.ofSeconds(60);

  /** Of each part of the guard itself: a cold start, a call and a retry. */
  static final Duration EACH = Duration.ofSeconds(10);

  private static final String ROUTE = "Route";
  private static final String INGRESS = "Ingress";

  private final DrillGround ground;
  private final Ledger ledger;
  private final InstantSource clock;
  private final Waits waits;

  Drilling(DrillGround ground, Ledger ledger, InstantSource clock, Waits waits) {
    this.ground = ground;
    this.ledger = ledger;
    this.clock = clock;
    this.waits = waits;
  }

  /**
   * @param repairs whether the guard may write now: if not it is to alert, and the rule is taken
   *     away here
   * @param patience how long to wait for all of it
   */
  Drill hold(
      StackRef stack,
      ResourceRef group,
      SecurityRule rule,
      String who,
      boolean repairs,
      Duration patience) {
    var id = group.physicalId();
    var begin = clock.instant();
    var made = new CompletableFuture<Optional<String>>();
    // Whoever interrupts the call or the wait leaves no rule behind either.
    var cleaning = new Thread(() -> made.join().ifPresent(ruleId -> ground.close(id, ruleId)));
    Runtime.getRuntime().addShutdownHook(cleaning);
    try {
      var ruleId = ground.open(id, rule, DrillRule.MARK + " by " + who);
      made.complete(Optional.of(ruleId));
      return watch(stack, group, rule, ruleId, begin, repairs, patience);
    } finally {
      made.complete(Optional.empty());
      made.join().ifPresent(ruleId -> close(id, ruleId));
      Runtime.getRuntime().removeShutdownHook(cleaning);
    }
  }

  private Drill watch(
      StackRef stack,
      ResourceRef group,
      SecurityRule rule,
      String ruleId,
      Instant begin,
      boolean repairs,
      Duration patience) {
    var id = group.physicalId();
    var called = clock.instant();
    var fingerprint =
        new Drift.Extra(group, INGRESS, Item.of(rule.key(), Map.of())).fingerprint(stack);
    var seen = Seen.NOTHING;
    var end = called.plus(patience);
    while (!seen.isComplete(repairs) && clock.instant().isBefore(end)) {
      waits.pass(BETWEEN_LOOKS);
      seen = look(seen, stack, fingerprint, ruleId, begin);
    }
    var stages = stages(called, seen, repairs);
    var answered = stages.stream().allMatch(s -> s.at() != null);
    return new Drill(
        stack, id, rule.key(), stages, answered ? List.of() : hints(id, ruleId, begin, seen));
  }

  private void close(String group, String ruleId) {
    try {
      ground.close(group, ruleId);
    } catch (DeniedFailure | TransientFailure e) {
      throw new Refusal(
          "the rule "
              + ruleId
              + " could not be taken away ("
              + e.getMessage()
              + "): aws ec2 revoke-security-group-ingress --group-id "
              + group
              + " --security-group-rule-ids "
              + ruleId,
          e);
    }
  }

  /** What was seen so far; null is not yet. */
  private record Seen(
      @Nullable Incident incident, @Nullable Instant repaired, @Nullable Instant alerted) {
    static final Seen NOTHING = new Seen(null, null, null);

    boolean isComplete(boolean repairs) {
      return alerted != null && (repaired != null || !repairs);
    }
  }

  private Seen look(Seen before, StackRef stack, String fingerprint, String ruleId, Instant begin) {
    try {
      var incident = ledger.incident(stack, fingerprint).filter(i -> !i.openedAt().isBefore(begin));
      var gone = before.repaired() == null && !ground.stands(ruleId);
      var alerted =
          before.alerted() == null
              && incident.isPresent()
              && ledger.isAnnounced(stack, fingerprint);
      return new Seen(
          incident.orElse(before.incident()),
          gone ? earlier(clock.instant(), incident) : before.repaired(),
          alerted ? earlier(clock.instant(), incident) : before.alerted());
    } catch (TransientFailure e) {
      return before;
    }
  }

  /** The guard knows better than our look when it was done: it alerts after the repair. */
  private static Instant earlier(Instant now, Optional<Incident> incident) {
    var resolved = incident.map(Incident::resolvedAt).orElse(now);
    return resolved.isBefore(now) ? resolved : now;
  }

  private static List<Stage> stages(Instant called, Seen seen, boolean repairs) {
    var incident = seen.incident();
    var cause = incident == null ? null : incident.cause();
    var stages = new ArrayList<Stage>();
    stages.add(new Stage("call", called, null, null));
    next(stages, ROUTE, cause != null && isEvent(cause) ? cause.routed() : null, DELIVERED);
    next(stages, "Reconcile", incident == null ? null : incident.openedAt(), EACH);
    if (repairs) {
      next(stages, "repaired", seen.repaired(), EACH);
    }
    next(stages, "alerted", seen.alerted(), EACH);
    return stages;
  }

  private static boolean isEvent(Cause cause) {
    return cause.origin() == Cause.Origin.API_CALL;
  }

  /** Clocks differ: nothing took less than no time. */
  private static void next(
      List<Stage> stages, String part, @Nullable Instant at, Duration objective) {
    var before =
        stages.reversed().stream().map(Stage::at).filter(t -> t != null).findFirst().orElseThrow();
    var took = at == null ? null : Duration.between(before, at);
    stages.add(
        new Stage(part, at, took == null || !took.isNegative() ? took : Duration.ZERO, objective));
  }

  private List<String> hints(String group, String ruleId, Instant begin, Seen seen) {
    var hints = new ArrayList<String>();
    try {
      if (seen.incident() == null) {
        hints.add(
            ground
                .recorded(group, ruleId, begin)
                .map(Drilling::recorded)
                .orElse(
                    "CloudTrail's event history does not have the call: it lags by up to 15"
                        + " minutes; look for it there before you look at the guard."));
      } else if (seen.incident().cause() == null || !isEvent(seen.incident().cause())) {
        hints.add("No event announced it: a sweep or another look found it.");
      }
      ground.faults().forEach(fault -> hints.add("Of the guard's own parts: " + fault));
    } catch (DeniedFailure | TransientFailure e) {
      hints.add("Why is not known: " + e.getMessage());
    }
    return hints;
  }

  private static String recorded(Cause cause) {
    var caller = cause.caller() == null ? "unknown" : cause.caller().principal();
    return "CloudTrail recorded the call of "
        + caller
        + " at "
        + cause.time()
        + ": it is what comes after that did not answer. Calls of the guard's own role are"
        + " recognised and ignored: hold drills as somebody else.";
  }
}
