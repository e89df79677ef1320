package dev.driftmend.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jackson's own object mapper says what a text means. */
class JsonTreeTest {
  private static final ObjectMapper ORACLE = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": [1, 2.5, -3e2, null, true, false, \"x\", {}, []], \"b\": {\"c\": \"d\"}}",
        "[9223372036854775807, 92233720368547758070, 2147483648, 0.1, 1E400]",
        "\"\\u20ac \\\"quoted\\\" \\n line\"",
        "{\"twice\": 1, \"twice\": {\"last\": true}}",
        " null ",
        "7",
        "  "
      })
  void aTextIsReadAndWrittenAsTheMapperDoes(String text) throws IOException {
    var expected = ORACLE.readTree(text);
    assertThat(JsonTree.read(text)).isEqualTo(expected);
    assertThat(JsonTree.read(text.getBytes(UTF_8))).isEqualTo(expected);
    assertThat(JsonTree.read(new ByteArrayInputStream(text.getBytes(UTF_8)))).isEqualTo(expected);
    if (!expected.isMissingNode()) {
      assertThat(JsonTree.write(expected)).isEqualTo(ORACLE.writeValueAsString(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[1, 2",
        "{\"a\"}",
        "{\"a\": }",
        "[1,]",
        "nul",
        "{} {}",
        "1 2",
        "]",
        "\"open"
      })
  void whatIsNotOneValueIsRefused(String text) {
    assertThatThrownBy(() -> JsonTree.read(text)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void whatNestsTooDeepIsRefusedBeforeTheStackIsFull() {
    var deep = "[".repeat(100_000);
    assertThatThrownBy(() -> JsonTree.read(deep))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("depth");
  }

  @Test
  void aFieldThatIsThereTwiceIsAMistakeWhereItIsAskedFor() {
    assertThatThrownBy(
            () -> JsonTree.readUnambiguous("{\"mode\": \"observe\", \"mode\": \"repair\"}"))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("mode");
  }
}
