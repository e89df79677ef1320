package dev.driftmend.render.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Behind;
import dev.driftmend.model.incident.Diagnosis.Hop;
import dev.driftmend.render.Plain;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A diagnosis for machines. */
public final class DiagnosisJson {
  private static final int LONGEST = 2_000;

  private DiagnosisJson() {}

  /**
   * One line of ASCII: {@code {verdict, explainedBy, hops: [{hop, state, evidence: [...], symptom,
   * fix, cause: {what, principal, sourceIp, userAgent, event, eventId, time} | null}],
   * contradictions: [...], advice: [{about, text}], paths: [{path, verdict, explainedBy, hops}],
   * notes: [...]}}. Fields without a value are there as null.
   */
  public static String write(Diagnosis diagnosis) {
    return JsonLine.object(
        json -> {
          members(json, diagnosis);
          paths(json, diagnosis);
        });
  }

  /** Of the one path that an alert is about. */
  static void write(JsonGenerator json, Diagnosis diagnosis) throws IOException {
    JsonLine.object(json, j -> members(j, diagnosis));
  }

  private static void members(JsonGenerator json, Diagnosis diagnosis) throws IOException {
    JsonLine.text(json, "verdict", diagnosis.verdict().text());
    JsonLine.text(json, "explainedBy", diagnosis.explainedBy());
    hops(json, diagnosis.hops());
    texts(json, "contradictions", diagnosis.contradictions());
    json.writeArrayFieldStart("advice");
    for (var advice : diagnosis.advice()) {
      JsonLine.object(
          json,
          j -> {
            JsonLine.text(j, "about", advice.about());
            JsonLine.text(j, "text", advice.text());
          });
    }
    json.writeEndArray();
  }

  private static void paths(JsonGenerator json, Diagnosis diagnosis) throws IOException {
    json.writeArrayFieldStart("paths");
    for (var walked : diagnosis.paths()) {
      JsonLine.object(
          json,
          j -> {
            JsonLine.text(j, "path", walked.path());
            JsonLine.text(j, "verdict", walked.verdict().text());
            JsonLine.text(j, "explainedBy", walked.explainedBy());
            hops(j, walked.hops());
          });
    }
    json.writeEndArray();
    texts(json, "notes", diagnosis.notes());
  }

  private static void hops(JsonGenerator json, List<Hop> hops) throws IOException {
    json.writeArrayFieldStart("hops");
    for (var hop : hops) {
      JsonLine.object(json, j -> hop(j, hop));
    }
    json.writeEndArray();
  }

  private static void hop(JsonGenerator json, Hop hop) throws IOException {
    JsonLine.text(json, "hop", hop.hop());
    JsonLine.text(json, "state", hop.state().text());
    texts(json, "evidence", hop.evidence());
    JsonLine.text(json, "symptom", hop.symptom() == null ? null : hop.symptom().text());
    JsonLine.text(json, "fix", hop.fix());
    behind(json, hop.cause());
  }

  private static void behind(JsonGenerator json, @Nullable Behind behind) throws IOException {
    if (behind == null) {
      json.writeNullField("cause");
      return;
    }
    json.writeFieldName("cause");
    JsonLine.object(
        json,
        j -> {
          JsonLine.text(j, "what", behind.what());
          CauseJson.members(j, behind.call());
        });
  }

  private static void texts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (var text : texts) {
      json.writeString(Plain.cut(text, LONGEST));
    }
    json.writeEndArray();
  }
}
