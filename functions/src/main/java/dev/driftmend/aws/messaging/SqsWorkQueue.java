package dev.driftmend.aws.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.port.WorkQueue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** {@link WorkQueue} over an SQS FIFO queue, one message group per stack. */
public final class SqsWorkQueue implements WorkQueue {
  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html">SendMessage</a>
   */
  private static final Pattern DEDUPLICATION_ID = Pattern.compile("[\\p{Alnum}\\p{Punct}]{1,128}");

  private final Clients clients;
  private final String queueUrl;

  public SqsWorkQueue(Clients clients, String queueUrl) {
    this.clients = clients;
    this.queueUrl = queueUrl;
  }

  @Override
  public void send(Trigger trigger) {
    clients.sqs(
        sqs ->
            sqs.sendMessage(
                r ->
                    r.queueUrl(queueUrl)
                        .messageBody(WorkMessage.write(trigger))
                        .messageGroupId(trigger.stack().uuid())
                        .messageDeduplicationId(deduplicationId(trigger))));
  }

  @Override
  public void returnSoon(List<String> receipts, Duration after) {
    for (var receipt : receipts) {
      clients.sqs(
          sqs ->
              sqs.changeMessageVisibility(
                  r ->
                      r.queueUrl(queueUrl)
                          .receiptHandle(receipt)
                          .visibilityTimeout((int) after.toSeconds())));
    }
  }

  /** The event and the stack; hashed if SQS does not take it as it is. */
  private static String deduplicationId(Trigger trigger) {
    var id = trigger.cause().eventId() + "/" + trigger.stack().uuid();
    return DEDUPLICATION_ID.matcher(id).matches() ? id : sha256(id);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
