package dev.driftmend.render.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.driftmend.render.Plain;
import java.io.IOException;
import java.io.Serial;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object on one line, in printable ASCII: whatever a value holds, it breaks neither a log
 * nor a terminal.
 */
public final class JsonLine {
  private static final int LONGEST = 2_000;
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .characterEscapes(new AllControls())
          .build();

  private JsonLine() {}

  /** Writes the members of an object. */
  @FunctionalInterface
  public interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  public static String object(Members members) {
    var out = new StringWriter();
    try (var json = FACTORY.createGenerator(out)) {
      object(json, members);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.toString();
  }

  public static void object(JsonGenerator json, Members members) throws IOException {
    json.writeStartObject();
    members.write(json);
    json.writeEndObject();
  }

  static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
    json.writeStringField(name, value == null ? null : Plain.cut(value, LONGEST));
  }

  /** ISO 8601 in UTC, to the millisecond. */
  static void time(JsonGenerator json, String name, @Nullable Instant value) throws IOException {
    text(json, name, value == null ? null : value.truncatedTo(ChronoUnit.MILLIS).toString());
  }

  static void millis(JsonGenerator json, String name, @Nullable Duration value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value.toMillis());
    }
  }

  /** JSON demands that controls below space are escaped; a terminal demands it of DEL too. */
  private static final class AllControls extends CharacterEscapes {
    @Serial private static final long serialVersionUID = 1;
    private static final int DEL = 0x7f;

    @Override
    public int[] getEscapeCodesForAscii() {
      var escapes = standardAsciiEscapesForJSON();
      escapes[DEL] = ESCAPE_STANDARD;
      return escapes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return null;
    }
  }
}
