package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoConsents.starting;
import static dev.driftmend.aws.ledger.DynamoLedger.partition;
import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.key;
import static dev.driftmend.aws.ledger.DynamoTable.number;

import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** The life of incidents, and who may alert it: a part of {@link DynamoLedger}. */
final class DynamoIncidents {
  private static final String INCIDENT = "INCIDENT#";
  private static final Duration RESOLVED_KEPT = Duration.ofDays(90);

  /** How long a run may take to raise the alert of an incident that it has just opened. */
  private static final Duration ANNOUNCING = Duration.ofSeconds(20);

  /** The alert of an incident's resolution that could not be sent yet. */
  private static final String UNSENT_RESOLUTION = "untold";

  private static final String IS_OPEN = "isOpen = :open";

  private final DynamoTable table;

  DynamoIncidents(DynamoTable table) {
    this.table = table;
  }

  List<Incident> open(StackRef stack) {
    return open(stack, table.query(partition(stack), INCIDENT));
  }

  static List<Incident> open(StackRef stack, List<Map<String, AttributeValue>> items) {
    return starting(INCIDENT, items)
        .filter(i -> attribute(i, "isOpen").bool())
        .map(i -> IncidentItems.read(stack, attribute(i, "incident").m()))
        .toList();
  }

  Optional<Incident> incident(StackRef stack, String fingerprint) {
    return item(stack, fingerprint)
        .map(i -> IncidentItems.read(stack, attribute(i, "incident").m()));
  }

  boolean open(Incident incident, Instant now) {
    var item = new HashMap<>(keyOf(incident));
    item.put("isOpen", AttributeValue.fromBool(true));
    item.put("incident", AttributeValue.fromM(IncidentItems.write(incident)));
    item.put("announceBy", announceBy(now));
    var existing =
        table.put(
            r ->
                r.item(item)
                    .conditionExpression("attribute_not_exists(pk) OR isOpen = :closed")
                    .expressionAttributeValues(Map.of(":closed", AttributeValue.fromBool(false)))
                    .returnValuesOnConditionCheckFailure(
                        ReturnValuesOnConditionCheckFailure.ALL_OLD));
    existing
        .filter(old -> old.containsKey(UNSENT_RESOLUTION))
        .ifPresent(
            old -> {
              var unused =
                  table.update(r -> r.key(keyOf(incident)).updateExpression("REMOVE untold"));
            });
    return existing.isEmpty()
        || (!existing.get().containsKey("announced") && takeOver(incident, now));
  }

  /** The run that opened it died before it raised the alert: whoever comes first does so now. */
  private boolean takeOver(Incident incident, Instant now) {
    return change(
        incident,
        "SET announceBy = :by",
        IS_OPEN
            + " AND attribute_not_exists(announced)"
            + " AND (attribute_not_exists(announceBy) OR announceBy < :now)",
        Map.of(":by", announceBy(now), ":now", number(now.toEpochMilli())));
  }

  void announced(Incident incident) {
    var unused =
        table.update(
            r ->
                r.key(keyOf(incident))
                    .updateExpression("SET announced = :yes")
                    .conditionExpression("attribute_exists(pk)")
                    .expressionAttributeValues(Map.of(":yes", AttributeValue.fromBool(true))));
  }

  boolean isAnnounced(StackRef stack, String fingerprint) {
    return item(stack, fingerprint)
        .filter(i -> i.containsKey("announced") || !attribute(i, "isOpen").bool())
        .isPresent();
  }

  /** One that was resolved meanwhile stays resolved. */
  void update(Incident incident) {
    var unused =
        change(
            incident,
            "SET incident = :incident",
            IS_OPEN,
            Map.of(":incident", AttributeValue.fromM(IncidentItems.write(incident))));
  }

  void giveBack(Incident incident) {
    var unused = change(incident, "REMOVE announceBy, resolveBy", IS_OPEN, Map.of());
  }

  boolean takeResolution(Alert resolved, Instant now) {
    return change(
        resolved.incident(),
        "SET resolveBy = :by, untold = :untold",
        IS_OPEN + " AND (attribute_not_exists(resolveBy) OR resolveBy < :now)",
        Map.of(
            ":by",
            announceBy(now),
            ":untold",
            AttributeValue.fromM(AlertItems.write(resolved)),
            ":now",
            number(now.toEpochMilli())));
  }

  Optional<Alert> unsentResolution(Incident open) {
    return item(open.stack(), open.fingerprint())
        .filter(i -> i.containsKey(UNSENT_RESOLUTION))
        .map(i -> AlertItems.read(open.stack(), attribute(i, UNSENT_RESOLUTION).m()));
  }

  boolean resolve(Incident incident) {
    var resolvedAt = incident.resolvedAt() == null ? incident.openedAt() : incident.resolvedAt();
    return change(
        incident,
        "SET isOpen = :closed, incident = :incident, expiresAt = :expires"
            + " REMOVE announced, announceBy, resolveBy, untold",
        IS_OPEN,
        Map.of(
            ":closed",
            AttributeValue.fromBool(false),
            ":incident",
            AttributeValue.fromM(IncidentItems.write(incident)),
            ":expires",
            number(resolvedAt.plus(RESOLVED_KEPT).getEpochSecond())));
  }

  /**
   * Changes an incident that is open.
   *
   * @param values beside {@code :open}
   * @return false if the condition does not hold
   */
  private boolean change(
      Incident incident, String expression, String condition, Map<String, AttributeValue> values) {
    var all = new HashMap<>(values);
    all.put(":open", AttributeValue.fromBool(true));
    return table
        .update(
            r ->
                r.key(keyOf(incident))
                    .updateExpression(expression)
                    .conditionExpression(condition)
                    .expressionAttributeValues(all))
        .isEmpty();
  }

  private Optional<Map<String, AttributeValue>> item(StackRef stack, String fingerprint) {
    return table.get(partition(stack), INCIDENT + fingerprint);
  }

  private static AttributeValue announceBy(Instant now) {
    return number(now.plus(ANNOUNCING).toEpochMilli());
  }

  private static Map<String, AttributeValue> keyOf(Incident incident) {
    return key(partition(incident.stack()), INCIDENT + incident.fingerprint());
  }
}
