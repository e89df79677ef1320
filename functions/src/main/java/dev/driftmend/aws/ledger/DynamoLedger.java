package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.key;
import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.drift.KnownOwner;
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
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

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
  private static final Duration PLANS_KEPT = Duration.ofDays(90);

  private final DynamoTable table;
  private final DynamoIncidents incidents;
  private final DynamoStreaks streaks;

  public DynamoLedger(Clients clients, String tableName) {
    this(new DynamoTable(clients, tableName));
  }

  DynamoLedger(DynamoTable table) {
    super(table);
    this.table = table;
    this.incidents = new DynamoIncidents(table);
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
    put(key(partition(stack), ClaimItems.CLAIM + id), ClaimItems.write(known));
  }

  private void put(Map<String, AttributeValue> key, Map<String, AttributeValue> values) {
    var item = new HashMap<>(key);
    item.putAll(values);
    table.put(item);
  }

  @Override
  public Map<String, KnownOwner> claims(StackRef stack) {
    return ClaimItems.read(table.query(partition(stack), ClaimItems.CLAIM));
  }

  @Override
  public void disclaim(StackRef stack, String id) {
    table.delete(partition(stack), ClaimItems.CLAIM + id);
  }

  @Override
  public List<Incident> open(StackRef stack) {
    return incidents.open(stack);
  }

  @Override
  public Optional<Incident> incident(StackRef stack, String fingerprint) {
    return incidents.incident(stack, fingerprint);
  }

  @Override
  public boolean open(Incident incident, Instant now) {
    return incidents.open(incident, now);
  }

  @Override
  public void announced(Incident incident) {
    incidents.announced(incident);
  }

  @Override
  public boolean isAnnounced(StackRef stack, String fingerprint) {
    return incidents.isAnnounced(stack, fingerprint);
  }

  @Override
  public void update(Incident incident) {
    incidents.update(incident);
  }

  @Override
  public void giveBack(Incident incident) {
    incidents.giveBack(incident);
  }

  @Override
  public boolean takeResolution(Alert resolved, Instant now) {
    return incidents.takeResolution(resolved, now);
  }

  @Override
  public Optional<Alert> unsentResolution(Incident open) {
    return incidents.unsentResolution(open);
  }

  @Override
  public boolean resolve(Incident incident) {
    return incidents.resolve(incident);
  }

  @Override
  public Map<String, Served> served(StackRef stack) {
    return ServedItems.read(table.query(partition(stack), ServedItems.HEALTHY));
  }

  @Override
  public void serve(StackRef stack, Served served) {
    put(
        key(partition(stack), ServedItems.HEALTHY + served.targetGroup()),
        ServedItems.write(served));
  }

  @Override
  public int streak(StackRef stack, String subject, String outcome, Instant now) {
    return streaks.streak(stack, subject, outcome, now);
  }
}
