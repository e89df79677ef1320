package dev.driftmend.render.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.render.Order;
import dev.driftmend.render.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An alert for machines, {@code driftmend.alert/v1}. */
public final class AlertJson {
  public static final String SCHEMA = "driftmend.alert/v1";

  /**
   * An SNS message and an EventBridge entry hold 256 KB each, and a message that gives every
   * protocol its own text may carry this JSON several times, escaped.
   *
   * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">Publish</a>
   */
  private static final int DRIFTS_BUDGET = 50_000;

  private AlertJson() {}

  /**
   * One line of ASCII: {@code {schema, id, kind, state, severity, stack: {name, id, account,
   * region}, title, openedAt, resolvedAt, drifts: [{fingerprint, logicalId, type, physicalId,
   * drift, property, what, exposure, cause: {principal, sourceIp, userAgent, event, eventId, time}
   * | null, step: {call, result, why} | null}], diagnosis, times: {eventToFixMs, receiveToFixMs,
   * exposedMs}, next, names: {id: name}}}.
   *
   * <p>{@code id} is the incident's fingerprint: the same for its opening, its updates and its
   * resolution. Times are ISO 8601 in UTC, durations in milliseconds; both are null if unknown. The
   * most severe drifts come first; if they do not all fit into a message, {@code driftsOmitted}
   * says how many were left out.
   */
  public static String write(Alert alert) {
    var incident = alert.incident();
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          JsonLine.text(json, "id", incident.fingerprint());
          JsonLine.text(json, "kind", lower(incident.kind()));
          JsonLine.text(json, "state", lower(incident.state()));
          JsonLine.text(json, "severity", incident.severity().text());
          json.writeFieldName("stack");
          JsonLine.object(json, stack -> stack(stack, incident.stack()));
          JsonLine.text(json, "title", incident.title());
          JsonLine.time(json, "openedAt", incident.openedAt());
          JsonLine.time(json, "resolvedAt", incident.resolvedAt());
          var fitting = fitting(alert);
          drifts(json, alert, fitting);
          if (alert.diagnosis() == null) {
            json.writeNullField("diagnosis");
          } else {
            json.writeFieldName("diagnosis");
            DiagnosisJson.write(json, alert.diagnosis());
          }
          json.writeFieldName("times");
          JsonLine.object(json, times -> times(times, alert));
          JsonLine.text(json, "next", alert.next());
          NamesJson.write(json, alert.names().among(texts(alert, fitting)));
        });
  }

  private static void stack(JsonGenerator json, StackRef stack) throws IOException {
    JsonLine.text(json, "name", stack.name());
    JsonLine.text(json, "id", stack.id());
    JsonLine.text(json, "account", stack.account());
    JsonLine.text(json, "region", stack.region());
  }

  private static void times(JsonGenerator json, Alert alert) throws IOException {
    JsonLine.millis(json, "eventToFixMs", alert.eventToFix());
    JsonLine.millis(json, "receiveToFixMs", alert.receiveToFix());
    JsonLine.millis(json, "exposedMs", alert.exposed());
  }

  private static List<String> texts(Alert alert, List<String> drifts) {
    var texts = new ArrayList<>(drifts);
    texts.add(alert.incident().title());
    texts.add(alert.next());
    return texts;
  }

  private static void drifts(JsonGenerator json, Alert alert, List<String> fitting)
      throws IOException {
    json.writeArrayFieldStart("drifts");
    for (var drift : fitting) {
      json.writeRawValue(drift);
    }
    json.writeEndArray();
    var omitted = alert.lines().size() - fitting.size();
    if (omitted > 0) {
      json.writeNumberField("driftsOmitted", omitted);
    }
  }

  private static List<String> fitting(Alert alert) {
    var fitting = new ArrayList<String>();
    var left = DRIFTS_BUDGET;
    var named = new TreeSet<String>();
    for (var line : Order.lines(alert.lines())) {
      var drift = drift(line, alert);
      left -= drift.length();
      for (var name : alert.names().among(List.of(drift)).byId().entrySet()) {
        if (named.add(name.getKey())) {
          left -= name.getKey().length() + name.getValue().text().length();
        }
      }
      if (left < 0) {
        break;
      }
      fitting.add(drift);
    }
    return fitting;
  }

  private static String drift(Alert.Line line, Alert alert) {
    var finding = line.finding();
    var resource = finding.drift().resource();
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "fingerprint", finding.drift().fingerprint(alert.incident().stack()));
          JsonLine.text(json, "logicalId", resource.logicalId());
          JsonLine.text(json, "type", resource.type());
          JsonLine.text(json, "physicalId", resource.physicalId());
          JsonLine.text(json, "drift", finding.drift().sort());
          JsonLine.text(json, "property", finding.drift().property());
          JsonLine.text(json, "what", finding.drift().what());
          JsonLine.text(json, "exposure", finding.exposure().name());
          CauseJson.write(json, alert.incident().cause());
          step(json, line.step());
        });
  }

  private static void step(JsonGenerator json, @Nullable StepResult step) throws IOException {
    if (step == null) {
      json.writeNullField("step");
      return;
    }
    json.writeFieldName("step");
    JsonLine.object(
        json,
        s -> {
          JsonLine.text(s, "call", Words.call(step.step()));
          JsonLine.text(s, "result", Words.result(step.result()));
          JsonLine.text(s, "why", Words.why(step));
        });
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
