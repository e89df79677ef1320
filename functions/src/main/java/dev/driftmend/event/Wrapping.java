package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Unwraps what carries events (SQS, SNS, Lambda destinations, CloudTrail files), in whatever order
 * they are nested, and puts events that travel without the EventBridge envelope into one.
 */
final class Wrapping {
  /** EventBridge in SNS in SQS in a destination record is four. */
  private static final int DEEPEST = 5;

  private Wrapping() {}

  sealed interface Content {
    record Event(Envelope event) implements Content {}

    record Unreadable(String why) implements Content {}
  }

  /** Never empty. */
  static List<Content> open(JsonNode payload, Instant received) {
    var found = new ArrayList<Content>();
    open(payload, received, DEEPEST, found);
    return found;
  }

  private static void open(JsonNode payload, Instant received, int levels, List<Content> found) {
    var json = PayloadJson.opened(payload);
    if (levels == 0) {
      found.add(new Content.Unreadable("wrapped more than " + DEEPEST + " times"));
    } else if (json.path("Records").isArray()) {
      openRecords(json.path("Records"), received, levels, found);
    } else if (json.has("Type") && json.has("Message")) {
      open(json.path("Message"), received, levels - 1, found);
    } else if (json.has("requestPayload") && json.has("requestContext")) {
      open(json.path("requestPayload"), received, levels - 1, found);
    } else {
      found.add(content(json, received));
    }
  }

  private static void openRecords(
      JsonNode records, Instant received, int levels, List<Content> found) {
    if (records.isEmpty()) {
      found.add(new Content.Unreadable("Records is empty"));
    }
    for (var record : records) {
      if (record.has("Sns")) {
        open(record.path("Sns").path("Message"), received, levels - 1, found);
      } else if (record.has("body")) {
        open(record.path("body"), received, levels - 1, found);
      } else {
        found.add(content(record, received));
      }
    }
  }

  private static Content content(JsonNode json, Instant received) {
    if (json.has("detail-type")) {
      return new Content.Event(Envelope.of(json, received));
    }
    if (json.has("eventSource") && json.has("eventName")) {
      return new Content.Event(cloudTrailRecord(json, received));
    }
    if (json.has("alarmData")) {
      return new Content.Event(alarmAction(json, received));
    }
    if (json.has("AlarmName") && json.has("NewStateValue")) {
      return new Content.Event(alarmText(json, received));
    }
    if (json.has("messageType") && json.has("notificationCreationTime")) {
      return new Content.Event(configMessage(json, received));
    }
    return new Content.Unreadable("no event of a known form");
  }

  private static Envelope cloudTrailRecord(JsonNode call, Instant received) {
    var service = PayloadJson.textOr(call, "eventSource", "").replace(".amazonaws.com", "");
    return Envelope.around(
        call,
        "aws." + service,
        ApiCall.DETAIL_TYPE,
        PayloadJson.text(call, "eventID"),
        received,
        call);
  }

  /** What CloudWatch sends to a function that is an alarm's action. */
  private static Envelope alarmAction(JsonNode alarm, Instant received) {
    var time = Envelope.timeOr(PayloadJson.text(alarm, "time"), received);
    var detail = JsonNodeFactory.instance.objectNode();
    if (alarm.path("alarmData").isObject()) {
      detail.setAll((ObjectNode) alarm.path("alarmData"));
    }
    detail.set(AlarmState.ARN, alarm.path("alarmArn"));
    return Envelope.around(alarm, "aws.cloudwatch", AlarmState.DETAIL_TYPE, null, time, detail);
  }

  /** What CloudWatch sends to a topic. */
  private static Envelope alarmText(JsonNode alarm, Instant received) {
    var time = Envelope.timeOr(PayloadJson.text(alarm, "StateChangeTime"), received);
    var detail = JsonNodeFactory.instance.objectNode();
    detail.set("alarmName", alarm.path("AlarmName"));
    detail.set(AlarmState.ARN, alarm.path("AlarmArn"));
    detail.putObject("state").set("value", alarm.path("NewStateValue"));
    detail.set("configuration", alarm.path("Trigger"));
    return Envelope.around(alarm, "aws.cloudwatch", AlarmState.DETAIL_TYPE, null, time, detail);
  }

  /** What AWS Config sends to a topic. */
  private static Envelope configMessage(JsonNode message, Instant received) {
    var time = Envelope.timeOr(PayloadJson.text(message, "notificationCreationTime"), received);
    var type = PayloadJson.textOr(message, "messageType", "");
    return Envelope.around(
        message,
        "aws.config",
        type.endsWith("ConfigurationItemChangeNotification") ? ConfigItem.DETAIL_TYPE : type,
        null,
        time,
        message);
  }
}
