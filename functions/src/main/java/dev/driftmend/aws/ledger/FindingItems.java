package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.text;
import static dev.driftmend.aws.ledger.DynamoTable.textOf;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Findings as attributes of an item, and back. */
final class FindingItems {
  private FindingItems() {}

  static Map<String, AttributeValue> write(Finding finding) {
    var item = new HashMap<String, AttributeValue>();
    item.put("exposure", text(finding.exposure().name()));
    item.put("exposureWhy", text(finding.exposureWhy()));
    item.put("severity", text(finding.severity().name()));
    item.put("resource", AttributeValue.fromM(write(finding.drift().resource())));
    item.put("property", text(finding.drift().property()));
    item.put("drift", text(finding.drift().sort()));
    switch (finding.drift()) {
      case Drift.Extra e -> item.put("member", AttributeValue.fromM(write(e.item())));
      case Drift.Missing m -> item.put("member", AttributeValue.fromM(write(m.item())));
      case Drift.Changed c -> {
        item.put("desired", text(c.desired()));
        item.put("live", text(c.live()));
        optional(item, "key", c.key());
        optional(item, "field", c.field());
        optional(item, "handle", c.handle());
      }
      case Drift.Gone _ -> {}
      case Drift.Unreadable u -> item.put("why", text(u.why()));
    }
    return item;
  }

  static Finding read(Map<String, AttributeValue> item) {
    return new Finding(
        drift(item),
        Exposure.valueOf(required(item, "exposure")),
        required(item, "exposureWhy"),
        Severity.valueOf(required(item, "severity")));
  }

  private static Drift drift(Map<String, AttributeValue> item) {
    var resource = resource(attribute(item, "resource").m());
    var property = required(item, "property");
    var sort = required(item, "drift");
    return switch (sort) {
      case "EXTRA" -> new Drift.Extra(resource, property, member(item));
      case "MISSING" -> new Drift.Missing(resource, property, member(item));
      case "CHANGED" ->
          new Drift.Changed(
              resource,
              property,
              textOf(item, "key"),
              textOf(item, "field"),
              required(item, "desired"),
              required(item, "live"),
              textOf(item, "handle"));
      case "GONE" -> new Drift.Gone(resource);
      case "UNREADABLE" -> new Drift.Unreadable(resource, property, required(item, "why"));
      default -> throw new IllegalStateException("the ledger knows a drift that is " + sort);
    };
  }

  static Map<String, AttributeValue> write(ResourceRef resource) {
    return Map.of(
        "logicalId", text(resource.logicalId()),
        "type", text(resource.type()),
        "physicalId", text(resource.physicalId()));
  }

  static ResourceRef resource(Map<String, AttributeValue> item) {
    return new ResourceRef(
        required(item, "logicalId"), required(item, "type"), required(item, "physicalId"));
  }

  private static Map<String, AttributeValue> write(Item member) {
    var fields = new HashMap<String, AttributeValue>();
    member.fields().forEach((name, value) -> fields.put(name, text(value)));
    var item = new HashMap<String, AttributeValue>();
    item.put("key", text(member.key()));
    item.put("fields", AttributeValue.fromM(fields));
    optional(item, "handle", member.handle());
    optional(item, "name", member.name());
    return item;
  }

  private static Item member(Map<String, AttributeValue> item) {
    var member = attribute(item, "member").m();
    var fields = new TreeMap<String, String>();
    attribute(member, "fields").m().forEach((name, value) -> fields.put(name, value.s()));
    return new Item(
        required(member, "key"),
        fields,
        textOf(member, "handle"),
        Map.of(),
        textOf(member, "name"));
  }

  private static void optional(
      Map<String, AttributeValue> item, String name, @Nullable String value) {
    if (value != null) {
      item.put(name, text(value));
    }
  }

  private static String required(Map<String, AttributeValue> item, String name) {
    return attribute(item, name).s();
  }
}
