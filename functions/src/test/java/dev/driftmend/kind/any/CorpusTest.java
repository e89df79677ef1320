package dev.driftmend.kind.any;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.json.JsonValues;
import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.stack.Value;
import dev.driftmend.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Real pairs of what was declared and what AWS gave back, of many types: no difference where none
 * is, and every one that is. They lie in the folder of the system property {@code driftmend.corpus}
 * or of {@code DRIFTMEND_CORPUS}, and are no part of this repository.
 */
class CorpusTest {
  private static final Path SHEET = Path.of("docs/score.md");
  private static final Map<String, ResourceSchema> SCHEMAS = new HashMap<>();
  private static final Map<String, Quirks> QUIRKS = new HashMap<>();
  private static final int SEEDS = 5;
  private static final String UNRESOLVED = "__sample_corpus_unresolved__";

  private static String last = "no pairs were looked at";

  @Test
  void onRealModelsNothingIsFalseAndNothingIsMissed() throws IOException {
    var wrong = new ArrayList<String>();
    var unverifiable = new TreeMap<String, Integer>();
    var pairs = pairs();
    var good = 0;
    for (var pair : pairs) {
      var leaves = compare(pair, declared(pair), live(pair));
      var said = wrong(pair, leaves);
      wrong.addAll(said);
      good += said.isEmpty() ? 1 : 0;
      leaves.stream()
          .filter(Leaf.Unverifiable.class::isInstance)
          .forEach(l -> unverifiable.merge(type(pair), 1, Integer::sum));
    }

    var open = unverifiable.values().stream().mapToInt(i -> i).sum();
    last = "%d of %d pairs as expected, %d leaves unverifiable".formatted(good, pairs.size(), open);
    assertThat(wrong).isEmpty();
    writeDown(pairs, unverifiable);
  }

  @AfterAll
  static void sayHowManyLast() {
    System.out.println(last);
  }

  private static void writeDown(List<JsonNode> pairs, Map<String, Integer> unverifiable) {
    var text = new StringBuilder("<!-- corpus -->\n## Real models of any type\n\n");
    text.append(last)
        .append(
            ", of %d types. ".formatted(pairs.stream().map(CorpusTest::type).distinct().count()))
        .append("Each pair is what a template declared and what AWS gave back; a leaf that is\n")
        .append("unverifiable is neither called equal nor reported. Written by `CorpusTest` where")
        .append(" the pairs are.\n\n| type | unverifiable |\n|---|---|\n");
    unverifiable.forEach((type, n) -> text.append("| %s | %d |\n".formatted(type, n)));
    // Of other pairs than those that the sheet shows it says nothing.
    var shown = "<!-- pairs: " + Fingerprint.of(pairs.toString()) + " -->";
    text.append(shown);
    var sheet = Golden.read(SHEET);
    if (!sheet.contains(shown) && System.getProperty("driftmend.golden") == null) {
      return;
    }
    var start = sheet.indexOf("<!-- corpus -->");
    var rest = sheet.substring(sheet.indexOf("\n<!-- end -->", start));
    Golden.check(SHEET, sheet.substring(0, start) + text.toString().strip() + rest);
  }

