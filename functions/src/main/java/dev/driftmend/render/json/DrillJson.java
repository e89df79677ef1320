package dev.driftmend.render.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.incident.Drill;
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
    return JsonLine.object(
        json -> {
          JsonLine.text(json, "schema", SCHEMA);
          JsonLine.text(json, "stack", drill.stack().name());
          JsonLine.text(json, "group", drill.group());
          JsonLine.text(json, "rule", drill.rule());
          json.writeBooleanField("proved", silent == null);
          JsonLine.text(json, "silent", silent == null ? null : silent.part());
          json.writeArrayFieldStart("stages");
          for (var stage : drill.stages()) {
            JsonLine.object(json, s -> stage(s, stage));
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
    JsonLine.text(json, "part", stage.part());
    JsonLine.time(json, "at", stage.at());
    JsonLine.millis(json, "tookMs", stage.took());
    JsonLine.millis(json, "objectiveMs", stage.objective());
  }
}
