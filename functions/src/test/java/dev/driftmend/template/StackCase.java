package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A file of {@code resources/templates}: what CloudFormation says of a stack, and what must come of
 * it. An expected text {@code ?words} stands for an unknown value whose reason has those words.
 */
public record StackCase(Map<?, ?> data) {
  static final String STACK =
      "arn:aws:cloudformation:us-east-1:111122223333:stack/demo/8f3b2c10-1111-2222-3333-444455556666";

  public static StackCase read(String name) {
    try (var file = StackCase.class.getResourceAsStream("/templates/" + name)) {
      var text =
          new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
      return new StackCase(map(new Load(LoadSettings.builder().build()).loadFromString(text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String template() {
    return text(data.get("template"));
  }

  public StackSnapshot snapshot(String template) {
    var resources = new ArrayList<ResourceRef>();
    texts("resources")
        .forEach(
            (name, value) ->
                resources.add(new ResourceRef(name, value.split(" ")[0], value.split(" ")[1])));
    return new StackSnapshot(
        new StackRef(data.containsKey("stack") ? text(data.get("stack")) : STACK),
        "UPDATE_COMPLETE",
        Instant.EPOCH,
        template,
        texts("parameters"),
        resources,
        data.containsKey("notificationArns")
            ? list(data.get("notificationArns")).stream().map(StackCase::text).toList()
            : List.of(),
        texts("exports"),
        texts("ssm"),
        Map.of());
  }

  Map<String, String> texts(String name) {
    var texts = new LinkedHashMap<String, String>();
    if (data.containsKey(name)) {
      map(data.get(name)).forEach((k, v) -> texts.put(text(k), text(v)));
    }
    return texts;
  }

  /** The value in the form in which expectations are written, {@code ?why} for what is unknown. */
  static Object plain(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> scalar.text();
      case Value.Unknown unknown -> "?" + unknown.why();
      case Value.Items items -> items.values().stream().map(StackCase::plain).toList();
      case Value.Fields fields -> {
        var plain = new LinkedHashMap<String, Object>();
        fields.values().forEach((k, v) -> plain.put(k, plain(v)));
        yield plain;
      }
    };
  }

  static void assertMatches(Object actual, @Nullable Object expected) {
    switch (expected) {
      case Map<?, ?> fields -> {
        assertThat(actual).isInstanceOf(Map.class);
        assertThat(map(actual).keySet()).as("fields of %s", actual).isEqualTo(fields.keySet());
        fields.forEach((k, v) -> assertMatches(Objects.requireNonNull(map(actual).get(k)), v));
      }
      case List<?> items -> {
        assertThat(actual).isInstanceOf(List.class);
        assertThat(list(actual)).as("members of %s", actual).hasSameSizeAs(items);
        for (var i = 0; i < items.size(); i++) {
          assertMatches(Objects.requireNonNull(list(actual).get(i)), items.get(i));
        }
      }
      case String text when text.startsWith("?") ->
          assertThat(actual).asString().startsWith("?").contains(text.substring(1));
      case null -> throw new IllegalArgumentException("expect nothing by leaving it out");
      default -> assertThat(actual).isEqualTo(String.valueOf(expected));
    }
  }

  static Map<?, ?> map(@Nullable Object object) {
    return (Map<?, ?>) Objects.requireNonNull(object);
  }

  static List<?> list(@Nullable Object object) {
    return (List<?>) Objects.requireNonNull(object);
  }

  static String text(@Nullable Object object) {
    return String.valueOf(Objects.requireNonNull(object));
  }
}
