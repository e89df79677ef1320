package dev.driftmend.lambda;

import static dev.driftmend.testing.Payloads.bytes;
import static dev.driftmend.testing.Payloads.ec2;
import static dev.driftmend.testing.Payloads.inSqs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.route.Router;
import dev.driftmend.testing.FixedPolicies;
import dev.driftmend.testing.InMemoryStackIndex;
import dev.driftmend.testing.InMemoryTemplates;
import dev.driftmend.testing.LoggingContext;
import dev.driftmend.testing.Payloads;
import dev.driftmend.testing.RecordingWorkQueue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteHandlerTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:33Z");
  private static final StackRef OWN =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/driftmend/aaaa");
  private static final String CHANGE =
      ec2("DeleteSecurityGroup", "{\"groupId\": \"sg-0aaaaaaaaaaaaaaa1\"}", "null");

  private final InMemoryStackIndex index = new InMemoryStackIndex();
  private final RecordingWorkQueue queue = new RecordingWorkQueue();
  private final LoggingContext context = new LoggingContext();
  private final List<String> metrics = new ArrayList<>();
  private final RouteHandler handler =
      new RouteHandler(
          new Router(OWN, index, new InMemoryTemplates(), new FixedPolicies(), queue),
          OWN,
          InstantSource.fixed(NOW),
          metrics::add);

  @Test
  void answersAndLogsWhatWasQueued() throws IOException {
    index.index(OWN, NOW, List.of("sg-0aaaaaaaaaaaaaaa1"));
    assertThat(handle(CHANGE))
        .isEqualTo(
            json(
                """
                {"decision": "enqueued", "reason": "indexed: DeleteSecurityGroup", "stacks": ["%s"]}\
                """
                    .formatted(OWN.id())));
    assertThat(context.lines()).hasSize(1);
    var line = json(context.lines().getFirst());
    assertThat(line.path("message").textValue()).isEqualTo("Event routed");
    assertThat(line.path("timestamp").textValue()).isEqualTo("2026-03-01T10:15:33Z");
    assertThat(line.path("level").textValue()).isEqualTo("INFO");
    assertThat(line.path("AWSRequestId").textValue()).isEqualTo("request");
    assertThat(context.lines().getFirst()).endsWith("}\n");
    assertThat(line.path("eventId").textValue()).isEqualTo(Payloads.CALL_ID);
    assertThat(line.path("stacks").path(0).textValue()).isEqualTo(OWN.id());
    assertThat(metrics).isEmpty();
    assertThat(queue.stacks()).containsExactly(OWN);
  }

  @Test
  void countsWhatIsIgnoredUnderTheGuardsNameAndAnswersTheReason() throws IOException {
    assertThat(handle(ec2("DescribeVpcs", "{}", "null")))
        .isEqualTo(
            json(
                """
                {"decision": "ignored", "reason": "read only: DescribeVpcs", "stacks": []}\
                """));
    assertThat(metrics).hasSize(1);
    var line = json(metrics.getFirst());
    assertThat(line.path("EventsIgnored").intValue()).isEqualTo(1);
    assertThat(line.path("Guard").textValue()).isEqualTo(OWN.name());
    assertThat(line.path("_aws").path("Timestamp").longValue()).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void answersOnceAndLogsEachRecordOfABatch() throws IOException {
    index.index(OWN, NOW, List.of("sg-0aaaaaaaaaaaaaaa1"));
    var answer = handle(inSqs(CHANGE, "{\"detail-type\": \"a\\nb\"}", CHANGE));
    assertThat(answer.path("decision").textValue()).isEqualTo("enqueued");
    assertThat(answer.path("stacks")).hasSize(1);
    assertThat(context.lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line.strip()).doesNotContain("\n"));
    assertThat(queue.sent()).hasSize(1);
  }

  @Test
  void whatIsNoEventIsAnsweredAndNotThrown() throws IOException {
    for (var payload : List.of("", "{", "[[", "nonsense", "{\"Records\": 1}")) {
      assertThat(handle(payload).path("decision").textValue()).isEqualTo("ignored");
    }
    assertThat(metrics).hasSize(5);
    assertThat(context.lines()).allSatisfy(line -> assertThat(line).contains("unparsable"));
  }

  @Test
  void whatFailsForAWhileIsThrownSoThatLambdaDeliversItAgain() {
    index.index(OWN, NOW, List.of("sg-0aaaaaaaaaaaaaaa1"));
    queue.breakDown();
    assertThatThrownBy(() -> handle(CHANGE)).isInstanceOf(TransientFailure.class);
  }

  private JsonNode handle(String payload) throws IOException {
    var answer = new ByteArrayOutputStream();
    handler.handleRequest(new ByteArrayInputStream(bytes(payload)), answer, context);
    return MAPPER.readTree(answer.toByteArray());
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }
}
