package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoConsents.starting;
import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Whose a change is, as items of the ledger. */
final class ClaimItems {
  static final String CLAIM = "CLAIM#";

  private ClaimItems() {}

  static Map<String, AttributeValue> write(KnownOwner known) {
    return Map.of(
        "sort",
        text(known.owner().sort().name()),
        "owner",
        text(known.owner().name()),
        "resource",
        text(known.resource()),
        "since",
        text(known.since().toString()),
        "asked",
        text(known.asked().toString()));
  }

  /** Those among the items, by the id of the member. */
  static Map<String, KnownOwner> read(List<Map<String, AttributeValue>> items) {
    var claims = new HashMap<String, KnownOwner>();
    starting(CLAIM, items)
        .forEach(i -> claims.put(attribute(i, "sk").s().substring(CLAIM.length()), read(i)));
    return claims;
  }

  /** What was written without a time is asked for anew. */
  private static KnownOwner read(Map<String, AttributeValue> item) {
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
}
