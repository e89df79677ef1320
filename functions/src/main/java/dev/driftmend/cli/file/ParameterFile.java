package dev.driftmend.cli.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.cli.Refusal;
import dev.driftmend.json.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Values of parameters as the AWS CLI, CodePipeline and SAM take them from a file: a list of {@code
 * {"ParameterKey": …, "ParameterValue": …}} or of {@code "NAME=VALUE"}, an object of names and
 * values, or lines {@code NAME=VALUE}.
 */
public final class ParameterFile {
  /** One of several on a line ends before the next name. */
  private static final Pattern LINE =
      Pattern.compile(
          "\\s*(?:ParameterKey=)?([A-Za-z0-9]+)(?:,ParameterValue)?="
              + "(\"(?:[^\"\\\\]|\\\\.)*\"|.*?)"
              + "(?=\\s+(?:ParameterKey=)?[A-Za-z0-9]+(?:,ParameterValue)?=|\\s*$)");

  private final Path file;
  private final Map<String, String> values = new LinkedHashMap<>();

  private ParameterFile(Path file) {
    this.file = file;
  }

  /**
   * @throws Refusal if there is no such file, or it is none of these forms
   */
  public static Map<String, String> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Refusal("there is no file " + file + ": check --parameters");
    }
    var parameters = new ParameterFile(file);
    try {
      var text = TextFile.read(file).text();
      if (text.stripLeading().startsWith("[") || text.stripLeading().startsWith("{")) {
        parameters.json(JsonTree.read(text));
      } else {
        parameters.lines(text);
      }
    } catch (JsonProcessingException e) {
      throw new Refusal(
          file
              + ": no JSON, line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ": "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new Refusal("the parameters " + file + " cannot be read: " + e, e);
    }
    return parameters.values;
  }

  private void json(JsonNode json) {
    if (json.isArray()) {
      json.forEach(this::member);
    } else if (json.path("Parameters").isObject()) {
      json(json.get("Parameters"));
    } else {
      json.properties().forEach(e -> put(e.getKey(), e.getValue()));
    }
  }

  private void member(JsonNode member) {
    if (member.isTextual()) {
      lines(member.asText());
    } else if (member.path("ParameterKey").isTextual()) {
      if (member.has("ParameterValue")) {
        put(member.get("ParameterKey").asText(), member.get("ParameterValue"));
      } else if (!member.path("UsePreviousValue").asBoolean()) {
        throw wrong(member.get("ParameterKey").asText() + " has no ParameterValue");
      }
    } else {
      throw wrong("a member is neither \"NAME=VALUE\" nor has a ParameterKey: " + member);
    }
  }

  private void put(String name, JsonNode value) {
    if (value.isArray()) {
      var parts = new ArrayList<String>();
      value.forEach(each -> parts.add(each.asText()));
      values.put(name, String.join(",", parts));
    } else if (value.isValueNode()) {
      values.put(name, value.asText());
    } else {
      throw wrong("the value of " + name + " is neither text nor a list of texts");
    }
  }

  private void lines(String text) {
    var number = 0;
    for (var line : text.split("\\R", -1)) {
      number++;
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      var form = LINE.matcher(line);
      var end = 0;
      while (form.find() && form.start() == end) {
        var value = form.group(2);
        values.put(
            form.group(1),
            value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value);
        end = form.end();
      }
      if (!line.substring(end).isBlank()) {
        throw wrong("line " + number + " is not NAME=VALUE: " + line.strip());
      }
    }
  }

  private Refusal wrong(String what) {
    return new Refusal(
        file
            + ": "
            + what
            + "; it takes the AWS CLI's [{\"ParameterKey\": ..., \"ParameterValue\": ...}],"
            + " {\"NAME\": \"VALUE\"} or lines NAME=VALUE");
  }
}
