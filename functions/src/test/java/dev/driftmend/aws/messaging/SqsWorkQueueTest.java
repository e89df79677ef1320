package dev.driftmend.aws.messaging;

import static dev.driftmend.aws.Stacks.SHOP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SqsWorkQueueTest {
  private static final String URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/work.fifo";
  private static final Caller CALLER =
      new Caller("arn:aws:iam::111122223333:role/dev", "192.0.2.1", "aws-cli/2.0", null);

  private final Canned wire = new Canned();
  private final SqsWorkQueue queue = new SqsWorkQueue(wire.clients(), URL);

  @Test
  void theGroupIsTheStackAndTheSameEventForTheSameStackIsTheSameMessage() throws Exception {
    var trigger = trigger("cc9fc2a0-1234-4e4e-9f9f-0123456789ab", CALLER);
    wire.answer("SendMessage", sent(WorkMessage.write(trigger)));

    queue.send(trigger);

    var request = wire.only("SendMessage").json();
    assertThat(request.path("QueueUrl").asText()).isEqualTo(URL);
    assertThat(request.path("MessageGroupId").asText())
        .isEqualTo("5f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f");
    assertThat(request.path("MessageDeduplicationId").asText())
        .isEqualTo("cc9fc2a0-1234-4e4e-9f9f-0123456789ab/5f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f");
    assertThat(WorkMessage.read(request.path("MessageBody").asText())).isEqualTo(trigger);
  }

  @Test
  void theRulesThatACallMadeGoWithIt() {
    var cause =
        new Cause(
            Cause.Origin.API_CALL,
            "e",
            "AuthorizeSecurityGroupIngress",
            Instant.parse("2026-03-01T10:00:00Z"),
            CALLER,
            Set.of("sgr-2", "sgr-1"),
            Set.of("sg-0web", "sgr-1", "sgr-2"));
    var trigger = new Trigger(SHOP, cause);
    assertThat(WorkMessage.read(WorkMessage.write(trigger))).isEqualTo(trigger);
    assertThat(
            WorkMessage.read(
                WorkMessage.write(trigger)
                    .replace(",\"made\":[\"sgr-1\",\"sgr-2\"]", "")
                    .replace(",\"names\":[\"sg-0web\",\"sgr-1\",\"sgr-2\"]", "")))
        .as("a message of an earlier version")
        .isEqualTo(
            new Trigger(
                SHOP,
                new Cause(
                    cause.origin(), cause.eventId(), cause.event(), cause.time(), cause.caller())));
  }

  @Test
  void anEventIdThatSqsDoesNotTakeIsHashed() throws Exception {
    for (var id : new String[] {"x".repeat(100), "två ord"}) {
      var trigger = trigger(id, null);
      wire.answer("SendMessage", sent(WorkMessage.write(trigger)));
      queue.send(trigger);
      assertThat(wire.requests().getLast().json().path("MessageDeduplicationId").asText())
          .matches("[0-9a-f]{64}");
    }
    assertThat(wire.requests())
        .extracting(r -> r.json().path("MessageDeduplicationId").asText())
        .doesNotHaveDuplicates();
  }

  @Test
  void aQueueThatIsGoneIsDeniedAndOneThatIsBusyIsTransient() {
    wire.failJson("SendMessage", 400, "QueueDoesNotExist", "The specified queue does not exist")
        .failJson("SendMessage", 400, "RequestThrottled", "Slow down");
    assertThatThrownBy(() -> queue.send(trigger("e", CALLER))).isInstanceOf(DeniedFailure.class);
    assertThatThrownBy(() -> queue.send(trigger("e", CALLER))).isInstanceOf(TransientFailure.class);
  }

  @Test
  void aBodyThatIsNoWorkMessageIsRefusedByName() {
    assertThatThrownBy(() -> WorkMessage.read("hello")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> WorkMessage.read("{}")).hasMessageContaining("no schema");
    assertThatThrownBy(() -> WorkMessage.read("{\"schema\":\"driftmend.work/v2\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("driftmend.work/v2")
        .hasMessageContaining("only driftmend.work/v1");
    var body = WorkMessage.write(trigger("e", CALLER));
    assertThatThrownBy(() -> WorkMessage.read(body.replace("2026-03", "soon")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time");
    assertThatThrownBy(() -> WorkMessage.read(body.replace("eventId", "id")))
        .hasMessageContaining("no eventId");
    assertThatThrownBy(() -> WorkMessage.read(body.replace(SHOP.id(), "shop")))
        .hasMessageContaining("ARN of a CloudFormation stack");
  }

  private static Trigger trigger(String eventId, @Nullable Caller caller) {
    return new Trigger(
        SHOP,
        new Cause(
            Cause.Origin.API_CALL,
            eventId,
            "AuthorizeSecurityGroupIngress",
            Instant.parse("2026-03-01T10:00:00Z"),
            caller));
  }

  private static String sent(String body) throws Exception {
    var digest = MessageDigest.getInstance("MD5").digest(body.getBytes(UTF_8));
    return "{\"MessageId\":\"m-1\",\"MD5OfMessageBody\":\"%s\"}"
        .formatted(HexFormat.of().formatHex(digest));
  }
}
