package dev.driftmend.event;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.watch.WatchedCalls;
import dev.driftmend.model.watch.WatchedType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import software.amazon.event.ruler.Ruler;

/** The rules of the template against AWS's own matcher, and what they let through against us. */
class EventPatternsTest {
  private static final Path EVENTS = Path.of("events");
  private static final Instant NOW = Instant.parse("2026-03-02T09:20:00Z");
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int LONGEST_PATTERN = 1_900;
  private static final Map<String, JsonNode> PATTERNS = patterns();

  /**
   * By rule: the beginnings of the names of the files that it delivers. A call is delivered by the
   * rule that names it; the rest comes otherwise.
   */
  private static final Map<String, List<String>> DELIVERS =
      Map.ofEntries(
          Map.entry("StackStatus", List.of("cloudformation-StackStatusChange")),
          Map.entry("AlarmState", List.of("cloudwatch-AlarmStateChange")),
          Map.entry("EndpointFailing", List.of("driftmend-IncidentOpened-health")),
          Map.entry(
              "ConfigChanges",
              List.of(
                  "config-ConfigurationItemChange.json",
                  "config-ConfigurationItemChange-address",
                  "config-ConfigurationItemChange-deleted",
                  "config-ConfigurationItemChange-role")),
          Map.entry("ConfigOversizedChanges", List.of("config-ConfigurationItemChange-oversized")),
          Map.entry("InstanceState", List.of("ec2-InstanceStateChange")));

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsDeliveredByTheRuleThatIsMeantForIt(Path file) throws IOException {
    var delivering = matching(Files.readString(file));
    if (isWatchedCall(file)) {
      assertThat(delivering).singleElement().asString().endsWith("Calls");
    } else {
      assertThat(delivering).isEqualTo(meantFor(file));
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatARuleDeliversIsUnderstood(Path file) throws IOException {
    if (matching(Files.readString(file)).isEmpty()) {
      return;
    }
    assertThat(Signals.of(Files.readAllBytes(file), NOW))
        .allSatisfy(
            signal -> {
              if (signal instanceof Signal.Ignored(var reason)) {
                assertThat(reason).endsWith("of a classic load balancer");
              }
            });
  }

  @Test
  void everyRuleDeliversSomethingHere() throws IOException {
    var delivering = events().flatMap(file -> matching(text(file)).stream()).collect(toSet());
    assertThat(delivering).isEqualTo(PATTERNS.keySet());
  }

  @ParameterizedTest
  @EnumSource(WatchedType.Service.class)
  void theRulesDeliverTheCallsOfTheCatalogueAndNoOther(WatchedType.Service service) {
    var watched =
        WatchedCalls.all().stream()
            .filter(type -> type.service() == service)
            .flatMap(type -> type.calls().stream())
            .distinct()
            .toList();
    assertThat(delivered(service))
        .as(
            "the patterns of RouteFunction in template.yaml name each call of WatchedCalls once:"
                + " put what is missing into the pattern of its area")
        .containsExactlyInAnyOrderElementsOf(watched);
  }

  /**
   * Where it records, it sees what CloudTrail's delivery may have lost; listener rules it has not.
   */
  @ParameterizedTest
  @CsvSource({
    "ConfigChanges, configurationItem",
    "ConfigOversizedChanges, configurationItemSummary"
  })
  void whatConfigRecordsOfAWatchedTypeIsDelivered(String rule, String item) {
    var types =
        Objects.requireNonNull(PATTERNS.get(rule))
            .path("detail")
            .path(item)
            .path("resourceType")
            .valueStream();
    assertThat(types.map(JsonNode::textValue))
        .as("%s in template.yaml names each type of WatchedCalls that AWS Config records", rule)
        .containsAll(
            WatchedCalls.all().stream()
                .map(WatchedType::type)
                .filter(type -> !type.equals("AWS::ElasticLoadBalancingV2::ListenerRule"))
                .toList());
  }

  private static List<String> delivered(WatchedType.Service service) {
    return PATTERNS.values().stream()
        .map(pattern -> pattern.path("detail"))
        .filter(detail -> service.eventSource().equals(detail.path("eventSource").path(0).asText()))
        .flatMap(detail -> detail.path("eventName").valueStream())
        .map(JsonNode::textValue)
        .toList();
  }

  @Test
  void aFailedCallIsNotDelivered() throws IOException {
    var failed =
        Files.readString(EVENTS.resolve("ec2-StopInstances.json"))
            .replace("\"eventName\"", "\"errorCode\": \"Client.InvalidState\", \"eventName\"");
    assertThat(matching(failed)).isEmpty();
  }

  @Test
  void everyPatternFitsIntoARule() {
    PATTERNS.forEach(
        (name, pattern) ->
            assertThat(pattern.toString().length()).as(name).isLessThan(LONGEST_PATTERN));
  }

  static Stream<Path> events() throws IOException {
    try (var files = Files.list(EVENTS)) {
      var found = files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      assertThat(found).hasSizeGreaterThan(30);
      return found.stream();
    }
  }

  private static Set<String> matching(String event) {
    return PATTERNS.entrySet().stream()
        .filter(rule -> matches(event, rule.getValue()))
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  private static boolean matches(String event, JsonNode pattern) {
    try {
      return Ruler.matchesRule(event, pattern.toString());
    } catch (Exception e) {
      throw new AssertionError("the matcher does not take " + pattern, e);
    }
  }

  /** One that succeeded, and that no queue or topic has wrapped. */
  private static boolean isWatchedCall(Path file) {
    var name = file.getFileName().toString();
    return name.matches("(ec2|elasticloadbalancing|iam)-.*")
        && !name.matches(".*-(denied|dry-run|not-found)\\.json")
        && WatchedCalls.contains(name.split("[-.]")[1]);
  }

  private static Set<String> meantFor(Path file) {
    var name = file.getFileName().toString();
    return DELIVERS.entrySet().stream()
        .filter(e -> e.getValue().stream().anyMatch(name::startsWith))
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  private static Map<String, JsonNode> patterns() {
    var template =
        new Compose(LoadSettings.builder().build())
            .composeString(text(Path.of("template.yaml")))
            .orElseThrow();
    var events =
        child(child(child(child(template, "Resources"), "RouteFunction"), "Properties"), "Events");
    return ((MappingNode) events)
        .getValue().stream()
            .collect(
                toMap(
                    event -> text(event.getKeyNode()),
                    event -> json(child(child(event.getValueNode(), "Properties"), "Pattern"))));
  }

  private static Node child(Node mapping, String key) {
    return ((MappingNode) mapping)
        .getValue().stream()
            .filter(t -> text(t.getKeyNode()).equals(key))
            .map(NodeTuple::getValueNode)
            .findFirst()
            .orElseThrow(() -> new AssertionError("template.yaml has no " + key));
  }

  private static JsonNode json(Node node) {
    return switch (node) {
      case MappingNode mapping -> {
        var object = MAPPER.createObjectNode();
        mapping.getValue().forEach(t -> object.set(text(t.getKeyNode()), json(t.getValueNode())));
        yield object;
      }
      case SequenceNode sequence -> {
        var array = MAPPER.createArrayNode();
        sequence.getValue().forEach(item -> array.add(json(item)));
        yield array;
      }
      case ScalarNode scalar when scalar.getTag().equals(Tag.BOOL) ->
          MAPPER.getNodeFactory().booleanNode(Boolean.parseBoolean(scalar.getValue()));
      default -> MAPPER.getNodeFactory().textNode(text(node));
    };
  }

  private static String text(Node scalar) {
    return ((ScalarNode) scalar).getValue();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
