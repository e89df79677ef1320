package dev.driftmend.lambda;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.render.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The metrics of a reconcile. */
final class ReconcileMetrics {
  private final String guard;
  private final Supplier<Map<String, Integer>> apiCalls;
  private final Consumer<String> out;

  /**
   * @param guard the name of the guard's stack, the only dimension of what alarms look at
   * @param apiCalls how many calls were made since this was last asked
   */
  ReconcileMetrics(String guard, Supplier<Map<String, Integer>> apiCalls, Consumer<String> out) {
    this.guard = guard;
    this.apiCalls = apiCalls;
    this.out = out;
  }

  void reconciled(Outcome outcome, List<Trigger> triggers, Instant received, Instant now) {
    var metrics = new LinkedHashMap<String, Number>();
    var repaired = outcome.repaired().size();
    metrics.put("DriftFound", outcome.plan().findings().size());
    metrics.put("DriftRepaired", repaired);
    metrics.put("DriftReported", outcome.remaining().size());
    metrics.put("ApiCalls", apiCalls.get().values().stream().mapToInt(Integer::intValue).sum());
    if (outcome.looked()
        && triggers.stream().anyMatch(t -> t.cause().origin() == Cause.Origin.SWEEP)) {
      metrics.put("SweepCompleted", 1);
      metrics.put("MissedEvents", onlySwept(triggers) ? outcome.fresh() : 0);
    }
    if (repaired > 0) {
      metrics.put("ReceiveToFixMs", Duration.between(received, now).toMillis());
      triggers.stream()
          .map(Trigger::cause)
          .filter(c -> c.origin() == Cause.Origin.API_CALL)
          .map(Cause::time)
          .min(Instant::compareTo)
          .ifPresent(t -> metrics.put("EventToFixMs", Duration.between(t, now).toMillis()));
    }
    out.accept(Metrics.line(now, metrics, Map.of("Guard", guard)));
  }

  /** Drift that only the sweep found was announced by no event. */
  private static boolean onlySwept(List<Trigger> triggers) {
    return triggers.stream().allMatch(t -> t.cause().origin() == Cause.Origin.SWEEP);
  }
}
