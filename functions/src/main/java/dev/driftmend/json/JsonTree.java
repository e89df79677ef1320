package dev.driftmend.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Jackson's parser and nodes, and between them what its {@code ObjectMapper} would do: that loads
 * 300 classes and the calendars of the JDK, a tenth of a function's start. One text is one value,
 * and what nests deeper than {@value #DEEPEST} levels is refused.
 */
public final class JsonTree {
  /** A CloudTrail record is some twenty levels deep. */
  static final int DEEPEST = 100;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory ANY =
      new JsonFactoryBuilder().streamReadConstraints(limits()).build();
  private static final JsonFactory UNAMBIGUOUS =
      new JsonFactoryBuilder()
          .streamReadConstraints(limits())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonTree() {}

  private static StreamReadConstraints limits() {
    return StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build();
  }

  public static ObjectNode object() {
    return NODES.objectNode();
  }

  /** Of a text without a value, a missing node; of a field that is there twice, the last. */
  public static JsonNode read(String text) throws JsonProcessingException {
    return read(ANY, text);
  }

  /** A field that is there twice is a mistake. */
  public static JsonNode readUnambiguous(String text) throws JsonProcessingException {
    return read(UNAMBIGUOUS, text);
  }

  private static JsonNode read(JsonFactory factory, String text) throws JsonProcessingException {
    try (var parser = factory.createParser(text)) {
      return whole(parser);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode read(byte[] text) throws IOException {
    try (var parser = ANY.createParser(text)) {
      return whole(parser);
    }
  }

  public static JsonNode read(InputStream text) throws IOException {
    try (var parser = ANY.createParser(text)) {
      return whole(parser);
    }
  }

  private static JsonNode whole(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      return MissingNode.getInstance();
    }
    var node = node(parser);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "there is more after the end of the value");
    }
    return node;
  }

  private static JsonNode node(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        var array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(node(parser));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new JsonParseException(parser, "there is no value");
    };
  }

  private static JsonNode object(JsonParser parser) throws IOException {
    var object = NODES.objectNode();
    for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      object.set(name, node(parser));
    }
    return object;
  }

  /** On one line. */
  public static String write(JsonNode node) {
    var text = new StringWriter();
    try (var to = ANY.createGenerator(text)) {
      write(node, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonNode node, JsonGenerator to) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        to.writeStartObject();
        for (var field : node.properties()) {
          to.writeFieldName(field.getKey());
          write(field.getValue(), to);
        }
        to.writeEndObject();
      }
      case ARRAY -> {
        to.writeStartArray();
        for (var each : node) {
          write(each, to);
        }
        to.writeEndArray();
      }
      case STRING -> to.writeString(node.textValue());
      case NUMBER -> {
        if (node.isDouble()) {
          to.writeNumber(node.doubleValue());
        } else {
          to.writeNumber(node.asText());
        }
      }
      case BOOLEAN -> to.writeBoolean(node.booleanValue());
      case NULL, MISSING -> to.writeNull();
      case BINARY, POJO ->
          throw new IllegalArgumentException("no JSON: a node of type " + node.getNodeType());
    }
  }
}
