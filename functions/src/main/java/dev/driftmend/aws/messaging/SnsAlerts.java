package dev.driftmend.aws.messaging;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.render.json.AlertJson;
import dev.driftmend.render.text.AlertText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/**
 * {@link Alerts} over an SNS topic and the default event bus.
 *
 * <p>The bus comes first: raising an alert again then repeats an event, which carries the
 * incident's id, and never a page.
 */
public final class SnsAlerts implements Alerts {
  public static final String SOURCE = "driftmend";

  private static final List<String> MACHINES = List.of("lambda", "sqs", "https");

  private final Clients clients;
  private final String topicArn;

  public SnsAlerts(Clients clients, String topicArn) {
    this.clients = clients;
    this.topicArn = topicArn;
  }

  @Override
  public void raise(Alert alert) {
    publish(onBus(alert));
  }

  /** The alert to page with: a bus that refuses it for good keeps nobody from being paged. */
  private Alert onBus(Alert alert) {
    try {
      putEvent(alert);
      return alert;
    } catch (DeniedFailure e) {
      var next = alert.next() + " The event bus did not take this: " + Failures.explain(e);
      return new Alert(
          alert.incident(),
          alert.lines(),
          alert.eventToFix(),
          alert.receiveToFix(),
          alert.exposed(),
          next,
          alert.diagnosis(),
          alert.names());
    }
  }

  private void putEvent(Alert alert) {
    var entry =
        PutEventsRequestEntry.builder()
            .source(SOURCE)
            .detailType(detailType(alert.incident().state()))
            .resources(alert.incident().stack().id())
            .detail(AlertJson.write(alert))
            .build();
    clients
        .eventBridge(bus -> bus.putEvents(r -> r.entries(entry)))
        .entries()
        .forEach(SnsAlerts::check);
  }

  /** An entry that the bus did not take comes back in a successful answer. */
  private static void check(PutEventsResultEntry entry) {
    if (entry.errorCode() == null) {
      return;
    }
    var why =
        EventBridgeException.builder()
            .message(entry.errorCode() + ": " + entry.errorMessage())
            .build();
    throw Failures.passes(entry.errorCode())
        ? new TransientFailure("events:PutEvents", why)
        : new DeniedFailure("events:PutEvents", why);
  }

  private static String detailType(Incident.State state) {
    return "Driftmend Incident "
        + switch (state) {
          case OPENED -> "Opened";
          case UPDATED -> "Updated";
          case RESOLVED -> "Resolved";
        };
  }

  private void publish(Alert alert) {
    var incident = alert.incident();
    clients.sns(
        sns ->
            sns.publish(
                r ->
                    r.topicArn(topicArn)
                        .subject(AlertText.subject(alert))
                        .messageStructure("json")
                        .message(message(alert))
                        .messageAttributes(
                            Map.of(
                                "severity", attribute(incident.severity().text()),
                                "kind", attribute(lower(incident.kind())),
                                "state", attribute(lower(incident.state())),
                                "stack", attribute(incident.stack().name())))));
  }

  /**
   * What each sort of subscriber gets; {@code default} is required and serves all not named.
   *
   * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">MessageStructure</a>
   */
  private String message(Alert alert) {
    var message = JsonTree.object();
    message.put("default", AlertText.body(alert));
    message.put("sms", AlertText.sms(alert));
    var forMachines = AlertJson.write(alert);
    MACHINES.forEach(protocol -> message.put(protocol, forMachines));
    return JsonTree.write(message);
  }

  private static MessageAttributeValue attribute(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
