package dev.driftmend.aws.ledger;

import dev.driftmend.aws.client.Chunks;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The ledger's table: keys {@code pk} and {@code sk}, both text; all reads are consistent. */
public final class DynamoTable {
  /** The most items of one BatchWriteItem. */
  private static final int BATCH = 25;

  /** The most items that TransactWriteItems puts beside the one that it deletes. */
  private static final int TRANSACTED = 99;

  private static final int BATCH_ATTEMPTS = 6;
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);

  private final Clients clients;
  private final String name;
  private final Consumer<Duration> sleep;

  public DynamoTable(Clients clients, String name) {
    this(clients, name, DynamoTable::sleep);
  }

  public DynamoTable(Clients clients, String name, Consumer<Duration> sleep) {
    this.clients = clients;
    this.name = name;
    this.sleep = sleep;
  }

  static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  static AttributeValue number(long value) {
    return AttributeValue.fromN(String.valueOf(value));
  }

  static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of("pk", text(pk), "sk", text(sk));
  }

  Optional<Map<String, AttributeValue>> get(String pk, String sk) {
    var answer =
        clients.dynamoDb(
            db -> db.getItem(r -> r.tableName(name).key(key(pk, sk)).consistentRead(true)));
    return answer.hasItem() ? Optional.of(answer.item()) : Optional.empty();
  }

  /** Every item of this partition whose sort key begins so, in order. */
  List<Map<String, AttributeValue>> query(String pk, String skPrefix) {
    return clients.dynamoDb(
        db ->
            db
                .queryPaginator(
                    r ->
                        r.tableName(name)
                            .consistentRead(true)
                            .keyConditionExpression(
                                skPrefix.isEmpty()
                                    ? "pk = :pk"
                                    : "pk = :pk AND begins_with(sk, :sk)")
                            .expressionAttributeValues(
                                skPrefix.isEmpty()
                                    ? Map.of(":pk", text(pk))
                                    : Map.of(":pk", text(pk), ":sk", text(skPrefix))))
                .items()
                .stream()
                .toList());
  }

  /** Every item of this partition from one sort key to another one, both included, in order. */
  List<Map<String, AttributeValue>> between(String pk, String from, String to) {
    return between(Map.of(":pk", text(pk), ":from", text(from), ":to", text(to)), r -> {});
  }

  /** The same without those that have this flag, and have it unset. */
  List<Map<String, AttributeValue>> between(String pk, String from, String to, String flag) {
    var no = AttributeValue.fromBool(false);
    return between(
        Map.of(":pk", text(pk), ":from", text(from), ":to", text(to), ":no", no),
        r ->
            r.filterExpression("attribute_not_exists(#flag) OR #flag <> :no")
                .expressionAttributeNames(Map.of("#flag", flag)));
  }

  private List<Map<String, AttributeValue>> between(
      Map<String, AttributeValue> values, Consumer<QueryRequest.Builder> filter) {
    return clients.dynamoDb(
        db ->
            db
                .queryPaginator(
                    r ->
                        filter.accept(
                            r.tableName(name)
                                .consistentRead(true)
                                .keyConditionExpression("pk = :pk AND sk BETWEEN :from AND :to")
                                .expressionAttributeValues(values)))
                .items()
                .stream()
                .toList());
  }

  void put(Map<String, AttributeValue> item) {
    clients.dynamoDb(db -> db.putItem(r -> r.tableName(name).item(item)));
  }

  /**
   * @return empty if the condition held and the item was written, else the item as it is
   */
  Optional<Map<String, AttributeValue>> put(Consumer<PutItemRequest.Builder> request) {
    return conditionally(
        () -> clients.dynamoDb(db -> db.putItem(r -> request.accept(r.tableName(name)))));
  }

  /**
   * @return empty if the condition held and the item was written, else the item as it is
   */
  Optional<Map<String, AttributeValue>> update(Consumer<UpdateItemRequest.Builder> request) {
    return conditionally(
        () -> clients.dynamoDb(db -> db.updateItem(r -> request.accept(r.tableName(name)))));
  }

  private static Optional<Map<String, AttributeValue>> conditionally(Runnable write) {
    try {
      write.run();
      return Optional.empty();
    } catch (DeniedFailure e) {
      if (e.getCause() instanceof ConditionalCheckFailedException c) {
        return Optional.of(c.hasItem() ? c.item() : Map.of());
      }
      throw e;
    }
  }

  /** The attributes after the update, or empty if the condition did not hold. */
  Optional<Map<String, AttributeValue>> updated(Consumer<UpdateItemRequest.Builder> request) {
    try {
      return Optional.of(
          clients
              .dynamoDb(db -> db.updateItem(r -> request.accept(r.tableName(name))))
              .attributes());
    } catch (DeniedFailure e) {
      if (e.getCause() instanceof ConditionalCheckFailedException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  void delete(String pk, String sk) {
    clients.dynamoDb(db -> db.deleteItem(r -> r.tableName(name).key(key(pk, sk))));
  }

  /**
   * @return whether the condition held and the item was deleted
   */
  boolean delete(Consumer<DeleteItemRequest.Builder> request) {
    return conditionally(
            () -> clients.dynamoDb(db -> db.deleteItem(r -> request.accept(r.tableName(name)))))
        .isEmpty();
  }

  static WriteRequest putting(Map<String, AttributeValue> item) {
    return WriteRequest.builder().putRequest(p -> p.item(item)).build();
  }

  static WriteRequest deleting(String pk, String sk) {
    return WriteRequest.builder().deleteRequest(d -> d.key(key(pk, sk))).build();
  }

  /** Deletes one item and writes others in its place: all of it or nothing, up to a limit. */
  void replace(Map<String, AttributeValue> key, List<Map<String, AttributeValue>> items) {
    var writes = new ArrayList<TransactWriteItem>();
    writes.add(TransactWriteItem.builder().delete(d -> d.tableName(name).key(key)).build());
    for (var item : items.subList(0, Math.min(items.size(), TRANSACTED))) {
      writes.add(TransactWriteItem.builder().put(p -> p.tableName(name).item(item)).build());
    }
    clients.dynamoDb(db -> db.transactWriteItems(r -> r.transactItems(writes)));
    items.stream().skip(TRANSACTED).forEach(this::put);
  }

  /** Writes all of them, in no order; no key may be written twice. */
  void writeAll(List<WriteRequest> writes) {
    for (var batch : Chunks.of(writes, BATCH)) {
      writeBatch(batch);
    }
  }

  /** What DynamoDB did not process is tried again, with growing and jittered waits. */
  private void writeBatch(List<WriteRequest> batch) {
    var left = new ArrayList<>(batch);
    for (var attempt = 0; !left.isEmpty(); attempt++) {
      if (attempt == BATCH_ATTEMPTS) {
        throw new TransientFailure(
            "dynamodb:BatchWriteItem",
            ProvisionedThroughputExceededException.builder()
                .message(left.size() + " items were left unprocessed")
                .build());
      }
      if (attempt > 0) {
        sleep.accept(jittered(FIRST_WAIT.multipliedBy(1L << attempt)));
      }
      var request = new HashMap<String, List<WriteRequest>>();
      request.put(name, List.copyOf(left));
      var answer = clients.dynamoDb(db -> db.batchWriteItem(r -> r.requestItems(request)));
      left = new ArrayList<>(answer.unprocessedItems().getOrDefault(name, List.of()));
    }
  }

  private static Duration jittered(Duration most) {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most.toMillis() + 1));
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for DynamoDB", e);
    }
  }

  static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    var value = item.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "an item of the ledger has no " + name + ": " + item.get("pk") + " " + item.get("sk"));
    }
    return value;
  }

  static @Nullable String textOf(Map<String, AttributeValue> item, String attribute) {
    var value = item.get(attribute);
    return value == null ? null : value.s();
  }
}
