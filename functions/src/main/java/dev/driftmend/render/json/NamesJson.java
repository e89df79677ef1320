package dev.driftmend.render.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.stack.ResourceNames;
import java.io.IOException;

/** What people call what stands beside it by id. */
final class NamesJson {
  private NamesJson() {}

  /**
   * A field {@code names}: of the stack's own the logical id, of others' the service's name or the
   * Name tag, by physical id.
   */
  static void write(JsonGenerator json, ResourceNames names) throws IOException {
    json.writeObjectFieldStart("names");
    for (var each : names.byId().entrySet()) {
      JsonLine.text(json, each.getKey(), each.getValue().text());
    }
    json.writeEndObject();
  }
}
