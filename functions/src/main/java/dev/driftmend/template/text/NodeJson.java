package dev.driftmend.template.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/** A tree becomes the text of a template again. */
public final class NodeJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern LITERAL =
      Pattern.compile("true|false|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");

  private NodeJson() {}

  public static String write(Node node) {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(text)) {
      write(node, json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to text does not fail", e);
    }
    return text.toString();
  }

  private static void write(Node node, JsonGenerator json) throws IOException {
    switch (node) {
      case Node.Text text -> {
        if (text.literal() && LITERAL.matcher(text.text()).matches()) {
          json.writeRawValue(text.text());
        } else {
          json.writeString(text.text());
        }
      }
      case Node.Items items -> {
        json.writeStartArray();
        for (var each : items.nodes()) {
          write(each, json);
        }
        json.writeEndArray();
      }
      case Node.Fields fields -> {
        json.writeStartObject();
        for (var each : fields.nodes().entrySet()) {
          json.writeFieldName(each.getKey());
          write(each.getValue(), json);
        }
        json.writeEndObject();
      }
      case Node.Unclear _ -> json.writeNull();
    }
  }
}
