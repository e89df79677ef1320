package dev.driftmend.aws;

import static dev.driftmend.aws.DynamoTable.attribute;
import static dev.driftmend.aws.DynamoTable.key;
import static dev.driftmend.aws.DynamoTable.text;
import static dev.driftmend.aws.DynamoTable.textOf;

import dev.driftmend.model.Hold;
import dev.driftmend.model.StackRef;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The drifts that are held: a part of {@link DynamoLedger}. */
final class DynamoHolds {
  private static final String PREFIX = "HOLD#";

  private final DynamoTable table;

  DynamoHolds(DynamoTable table) {
    this.table = table;
  }

  void hold(StackRef stack, Hold hold) {
    var item = new HashMap<>(key(DynamoLedger.partition(stack), PREFIX + hold.fingerprint()));
    item.put("sort", text(hold.sort().name()));
    item.put("why", text(hold.why()));
    item.put("since", text(since(stack, hold).toString()));
    if (hold.goneSince() != null) {
      item.put("goneSince", text(hold.goneSince().toString()));
    }
    table.put(item);
  }

  /** One stack is reconciled by one run at a time, so that reading first loses nothing. */
  private Instant since(StackRef stack, Hold hold) {
    return table
        .get(DynamoLedger.partition(stack), PREFIX + hold.fingerprint())
        .map(DynamoHolds::read)
        .filter(old -> old.sort() == hold.sort())
        .map(Hold::since)
        .orElse(hold.since());
  }

  List<Hold> holds(StackRef stack) {
    return table.query(DynamoLedger.partition(stack), PREFIX).stream()
        .map(DynamoHolds::read)
        .toList();
  }

  void release(StackRef stack, String fingerprint) {
    table.delete(DynamoLedger.partition(stack), PREFIX + fingerprint);
  }

  private static Hold read(Map<String, AttributeValue> item) {
    var goneSince = textOf(item, "goneSince");
    return new Hold(
        attribute(item, "sk").s().substring(PREFIX.length()),
        Hold.Sort.valueOf(attribute(item, "sort").s()),
        attribute(item, "why").s(),
        Instant.parse(attribute(item, "since").s()),
        goneSince == null ? null : Instant.parse(goneSince));
  }
}