  @Test
  void howeverAServiceGivesAModelBackNothingIsDifferent() throws IOException {
    var wrong = new ArrayList<String>();
    for (var pair : pairs()) {
      for (var seed = 1; seed <= SEEDS; seed++) {
        var noisy = (Value.Fields) Noise.of(live(pair), new Random(seed));
        wrong.addAll(wrong(pair, compare(pair, declared(pair), noisy)));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void oneChangeOfADeclaredValueIsOneDifference() throws IOException {
    var changes = 0;
    var seen = 0;
    var missed = new ArrayList<String>();
    for (var pair : pairs()) {
      var declared = declared(pair);
      var before = different(compare(pair, declared, live(pair)));
      for (var change : Changes.of(declared, compare(pair, declared, live(pair)))) {
        changes++;
        var after = new TreeSet<>(different(compare(pair, change.declared(), live(pair))));
        after.removeAll(before);
        if (after.equals(Set.of(change.property()))) {
          seen++;
        } else if (!before.contains(change.property())) {
          missed.add(type(pair) + " " + change.what() + " is seen as " + after);
        }
      }
    }
    System.out.printf("%d of %d changes seen%n", seen, changes);
    assertThat(seen).as("seen of %d, but %s", changes, missed).isGreaterThan(changes * 97 / 100);
  }

  private static List<JsonNode> pairs() throws IOException {
    var folder = System.getProperty("driftmend.corpus", System.getenv("DRIFTMEND_CORPUS"));
    var file = folder == null ? null : Path.of(folder, "models.jsonl");
    if (file == null || !Files.exists(file)) {
      System.out.println(
          "skipped: CorpusTest, for neither driftmend.corpus nor DRIFTMEND_CORPUS names a folder"
              + " with models.jsonl");
      assumeTrue(false, "no corpus");
      return List.of();
    }
    var pairs = new ArrayList<JsonNode>();
    for (var line : Files.readAllLines(file)) {
      pairs.add(JsonTree.read(line));
    }
    return pairs;
  }

  private static String type(JsonNode pair) {
    return pair.path("type").asText();
  }

  private static Value.Fields declared(JsonNode pair) {
    return (Value.Fields) resolved(JsonValues.of(pair.path("declared")));
  }

  private static Value.Fields live(JsonNode pair) {
    return (Value.Fields) JsonValues.of(pair.path("live"));
  }

  private static List<String> different(List<Leaf> leaves) {
    return leaves.stream()
        .filter(Leaf.Different.class::isInstance)
        .map(l -> property(l.path()))
        .distinct()
        .toList();
  }

  private static List<Leaf> compare(JsonNode pair, Value.Fields declared, Value.Fields live) {
    var type = type(pair);
    var keys = new LinkedHashMap<String, String>();
    pair.path("kmsAliasTargets")
        .properties()
        .forEach(e -> keys.put(e.getKey(), e.getValue().asText()));
    return ModelComparison.compare(
        SCHEMAS.computeIfAbsent(type, ResourceSchemas::of),
        QUIRKS.computeIfAbsent(type, Quirks::of),
        new AccountContext(
            pair.path("accountId").asText(), pair.path("region").asText(), Map.copyOf(keys)),
        declared,
        live);
  }

  private static Value resolved(Value value) {
    return switch (value) {
      case Value.Scalar s when s.text().contains(UNRESOLVED) -> new Value.Unknown("unresolved");
      case Value.Items items ->
          new Value.Items(items.values().stream().map(CorpusTest::resolved).toList());
      case Value.Fields fields -> {
        var all = new LinkedHashMap<String, Value>();
        fields.values().forEach((name, inner) -> all.put(name, resolved(inner)));
        yield new Value.Fields(all);
      }
      case Value.Scalar s -> s;
      case Value.Unknown u -> u;
    };
  }

  private static List<String> wrong(JsonNode pair, List<Leaf> leaves) {
    var who = pair.path("type").asText() + " " + pair.path("logicalId").asText() + " ";
    var named = new TreeSet<String>();
    pair.path("drift").forEach(d -> named.add(property(d.asText())));
    var wrong = new ArrayList<String>();
    for (var leaf : leaves) {
      if (leaf instanceof Leaf.Different d && !named.contains(property(d.path()))) {
        wrong.add(who + d);
      }
    }
    for (var name : named) {
      if (leaves.stream()
          .noneMatch(l -> l instanceof Leaf.Different d && property(d.path()).equals(name))) {
        wrong.add(who + "missed: " + name);
      }
    }
    return wrong;
  }

  private static String property(String path) {
    return path.replaceFirst("[.\\[].*", "");
  }
}
