package dev.driftmend.render;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.Cause;
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
    Json.object(json, j -> members(j, cause));
  }

  static void members(JsonGenerator json, @Nullable Cause cause) throws IOException {
    var caller = cause == null ? null : cause.caller();
    Json.text(json, "principal", caller == null ? null : caller.principal());
    Json.text(json, "sourceIp", caller == null ? null : caller.sourceIp());
    Json.text(json, "userAgent", caller == null ? null : caller.userAgent());
    Json.text(json, "event", cause == null ? null : cause.event());
    Json.text(json, "eventId", cause == null ? null : cause.eventId());
    Json.time(json, "time", cause == null ? null : cause.time());
  }
}
