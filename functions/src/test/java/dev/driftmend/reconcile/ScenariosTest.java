package dev.driftmend.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.render.text.PlanText;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Golden;
import dev.driftmend.testing.Guard;
import dev.driftmend.testing.LiveResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * One folder of {@code resources/scenarios} each: what was done to a deployed stack ({@code
 * live.yaml}), and the plan as a person reads it ({@code plan.txt}). A folder without a template of
 * its own has the one beside it.
 */
class ScenariosTest {
  private static final Path SCENARIOS = Path.of("functions/src/test/resources/scenarios");

  static Stream<String> scenarios() throws IOException {
    try (var folders = Files.list(SCENARIOS)) {
      return folders
          .filter(Files::isDirectory)
          .map(f -> String.valueOf(f.getFileName()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void thePlanIs(String scenario) throws IOException {
    var plan = guard(scenario).reconciler().plan(Deployed.STACK).orElseThrow();

    Golden.check(SCENARIOS.resolve(scenario).resolve("plan.txt"), PlanText.write(plan, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void whatIsPlannedIsWhatIsDoneAndThenNothingIsLeftToDo(String scenario) throws IOException {
    var guard = guard(scenario);
    var planned = guard.reconciler().plan(Deployed.STACK).orElseThrow();

    guard.run();

    assertThat(guard.world.writes())
        .isEqualTo(planned.calls().stream().map(c -> c.operation()).toList());
    assertThat(guard.reconciler().plan(Deployed.STACK).orElseThrow().calls()).isEmpty();
  }

  private static Guard guard(String scenario) throws IOException {
    var own = SCENARIOS.resolve(scenario).resolve("template.yaml");
    var template = Files.exists(own) ? own : SCENARIOS.resolve("template.yaml");
    var guard = new Guard(Files.readString(template, UTF_8));
    guard.run();
    guard.calls.forget();
    var live = Files.readString(SCENARIOS.resolve(scenario).resolve("live.yaml"), UTF_8);
    fields(new Load(LoadSettings.builder().build()).loadFromString(live))
        .forEach((name, changes) -> change(guard, name, changes));
    return guard;
  }

  private static void change(Guard guard, String name, Object changes) {
    if (changes.equals("gone")) {
      guard.world.the(name).vanish();
    } else {
      fields(changes).forEach((property, to) -> change(guard.world.the(name), property, to));
    }
  }

  private static void change(LiveResource live, String property, Object to) {
    if (property.equals("unreadable")) {
      live.hide(String.valueOf(to));
    } else if (property.equals("health")) {
      fields(to).forEach((target, state) -> live.health(target, String.valueOf(state)));
    } else if (to instanceof Map<?, ?>) {
      fields(to).forEach((what, members) -> change(live, property, what, members));
    } else {
      live.set(property, String.valueOf(to));
    }
  }

  private static void change(LiveResource live, String property, String what, Object members) {
    switch (what) {
      case "add" -> texts(members).forEach(m -> live.add(property, m));
      case "remove" -> texts(members).forEach(m -> live.remove(property, m));
      case "describe" ->
          fields(members)
              .forEach(
                  (m, text) -> live.add(property, m, Map.of("description", String.valueOf(text))));
      default -> throw new IllegalArgumentException("add, remove or describe, not " + what);
    }
  }

  private static List<String> texts(Object list) {
    return ((List<?>) list).stream().map(String::valueOf).toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> fields(Object map) {
    return (Map<String, Object>) map;
  }
}
