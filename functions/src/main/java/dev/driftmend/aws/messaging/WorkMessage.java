package dev.driftmend.aws.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message on the work queue: {@code {schema: "driftmend.work/v1", stack, cause:
 * {origin, eventId, event, time, caller: {principal, sourceIp, userAgent, invokedBy} | null, made:
 * [...], names: [...]}}}.
 */
public final class WorkMessage {
  public static final String SCHEMA = "driftmend.work/v1";

  private WorkMessage() {}

  public static String write(Trigger trigger) {
    var body = JsonTree.object();
    body.put("schema", SCHEMA);
    body.put("stack", trigger.stack().id());
    var cause = body.putObject("cause");
    cause.put("origin", trigger.cause().origin().name());
    cause.put("eventId", trigger.cause().eventId());
    cause.put("event", trigger.cause().event());
    cause.put("time", trigger.cause().time().toString());
    caller(cause, trigger.cause().caller());
    var made = cause.putArray("made");
    trigger.cause().made().forEach(made::add);
    var names = cause.putArray("names");
    trigger.cause().names().forEach(names::add);
    return JsonTree.write(body);
  }

  private static void caller(ObjectNode cause, @Nullable Caller caller) {
    if (caller == null) {
      cause.putNull("caller");
      return;
    }
    cause
        .putObject("caller")
        .put("principal", caller.principal())
        .put("sourceIp", caller.sourceIp())
        .put("userAgent", caller.userAgent())
        .put("invokedBy", caller.invokedBy());
  }

  /**
   * The reverse of {@link #write}.
   *
   * @throws IllegalArgumentException naming what is wrong with a body that is no such message
   */
  public static Trigger read(String body) {
    var json = parse(body);
    var schema = required(json, "schema");
    if (!schema.equals(SCHEMA)) {
      throw new IllegalArgumentException(
          "a work message of schema " + schema + " cannot be read, only " + SCHEMA);
    }
    return new Trigger(new StackRef(required(json, "stack")), cause(json.path("cause")));
  }

  private static JsonNode parse(String body) {
    try {
      return JsonTree.read(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a work message is not JSON: " + e.getMessage(), e);
    }
  }

  private static Cause cause(JsonNode json) {
    var caller = json.path("caller");
    try {
      return new Cause(
          Cause.Origin.valueOf(required(json, "origin")),
          required(json, "eventId"),
          required(json, "event"),
          Instant.parse(required(json, "time")),
          caller.isObject()
              ? new Caller(
                  required(caller, "principal"),
                  optional(caller, "sourceIp"),
                  optional(caller, "userAgent"),
                  optional(caller, "invokedBy"))
              : null,
          texts(json, "made"),
          texts(json, "names"));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a work message's time is none: " + e.getMessage(), e);
    }
  }

  private static Set<String> texts(JsonNode json, String name) {
    var texts = new HashSet<String>();
    json.path(name).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String required(JsonNode json, String name) {
    var value = optional(json, name);
    if (value == null) {
      throw new IllegalArgumentException("a work message has no " + name);
    }
    return value;
  }

  private static @Nullable String optional(JsonNode json, String name) {
    return json.path(name).isTextual() ? json.path(name).textValue() : null;
  }
}
