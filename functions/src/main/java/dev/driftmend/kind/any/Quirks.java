package dev.driftmend.kind.any;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What services do that no schema says, by type and path: the rows of {@code quirks.txt}, each with
 * its source.
 */
public final class Quirks {
  private static final String TABLE = "quirks.txt";

  /** What a row says of the value at its path. */
  public enum Quirk {
    /** The service does not give it back, although no schema says so. */
    NOT_RETURNED,
    /** It is given back whenever it is set: if it is not there, somebody took it away. */
    RETURNED,
    /** Others add members: services, other stacks, resources of their own. */
    OTHERS_ADD,
    /** The order of the list decides, whatever the schema says. */
    ORDERED,
    /** Services or scaling set it: never compared. */
    NOT_COMPARED,
    /** {@code on}, {@code 1} and {@code true} are the same. */
    SWITCH,
    /** Kept by the full hour. */
    HOURLY,
    /** {@code ${NAME}} in it stands for a value of {@code DefinitionSubstitutions}. */
    SUBSTITUTED,
    /** Words whose order does not count; {@code -@all} may be one more. */
    WORDS,
    /** Its physical id is {@code BUS|RULE}; what Cloud Control asks for is the ARN. */
    BUS_AND_RULE,
    /** Its physical id is {@code B_A}, its identifier {@code A|B}. */
    TWO_BY_UNDERSCORE,
    /** An id of which the service has changed the first letter. */
    FIRST_LETTER
  }

  private final Map<String, Quirk> rows;

  private Quirks(Map<String, Quirk> rows) {
    this.rows = rows;
  }

  /** The rows of one type. */
  public static Quirks of(String type) {
    var rows = new HashMap<String, Quirk>();
    try (var table = Quirks.class.getResourceAsStream(TABLE);
        var lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(table, TABLE), UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var words = line.split(" +", 4);
        if (!line.startsWith("#") && words.length >= 3 && words[0].equals(type)) {
          rows.put(words[1], Quirk.valueOf(words[2].replace('-', '_').toUpperCase(Locale.ROOT)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the table of quirks cannot be read", e);
    }
    return new Quirks(rows);
  }

  boolean is(Quirk quirk, String path) {
    return rows.get(path) == quirk;
  }

  /** Whether the value, or what it lies in, is so. */
  boolean covers(Quirk quirk, String path) {
    for (var each = path; !each.isEmpty(); ) {
      if (rows.get(each) == quirk) {
        return true;
      }
      var slash = each.lastIndexOf('/');
      each = slash < 0 ? "" : each.substring(0, slash);
    }
    return false;
  }
}
