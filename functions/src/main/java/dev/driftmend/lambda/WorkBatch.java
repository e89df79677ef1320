package dev.driftmend.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.aws.messaging.WorkMessage;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** The messages of one SQS event, those of one stack together, in the order in which they came. */
record WorkBatch(List<List<Received>> byStack, List<Unreadable> unreadable) {

  /**
   * @param receipt by which the message's visibility is changed; empty if the event has none
   */
  record Received(String messageId, String receipt, Trigger trigger) {}

  record Unreadable(String messageId, String receipt, String why) {}

  static WorkBatch of(JsonNode event) {
    var byStack = new LinkedHashMap<StackRef, List<Received>>();
    var unreadable = new ArrayList<Unreadable>();
    if (!event.path("Records").isArray()) {
      throw new IllegalArgumentException(
          "not an event of the work queue: it has no Records. Invoke RouteFunction with an event"
              + " instead, or this function with {\"Records\": [{\"messageId\", \"body\"}]}");
    }
    for (var each : event.path("Records")) {
      var id = each.path("messageId").asText();
      var receipt = each.path("receiptHandle").asText();
      try {
        var trigger = sent(WorkMessage.read(each.path("body").asText()), each);
        byStack
            .computeIfAbsent(trigger.stack(), s -> new ArrayList<>())
            .add(new Received(id, receipt, trigger));
      } catch (IllegalArgumentException e) {
        unreadable.add(new Unreadable(id, receipt, String.valueOf(e.getMessage())));
      }
    }
    return new WorkBatch(List.copyOf(byStack.values()), List.copyOf(unreadable));
  }

  /**
   * With the time at which the queue took it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event">Example
   *     event</a>
   */
  private static Trigger sent(Trigger trigger, JsonNode message) {
    var sent = message.path("attributes").path("SentTimestamp").asLong();
    return sent == 0
        ? trigger
        : new Trigger(trigger.stack(), trigger.cause().routed(Instant.ofEpochMilli(sent)));
  }
}
