package dev.driftmend.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.lambda.WorkBatch.Received;
import dev.driftmend.lambda.WorkBatch.Unreadable;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.port.WorkQueue;
import dev.driftmend.reconcile.Reconciler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A batch of the work queue: all messages of one stack are one reconcile. What fails for a while
 * goes back to the queue soon; what cannot be read or fails for good goes back too, and so to the
 * dead letter queue.
 */
public final class ReconcileHandler implements RequestStreamHandler {
  private final Reconciler reconciler;
  private final WorkQueue queue;
  private final ReconcileMetrics metrics;
  private final InstantSource clock;
  private final Supplier<Duration> soon;

  public ReconcileHandler() {
    this(Wiring.reconcile());
  }

  ReconcileHandler(Wiring.Reconciling wired) {
    this(wired.reconciler(), wired.queue(), wired.metrics(), wired.outside().clock(), Jitter::soon);
  }

  ReconcileHandler(
      Reconciler reconciler,
      WorkQueue queue,
      ReconcileMetrics metrics,
      InstantSource clock,
      Supplier<Duration> soon) {
    this.reconciler = reconciler;
    this.queue = queue;
    this.metrics = metrics;
    this.clock = clock;
    this.soon = soon;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var log = new Log(context, clock);
    var batch = WorkBatch.of(JsonTree.read(input));
    var failed = new ArrayList<BatchItemFailure>();
    for (var unreadable : batch.unreadable()) {
      log.error("Work message cannot be read", unreadable.messageId(), unreadable.why());
      failed.add(new BatchItemFailure(unreadable.messageId()));
    }
    // No wait makes it readable, and what comes after it in its group waits as long as it does.
    returnAfter(Duration.ZERO, receipts(batch.unreadable(), Unreadable::receipt), log);
    for (var messages : batch.byStack()) {
      if (!done(messages, log)) {
        messages.forEach(m -> failed.add(new BatchItemFailure(m.messageId())));
      }
    }
    output.write(
        JsonTree.write(json(new SQSBatchResponse(failed))).getBytes(StandardCharsets.UTF_8));
  }

  /** As Lambda reads it. */
  private static ObjectNode json(SQSBatchResponse response) {
    var json = JsonTree.object();
    var failures = json.putArray("batchItemFailures");
    response
        .getBatchItemFailures()
        .forEach(f -> failures.addObject().put("itemIdentifier", f.getItemIdentifier()));
    return json;
  }

  private boolean done(List<Received> messages, Log log) {
    var received = clock.instant();
    var triggers = messages.stream().map(Received::trigger).toList();
    try {
      var outcome = reconciler.reconcile(triggers, received);
      log.reconciled(outcome);
      metrics.reconciled(outcome, triggers, received, clock.instant());
      return true;
    } catch (TransientFailure e) {
      log.error("Reconcile will be tried again", stack(triggers), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.failure("Reconcile failed", stack(triggers), e);
    }
    returnAfter(soon.get(), receipts(messages, Received::receipt), log);
    return false;
  }

  /**
   * If even that fails they come again after the queue's own time, and nothing else is lost by it.
   */
  private void returnAfter(Duration time, List<String> receipts, Log log) {
    try {
      queue.returnSoon(receipts, time);
    } catch (RuntimeException e) {
      log.failure("Messages come again later than they should", "the work queue", e);
    }
  }

  /** Of a call by hand there are none. */
  private static <T> List<String> receipts(List<T> messages, Function<T, String> receipt) {
    return messages.stream().map(receipt).filter(r -> !r.isEmpty()).toList();
  }

  private static String stack(List<Trigger> triggers) {
    return triggers.getFirst().stack().name();
  }
}
