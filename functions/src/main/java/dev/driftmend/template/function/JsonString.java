package dev.driftmend.template.function;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.text.Node;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** {@code Fn::ToJsonString}: numbers and booleans of the template stay what they are. */
final class JsonString {
  private static final JsonFactory JSON = new JsonFactory();
  private final Evaluator evaluator;
  private final JsonGenerator json;

  private JsonString(Evaluator evaluator, JsonGenerator json) {
    this.evaluator = evaluator;
    this.json = json;
  }

  static Value of(Node argument, Evaluator evaluator) {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(text)) {
      new JsonString(evaluator, json).write(argument);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to text does not fail", e);
    }
    return Evaluator.scalar(text.getBuffer());
  }

  private void write(Node node) throws IOException {
    switch (node) {
      case Node.Text text when text.literal() -> json.writeRawValue(text.text());
      case Node.Text text -> json.writeString(text.text());
      case Node.Unclear unclear -> throw new Unresolved(unclear.why());
      case Node.Items items -> {
        json.writeStartArray();
        for (var member : items.nodes()) {
          member(null, member);
        }
        json.writeEndArray();
      }
      case Node.Fields fields when Evaluator.isCall(fields.nodes()) ->
          write(evaluator.known(fields));
      case Node.Fields fields -> {
        json.writeStartObject();
        for (var member : fields.nodes().entrySet()) {
          member(member.getKey(), member.getValue());
        }
        json.writeEndObject();
      }
    }
  }

  private void member(@Nullable String name, Node node) throws IOException {
    if (node instanceof Node.Fields fields && Evaluator.isCall(fields.nodes())) {
      var value = evaluator.value(node);
      if (value != null) {
        name(name);
        write(value);
      }
    } else {
      name(name);
      write(node);
    }
  }

  private void name(@Nullable String name) throws IOException {
    if (name != null) {
      json.writeFieldName(name);
    }
  }

  private void write(Value value) throws IOException {
    switch (value) {
      case Value.Scalar scalar -> json.writeString(scalar.text());
      case Value.Unknown unknown -> throw new Unresolved(unknown.why());
      case Value.Items items -> {
        json.writeStartArray();
        for (var member : items.values()) {
          write(member);
        }
        json.writeEndArray();
      }
      case Value.Fields fields -> {
        json.writeStartObject();
        for (var member : fields.values().entrySet()) {
          json.writeFieldName(member.getKey());
          write(member.getValue());
        }
        json.writeEndObject();
      }
    }
  }
}
