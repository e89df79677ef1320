package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoConsents.starting;
import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.model.network.Served;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Which targets of a group were healthy, as items of the ledger. */
final class ServedItems {
  static final String HEALTHY = "HEALTHY#";

  private ServedItems() {}

  static Map<String, AttributeValue> write(Served served) {
    var item = new HashMap<String, AttributeValue>();
    item.put(
        "healthy",
        AttributeValue.fromL(served.healthy().stream().sorted().map(DynamoTable::text).toList()));
    item.put("asOf", text(served.asOf().toString()));
    item.put("idle", AttributeValue.fromBool(served.idle()));
    if (served.answered() != null) {
      item.put("answered", text(served.answered().toString()));
    }
    return item;
  }

  /** Those among the items, by the ARN of the target group. */
  static Map<String, Served> read(List<Map<String, AttributeValue>> items) {
    var served = new HashMap<String, Served>();
    starting(HEALTHY, items)
        .map(ServedItems::read)
        .forEach(each -> served.put(each.targetGroup(), each));
    return served;
  }

  private static Served read(Map<String, AttributeValue> item) {
    return new Served(
        attribute(item, "sk").s().substring(HEALTHY.length()),
        attribute(item, "healthy").l().stream().map(AttributeValue::s).collect(Collectors.toSet()),
        Instant.parse(attribute(item, "asOf").s()),
        attribute(item, "idle").bool(),
        item.containsKey("answered") ? Instant.parse(attribute(item, "answered").s()) : null);
  }
}
