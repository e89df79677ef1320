package dev.driftmend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kind.Coverage;
import dev.driftmend.kind.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that a template can say of a guarded resource is silently left out. */
class CoverageTableTest {
  private static final Path SCHEMAS = Path.of("functions/src/test/resources/schemas");

  static Stream<Arguments> types() {
    return Kinds.all().stream()
        .flatMap(kind -> typesOf(kind).stream().map(type -> Arguments.of(type, kind)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void everyPropertyOfTheSchemaIsCoveredExactlyOnce(String type, Kind kind) throws IOException {
    assertThat(rows(kind, type))
        .extracting(Coverage::property)
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(schema(type), UTF_8));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void everyRowSaysWhy(String type, Kind kind) {
    assertThat(rows(kind, type)).allSatisfy(row -> assertThat(row.why()).isNotBlank());
  }

  @Test
  void noKindCoversATypeThatIsNotItsOwn() {
    assertThat(Kinds.all())
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(
            kind ->
                assertThat(kind.coverage().stream().map(Coverage::type).collect(toSet()))
                    .isEqualTo(typesOf(kind)));
  }

  @Test
  void everySchemaBelongsToAKind() throws IOException {
    try (var files = Files.list(SCHEMAS)) {
      assertThat(files)
          .containsExactlyInAnyOrderElementsOf(
              types().map(type -> schema(String.valueOf(type.get()[0]))).toList());
    }
  }

  private static List<Coverage> rows(Kind kind, String type) {
    return kind.coverage().stream().filter(row -> row.type().equals(type)).toList();
  }

  private static Set<String> typesOf(Kind kind) {
    var types = new TreeSet<>(kind.parts());
    types.add(kind.type());
    return types;
  }

  private static Path schema(String type) {
    return SCHEMAS.resolve(type.replace("::", "-") + ".txt");
  }
}
