package dev.driftmend.render;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.Finding;
import dev.driftmend.model.NotCovered;
import dev.driftmend.model.Plan;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import java.io.IOException;
import java.util.List;

/** A plan for machines, {@code driftmend.plan/v1}. */
public final class PlanJson {
  public static final String SCHEMA = "driftmend.plan/v1";

  private PlanJson() {}

  /**
   * One line of ASCII: {@code {schema, stack, standAside, hash, held, drifts: [{fingerprint,
   * logicalId, type, physicalId, drift, property, what, exposure, severity}], steps: [{call,
   * target, why, fingerprints, arguments | wayBack}], notCovered: [{logicalId, type, property,
   * why}]}}.
   *
   * <p>{@code stack} is the stack's name, as {@code --stack} takes it. {@code standAside} is why
   * nothing may be written now, or null. {@code hash} is what a person accepts; {@code held} says
   * whether that would have more of it done. {@code call} is null for a step that is left to a
   * person, who then finds in {@code wayBack} what to do; {@code target} is the resource's logical
   * id.
   */
  public static String write(Plan plan) {
    return Json.object(
        json -> {
          Json.text(json, "schema", SCHEMA);
          body(json, plan);
        });
  }

  static void body(JsonGenerator json, Plan plan) throws IOException {
    Json.text(json, "stack", plan.stack().name());
    Json.text(json, "standAside", plan.standAside());
    Json.text(json, "hash", plan.hash());
    json.writeBooleanField("held", plan.held());
    drifts(json, "drifts", plan.stack(), plan.findings());
    json.writeArrayFieldStart("steps");
    for (var step : plan.steps()) {
      Json.object(json, s -> step(s, step));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("notCovered");
    for (var notCovered : Order.notCovered(plan.notCovered())) {
      Json.object(json, n -> notCovered(n, notCovered));
    }
    json.writeEndArray();
  }

  static void drifts(JsonGenerator json, String name, StackRef stack, List<Finding> findings)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (var finding : Order.findings(findings)) {
      Json.object(json, d -> drift(d, stack, finding));
    }
    json.writeEndArray();
  }

  private static void drift(JsonGenerator json, StackRef stack, Finding finding)
      throws IOException {
    var drift = finding.drift();
    Json.text(json, "fingerprint", drift.fingerprint(stack));
    Json.text(json, "logicalId", drift.resource().logicalId());
    Json.text(json, "type", drift.resource().type());
    Json.text(json, "physicalId", drift.resource().physicalId());
    Json.text(json, "drift", drift.sort());
    Json.text(json, "property", drift.property());
    Json.text(json, "what", drift.what());
    Json.text(json, "exposure", finding.exposure().name());
    Json.text(json, "severity", finding.severity().text());
  }

  static void step(JsonGenerator json, Step step) throws IOException {
    Json.text(json, "call", Words.call(step));
    Json.text(json, "target", Words.target(step).logicalId());
    Json.text(json, "why", step.why());
    texts(json, "fingerprints", step.fingerprints());
    switch (step) {
      case Step.Call call -> {
        json.writeObjectFieldStart("arguments");
        for (var argument : call.arguments().entrySet()) {
          texts(json, argument.getKey(), argument.getValue());
        }
        json.writeEndObject();
      }
      case Step.Report report -> Json.text(json, "wayBack", report.remediation());
    }
  }

  private static void texts(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (var value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void notCovered(JsonGenerator json, NotCovered notCovered) throws IOException {
    Json.text(json, "logicalId", notCovered.logicalId());
    Json.text(json, "type", notCovered.type());
    Json.text(json, "property", notCovered.property());
    Json.text(json, "why", notCovered.why());
  }
}
