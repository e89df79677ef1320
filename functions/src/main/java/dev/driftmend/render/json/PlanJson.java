package dev.driftmend.render.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.drift.ComparedModel;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.render.Order;
import dev.driftmend.render.Words;
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
   * why}], names: {id: name}}}.
   *
   * <p>{@code stack} is the stack's name, as {@code --stack} takes it. {@code standAside} is why
   * nothing may be written now, or null. {@code hash} is what a person accepts; {@code held} says
   * whether that would have more of it done. {@code call} is null for a step that is left to a
   * person, who then finds in {@code wayBack} what to do; {@code target} is the resource's logical
   * id.
   */
  public static String write(Plan plan) {
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          body(json, plan);
        });
  }

  /**
   * The same, and {@code otherTypes: [{logicalId, type, physicalId, outcome, why, differences:
   * [{path, declared, live}], unverifiable: [{logicalId, type, property, why}]}]}, of which {@code
   * outcome} is COMPARED, GONE, NO_READER or NOT_READ.
   */
  public static String write(Plan plan, List<ComparedModel> otherTypes) {
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          body(json, plan);
          json.writeArrayFieldStart("otherTypes");
          for (var compared : otherTypes) {
            JsonLine.object(json, o -> otherType(o, compared));
          }
          json.writeEndArray();
        });
  }

  private static void otherType(JsonGenerator json, ComparedModel compared) throws IOException {
    JsonLine.text(json, "logicalId", compared.resource().logicalId());
    JsonLine.text(json, "type", compared.resource().type());
    JsonLine.text(json, "physicalId", compared.resource().physicalId());
    JsonLine.text(json, "outcome", compared.outcome().name());
    JsonLine.text(json, "why", compared.why());
    json.writeArrayFieldStart("differences");
    for (var difference : compared.differences()) {
      JsonLine.object(
          json,
          d -> {
            JsonLine.text(d, "path", difference.path());
            JsonLine.text(d, "declared", difference.declared());
            JsonLine.text(d, "live", difference.live());
          });
    }
    json.writeEndArray();
    json.writeArrayFieldStart("unverifiable");
    for (var value : compared.unverifiable()) {
      JsonLine.object(json, v -> notCovered(v, value));
    }
    json.writeEndArray();
  }

  static void body(JsonGenerator json, Plan plan) throws IOException {
    JsonLine.text(json, "stack", plan.stack().name());
    JsonLine.text(json, "standAside", plan.permission().why());
    JsonLine.text(json, "hash", plan.hash());
    json.writeBooleanField("held", plan.held());
    drifts(json, "drifts", plan.stack(), plan.findings());
    json.writeArrayFieldStart("steps");
    for (var step : plan.steps()) {
      JsonLine.object(json, s -> step(s, step));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("notCovered");
    for (var notCovered : Order.notCovered(plan.notCovered())) {
      JsonLine.object(json, n -> notCovered(n, notCovered));
    }
    json.writeEndArray();
    NamesJson.write(json, plan.names());
  }

  static void drifts(JsonGenerator json, String name, StackRef stack, List<Finding> findings)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (var finding : Order.findings(findings)) {
      JsonLine.object(json, d -> drift(d, stack, finding));
    }
    json.writeEndArray();
  }

  private static void drift(JsonGenerator json, StackRef stack, Finding finding)
      throws IOException {
    var drift = finding.drift();
    JsonLine.text(json, "fingerprint", drift.fingerprint(stack));
    JsonLine.text(json, "logicalId", drift.resource().logicalId());
    JsonLine.text(json, "type", drift.resource().type());
    JsonLine.text(json, "physicalId", drift.resource().physicalId());
    JsonLine.text(json, "drift", drift.sort());
    JsonLine.text(json, "property", drift.property());
    JsonLine.text(json, "what", drift.what());
    JsonLine.text(json, "exposure", finding.exposure().name());
    JsonLine.text(json, "severity", finding.severity().text());
  }

  static void step(JsonGenerator json, Step step) throws IOException {
    JsonLine.text(json, "call", Words.call(step));
    JsonLine.text(json, "target", Words.target(step).logicalId());
    JsonLine.text(json, "why", step.why());
    texts(json, "fingerprints", step.fingerprints());
    switch (step) {
      case Step.Call call -> {
        json.writeObjectFieldStart("arguments");
        for (var argument : call.arguments().entrySet()) {
          texts(json, argument.getKey(), argument.getValue());
        }
        json.writeEndObject();
      }
      case Step.Report report -> JsonLine.text(json, "wayBack", report.remediation());
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
    JsonLine.text(json, "logicalId", notCovered.logicalId());
    JsonLine.text(json, "type", notCovered.type());
    JsonLine.text(json, "property", notCovered.property());
    JsonLine.text(json, "why", notCovered.why());
  }
}
