package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.text;
import static dev.driftmend.aws.ledger.DynamoTable.textOf;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Incidents as attributes of an item, and back. */
final class IncidentItems {
  private IncidentItems() {}

  static Map<String, AttributeValue> write(Incident incident) {
    var item = new HashMap<String, AttributeValue>();
    item.put("fingerprint", text(incident.fingerprint()));
    item.put("kind", text(incident.kind().name()));
    item.put("state", text(incident.state().name()));
    item.put("severity", text(incident.severity().name()));
    item.put("subject", text(incident.subject()));
    item.put("title", text(incident.title()));
    item.put("openedAt", text(incident.openedAt().toString()));
    item.put("repairs", number(incident.repairs()));
    optional(item, "resolvedAt", incident.resolvedAt());
    if (incident.cause() != null) {
      item.put("cause", AttributeValue.fromM(write(incident.cause())));
    }
    return item;
  }

  private static Map<String, AttributeValue> write(Cause cause) {
    var item = new HashMap<String, AttributeValue>();
    item.put("origin", text(cause.origin().name()));
    item.put("eventId", text(cause.eventId()));
    item.put("event", text(cause.event()));
    item.put("time", text(cause.time().toString()));
    optional(item, "routed", cause.routed());
    var caller = cause.caller();
    if (caller != null) {
      item.put("principal", text(caller.principal()));
      optional(item, "sourceIp", caller.sourceIp());
      optional(item, "userAgent", caller.userAgent());
      optional(item, "invokedBy", caller.invokedBy());
    }
    return item;
  }

  private static void optional(
      Map<String, AttributeValue> item, String name, @Nullable Object value) {
    if (value != null) {
      item.put(name, text(value.toString()));
    }
  }

  static Incident read(StackRef stack, Map<String, AttributeValue> item) {
    var resolvedAt = textOf(item, "resolvedAt");
    return new Incident(
        stack,
        required(item, "fingerprint"),
        Incident.Kind.valueOf(required(item, "kind")),
        Incident.State.valueOf(required(item, "state")),
        Severity.valueOf(required(item, "severity")),
        required(item, "subject"),
        required(item, "title"),
        Instant.parse(required(item, "openedAt")),
        resolvedAt == null ? null : Instant.parse(resolvedAt),
        item.containsKey("cause") ? cause(attribute(item, "cause").m()) : null,
        Integer.parseInt(attribute(item, "repairs").n()));
  }

  private static Cause cause(Map<String, AttributeValue> item) {
    var principal = textOf(item, "principal");
    var routed = textOf(item, "routed");
    var cause =
        new Cause(
            Cause.Origin.valueOf(required(item, "origin")),
            required(item, "eventId"),
            required(item, "event"),
            Instant.parse(required(item, "time")),
            principal == null
                ? null
                : new Caller(
                    principal,
                    textOf(item, "sourceIp"),
                    textOf(item, "userAgent"),
                    textOf(item, "invokedBy")));
    return routed == null ? cause : cause.routed(Instant.parse(routed));
  }

  private static String required(Map<String, AttributeValue> item, String name) {
    return attribute(item, name).s();
  }
}
