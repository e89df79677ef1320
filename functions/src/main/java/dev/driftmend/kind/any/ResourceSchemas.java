package dev.driftmend.kind.any;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of all types, made from the schemas that the pinned cfn-lint carries. It is read when
 * it is asked for, and only the blocks of the types that are asked for are taken from it.
 */
public final class ResourceSchemas {
  private static final String TABLE = "schemas.txt";

  private ResourceSchemas() {}

  /**
   * @return the schema of each of these types that the table has
   */
  public static Map<String, ResourceSchema> of(Set<String> types) {
    var found = new TreeMap<String, ResourceSchema>();
    try (var table = ResourceSchemas.class.getResourceAsStream(TABLE);
        var lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(table, TABLE), UTF_8))) {
      @Nullable String type = null;
      var rows = new HashMap<String, List<String>>();
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(" ")) {
          if (type != null) {
            row(rows, line);
          }
          continue;
        }
        put(found, type, rows);
        rows.clear();
        type = types.contains(line) ? line : null;
      }
      put(found, type, rows);
    } catch (IOException e) {
      throw new UncheckedIOException("the table of resource schemas cannot be read", e);
    }
    return found;
  }

  public static ResourceSchema of(String type) {
    return of(Set.of(type)).getOrDefault(type, ResourceSchema.unknown(type));
  }

  private static void row(Map<String, List<String>> rows, String line) {
    var words = new ArrayList<>(List.of(line.substring(1).split(" ")));
    var name = words.removeFirst();
    rows.put(name.equals("as") ? name + " " + words.removeFirst() : name, words);
  }

  private static void put(
      Map<String, ResourceSchema> into, @Nullable String type, Map<String, List<String>> rows) {
    if (type == null) {
      return;
    }
    var transforms = new HashMap<String, String>();
    rows.forEach(
        (name, paths) -> {
          if (name.startsWith("as ")) {
            paths.forEach(path -> transforms.put(path, name.substring(3)));
          }
        });
    var readable = !rows.containsKey("unreadable");
    into.put(
        type,
        new ResourceSchema(
            type,
            List.copyOf(rows.getOrDefault("id", List.of())),
            Set.copyOf(rows.getOrDefault("read-only", List.of())),
            Set.copyOf(rows.getOrDefault("write-only", List.of())),
            Set.copyOf(rows.getOrDefault("create-only", List.of())),
            Set.copyOf(rows.getOrDefault("unordered", List.of())),
            Set.copyOf(rows.getOrDefault("maps", List.of())),
            Map.copyOf(transforms),
            rows.containsKey("tags") ? rows.get("tags").getFirst() : null,
            readable,
            readable && !rows.containsKey("without-update"),
            List.copyOf(rows.getOrDefault("read", List.of()))));
  }
}
