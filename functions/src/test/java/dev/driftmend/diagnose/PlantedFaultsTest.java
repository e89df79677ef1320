package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.testing.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Templates of the usual shapes, each sound until one fault is planted: that one is found, at the
 * hop that it is about, and before that none is.
 */
class PlantedFaultsTest {
  private static final Path SHAPES = Path.of("functions/src/test/resources/diagnose/shapes");

  /** What each kind is about; a shape has those that its lines name. */
  private static final Map<String, String> HOPS =
      Map.ofEntries(
          Map.entry("no route", "internet-route"),
          Map.entry("no association", "internet-route"),
          Map.entry("no ingress", "load-balancer-group"),
          Map.entry("no listener", "listener"),
          Map.entry("no target", "targets"),
          Map.entry("no permission", "targets"),
          Map.entry("closed", "instance-group"),
          Map.entry("wrong rule", "instance-group"),
          Map.entry("wrong port", ""),
          Map.entry("wrong mapping", "target-group"));

  static Stream<String> shapes() {
    return Stream.of(
        "instances",
        "fleet",
        "configured-fleet",
        "tasks-on-instances",
        "fargate",
        "network",
        "open-fleet",
        "endpoint-service",
        "function");
  }

  static Stream<Arguments> plants() {
    return shapes()
        .flatMap(
            shape ->
                HOPS.keySet().stream()
                    .sorted()
                    .filter(kind -> !planted(shape, kind).equals(template(shape)))
                    .map(kind -> Arguments.of(shape, kind)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void aSoundTemplateHasNoFault(String shape) {
    assertThat(onPath(walk(template(shape)))).isEmpty();
    assertThat(walk(template(shape)).verdict()).isIn(Verdict.OK, Verdict.UNKNOWN);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("plants")
  void aPlantedFaultIsFound(String shape, String kind) {
    var diagnosis = walk(planted(shape, kind));

    assertThat(diagnosis.verdict()).isIn(Verdict.OUTAGE, Verdict.DEGRADED);
    var hop = HOPS.getOrDefault(kind, "");
    if (hop.isEmpty()) {
      assertThat(onPath(diagnosis)).isNotEmpty();
    } else {
      assertThat(onPath(diagnosis)).contains(hop);
    }
  }

  /** Of each kind there is more than one shape, or the test above proves little. */
  @ParameterizedTest
  @ValueSource(strings = {"no listener", "no target", "closed", "wrong port"})
  void aKindIsPlantedInSeveralShapes(String kind) {
    assertThat(plants().filter(p -> p.get()[1].equals(kind))).hasSizeGreaterThan(4);
  }

  private static Diagnosis walk(String template) {
    return Walk.all(Stage.planned(template, Map.of(), null));
  }

  /** The broken hops of all paths that requests pass. */
  private static List<String> onPath(Diagnosis diagnosis) {
    var hops =
        Stream.concat(
            diagnosis.hops().stream(), diagnosis.paths().stream().flatMap(p -> p.hops().stream()));
    return hops.filter(h -> h.broken())
        .map(h -> h.hop())
        .filter(h -> !List.of("public-subnet", "public-address").contains(h))
        .distinct()
        .toList();
  }

  private static String template(String shape) {
    return Golden.read(SHAPES.resolve("front.yaml")) + Golden.read(SHAPES.resolve(shape + ".yaml"));
  }

  private static String planted(String shape, String kind) {
    return template(shape)
        .lines()
        .flatMap(line -> line(line, kind))
        .collect(Collectors.joining("\n"))
        .concat("\n");
  }

  /** Nothing in place of a line that the kind takes away. */
  private static Stream<String> line(String line, String kind) {
    var mark = line.indexOf(" # ");
    if (mark < 0 || line.startsWith("#")) {
      return Stream.of(line);
    }
    var notes = Arrays.asList(line.substring(mark + 3).split("; "));
    if (notes.contains(kind)) {
      return Stream.of();
    }
    var indent = line.substring(0, line.length() - line.stripLeading().length());
    return notes.stream()
        .filter(n -> n.startsWith(kind + ": "))
        .findFirst()
        .map(n -> Stream.of(indent + n.substring(kind.length() + 2)))
        .orElse(Stream.of(line));
  }
}
