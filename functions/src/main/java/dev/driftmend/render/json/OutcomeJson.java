package dev.driftmend.render.json;

import dev.driftmend.model.plan.Outcome;
import dev.driftmend.render.Words;

/** An outcome for machines, {@code driftmend.outcome/v1}: the plan and what became of it. */
public final class OutcomeJson {
  public static final String SCHEMA = "driftmend.outcome/v1";

  private OutcomeJson() {}

  /**
   * One line of ASCII: the members of {@code driftmend.plan/v1} after {@code schema}, then {@code
   * results: [{call, target, why, fingerprints, arguments | wayBack, result, resultWhy}]}, {@code
   * remaining} (drifts as in the plan, those that reading again still gave) and {@code proved}
   * (whether live was read again after the last write).
   */
  public static String write(Outcome outcome) {
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          PlanJson.body(json, outcome.plan());
          json.writeArrayFieldStart("results");
          for (var step : outcome.results()) {
            JsonLine.object(
                json,
                r -> {
                  PlanJson.step(r, step.step());
                  JsonLine.text(r, "result", Words.result(step.result()));
                  JsonLine.text(r, "resultWhy", Words.why(step));
                });
          }
          json.writeEndArray();
          PlanJson.drifts(json, "remaining", outcome.plan().stack(), outcome.remaining());
          json.writeBooleanField("proved", outcome.proved());
        });
  }
}
