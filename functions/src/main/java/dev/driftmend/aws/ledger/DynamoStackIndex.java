package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.deleting;
import static dev.driftmend.aws.ledger.DynamoTable.key;
import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.putting;
import static dev.driftmend.aws.ledger.DynamoTable.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.watch.WideLook;
import dev.driftmend.port.StackIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * {@link StackIndex} in the ledger's table; the keys are those that {@link DynamoLedger} lists.
 *
 * <p>A run that dies while it replaces an index leaves the old ids listed beside the new ones, and
 * the stack with the age that it had: the next run replaces it as a whole.
 */
public final class DynamoStackIndex implements StackIndex {
  private static final Logger LOG = LoggerFactory.getLogger(DynamoStackIndex.class);
  private static final String INDEXED = "INDEXED";
  private static final String RESOURCE = "RESOURCE#";
  private static final String WIDE_LOOK = "WIDE_LOOK";
  private static final String ONLY = "-";
  private static final String BEGAN = "began";

  /** Longer than an event is on its way: what an older look says is never asked. */
  private static final Duration WIDE_LOOK_KEPT = Duration.ofDays(2);

  /** Bytes of a partition key. */
  private static final int LONGEST_KEY = 2048;

  /** Characters of ids in one item; an item holds 400 KB, and a character up to three bytes. */
  private static final int IDS_BUDGET = 100_000;

  private final DynamoTable table;

  public DynamoStackIndex(Clients clients, String tableName) {
    this(new DynamoTable(clients, tableName));
  }

  DynamoStackIndex(DynamoTable table) {
    this.table = table;
  }

  @Override
  public List<StackRef> stacksOf(List<String> resourceIds) {
    for (var id : resourceIds) {
      if (fits(id)) {
        var stacks = table.query(RESOURCE + id, "");
        if (!stacks.isEmpty()) {
          return stacks.stream().map(i -> new StackRef(attribute(i, "sk").s())).toList();
        }
      }
    }
    return List.of();
  }

  private static boolean fits(String id) {
    return !id.isEmpty() && (RESOURCE + id).getBytes(UTF_8).length <= LONGEST_KEY;
  }

  @Override
  public void index(StackRef stack, Instant stackAsOf, Collection<String> resourceIds) {
    var ids = new LinkedHashSet<String>();
    for (var id : resourceIds) {
      if (fits(id)) {
        ids.add(id);
      } else {
        LOG.warn(
            "not indexed: an id of {} characters in {}, which no key can hold",
            id.length(),
            stack.id());
      }
    }
    var old = listed(stack);
    var all = new LinkedHashSet<>(ids);
    all.addAll(old.ids());
    var chunks = all.equals(old.ids()) ? old.chunks() : list(stack, all, old.chunks());
    var writes = new ArrayList<WriteRequest>();
    ids.forEach(id -> writes.add(putting(key(RESOURCE + id, stack.id()))));
    old.ids().stream()
        .filter(id -> !ids.contains(id))
        .forEach(id -> writes.add(deleting(RESOURCE + id, stack.id())));
    table.writeAll(writes);
    if (!ids.equals(all)) {
      list(stack, ids, chunks);
    }
    var entry = new HashMap<>(key(INDEXED, stack.id()));
    entry.put("asOf", text(stackAsOf.toString()));
    table.put(entry);
  }

  private record Listed(Set<String> ids, int chunks) {}

  private Listed listed(StackRef stack) {
    var ids = new LinkedHashSet<String>();
    var chunks = table.query(DynamoLedger.partition(stack), "IDS#");
    chunks.forEach(c -> attribute(c, "ids").l().forEach(id -> ids.add(id.s())));
    return new Listed(ids, chunks.size());
  }

  /**
   * Writes the list in as many items as it needs and deletes those that it no longer does.
   *
   * @return how many items it needs
   */
  private int list(StackRef stack, Set<String> ids, int chunksBefore) {
    var writes = new ArrayList<WriteRequest>();
    var chunk = new ArrayList<AttributeValue>();
    var left = IDS_BUDGET;
    for (var id : ids) {
      if (left < id.length()) {
        writes.add(putting(chunk(stack, writes.size(), chunk)));
        chunk.clear();
        left = IDS_BUDGET;
      }
      left -= id.length();
      chunk.add(text(id));
    }
    if (!chunk.isEmpty()) {
      writes.add(putting(chunk(stack, writes.size(), chunk)));
    }
    var needed = writes.size();
    for (var i = needed; i < chunksBefore; i++) {
      writes.add(deleting(DynamoLedger.partition(stack), chunkKey(i)));
    }
    writes.forEach(w -> table.writeAll(List.of(w)));
    return needed;
  }

  private static Map<String, AttributeValue> chunk(
      StackRef stack, int number, List<AttributeValue> ids) {
    var item = new HashMap<>(key(DynamoLedger.partition(stack), chunkKey(number)));
    item.put("ids", AttributeValue.fromL(List.copyOf(ids)));
    return item;
  }

  private static String chunkKey(int number) {
    return "IDS#%05d".formatted(number);
  }

  @Override
  public List<Indexed> indexed() {
    return table.query(INDEXED, "").stream()
        .map(
            i ->
                new Indexed(
                    new StackRef(attribute(i, "sk").s()), Instant.parse(attribute(i, "asOf").s())))
        .toList();
  }

  @Override
  public Optional<WideLook> lastWideLook() {
    return table.query(WIDE_LOOK, ONLY).stream()
        .filter(i -> i.containsKey(BEGAN))
        .findFirst()
        .map(
            i ->
                new WideLook(
                    attribute(i, "event").s(),
                    Instant.parse(attribute(i, BEGAN).s()),
                    Instant.parse(attribute(i, "paidUntil").s())));
  }

  @Override
  public boolean beginWideLook(WideLook look, Optional<WideLook> last) {
    var item = new HashMap<>(key(WIDE_LOOK, ONLY));
    item.put("event", text(look.event()));
    item.put(BEGAN, text(look.began().toString()));
    item.put("paidUntil", text(look.paidUntil().toString()));
    item.put("expiresAt", number(look.began().plus(WIDE_LOOK_KEPT).getEpochSecond()));
    return table
        .put(
            r -> {
              r.item(item).conditionExpression("attribute_not_exists(began)");
              last.ifPresent(
                  l ->
                      r.conditionExpression("began = :last")
                          .expressionAttributeValues(Map.of(":last", text(l.began().toString()))));
            })
        .isEmpty();
  }

  /** The entry of the stack goes last, so that a run that dies here is found again. */
  @Override
  public void forget(StackRef stack) {
    var listed = listed(stack);
    table.writeAll(listed.ids().stream().map(id -> deleting(RESOURCE + id, stack.id())).toList());
    list(stack, Set.of(), listed.chunks());
    table.writeAll(List.of(deleting(INDEXED, stack.id())));
  }
}
