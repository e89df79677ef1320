package dev.driftmend.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;

/** JSON as template values: all scalars are text, and what is null is not there. */
public final class JsonValues {
  private JsonValues() {}

  public static Value of(JsonNode node) {
    if (node.isObject()) {
      var fields = new LinkedHashMap<String, Value>();
      node.properties()
          .forEach(
              p -> {
                if (!p.getValue().isNull()) {
                  fields.put(p.getKey(), of(p.getValue()));
                }
              });
      return new Value.Fields(fields);
    }
    if (node.isArray()) {
      var items = new ArrayList<Value>();
      node.forEach(item -> items.add(of(item)));
      return new Value.Items(items);
    }
    return new Value.Scalar(node.asText());
  }

  /** What a text says, if it is a JSON object or list. */
  public static Optional<Value> parsed(String text) {
    var start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(JsonTree.read(text)));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
