package dev.driftmend.aws.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Mode;
import dev.driftmend.model.plan.Policy.Rule;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.Reach;
import dev.driftmend.model.plan.WritePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The policy as JSON: {@code {mode: "observe" | "repair", guardedStacks: [name], rules: [{type?,
 * drift?, logicalId?, treatment: "repair" | "report" | "ignore"}], controllers: [part of a role's
 * ARN], limits: {writes?, share?, repeats?, within?}, reach: {loadBalancers: [name], vpcs: [id]}}}.
 * Only the mode is required. Anything else in it is a mistake, and a mistake in what may be written
 * to is no place for a guess.
 */
final class PolicyJson {
  private static final Set<String> DRIFTS =
      Set.of("EXTRA", "MISSING", "CHANGED", "GONE", "UNREADABLE");

  /** How the ARNs of roles and people begin, with any account. */
  private static final List<String> EVERYBODY =
      List.of(
          "arn:aws:iam::0:role/",
          "arn:aws-cn:iam::0:role/",
          "arn:aws-us-gov:iam::0:role/",
          "arn:aws:iam::0:user/",
          "arn:aws:sts::0:assumed-role/");

  private PolicyJson() {}

  /**
   * @param permission whether anything may be written: not while it is paused
   * @throws IllegalArgumentException naming the mistake
   */
  static Policy read(String text, WritePermission permission) {
    var json = parse(text);
    onlyKnown(
        json, "the policy", "mode", "guardedStacks", "rules", "controllers", "limits", "reach");
    return new Policy(
        choice(Mode.class, json.path("mode"), "mode"),
        permission,
        texts(json, "guardedStacks"),
        list(json, "rules", PolicyJson::rule),
        list(json, "controllers", PolicyJson::controller),
        limits(json.path("limits")),
        reach(json.path("reach")),
        true);
  }

  private static JsonNode parse(String text) {
    try {
      var json = JsonTree.readUnambiguous(text);
      if (!json.isObject()) {
        throw new IllegalArgumentException("it is not a JSON object");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Rule rule(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("each of rules is an object, not " + json);
    }
    onlyKnown(json, "a rule", "type", "drift", "logicalId", "treatment");
    var drift = text(json, "drift");
    if (drift != null && !DRIFTS.contains(drift.toUpperCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "drift is one of " + DRIFTS.stream().sorted().toList() + ", not " + drift);
    }
    return new Rule(
        type(json),
        drift,
        text(json, "logicalId"),
        choice(Treatment.class, json.path("treatment"), "treatment"));
  }

  /** A type that no drift has would be a rule that never applies. */
  private static @Nullable String type(JsonNode json) {
    var type = text(json, "type");
    if (type == null || Kinds.of(type).isPresent()) {
      return type;
    }
    var whole = Kinds.all().stream().filter(k -> k.parts().contains(type)).map(Kind::type).toList();
    throw new IllegalArgumentException(
        whole.isEmpty()
            ? "a rule's type is one that is guarded, and " + type + " is not"
            : "a rule's type " + type + " is guarded as a part of " + String.join(" or ", whole));
  }

  /** What is part of every ARN would make everybody a controller, whose drifts are left alone. */
  private static String controller(JsonNode json) {
    var part = asText(json, "controllers");
    var digits = part.replaceAll("[0-9]+", "0");
    if (EVERYBODY.stream().anyMatch(arn -> arn.contains(digits))) {
      throw new IllegalArgumentException(
          "each of controllers names a role by part of its ARN, and "
              + part
              + " is in everybody's");
    }
    return part;
  }

  private static Limits limits(JsonNode json) {
    if (json.isMissingNode()) {
      return Limits.DEFAULT;
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("limits is an object, not " + json);
    }
    onlyKnown(json, "limits", "writes", "share", "repeats", "within");
    return new Limits(
        whole(json, "writes", Limits.DEFAULT.writes()),
        number(json, "share", Limits.DEFAULT.share()),
        whole(json, "repeats", Limits.DEFAULT.repeats()),
        whole(json, "within", Limits.DEFAULT.within()));
  }

  private static @Nullable Reach reach(JsonNode json) {
    if (json.isMissingNode()) {
      return null;
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("reach is an object, not " + json);
    }
    onlyKnown(json, "reach", "loadBalancers", "vpcs");
    return new Reach(texts(json, "loadBalancers"), texts(json, "vpcs"));
  }

  private static int whole(JsonNode json, String name, int otherwise) {
    var value = json.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException("limits." + name + " is a whole number, not " + value);
    }
    return value.intValue();
  }

  private static double number(JsonNode json, String name, double otherwise) {
    var value = json.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException("limits." + name + " is a number, not " + value);
    }
    return value.doubleValue();
  }

  private static void onlyKnown(JsonNode json, String where, String... known) {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!List.of(known).contains(name)) {
                throw new IllegalArgumentException(
                    where + " knows no " + name + ", only " + String.join(", ", known));
              }
            });
  }

  private static <E extends Enum<E>> E choice(Class<E> type, JsonNode json, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(e -> e.name().toLowerCase(Locale.ROOT).equals(json.textValue()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " is one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(e -> e.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))
                        + ", not "
                        + (json.isMissingNode() ? "missing" : json)));
  }

  private static @Nullable String text(JsonNode json, String name) {
    var value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException(name + " is a text, not " + value);
    }
    return value.textValue();
  }

  private static List<String> texts(JsonNode json, String name) {
    return list(json, name, value -> asText(value, name));
  }

  private static String asText(JsonNode value, String name) {
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException("each of " + name + " is a text, not " + value);
    }
    return value.textValue();
  }

  private static <T> List<T> list(JsonNode json, String name, Function<JsonNode, T> read) {
    var value = json.path(name);
    if (!value.isMissingNode() && !value.isArray()) {
      throw new IllegalArgumentException(name + " is a list, not " + value);
    }
    var all = new ArrayList<T>();
    value.forEach(each -> all.add(read.apply(each)));
    return all;
  }
}
