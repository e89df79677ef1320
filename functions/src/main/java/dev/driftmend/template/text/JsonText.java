package dev.driftmend.template.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/** JSON; of equal keys the last one counts, as CloudFormation has it, and they are reported. */
final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  /** How Jackson names a place inside its message, the source being text that it does not show. */
  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: .*?; (line: \\d+, column: \\d+)]");

  private final JsonParser parser;
  private final Deque<String> path = new ArrayDeque<>();
  private final List<DuplicateKey> duplicates;
  private int count;

  private JsonText(JsonParser parser, List<DuplicateKey> duplicates) {
    this.parser = parser;
    this.duplicates = duplicates;
  }

  /**
   * @param duplicates gets the keys that stand twice
   */
  static Node parse(String body, List<DuplicateKey> duplicates) {
    try (var parser = JSON.createParser(body)) {
      parser.nextToken();
      var text = new JsonText(parser, duplicates);
      var node = text.node(0);
      if (parser.nextToken() != null) {
        throw text.unreadable("something follows the end of the template");
      }
      return node;
    } catch (JsonProcessingException e) {
      var at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
      var what = SOURCE.matcher(e.getOriginalMessage()).replaceAll("$1");
      throw new UnreadableTemplate(what, at.getLineNr(), at.getColumnNr());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from text does not fail", e);
    }
  }

  private Node node(int depth) throws IOException {
    if (depth > Node.DEEPEST || ++count > Node.MOST) {
      throw unreadable("more than " + Node.DEEPEST + " levels or " + Node.MOST + " values");
    }
    var token = parser.currentToken();
    if (token == null) {
      throw unreadable("it ends too early");
    }
    return switch (token) {
      case START_OBJECT -> fields(depth);
      case START_ARRAY -> items(depth);
      case VALUE_STRING -> new Node.Text(parser.getText());
      case VALUE_NULL -> new Node.Unclear(YamlText.NULL);
      default -> new Node.Text(parser.getText(), true);
    };
  }

  private Node fields(int depth) throws IOException {
    var nodes = new LinkedHashMap<String, Node>();
    var lines = new HashMap<String, Integer>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var key = parser.currentName();
      if (depth == 0 && nodes.containsKey(key)) {
        throw unreadable("the section " + key + " appears twice; keep one");
      }
      var line = parser.currentTokenLocation().getLineNr();
      var before = lines.put(key, line);
      if (before != null) {
        duplicates.add(DuplicateKey.of(path, key, before, line));
      }
      parser.nextToken();
      path.addLast(key);
      nodes.put(key, node(depth + 1));
      path.removeLast();
    }
    return new Node.Fields(nodes);
  }

  private Node items(int depth) throws IOException {
    var nodes = new ArrayList<Node>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      nodes.add(node(depth + 1));
    }
    return new Node.Items(nodes);
  }

  private UnreadableTemplate unreadable(String what) {
    var at = parser.currentLocation();
    return new UnreadableTemplate(what, at.getLineNr(), at.getColumnNr());
  }
}
