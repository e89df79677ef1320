package dev.driftmend.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.event.Signals;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.render.Metrics;
import dev.driftmend.route.Decision;
import dev.driftmend.route.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Payload in, messages on the work queue, and an answer that says what was decided: {@code
 * {"decision": "enqueued|ignored", "reason": "…", "stacks": ["…"]}}. What fails for a while is
 * thrown, so that Lambda delivers the event again.
 */
public final class RouteHandler implements RequestStreamHandler {
  private final Router router;
  private final StackRef guard;
  private final InstantSource clock;
  private final Consumer<String> metrics;

  public RouteHandler() {
    this(Wiring.route());
  }

  RouteHandler(Wiring.Routing wired) {
    this(wired.router(), wired.guard(), wired.outside().clock(), wired.outside().metrics());
  }

  RouteHandler(Router router, StackRef guard, InstantSource clock, Consumer<String> metrics) {
    this.router = router;
    this.guard = guard;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var now = clock.instant();
    var log = new Log(context, clock);
    var decisions = new ArrayList<Decision>();
    for (var signal : Signals.of(input.readAllBytes(), now)) {
      var decision = router.route(signal, now);
      decisions.add(decision);
      log.info(line(signal, decision));
      if (decision.decision() == Decision.Verdict.IGNORED) {
        metrics.accept(
            Metrics.line(now, Map.of("EventsIgnored", 1), Map.of("Guard", guard.name())));
      }
    }
    output.write(
        JsonTree.write(json(Decision.together(decisions))).getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode line(Signal signal, Decision decision) {
    var line = Log.line("Event routed");
    line.setAll(json(decision));
    switch (signal) {
      case Signal.Resources(var _, var cause) -> line.put("eventId", cause.eventId());
      case Signal.Stack(var _, var cause) -> line.put("eventId", cause.eventId());
      case Signal.AllStacks(var cause) -> line.put("eventId", cause.eventId());
      case Signal.Ignored _ -> {}
    }
    return line;
  }

  private static ObjectNode json(Decision decision) {
    var json = JsonTree.object();
    json.put("decision", decision.decision().word());
    json.put("reason", decision.reason());
    decision.stacks().stream().map(StackRef::id).forEach(json.putArray("stacks")::add);
    return json;
  }
}
