package dev.driftmend.model.network;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One condition of a listener rule on a request, in normal form, e.g. {@code
 * path-pattern=/api/*,/health}: what of a request is looked at, and the values of which one must
 * match. Values have no order; those of {@code host-header} and the name of a header are in lower
 * case, because nobody tells them apart.
 *
 * @param field the service's name of it, followed by {@code ~} where the values are regular
 *     expressions, and by {@code :NAME} of a header
 * @param values each without spaces, semicolons and commas, which are escaped by percent signs; of
 *     {@code query-string} {@code KEY=VALUE}, or the value alone
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html">RuleCondition</a>
 */
public record RequestCondition(String field, List<String> values) {
  public static final String HOST = "host-header";
  public static final String PATH = "path-pattern";
  public static final String HEADER = "http-header";
  public static final String METHOD = "http-request-method";
  public static final String QUERY = "query-string";
  public static final String SOURCE = "source-ip";

  private static final String REGEX = "~";
  private static final String SEPARATOR = "; ";

  public RequestCondition {
    values = List.copyOf(new TreeSet<>(values));
  }

  /**
   * A condition on anything but a query.
   *
   * @param header the name of the header, null for other fields
   * @param regex whether the values are regular expressions
   */
  public static RequestCondition of(
      String field, @Nullable String header, boolean regex, Collection<String> values) {
    var name = regex ? field + REGEX : field;
    return new RequestCondition(
        header == null ? name : name + ":" + escape(header.toLowerCase(Locale.ROOT)),
        values.stream()
            .map(v -> field.equals(HOST) && !regex ? v.toLowerCase(Locale.ROOT) : v)
            .map(v -> field.equals(SOURCE) ? block(v) : v)
            .map(RequestCondition::escape)
            .toList());
  }

  private static String block(String addresses) {
    try {
      return Cidr.parse(addresses).text();
    } catch (IllegalArgumentException e) {
      return addresses;
    }
  }

  /** A condition on the query of a request. */
  public static RequestCondition ofQuery(Collection<Pair> pairs) {
    return new RequestCondition(QUERY, pairs.stream().map(Pair::text).toList());
  }

  /**
   * @param key null if the value may be that of any key
   */
  public record Pair(@Nullable String key, String value) {
    private String text() {
      return (key == null ? "" : escape(key) + "=") + escape(value);
    }

    private static Pair parse(String text) {
      var equals = text.indexOf('=');
      return equals < 0
          ? new Pair(null, unescape(text))
          : new Pair(unescape(text.substring(0, equals)), unescape(text.substring(equals + 1)));
    }
  }

  /** The field as the service calls it. */
  public String name() {
    return field.replaceFirst("[:~].*", "");
  }

  public @Nullable String header() {
    var colon = field.indexOf(':');
    return colon < 0 ? null : unescape(field.substring(colon + 1));
  }

  public boolean isRegex() {
    return field.startsWith(name() + REGEX);
  }

  /** The values as the service has them. */
  public List<String> plain() {
    return values.stream().map(RequestCondition::unescape).toList();
  }

  /** The values of a condition on the query. */
  public List<Pair> pairs() {
    return values.stream().map(Pair::parse).toList();
  }

  /** Whether it holds for every request. */
  public boolean isAlways() {
    return switch (field) {
      case HOST -> values.contains("*");
      case PATH -> values.contains("*") || values.contains("/*");
      default -> false;
    };
  }

  public String text() {
    return field + "=" + String.join(",", values);
  }

  /** All conditions of a rule, whatever their order; {@link #parse} is the reverse. */
  public static String text(Collection<RequestCondition> conditions) {
    return conditions.stream()
        .map(RequestCondition::text)
        .sorted()
        .collect(Collectors.joining(SEPARATOR));
  }

  /**
   * @throws IllegalArgumentException if it is no such text
   */
  public static List<RequestCondition> parse(String conditions) {
    return conditions.isEmpty()
        ? List.of()
        : Arrays.stream(conditions.split(SEPARATOR)).map(RequestCondition::one).toList();
  }

  private static RequestCondition one(String text) {
    var equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("not a condition of a listener rule: " + text);
    }
    return new RequestCondition(
        text.substring(0, equals), List.of(text.substring(equals + 1).split(",")));
  }

  private static String escape(String value) {
    return value
        .replace("%", "%25")
        .replace(" ", "%20")
        .replace(",", "%2C")
        .replace(";", "%3B")
        .replace("=", "%3D");
  }

  private static String unescape(String value) {
    return value
        .replace("%3D", "=")
        .replace("%3B", ";")
        .replace("%2C", ",")
        .replace("%20", " ")
        .replace("%25", "%");
  }
}
