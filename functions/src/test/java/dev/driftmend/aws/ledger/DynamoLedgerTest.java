package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.Stacks.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.watch.WideLook;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DynamoLedgerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final String LOST_RACE =
      """
      {"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
       "message":"The conditional request failed","Item":%s}\
      """;

  private final Canned wire = new Canned();
  private final List<Duration> waits = new ArrayList<>();
  private final DynamoTable table = new DynamoTable(wire.clients(), "ledger", waits::add);
  private final DynamoLedger ledger = new DynamoLedger(table);
  private final DynamoStackIndex index = new DynamoStackIndex(table);

  @Test
  void anIncidentIsOpenedByOneConditionalWrite() {
    wire.answer("PutItem", "{}");

    assertThat(ledger.open(incident(null), NOW)).isTrue();

    var request = wire.only("PutItem").json();
    assertThat(request.path("TableName").asText()).isEqualTo("ledger");
    assertThat(request.path("Item").path("pk").path("S").asText()).isEqualTo("STACK#" + SHOP.id());
    assertThat(request.path("Item").path("sk").path("S").asText()).isEqualTo("INCIDENT#f1");
    assertThat(request.path("ConditionExpression").asText())
        .isEqualTo("attribute_not_exists(pk) OR isOpen = :closed");
    assertThat(request.path("Item").has("expiresAt")).isFalse();
  }

  @Test
  void ofTwoRunsAtOnceOnlyOneRaisesTheAlert() {
    wire.fail(
            "PutItem",
            400,
            LOST_RACE.formatted(
                """
                {"pk":{"S":"p"},"isOpen":{"BOOL":true},"announceBy":{"N":"1772359220000"}}\
                """))
        .fail("UpdateItem", 400, LOST_RACE.formatted("{}"));
    assertThat(ledger.open(incident(null), NOW)).isFalse();
  }

  @Test
  void anAlertThatWasRaisedIsNotAskedForAgain() {
    wire.fail(
        "PutItem",
        400,
        LOST_RACE.formatted("{\"isOpen\":{\"BOOL\":true},\"announced\":{\"BOOL\":true}}"));
    assertThat(ledger.open(incident(null), NOW)).isFalse();
    assertThat(wire.actions()).containsExactly("PutItem");
  }

  @Test
  void aResolvedIncidentExpiresAfterNinetyDays() {
    wire.answer("UpdateItem", "{}");
    assertThat(ledger.resolve(incident(NOW))).isTrue();
    assertThat(
            wire.only("UpdateItem")
                .json()
                .path("ExpressionAttributeValues")
                .path(":expires")
                .path("N")
                .asLong())
        .isEqualTo(NOW.plus(Duration.ofDays(90)).getEpochSecond());
  }

  @Test
  void everyPageOfOpenIncidentsIsRead() {
    var item =
        """
        {"sk":{"S":"INCIDENT#f"},"isOpen":{"BOOL":%s},"incident":{"M":{"fingerprint":{"S":"%s"},"kind":{"S":"DRIFT"},
         "state":{"S":"OPENED"},"severity":{"S":"HIGH"},"subject":{"S":"Web"},"title":{"S":"t"},
         "openedAt":{"S":"2026-03-01T10:00:00Z"},"repairs":{"N":"2"}}}}\
        """;
    wire.answer(
            "Query",
            "{\"Items\":[%s,%s],\"LastEvaluatedKey\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"s\"}}}"
                .formatted(item.formatted("true", "f1"), item.formatted("false", "f2")))
        .answer("Query", "{\"Items\":[%s]}".formatted(item.formatted("true", "f3")));

    assertThat(ledger.open(SHOP)).extracting(Incident::fingerprint).containsExactly("f1", "f3");
    var last = wire.requests().getLast().json();
    assertThat(last.path("ExclusiveStartKey").path("sk").path("S").asText()).isEqualTo("s");
    assertThat(last.path("ConsistentRead").asBoolean()).isTrue();
  }

  @Test
  void aLedgerThatMayNotBeWrittenIsDeniedAndOneThatIsTooBusyIsTransient() {
    wire.failJson("PutItem", 400, "AccessDeniedException", "User is not authorized")
        .failJson("PutItem", 400, "ThrottlingException", "Throttled");
    assertThatThrownBy(() -> ledger.open(incident(null), NOW)).isInstanceOf(DeniedFailure.class);
    assertThatThrownBy(() -> ledger.open(incident(null), NOW)).isInstanceOf(TransientFailure.class);
  }

  @Test
  void idsAreWrittenInBatchesAndWhatWasNotProcessedIsWrittenAgainAfterAWait() {
    var ids = IntStream.range(0, 30).mapToObj(i -> "sg-" + i).toList();
    wire.answer("Query", "{\"Items\":[]}")
        .answer("BatchWriteItem", "{}")
        .answer(
            "BatchWriteItem",
            """
            {"UnprocessedItems":{"ledger":[{"PutRequest":{"Item":{"pk":{"S":"RESOURCE#sg-7"},
              "sk":{"S":"s"}}}}]}}\
            """)
        .answer("BatchWriteItem", "{}")
        .answer("BatchWriteItem", "{}")
        .answer("PutItem", "{}");

    index.index(SHOP, NOW, ids);

    var batches = wire.requests("BatchWriteItem");
    assertThat(batches.get(0).json().at("/RequestItems/ledger/0/PutRequest/Item/sk/S").asText())
        .isEqualTo("IDS#00000");
    assertThat(batches.get(1).json().at("/RequestItems/ledger")).hasSize(25);
    assertThat(batches.get(2).json().at("/RequestItems/ledger/0/PutRequest/Item/pk/S").asText())
        .isEqualTo("RESOURCE#sg-7");
    assertThat(batches.get(3).json().at("/RequestItems/ledger")).hasSize(5);
    assertThat(waits).hasSize(1);
    assertThat(wire.requests().getLast().json().at("/Item/pk/S").asText()).isEqualTo("INDEXED");
  }

  @Test
  void aTableThatNeverTakesAnItemIsTransientAndTheStackStaysUnindexed() {
    wire.answer("Query", "{\"Items\":[]}");
    wire.answer("BatchWriteItem", "{}");
    for (var i = 0; i < 6; i++) {
      wire.answer(
          "BatchWriteItem",
          """
          {"UnprocessedItems":{"ledger":[{"PutRequest":{"Item":{"pk":{"S":"RESOURCE#sg-7"},
            "sk":{"S":"s"}}}}]}}\
          """);
    }
    assertThatThrownBy(() -> index.index(SHOP, NOW, List.of("sg-7")))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("1 items were left unprocessed");
    assertThat(waits).hasSize(5);
    assertThat(wire.actions()).doesNotContain("PutItem");
  }

  @Test
  void anIdThatNoKeyCanHoldIsLeftOut() {
    wire.answer("Query", "{\"Items\":[]}")
        .answer("BatchWriteItem", "{}")
        .answer("BatchWriteItem", "{}")
        .answer("PutItem", "{}");
    index.index(SHOP, NOW, List.of("", "x".repeat(2048), "sg-1"));
    assertThat(wire.requests("BatchWriteItem").getLast().json().at("/RequestItems/ledger"))
        .hasSize(1);
    assertThat(index.stacksOf(List.of("", "x".repeat(2048)))).isEmpty();
  }

  @Test
  void idsThatVanishedAreDeletedAndThoseThatStayAreWrittenAgain() {
    wire.answer("Query", "{\"Items\":[{\"ids\":{\"L\":[{\"S\":\"sg-1\"},{\"S\":\"sg-2\"}]}}]}")
        .answer("BatchWriteItem", "{}")
        .answer("BatchWriteItem", "{}")
        .answer("PutItem", "{}");

    index.index(SHOP, NOW, List.of("sg-2"));

    var writes = wire.requests("BatchWriteItem").getFirst().json().at("/RequestItems/ledger");
    assertThat(writes.at("/0/PutRequest/Item/pk/S").asText()).isEqualTo("RESOURCE#sg-2");
    assertThat(writes.at("/1/DeleteRequest/Key/pk/S").asText()).isEqualTo("RESOURCE#sg-1");
    assertThat(
            wire.requests("BatchWriteItem")
                .getLast()
                .json()
                .at("/RequestItems/ledger/0/PutRequest/Item/ids/L"))
        .hasSize(1);
  }

  @Test
  void aWideLookBeginsByAWriteThatFailsIfAnotherOneCameBetween() {
    wire.answer("PutItem", "{}").fail("PutItem", 400, LOST_RACE.formatted("{}"));
    var last = new WideLook("e-1", NOW.minusSeconds(30), NOW);
    var look = new WideLook("e-2", NOW, NOW.plusSeconds(12));
    assertThat(index.beginWideLook(look, Optional.empty())).isTrue();
    assertThat(index.beginWideLook(look, Optional.of(last))).isFalse();
    assertThat(wire.requests())
        .extracting(r -> r.json().path("ConditionExpression").asText())
        .containsExactly("attribute_not_exists(began)", "began = :last");
  }

  private static Incident incident(@Nullable Instant resolvedAt) {
    return new Incident(
        SHOP,
        "f1",
        Incident.Kind.DRIFT,
        Incident.State.OPENED,
        Severity.HIGH,
        "Web",
        "title",
        NOW,
        resolvedAt,
        null,
        0);
  }
}
