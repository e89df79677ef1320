package dev.driftmend.render.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.drift.Cause;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Who called what, in JSON. */
final class CauseJson {
  private CauseJson() {}

  /** The field {@code cause}, null if nobody knows. */
  static void write(JsonGenerator json, @Nullable Cause cause) throws IOException {
    if (cause == null) {
      json.writeNullField("cause");
      return;
    }
    json.writeFieldName("cause");
    JsonLine.object(json, j -> members(j, cause));
  }

  static void members(JsonGenerator json, @Nullable Cause cause) throws IOException {
    var caller = cause == null ? null : cause.caller();
    JsonLine.text(json, "principal", caller == null ? null : caller.principal());
    JsonLine.text(json, "sourceIp", caller == null ? null : caller.sourceIp());
    JsonLine.text(json, "userAgent", caller == null ? null : caller.userAgent());
    JsonLine.text(json, "event", cause == null ? null : cause.event());
    JsonLine.text(json, "eventId", cause == null ? null : cause.eventId());
    JsonLine.time(json, "time", cause == null ? null : cause.time());
  }
}
