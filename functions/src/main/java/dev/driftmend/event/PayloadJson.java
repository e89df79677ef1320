package dev.driftmend.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.json.JsonTree;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reading payloads that nobody promised the shape of: a wrong type is an absent value. */
final class PayloadJson {
  private static final int LONGEST_TEXT = 1_024;

  private PayloadJson() {}

  /** JSON inside a JSON string, as SNS, SQS and the Scheduler send it; else the node itself. */
  static JsonNode opened(JsonNode node) {
    if (!node.isTextual()) {
      return node;
    }
    try {
      return JsonTree.read(node.textValue());
    } catch (JsonProcessingException e) {
      return node;
    }
  }

  /** The text of this field, at most 1,024 characters of it; null if it is blank or none. */
  static @Nullable String text(JsonNode node, String field) {
    var found = node.path(field);
    if (!found.isTextual() || found.textValue().isBlank()) {
      return null;
    }
    var text = found.textValue();
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  static String textOr(JsonNode node, String field, String otherwise) {
    var text = text(node, field);
    return text == null ? otherwise : text;
  }

  static JsonNode at(JsonNode node, String... path) {
    var found = node;
    for (var field : path) {
      found = found.path(field);
    }
    return found;
  }

  /** The elements of a list; a single element may stand without its list. */
  static Stream<JsonNode> elements(JsonNode node) {
    return node.isArray() ? node.valueStream() : node.isObject() ? Stream.of(node) : Stream.empty();
  }
}
