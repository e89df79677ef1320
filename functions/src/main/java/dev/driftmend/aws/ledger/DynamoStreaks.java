package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.attribute;
import static dev.driftmend.aws.ledger.DynamoTable.key;
import static dev.driftmend.aws.ledger.DynamoTable.number;
import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.TransientFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** What was seen last of a subject, and how often in a row: a part of {@link DynamoLedger}. */
final class DynamoStreaks {
  private static final Duration KEPT = Duration.ofDays(2);
  private static final int ATTEMPTS = 5;

  private final DynamoTable table;

  DynamoStreaks(DynamoTable table) {
    this.table = table;
  }

  /** Counts up while the outcome is the same, else starts anew; a race is lost and tried again. */
  int streak(StackRef stack, String subject, String outcome, Instant now) {
    var key = key(DynamoLedger.partition(stack), "STREAK#" + subject);
    var expires = number(now.plus(KEPT).getEpochSecond());
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      var counted =
          table.updated(
              r ->
                  r.key(key)
                      .updateExpression("SET inARow = inARow + :one, expiresAt = :expires")
                      .conditionExpression("outcome = :outcome")
                      .returnValues(ReturnValue.UPDATED_NEW)
                      .expressionAttributeValues(
                          Map.of(
                              ":one", number(1), ":outcome", text(outcome), ":expires", expires)));
      if (counted.isPresent()) {
        return Integer.parseInt(attribute(counted.get(), "inARow").n());
      }
      var begun =
          table.update(
              r ->
                  r.key(key)
                      .updateExpression(
                          "SET outcome = :outcome, inARow = :one, expiresAt = :expires")
                      .conditionExpression("attribute_not_exists(pk) OR outcome <> :outcome")
                      .expressionAttributeValues(
                          Map.of(
                              ":one", number(1), ":outcome", text(outcome), ":expires", expires)));
      if (begun.isEmpty()) {
        return 1;
      }
    }
    throw new TransientFailure(
        "dynamodb:UpdateItem",
        new IllegalStateException("the streak of " + subject + " changes too fast to be counted"));
  }
}
