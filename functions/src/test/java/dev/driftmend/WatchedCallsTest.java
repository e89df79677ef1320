package dev.driftmend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.driftmend.event.Signals;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.watch.IdForm;
import dev.driftmend.model.watch.WatchedCalls;
import dev.driftmend.model.watch.WatchedType;
import dev.driftmend.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The catalogue against what else knows of calls and ids: the kinds, and payloads as CloudTrail
 * writes them. The patterns of the template are held by {@code EventPatternsTest}.
 */
class WatchedCallsTest {
  private static final KindDrifts DRIFTS =
      new KindDrifts(Golden.read(Path.of("local/score/every-kind.yaml")));
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-03-02T09:20:00Z");
  private static final Pattern EC2_ID = Pattern.compile("([a-z]+(?:-[a-z]+)*-)[0-9a-f]{17}");

  /** What calls name and nobody guards: prefix lists, reservations, images, volumes, keys. */
  private static final Set<String> BYSTANDERS = Set.of("pl-", "r-", "ami-", "vol-", "key-");

  static List<Kind> kinds() {
    return Kinds.all();
  }

  static List<WatchedType> types() {
    return WatchedCalls.all();
  }

  @Test
  void everyKindHasOneRow() {
    assertThat(types().stream().map(WatchedType::type))
        .as("each kind needs a row in WatchedCalls: its calls, and the form of its ids")
        .containsExactlyInAnyOrderElementsOf(kinds().stream().map(Kind::type).toList());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyCallThatMakesADriftIsInTheRowOfTheKind(Kind kind) {
    assertThat(row(kind.type()).calls())
        .as(
            "%s.calls names a call that wakes nobody for it: put it into the row of %s in"
                + " WatchedCalls",
            kind.getClass().getSimpleName(), kind.type())
        .containsAll(DRIFTS.calls(kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aCallOfOneKindOnlyIsInNoOtherRow(Kind kind) {
    assertThat(row(kind.type()).calls()).containsAll(kind.ownCalls());
    assertThat(types())
        .filteredOn(type -> !type.type().equals(kind.type()))
        .as("%s.ownCalls change nothing but %s", kind.getClass().getSimpleName(), kind.type())
        .flatExtracting(WatchedType::calls)
        .filteredOn(kind.ownCalls()::contains)
        .isEmpty();
  }

  @Test
  void aFormOfIdsStandsOnceAndThoseThatTellOfItAreKnown() {
    var forms = types().stream().flatMap(type -> type.ids().stream()).toList();
    assertThat(forms.stream().map(IdForm::form))
        .as("a form of ids stands in one row of WatchedCalls")
        .doesNotHaveDuplicates();
    assertThat(forms.stream().flatMap(form -> form.ownerFrom().stream()).flatMap(Set::stream))
        .allSatisfy(
            form ->
                assertThat(WatchedCalls.form(form))
                    .as("%s tells whose another id is: put it into the row of its type", form)
                    .isPresent());
  }

  /**
   * A form that is missing, or ranked behind what holds it, leads to another resource or nowhere.
   */
  @ParameterizedTest
  @MethodSource("types")
  void aPayloadOfEachTypeNamesFirstWhatTheRowSays(WatchedType type) {
    var forms = type.ids().stream().map(IdForm::form).collect(toSet());
    assertThat(payloads(type).map(WatchedCallsTest::first))
        .as(
            "events/ needs the payload of a call on %s, and its row in WatchedCalls the form of the"
                + " ids by which it is named, with a rank before what holds it",
            type.type())
        .anyMatch(forms::contains);
  }

  @Test
  void noIdInAPayloadIsOfAFormThatNobodyKnows() {
    var unknown = new TreeSet<String>();
    events()
        .filter(event -> WatchedCalls.contains(event.path("detail").path("eventName").asText()))
        .flatMap(event -> texts(event.path("detail").path("requestParameters")))
        .forEach(
            text -> {
              var id = EC2_ID.matcher(text);
              if (id.matches()
                  && WatchedCalls.form(id.group(1)).isEmpty()
                  && !BYSTANDERS.contains(id.group(1))) {
                unknown.add(id.group(1));
              }
            });
    assertThat(unknown)
        .as("ids of such a form are skipped without a word: put it into a row of WatchedCalls")
        .isEmpty();
  }

  private static WatchedType row(String type) {
    return types().stream().filter(t -> t.type().equals(type)).findFirst().orElseThrow();
  }

  private static Stream<JsonNode> payloads(WatchedType type) {
    return events()
        .filter(
            event -> {
              var call = event.path("detail");
              return type.calls().contains(call.path("eventName").asText())
                  && type.service().eventSource().equals(call.path("eventSource").asText());
            });
  }

  /** The form of the most specific id; empty if the payload names none. */
  private static String first(JsonNode event) {
    return Signals.of(event.toString().getBytes(UTF_8), NOW).stream()
        .flatMap(signal -> signal instanceof Signal.Resources r ? r.ids().stream() : Stream.of())
        .findFirst()
        .map(WatchedCallsTest::form)
        .orElse("");
  }

  private static String form(String id) {
    var ec2 = EC2_ID.matcher(id);
    if (ec2.matches()) {
      return ec2.group(1);
    }
    if (id.startsWith("arn:")) {
      return id.split(":", 6)[5].split("/")[0];
    }
    return id.contains("/") ? id.substring(0, id.indexOf('/')) : "ip";
  }

  private static Stream<String> texts(JsonNode node) {
    return node.isTextual()
        ? Stream.of(node.textValue())
        : node.valueStream().flatMap(WatchedCallsTest::texts);
  }

  private static Stream<JsonNode> events() {
    try (var files = Files.list(Path.of("events"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("(ec2|elastic\\w+|iam)-.*\\.json"))
          .map(WatchedCallsTest::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return MAPPER.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
