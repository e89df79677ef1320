package dev.driftmend.aws.messaging;

import static dev.driftmend.aws.Stacks.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.aws.Canned;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.render.json.AlertJson;
import dev.driftmend.render.text.AlertText;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnsAlertsTest {
  private static final String TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts";
  private static final String PUBLISHED =
      "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>";
  private static final String TAKEN =
      "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"e-1\"}]}";

  private final Canned wire = new Canned();
  private final SnsAlerts alerts = new SnsAlerts(wire.clients(), TOPIC);
  private final Alert alert = alert(Incident.State.OPENED);

  @Test
  void peopleGetTextMachinesGetJsonAndFiltersGetAttributes() throws Exception {
    wire.answer("PutEvents", TAKEN).answer("Publish", PUBLISHED);

    alerts.raise(alert);

    var sent = wire.only("Publish").arguments();
    assertThat(sent)
        .containsEntry("TopicArn", TOPIC)
        .containsEntry("Subject", AlertText.subject(alert))
        .containsEntry("MessageStructure", "json");
    var message = new ObjectMapper().readTree(sent.get("Message"));
    assertThat(message.path("default").asText()).isEqualTo(AlertText.body(alert));
    assertThat(message.path("sms").asText()).isEqualTo(AlertText.sms(alert));
    for (var protocol : List.of("lambda", "sqs", "https")) {
      assertThat(message.path(protocol).asText()).isEqualTo(AlertJson.write(alert));
    }
    var attributes = new HashMap<String, String>();
    for (var i = 1; i <= 4; i++) {
      var entry = "MessageAttributes.entry." + i;
      attributes.put(sent.get(entry + ".Name"), sent.get(entry + ".Value.StringValue"));
    }
    assertThat(attributes)
        .isEqualTo(Map.of("severity", "high", "kind", "drift", "state", "opened", "stack", "shop"));
  }

  @Test
  void theBusGetsOneEventPerStateChange() throws Exception {
    for (var state : Incident.State.values()) {
      wire.answer("PutEvents", TAKEN).answer("Publish", PUBLISHED);
      alerts.raise(alert(state));
    }
    assertThat(wire.requests("PutEvents"))
        .extracting(r -> r.json().at("/Entries/0/DetailType").asText())
        .containsExactly(
            "Driftmend Incident Opened",
            "Driftmend Incident Updated",
            "Driftmend Incident Resolved");
    var entry = wire.requests("PutEvents").getFirst().json().at("/Entries/0");
    assertThat(entry.path("Source").asText()).isEqualTo("driftmend");
    assertThat(entry.at("/Resources/0").asText()).isEqualTo(SHOP.id());
    assertThat(entry.path("Detail").asText()).isEqualTo(AlertJson.write(alert));
  }

  @Test
  void anEntryThatTheBusDidNotTakeIsTransientAndNobodyIsPagedTwice() {
    wire.answer(
        "PutEvents",
        """
        {"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"oops"}]}\
        """);
    assertThatThrownBy(() -> alerts.raise(alert))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("events:PutEvents")
        .hasMessageContaining("oops");
    assertThat(wire.requests("Publish")).isEmpty();
  }

  @Test
  void aBusThatIsForbiddenKeepsNobodyFromBeingPagedAndThePageSaysSo() {
    wire.failJson("PutEvents", 400, "AccessDeniedException", "User is not authorized")
        .answer("Publish", PUBLISHED);
    alerts.raise(alert);
    assertThat(wire.requests("Publish")).hasSize(1);
    assertThat(wire.requests("Publish").toString()).contains("PutEvents");
  }

  @Test
  void anEntryThatTheBusRefusesForGoodIsPagedWithTheReason() {
    wire.answer(
            "PutEvents",
            """
            {"FailedEntryCount":1,
             "Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}]}\
            """)
        .answer("Publish", PUBLISHED);
    alerts.raise(alert);
    assertThat(wire.requests("Publish").toString()).contains("MalformedDetail");
  }

  @Test
  void aTopicThatCannotEncryptForNowIsTransient() {
    wire.answer("PutEvents", TAKEN)
        .failQuery("Publish", 400, "KMSThrottling", "The request was denied due to throttling.");
    assertThatThrownBy(() -> alerts.raise(alert))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("sns:Publish");
  }

  private static Alert alert(Incident.State state) {
    return new Alert(
        new Incident(
            SHOP,
            "0123456789abcdef",
            Incident.Kind.DRIFT,
            state,
            Severity.HIGH,
            "WebSecurityGroup",
            "not in the template: ingress tcp 5000 from 0.0.0.0/0",
            Instant.parse("2026-03-01T10:00:00Z"),
            null,
            null,
            0),
        List.of(),
        null,
        null,
        null,
        "nothing to do");
  }
}
