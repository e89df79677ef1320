package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.app.AppFacts;
import dev.driftmend.diagnose.app.AppFiles;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Each stage of the exercise has exactly the faults that are written beside it. */
class ExerciseTest {
  private static final Path EXERCISE = Path.of("workload/exercise");

  static List<String> stages() throws IOException {
    try (var found = Files.list(EXERCISE)) {
      return found
          .filter(f -> Files.exists(f.resolve("expected.yaml")))
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aStageHasTheFaultsThatAreWrittenDown(String stage) {
    check(stage, "declared", true);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void withoutTheAppsFilesOnlyWhatHangsOnThemIsUnknown(String stage) {
    check(stage, "without app", false);
  }

  private static void check(String stage, String way, boolean withApp) {
    var directory = EXERCISE.resolve(stage);
    var expected =
        map(
            new Load(LoadSettings.builder().build())
                .loadFromString(Golden.read(directory.resolve("expected.yaml"))));
    var wanted = map(expected.get(way));
    var template = Golden.read(directory.resolve(text(expected, "template")).normalize());
    var facts =
        withApp ? facts(directory.resolve(text(expected, "app")).normalize(), template) : null;

    var diagnosis = Walk.of(Stage.planned(template, Map.of(), facts));

    assertThat(diagnosis.verdict().text()).isEqualTo(wanted.get("verdict"));
    assertThat(diagnosis.explainedBy()).isEqualTo(wanted.get("explainedBy"));
    assertThat(texts(Stage.broken(diagnosis))).isEqualTo(words(map(wanted.get("broken"))));
    assertThat(Set.copyOf(Stage.advice(diagnosis)))
        .isEqualTo(Set.copyOf((List<?>) wanted.get("advice")));
    assertThat(diagnosis.contradictions()).isEmpty();
    assertThat(diagnosis.toString()).as("invented ids").doesNotContainPattern("\\b(?:sg|i)-0");
  }

  private static AppFacts facts(Path directory, String template) {
    var files = new HashMap<String, String>();
    try (Stream<Path> found = Files.list(directory)) {
      found
          .filter(Files::isRegularFile)
          .filter(f -> !f.toString().endsWith("yaml"))
          .forEach(f -> files.put(f.getFileName().toString(), Golden.read(f)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return AppFiles.read(files, Stage.planned(template, Map.of(), null).declared());
  }

  private static Map<String, String> texts(Map<String, Symptom> broken) {
    return broken.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().text()));
  }

  private static Map<String, String> words(Map<String, ?> broken) {
    return broken.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> String.valueOf(e.getValue())));
  }

  private static String text(Map<String, ?> in, String field) {
    return String.valueOf(in.get(field));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, ?>) value;
  }
}
