package dev.driftmend.render;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.Drill;
import java.io.IOException;

/** What a drill has seen, for machines, {@code driftmend.drill/v1}. */
public final class DrillJson {
  public static final String SCHEMA = "driftmend.drill/v1";

  private DrillJson() {}

  /**
   * One line: {@code {schema, stack, group, rule, proved, silent, stages: [{part, at, tookMs,
   * objectiveMs}], hints: []}}. Times are ISO 8601 in UTC, durations in milliseconds; {@code
   * silent} is the first part that did not answer, or null.
   */
  public static String write(Drill drill) {
    var silent = drill.silent();
    return Json.object(
        json -> {
          Json.text(json, "schema", SCHEMA);
          Json.text(json, "stack", drill.stack().name());
          Json.text(json, "group", drill.group());
          Json.text(json, "rule", drill.rule());
          json.writeBooleanField("proved", silent == null);
          Json.text(json, "silent", silent == null ? null : silent.part());
          json.writeArrayFieldStart("stages");
          for (var stage : drill.stages()) {
            Json.object(json, s -> stage(s, stage));
          }
          json.writeEndArray();
          json.writeArrayFieldStart("hints");
          for (var hint : drill.hints()) {
            json.writeString(hint);
          }
          json.writeEndArray();
        });
  }

  private static void stage(JsonGenerator json, Drill.Stage stage) throws IOException {
    Json.text(json, "part", stage.part());
    Json.time(json, "at", stage.at());
    Json.millis(json, "tookMs", stage.took());
    Json.millis(json, "objectiveMs", stage.objective());
  }
}
