package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.key;
import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.stack.StackRef;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * {@link Ledger} in one DynamoDB table, which {@link DynamoStackIndex} shares.
 *
 * <table>
 * <caption>Keys; {@code STACK} is the stack's ARN</caption>
 * <tr><th>pk</th><th>sk</th><th>what</th></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code INCIDENT#fingerprint}</td>
 *   <td>an incident; {@code expiresAt} once it is resolved</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code INTENT#time-id}</td>
 *   <td>a plan that is being executed</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code SETTLED#time-id}</td>
 *   <td>a plan and what became of it</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code STREAK#subject}</td>
 *   <td>what was seen last, and how often in a row</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code ADOPTED}</td>
 *   <td>since when and by whose word the stack is repaired without asking</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code ACCEPTED#plan}</td>
 *   <td>who accepted a held plan; {@code expiresAt} after a day</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code REPAIRS#fingerprint}</td>
 *   <td>when a drift was repaired lately, and against whom</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code HOLD#fingerprint}</td>
 *   <td>a drift that is reported instead of repaired, and why</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code CLAIM#id}</td>
 *   <td>whose an addition or a change is, by the id of the member; kept for as long as it
 *   stands</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code HEALTHY#group}</td>
 *   <td>which targets of a target group were healthy when it was last seen in use</td></tr>
 * <tr><td>{@code STACK#STACK}</td><td>{@code IDS#chunk}</td>
 *   <td>the resource ids that the index has of the stack</td></tr>
 * <tr><td>{@code RESOURCE#id}</td><td>{@code STACK}</td><td>the stack of a resource id</td></tr>
 * <tr><td>{@code INDEXED}</td><td>{@code STACK}</td><td>that the stack is indexed, as of when</td></tr>
 * <tr><td>{@code WIDE_LOOK}</td><td>{@code -}</td><td>when every guarded stack was looked at last, for which event</td></tr>
 * </table>
 */
public final class DynamoLedger extends DynamoConsents {
  static final String HEALTHY = "HEALTHY#";

  private static final Duration RESOLVED_KEPT = Duration.ofDays(90);
  private static final Duration PLANS_KEPT = Duration.ofDays(90);

  /** How long a run may take to raise the alert of an incident that it has just opened. */
  private static final Duration ANNOUNCING = Duration.ofSeconds(20);

  static final String CLAIM = "CLAIM#";

  /** The alert that was to tell of an incident's resolution. */
  private static final String UNSENT_RESOLUTION = "untold";

  private final DynamoTable table;
  private final DynamoStreaks streaks;

  public DynamoLedger(Clients clients, String tableName) {
    this(new DynamoTable(clients, tableName));
  }

  DynamoLedger(DynamoTable table) {
    super(table);
    this.table = table;
    this.streaks = new DynamoStreaks(table);
  }

  static String partition(StackRef stack) {
    return "STACK#" + stack.id();
  }

  @Override
  public String intend(Plan plan, List<Inverse> inverses, Instant now) {
    var intent =
        now + "-" + Fingerprint.of(plan.stack().uuid(), now.toString(), PlanItems.summary(plan));
    var item = new HashMap<>(key(partition(plan.stack()), "INTENT#" + intent));
    item.put("intendedAt", text(now.toString()));
    item.put("expiresAt", number(now.plus(PLANS_KEPT).getEpochSecond()));
    item.putAll(PlanItems.plan(plan));
    item.putAll(InverseItems.write(inverses));
    table.put(item);
    return intent;
  }

  @Override
  public void settle(
      String intent,
      Outcome outcome,
      List<Inverse> inverses,
      Map<String, List<Repair>> repairs,
      Instant now) {
    var stack = outcome.plan().stack();
    var item = new HashMap<>(PlanItems.plan(outcome.plan()));
    item.putAll(PlanItems.outcome(outcome));
    item.putAll(InverseItems.write(inverses));
    item.put("settledAt", text(now.toString()));
    var counted = new ArrayList<Map<String, AttributeValue>>();
    repairs.forEach((fingerprint, all) -> counted.add(item(stack, fingerprint, all)));
    conclude(stack, intent, item, counted, now);
  }

  @Override
  public List<Repaired> repaired(StackRef stack, Instant since) {
    return table
        .between(partition(stack), "SETTLED#" + since.truncatedTo(ChronoUnit.SECONDS), "SETTLED#Z")
        .stream()
        .filter(i -> i.containsKey("settledAt") && !InverseItems.read(i).isEmpty())
        .map(i -> new Repaired(Instant.parse(attribute(i, "settledAt").s()), InverseItems.read(i)))
        .filter(r -> !r.at().isBefore(since))
        .toList();
  }

  @Override
  public void abandon(StackRef stack, String intent, Instant now) {
    var item = new HashMap<>(table.get(partition(stack), "INTENT#" + intent).orElse(Map.of()));
    item.put("abandonedAt", text(now.toString()));
    conclude(stack, intent, item, List.of(), now);
  }

  private void conclude(
      StackRef stack,
      String intent,
      Map<String, AttributeValue> item,
      List<Map<String, AttributeValue>> others,
      Instant now) {
    item.putAll(key(partition(stack), "SETTLED#" + intent));
    item.put("expiresAt", number(now.plus(PLANS_KEPT).getEpochSecond()));
    var items = new ArrayList<>(others);
    items.addFirst(item);
    table.replace(key(partition(stack), "INTENT#" + intent), items);
  }

  @Override
  public List<Unsettled> unsettled(StackRef stack) {
    return unsettled(table.query(partition(stack), "INTENT#"));
  }

  static List<Unsettled> unsettled(List<Map<String, AttributeValue>> items) {
    return starting("INTENT#", items)
        .map(
            i ->
                new Unsettled(
                    attribute(i, "sk").s().substring("INTENT#".length()),
                    Instant.parse(attribute(i, "intendedAt").s()),
                    attribute(i, "summary").s()))
        .toList();
  }

  @Override
  public void claim(StackRef stack, String id, KnownOwner known) {
    var item = new HashMap<>(key(partition(stack), CLAIM + id));
    item.put("sort", text(known.owner().sort().name()));
    item.put("owner", text(known.owner().name()));
    item.put("resource", text(known.resource()));
    item.put("since", text(known.since().toString()));
    item.put("asked", text(known.asked().toString()));
    table.put(item);
  }

  @Override
  public Map<String, KnownOwner> claims(StackRef stack) {
    return claims(table.query(partition(stack), CLAIM));
  }

  static Map<String, KnownOwner> claims(List<Map<String, AttributeValue>> items) {
    var claims = new HashMap<String, KnownOwner>();
    starting(CLAIM, items)
        .forEach(i -> claims.put(attribute(i, "sk").s().substring(CLAIM.length()), known(i)));
    return claims;
  }

  /** What was written without a time is asked for anew. */
  private static KnownOwner known(Map<String, AttributeValue> item) {
    var resource = item.get("resource");
    return new KnownOwner(
        new Owner.Another(
            Owner.Sort.valueOf(attribute(item, "sort").s()), attribute(item, "owner").s()),
        resource == null ? "" : resource.s(),
        time(item.get("since")),
        time(item.get("asked")));
  }

  private static Instant time(@Nullable AttributeValue written) {
    return written == null ? Instant.EPOCH : Instant.parse(written.s());
  }

  @Override
  public void disclaim(StackRef stack, String id) {
    table.delete(partition(stack), CLAIM + id);
  }

  @Override
  public List<Incident> open(StackRef stack) {
    return open(stack, table.query(partition(stack), "INCIDENT#"));
  }

  static List<Incident> open(StackRef stack, List<Map<String, AttributeValue>> items) {
    return starting("INCIDENT#", items)
        .filter(i -> attribute(i, "isOpen").bool())
        .map(i -> IncidentItems.read(stack, attribute(i, "incident").m()))
        .toList();
  }

  @Override
  public Optional<Incident> incident(StackRef stack, String fingerprint) {
    return table
        .get(partition(stack), "INCIDENT#" + fingerprint)
        .map(i -> IncidentItems.read(stack, attribute(i, "incident").m()));
  }

  @Override
  public boolean open(Incident incident, Instant now) {
    var item = new HashMap<>(keyOf(incident));
    item.put("isOpen", AttributeValue.fromBool(true));
    item.put("incident", AttributeValue.fromM(IncidentItems.write(incident)));
    item.put("announceBy", number(announceBy(now)));
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

  private static long announceBy(Instant now) {
    return now.plus(ANNOUNCING).toEpochMilli();
  }

  private static Map<String, AttributeValue> keyOf(Incident incident) {
    return key(partition(incident.stack()), "INCIDENT#" + incident.fingerprint());
  }

  /** The run that opened it died before it raised the alert: whoever comes first does so now. */
  private boolean takeOver(Incident incident, Instant now) {
    return table
        .update(
            r ->
                r.key(keyOf(incident))
                    .updateExpression("SET announceBy = :by")
                    .conditionExpression(
                        "isOpen = :open AND attribute_not_exists(announced)"
                            + " AND (attribute_not_exists(announceBy) OR announceBy < :now)")
                    .expressionAttributeValues(
                        Map.of(
                            ":open",
                            AttributeValue.fromBool(true),
                            ":by",
                            number(announceBy(now)),
                            ":now",
                            number(now.toEpochMilli()))))
        .isEmpty();
  }

  @Override
  public void announced(Incident incident) {
    var unused =
        table.update(
            r ->
                r.key(keyOf(incident))
                    .updateExpression("SET announced = :yes")
                    .conditionExpression("attribute_exists(pk)")
                    .expressionAttributeValues(Map.of(":yes", AttributeValue.fromBool(true))));
  }

  @Override
  public boolean isAnnounced(StackRef stack, String fingerprint) {
    return table
        .get(partition(stack), "INCIDENT#" + fingerprint)
        .filter(i -> i.containsKey("announced") || !attribute(i, "isOpen").bool())
        .isPresent();
  }

  /** One that was resolved meanwhile stays resolved. */
  @Override
  public void update(Incident incident) {
    var unused =
        table.update(
            r ->
                r.key(keyOf(incident))
                    .updateExpression("SET incident = :incident")
                    .conditionExpression("isOpen = :open")
                    .expressionAttributeValues(
                        Map.of(
                            ":open",
                            AttributeValue.fromBool(true),
                            ":incident",
                            AttributeValue.fromM(IncidentItems.write(incident)))));
  }

  @Override
  public void giveBack(Incident incident) {
    var unused =
        table.update(
            r ->
                r.key(keyOf(incident))
                    .updateExpression("REMOVE announceBy, resolveBy")
                    .conditionExpression("isOpen = :open")
                    .expressionAttributeValues(Map.of(":open", AttributeValue.fromBool(true))));
  }

  @Override
  public boolean takeResolution(Alert resolved, Instant now) {
    return table
        .update(
            r ->
                r.key(keyOf(resolved.incident()))
                    .updateExpression("SET resolveBy = :by, untold = :untold")
                    .conditionExpression(
                        "isOpen = :open AND (attribute_not_exists(resolveBy) OR resolveBy < :now)")
                    .expressionAttributeValues(
                        Map.of(
                            ":open",
                            AttributeValue.fromBool(true),
                            ":by",
                            number(announceBy(now)),
                            ":untold",
                            AttributeValue.fromM(AlertItems.write(resolved)),
                            ":now",
                            number(now.toEpochMilli()))))
        .isEmpty();
  }

  @Override
  public Optional<Alert> unsentResolution(Incident open) {
    return table
        .get(partition(open.stack()), "INCIDENT#" + open.fingerprint())
        .filter(i -> i.containsKey(UNSENT_RESOLUTION))
        .map(i -> AlertItems.read(open.stack(), attribute(i, UNSENT_RESOLUTION).m()));
  }

  @Override
  public boolean resolve(Incident incident) {
    var resolvedAt = incident.resolvedAt() == null ? incident.openedAt() : incident.resolvedAt();
    return table
        .update(
            r ->
                r.key(keyOf(incident))
                    .updateExpression(
                        "SET isOpen = :closed, incident = :incident, expiresAt = :expires"
                            + " REMOVE announced, announceBy, resolveBy, untold")
                    .conditionExpression("isOpen = :open")
                    .expressionAttributeValues(
                        Map.of(
                            ":open",
                            AttributeValue.fromBool(true),
                            ":closed",
                            AttributeValue.fromBool(false),
                            ":incident",
                            AttributeValue.fromM(IncidentItems.write(incident)),
                            ":expires",
                            number(resolvedAt.plus(RESOLVED_KEPT).getEpochSecond()))))
        .isEmpty();
  }

  @Override
  public Map<String, Served> served(StackRef stack) {
    return served(table.query(partition(stack), HEALTHY));
  }

  static Map<String, Served> served(List<Map<String, AttributeValue>> items) {
    var served = new HashMap<String, Served>();
    starting(HEALTHY, items)
        .forEach(
            i -> {
              var group = attribute(i, "sk").s().substring(HEALTHY.length());
              served.put(
                  group,
                  new Served(
                      group,
                      attribute(i, "healthy").l().stream()
                          .map(AttributeValue::s)
                          .collect(Collectors.toSet()),
                      Instant.parse(attribute(i, "asOf").s()),
                      attribute(i, "idle").bool(),
                      i.containsKey("answered")
                          ? Instant.parse(attribute(i, "answered").s())
                          : null));
            });
    return served;
  }

  @Override
  public void serve(StackRef stack, Served served) {
    var item = new HashMap<>(key(partition(stack), HEALTHY + served.targetGroup()));
    item.put(
        "healthy",
        AttributeValue.fromL(served.healthy().stream().sorted().map(DynamoTable::text).toList()));
    item.put("asOf", text(served.asOf().toString()));
    item.put("idle", AttributeValue.fromBool(served.idle()));
    if (served.answered() != null) {
      item.put("answered", text(served.answered().toString()));
    }
    table.put(item);
  }

  @Override
  public int streak(StackRef stack, String subject, String outcome, Instant now) {
    return streaks.streak(stack, subject, outcome, now);
  }
}
