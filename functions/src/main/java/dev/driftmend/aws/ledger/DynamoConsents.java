package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoLedger.partition;
import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.key;
import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.text;
import static dev.driftmend.aws.ledger.DynamoTable.textOf;

import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The part of {@link DynamoLedger} that people decide. One stack is reconciled by one run at a
 * time, so that reading an item before it is written loses nothing.
 */
abstract class DynamoConsents implements Ledger {
  private static final String ADOPTED = "ADOPTED";
  private static final String ACCEPTED = "ACCEPTED#";
  private static final String HOLD = "HOLD#";
  private static final String REPAIRS = "REPAIRS#";
  private static final Duration REPAIRS_KEPT = Duration.ofDays(2);

  private final DynamoTable table;

  DynamoConsents(DynamoTable table) {
    this.table = table;
  }

  @Override
  public final Optional<Adoption> adoption(StackRef stack) {
    return table.get(partition(stack), ADOPTED).map(DynamoConsents::adoption);
  }

  private static Adoption adoption(Map<String, AttributeValue> item) {
    return new Adoption(time(item, "since"), attribute(item, "by").s());
  }

  @Override
  public final void adopt(StackRef stack, Adoption adoption) {
    var item = new HashMap<>(key(partition(stack), ADOPTED));
    item.put("since", text(adoption.since().toString()));
    item.put("by", text(adoption.by()));
    var unused = table.put(r -> r.item(item).conditionExpression("attribute_not_exists(pk)"));
  }

  @Override
  public final void accept(StackRef stack, Acceptance acceptance) {
    var item = new HashMap<>(key(partition(stack), ACCEPTED + acceptance.plan()));
    item.put("who", text(acceptance.who()));
    item.put("acceptedAt", text(acceptance.when().toString()));
    item.put("expiresAt", number(acceptance.expires().getEpochSecond()));
    table.put(item);
  }

  @Override
  public final Optional<Acceptance> acceptance(StackRef stack, String plan, Instant now) {
    return table
        .get(partition(stack), ACCEPTED + plan)
        .map(i -> new Acceptance(plan, attribute(i, "who").s(), time(i, "acceptedAt")))
        .filter(a -> a.expires().isAfter(now));
  }

  @Override
  public final boolean use(StackRef stack, Acceptance acceptance, Instant now) {
    return acceptance.expires().isAfter(now)
        && table.delete(
            r ->
                r.key(key(partition(stack), ACCEPTED + acceptance.plan()))
                    .conditionExpression("acceptedAt = :when")
                    .expressionAttributeValues(
                        Map.of(":when", text(acceptance.when().toString()))));
  }

  @Override
  public final void hold(StackRef stack, Hold hold) {
    var key = key(partition(stack), HOLD + hold.fingerprint());
    var since =
        table
            .get(partition(stack), HOLD + hold.fingerprint())
            .map(DynamoConsents::hold)
            .filter(old -> old.sort() == hold.sort())
            .map(Hold::since)
            .orElse(hold.since());
    var item = new HashMap<>(key);
    item.put("sort", text(hold.sort().name()));
    item.put("why", text(hold.why()));
    item.put("since", text(since.toString()));
    if (hold.about() != null) {
      item.put("about", text(hold.about()));
    }
    if (hold.goneSince() != null) {
      item.put("goneSince", text(hold.goneSince().toString()));
    }
    table.put(item);
  }

  @Override
  public final List<Hold> holds(StackRef stack) {
    return holds(table.query(partition(stack), HOLD));
  }

  private static List<Hold> holds(List<Map<String, AttributeValue>> items) {
    return starting(HOLD, items).map(DynamoConsents::hold).toList();
  }

  static Stream<Map<String, AttributeValue>> starting(
      String prefix, List<Map<String, AttributeValue>> items) {
    return items.stream().filter(i -> attribute(i, "sk").s().startsWith(prefix));
  }

  private static Hold hold(Map<String, AttributeValue> item) {
    var goneSince = textOf(item, "goneSince");
    return new Hold(
        name(item, HOLD),
        Hold.Sort.valueOf(attribute(item, "sort").s()),
        attribute(item, "why").s(),
        time(item, "since"),
        goneSince == null ? null : Instant.parse(goneSince),
        textOf(item, "about"));
  }

  @Override
  public final void release(StackRef stack, String fingerprint) {
    table.delete(partition(stack), HOLD + fingerprint);
    table.delete(partition(stack), REPAIRS + fingerprint);
  }

  static Map<String, AttributeValue> item(
      StackRef stack, String fingerprint, List<Repair> repairs) {
    var item = new HashMap<>(key(partition(stack), REPAIRS + fingerprint));
    item.put("repairs", AttributeValue.fromL(repairs.stream().map(DynamoConsents::item).toList()));
    item.put("expiresAt", number(repairs.getLast().at().plus(REPAIRS_KEPT).getEpochSecond()));
    return item;
  }

  @Override
  public final Map<String, List<Repair>> repairs(StackRef stack) {
    return repairs(table.query(partition(stack), REPAIRS));
  }

  private static Map<String, List<Repair>> repairs(List<Map<String, AttributeValue>> items) {
    var repairs = new LinkedHashMap<String, List<Repair>>();
    starting(REPAIRS, items).forEach(item -> repairs.put(name(item, REPAIRS), repairs(item)));
    return repairs;
  }

  /** The sort keys in question lie between these two, and few others do. */
  @Override
  public final Remembered recall(StackRef stack) {
    var items = table.between(partition(stack), ADOPTED, REPAIRS + "~", "isOpen");
    return new Remembered(
        starting(ADOPTED, items).findFirst().map(DynamoConsents::adoption),
        holds(items),
        repairs(items),
        DynamoIncidents.open(stack, items),
        DynamoLedger.unsettled(items),
        ClaimItems.read(items),
        ServedItems.read(items));
  }

  private static AttributeValue item(Repair repair) {
    var item = new HashMap<>(Map.of("at", text(repair.at().toString())));
    if (repair.against() != null) {
      item.put("against", text(repair.against()));
    }
    return AttributeValue.fromM(item);
  }

  private static List<Repair> repairs(Map<String, AttributeValue> item) {
    return attribute(item, "repairs").l().stream()
        .map(AttributeValue::m)
        .map(r -> new Repair(time(r, "at"), textOf(r, "against")))
        .toList();
  }

  @Override
  public final void forgetConsents(StackRef stack) {
    table.delete(partition(stack), ADOPTED);
    for (var prefix : List.of(ACCEPTED, HOLD, REPAIRS, ClaimItems.CLAIM, ServedItems.HEALTHY)) {
      table
          .query(partition(stack), prefix)
          .forEach(item -> table.delete(partition(stack), attribute(item, "sk").s()));
    }
  }

  private static String name(Map<String, AttributeValue> item, String prefix) {
    return attribute(item, "sk").s().substring(prefix.length());
  }

  private static Instant time(Map<String, AttributeValue> item, String attribute) {
    return Instant.parse(attribute(item, attribute).s());
  }
}
