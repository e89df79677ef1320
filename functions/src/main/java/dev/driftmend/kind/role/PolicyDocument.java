package dev.driftmend.kind.role;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.stack.Value;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The normal form of an IAM policy document: JSON in which what means the same is written the same.
 * Keys and whatever IAM takes for a set (statements, actions, resources, principals, the values of
 * a condition) are sorted, a list of one is its element, an account's root is the account, and all
 * values are text.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html">
 *     Grammar of the IAM JSON policy language</a>
 */
public final class PolicyDocument {
  private static final Set<String> PRINCIPALS = Set.of("Principal", "NotPrincipal");
  private static final String CONDITION = "Condition";
  private static final String ANYBODY = "*";
  private static final String ROOT = "^arn:aws[a-z-]*:iam::(\\d{12}):root$";

  private PolicyDocument() {}

  /**
   * @throws IllegalArgumentException if something of it is not known, or it is no document
   */
  public static String of(Value document) {
    var unknown = NormalForms.unknown(document);
    if (unknown != null) {
      throw new IllegalArgumentException(unknown);
    }
    if (document instanceof Value.Fields fields) {
      return object(fields.values(), "");
    }
    throw new IllegalArgumentException("a policy document is an object");
  }

  /**
   * @param inside the part of a statement that this belongs to, empty outside of any
   */
  private static String object(Map<String, Value> fields, String inside) {
    var sorted = new TreeMap<String, String>();
    fields.forEach((name, value) -> sorted.put(name, field(name, value, inside)));
    return sorted.entrySet().stream()
        .map(e -> text(e.getKey()) + ":" + e.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String field(String name, Value value, String inside) {
    if (PRINCIPALS.contains(name) && value instanceof Value.Scalar s && s.text().equals(ANYBODY)) {
      return object(Map.of("AWS", value), name);
    }
    return value(value, PRINCIPALS.contains(name) || name.equals(CONDITION) ? name : inside);
  }

  private static String value(Value value, String inside) {
    return switch (value) {
      case Value.Scalar s -> text(scalar(s.text(), inside));
      case Value.Items i -> set(i.values().stream().map(v -> value(v, inside)).toList());
      case Value.Fields f -> object(f.values(), inside);
      case Value.Unknown u -> throw new IllegalArgumentException(u.why());
    };
  }

  private static String scalar(String text, String inside) {
    if (PRINCIPALS.contains(inside)) {
      return text.replaceFirst(ROOT, "$1");
    }
    var isBoolean = text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
    return inside.equals(CONDITION) && isBoolean ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** Every list of the grammar is a set. */
  private static String set(Collection<String> values) {
    List<String> sorted = values.stream().sorted().distinct().toList();
    return sorted.size() == 1
        ? sorted.getFirst()
        : sorted.stream().collect(Collectors.joining(",", "[", "]"));
  }

  private static String text(String value) {
    var json = new StringBuilder("\"");
    for (var c : value.toCharArray()) {
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        default -> {
          if (c < ' ') {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }
}
