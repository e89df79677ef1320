package dev.driftmend.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.GuardParts.Part;
import dev.driftmend.port.Policies;
import dev.driftmend.port.StackIndex;
import dev.driftmend.port.Templates;
import dev.driftmend.probe.GuardWatch;
import dev.driftmend.probe.ProbeReport;
import dev.driftmend.probe.Prober;
import dev.driftmend.probe.Probes;
import dev.driftmend.render.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Probes the endpoint of every guarded stack, then looks after the guard itself. It does the same
 * whatever woke it, so the payload is not read.
 */
public final class ProbeHandler implements RequestStreamHandler {
  private static final Duration FOR_ALERTING = Duration.ofSeconds(2);

  private final StackRef guard;
  private final Prober prober;
  private final GuardWatch watch;
  private final Policies policies;
  private final Templates templates;
  private final StackIndex index;
  private final InstantSource clock;
  private final Consumer<String> metrics;

  public ProbeHandler() {
    this(Wiring.probe());
  }

  ProbeHandler(Wiring.Probing wired) {
    this.guard = wired.guard();
    this.prober = wired.prober();
    this.watch = wired.watch();
    this.policies = wired.policies();
    this.templates = wired.templates();
    this.index = wired.index();
    this.clock = wired.outside().clock();
    this.metrics = wired.outside().metrics();
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var log = new Log(context, clock);
    var answer = JsonTree.object();
    var probes = answer.putArray("probes");
    var failures = new ArrayList<RuntimeException>();
    var parts = answer.putArray("faultyParts");
    // First, because it takes no patience: endpoints that do not answer may use up the time.
    trying(failures, () -> watch.watch(guard).forEach(part -> parts.add(logged(log, json(part)))));
    var stacks = new LinkedHashSet<>(List.of(guard));
    trying(failures, () -> addGuarded(stacks, failures));
    var probed = Probes.of(stacks, prober::probe, left(context));
    probed.reports().forEach(report -> probes.add(measured(report, log)));
    failures.addAll(probed.failures());
    metrics.accept(
        Metrics.line(clock.instant(), Map.of("ProbeCompleted", 1), Map.of("Guard", guard.name())));
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    output.write(JsonTree.write(answer).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * One stack that cannot be probed keeps neither the others nor the guard from being looked at.
   */
  private static void trying(List<RuntimeException> failures, Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      failures.add(e);
    }
  }

  private static Duration left(Context context) {
    return Duration.ofMillis(context.getRemainingTimeInMillis()).minus(FOR_ALERTING);
  }

  private ObjectNode measured(ProbeReport report, Log log) {
    report
        .latencyMs()
        .ifPresent(
            ms ->
                metrics.accept(
                    Metrics.line(
                        clock.instant(),
                        Map.of("ProbeLatencyMs", ms),
                        Map.of("Guard", guard.name()))));
    return logged(log, json(report));
  }

  /** A policy that cannot be read names no stack: those guarded until now are in the index. */
  private void addGuarded(Set<StackRef> stacks, List<RuntimeException> failures) {
    var policy = policies.read();
    if (!policy.readable()) {
      index.indexed().forEach(i -> stacks.add(i.stack()));
    }
    for (var name : policy.guardedStacks()) {
      trying(failures, () -> templates.find(name).ifPresent(stacks::add));
    }
  }

  private static ObjectNode logged(Log log, ObjectNode json) {
    log.info(json);
    return json;
  }

  private static ObjectNode json(ProbeReport report) {
    var json = Log.line("Stack probed");
    json.put("stack", report.stack().name());
    json.put("verdict", report.verdict().name().toLowerCase(Locale.ROOT));
    json.put("subject", report.subject());
    if (report.unasked() != null) {
      json.put("unasked", report.unasked());
    }
    var requests = json.putArray("requests");
    report
        .requests()
        .forEach(r -> requests.addObject().put("path", r.path()).put("seen", r.what()));
    var targets = json.putArray("targets");
    report
        .targets()
        .forEach(
            t ->
                targets
                    .addObject()
                    .put("target", t.target() + ":" + t.port())
                    .put("state", t.state())
                    .put("reason", t.reason()));
    return json;
  }

  private static ObjectNode json(Part part) {
    return Log.line("Guard's own part is faulty")
        .put("logicalId", part.logicalId())
        .put("type", part.type())
        .put("fault", part.fault());
  }
}
