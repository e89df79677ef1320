package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.NotCovered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole templates of different make, one file each. */
class StacksTest {
  private static final Path FOLDER = Path.of("functions/src/test/resources/templates/stacks");

  static List<String> files() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aWholeTemplateResolvesToWhatWasDeployed(String file) {
    var stack = StackCase.read("stacks/" + file);

    var resolved = Resolver.resolve(stack.snapshot(stack.template()));

    var expected = StackCase.map(stack.data().get("expect"));
    assertThat(resolved.resources()).hasSameSizeAs(expected.keySet());
    for (var declared : resolved.resources()) {
      var properties = expected.get(declared.ref().logicalId());
      StackCase.assertMatches(
          StackCase.plain(declared.properties()), Objects.requireNonNull(properties));
    }
    var undecided = stack.texts("undecided");
    assertThat(resolved.undecided().stream().map(NotCovered::logicalId))
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(undecided.keySet()));
    resolved
        .undecided()
        .forEach(u -> assertThat(u.why()).contains(Map.copyOf(undecided).get(u.logicalId())));
  }
}
