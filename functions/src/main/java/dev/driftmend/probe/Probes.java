package dev.driftmend.probe;

import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One look at many stacks at once: one that cannot be probed keeps none of the others from it.
 *
 * @param failures of stacks that could not be looked at, or not in time
 */
public record Probes(List<ProbeReport> reports, List<RuntimeException> failures) {
  public Probes {
    reports = List.copyOf(reports);
    failures = List.copyOf(failures);
  }

  /**
   * @param within what is not done by then is given up
   */
  public static Probes of(
      Collection<StackRef> stacks, Function<StackRef, ProbeReport> probe, Duration within) {
    var reports = new ArrayList<ProbeReport>();
    var failures = new ArrayList<RuntimeException>();
    var until = System.nanoTime() + within.toNanos();
    // Not closed: that would wait for what is given up.
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var running = new LinkedHashMap<StackRef, Future<ProbeReport>>();
    stacks.forEach(s -> running.put(s, threads.submit(() -> probe.apply(s))));
    running.forEach(
        (stack, future) -> {
          try {
            reports.add(future.get(until - System.nanoTime(), TimeUnit.NANOSECONDS));
          } catch (TimeoutException e) {
            future.cancel(true);
            failures.add(new IllegalStateException("no time was left to probe " + stack.name()));
          } catch (ExecutionException e) {
            failures.add(
                e.getCause() instanceof RuntimeException r
                    ? r
                    : new IllegalStateException(e.getCause()));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add(new IllegalStateException("interrupted", e));
          }
        });
    threads.shutdownNow();
    return new Probes(reports, failures);
  }
}
