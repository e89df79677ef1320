package dev.driftmend.kind.any;

import dev.driftmend.json.JsonValues;
import dev.driftmend.kind.any.Quirks.Quirk;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.stack.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether two texts say the same: what a template declares, and what a service made of it. The
 * service's own word on it is the {@code propertyTransform} of the schema; beside it services agree
 * on a few habits, each of which is a rule here.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-model-false-drift.html">Preventing
 *     false drift detection results for resource types</a>
 */
final class TextComparison {
  private static final Pattern TRAILING_ZEROS = Pattern.compile("(-?\\d+)\\.0+");
  private static final Pattern DECIMAL =
      Pattern.compile("-?\\d{1,15}(\\.\\d{1,17})?([eE][+-]?\\d{1,2})?");
  private static final Pattern SECONDS = Pattern.compile("\\d{10}(\\d{3})?");
  private static final Pattern RATE =
      Pattern.compile(
          "rate\\(\\s*(\\d{1,9})\\s+(minute|hour|day)s?\\s*\\)", Pattern.CASE_INSENSITIVE);
  private static final Pattern VERSION = Pattern.compile("\\d+(\\.[\\w-]+)*");
  private static final Pattern PREFIX = Pattern.compile("/?[a-z-]+/");
  private static final Pattern SUFFIX = Pattern.compile("-[A-Za-z0-9]{6}$");
  private static final Set<String> ON = Set.of("on", "1", "true", "yes", "enabled");
  private static final Set<String> OFF = Set.of("off", "0", "false", "no", "disabled");
  private static final Pattern UNIQUE_ID = Pattern.compile("A(RO|ID|GP)A[A-Z0-9]{12,}");
  private static final Pattern ROOT = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}):root");
  private static final int HOUR = 3600;
  private static final int SECONDS_LENGTH = 10;

  private static final String SUBSTITUTIONS = "DefinitionSubstitutions";

  /** The numbers that EC2 gives back by name. */
  private static final Map<String, String> PROTOCOLS =
      Map.of("1", "icmp", "6", "tcp", "17", "udp", "58", "icmpv6");

  private final ResourceSchema schema;
  private final Quirks quirks;
  private final ArnNames arns;
  private final AccountContext at;
  private final Value.Fields declared;

  /**
   * @param declared the whole resource, for what one property says of another one
   */
  TextComparison(ResourceSchema schema, Quirks quirks, AccountContext at, Value.Fields declared) {
    this.schema = schema;
    this.quirks = quirks;
    this.arns = new ArnNames(at);
    this.at = at;
    this.declared = declared;
  }

  Leaf compare(String text, String is, ModelPath path) {
    var wanted = quirks.is(Quirk.SUBSTITUTED, path.pattern()) ? substituted(text) : text;
    if (wanted == null) {
      return path.unverifiable("what is put into it is not known");
    }
    if (wanted.equals(is) || isSame(wanted.strip(), is.strip(), path)) {
      return path.equal();
    }
    var doubt = doubt(wanted.strip(), is.strip(), path);
    if (doubt != null) {
      return path.unverifiable(doubt);
    }
    return path.different(new Value.Scalar(wanted), new Value.Scalar(is));
  }

  /** Null if one of the values is not known. */
  private @Nullable String substituted(String text) {
    var all = text;
    if (declared.get(SUBSTITUTIONS).orElse(null) instanceof Value.Fields values) {
      for (var each : values.values().entrySet()) {
        var name = "${" + each.getKey() + "}";
        if (each.getValue() instanceof Value.Scalar scalar) {
          all = all.replace(name, scalar.text());
        } else if (all.contains(name)) {
          return null;
        }
      }
    }
    return all;
  }

  /** For an object that has none of the declared names. */
  Leaf replaced(Value.Fields wanted, Value.Fields is, ModelPath path) {
    if (path.inPolicy() && isPrincipal(wanted) && isPrincipal(is)) {
      return path.unverifiable("one is the canonical user of the other");
    }
    return !ModelComparison.isNothing(wanted)
            && (!schema.maps().contains(path.pattern()) || names(wanted).equals(names(is)))
            && List.copyOf(wanted.values().values()).equals(List.copyOf(is.values().values()))
        ? path.unverifiable("the service calls it by another name")
        : path.different(wanted, is);
  }

  private static List<String> names(Value.Fields fields) {
    return fields.values().keySet().stream().map(n -> n.toLowerCase(Locale.ROOT)).toList();
  }

  /** CloudFront's identity and its canonical user stand for each other. */
  private static boolean isPrincipal(Value.Fields fields) {
    return fields.values().containsKey("CanonicalUser")
        || fields.values().values().stream()
            .anyMatch(v -> v instanceof Value.Scalar s && s.text().contains("cloudfront:user/"));
  }

  private boolean isSame(String wanted, String is, ModelPath path) {
    return number(wanted).equals(number(is))
        || isSameBoolean(wanted, is, path)
        || isSameJson(wanted, is)
        || (!isUsersText(path) && isSameToService(wanted, is, path));
  }

  /** The value of a name that is the user's own, e.g. of an environment: no service reads it. */
  private boolean isUsersText(ModelPath path) {
    return !path.inPolicy() && schema.maps().contains(path.parent());
  }

  private boolean isSameToService(String wanted, String is, ModelPath path) {
    return isSameDecimal(wanted, is, path)
        || isTransformed(wanted, is, path)
        || arns.isSame(wanted, is)
        || isSameAddress(wanted, is)
        || isSameTime(wanted, is)
        || isSameKey(wanted, is)
        || isSameRate(wanted, is)
        || withoutDot(wanted).equals(withoutDot(is))
        || root(wanted).equals(root(is))
        || (path.inPolicy() && isSameAction(wanted, is))
        || (quirks.is(Quirk.HOURLY, path.pattern()) && isSameHour(wanted, is));
  }

  /** {@code 1.0} is {@code 1}; {@code 1.10} is no number that {@code 1.1} is, but a version. */
  private static String number(String text) {
    var zeros = TRAILING_ZEROS.matcher(text);
    return zeros.matches() ? zeros.group(1) : text;
  }

  /** An amount: {@code 0.5} is {@code 0.50}, {@code 1E7} ten million, unless it is a version. */
  private static boolean isSameDecimal(String wanted, String is, ModelPath path) {
    return !path.name().contains("Version")
        && DECIMAL.matcher(wanted).matches()
        && DECIMAL.matcher(is).matches()
        && new BigDecimal(wanted).compareTo(new BigDecimal(is)) == 0;
  }

  private boolean isSameBoolean(String wanted, String is, ModelPath path) {
    var first = wanted.toLowerCase(Locale.ROOT);
    var second = is.toLowerCase(Locale.ROOT);
    return (Set.of("true", "false").contains(first) && first.equals(second))
        || (quirks.covers(Quirk.SWITCH, path.pattern())
            && ((ON.contains(first) && ON.contains(second))
                || (OFF.contains(first) && OFF.contains(second))));
  }

  private boolean isTransformed(String wanted, String is, ModelPath path) {
    return switch (schema.transforms().getOrDefault(path.pattern(), "")) {
      case "case" -> wanted.equalsIgnoreCase(is);
      case "last" -> last(wanted).equalsIgnoreCase(last(is));
      case "version" -> is.startsWith(wanted + ".");
      case "two-parts" -> Arrays.equals(parts(wanted, 2), parts(is, 2));
      case "trimmed" -> wanted.strip().equals(is.strip());
      case "dot" -> withoutDot(wanted).equalsIgnoreCase(withoutDot(is));
      case "arn" -> is.endsWith("/" + wanted) || wanted.endsWith("/" + is);
      case "milliseconds" -> is.equals(wanted + "000");
      case "revision" ->
          is.endsWith("/" + wanted) || is.matches(".*/" + Pattern.quote(wanted) + ":\\d+");
      case "custom" -> is.equals("custom:" + wanted) || is.equals("dev:" + wanted);
      case "protocol" -> PROTOCOLS.getOrDefault(wanted, wanted).equalsIgnoreCase(is);
      // Of a protocol without ports.
      case "port" -> is.equals("-1");
      default -> false;
    };
  }

  private static String last(String text) {
    return text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1);
  }

  private static String[] parts(String version, int most) {
    return Arrays.stream(version.split("\\.")).limit(most).toArray(String[]::new);
  }

  /** Of a name in DNS. */
  private static String withoutDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isSameAddress(String wanted, String is) {
    try {
      return is.indexOf('/') > 0 == wanted.indexOf('/') > 0
          && Cidr.parse(wanted).equals(Cidr.parse(is));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isSameTime(String wanted, String is) {
    // Two numbers of seconds and milliseconds may be anything else.
    if (wanted.indexOf('T') < 0 && is.indexOf('T') < 0) {
      return false;
    }
    var first = time(wanted);
    return first != null && first.equals(time(is));
  }

  /** Of ISO 8601, or of the seconds or milliseconds since 1970; null if it is no time. */
  private static @Nullable Instant time(String text) {
    if (SECONDS.matcher(text).matches()) {
      return text.length() == SECONDS_LENGTH
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : Instant.ofEpochMilli(Long.parseLong(text));
    }
    if (text.indexOf('T') < 0) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Public keys and certificates: line ends and comments do not count. */
  private static boolean isSameKey(String wanted, String is) {
    if (wanted.startsWith("-----BEGIN") && is.startsWith("-----BEGIN")) {
      return wanted.replaceAll("\\s", "").equals(is.replaceAll("\\s", ""));
    }
    if (!wanted.startsWith("ssh-") && !wanted.startsWith("ecdsa-")) {
      return false;
    }
    var first = wanted.split("\\s+");
    var second = is.split("\\s+");
    return first.length > 1
        && second.length > 1
        && first[0].equals(second[0])
        && first[1].equals(second[1]);
  }

  private static boolean isSameRate(String wanted, String is) {
    var first = minutes(wanted);
    return first > 0 && first == minutes(is);
  }

  private static long minutes(String rate) {
    var found = RATE.matcher(rate);
    if (!found.matches()) {
      return 0;
    }
    var unit =
        switch (found.group(2).toLowerCase(Locale.ROOT)) {
          case "hour" -> 60;
          case "day" -> 24 * 60;
          default -> 1;
        };
    return Long.parseLong(found.group(1)) * unit;
  }

  private static boolean isSameHour(String wanted, String is) {
    try {
      return Long.parseLong(wanted) / HOUR == Long.parseLong(is) / HOUR;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** IAM does not tell apart the case of an action. */
  private static boolean isSameAction(String wanted, String is) {
    return wanted.contains(":") && !wanted.startsWith("arn:") && wanted.equalsIgnoreCase(is);
  }

  /** An account is its root. */
  private static String root(String principal) {
    var root = ROOT.matcher(principal);
    return root.matches() ? root.group(1) : principal;
  }

  private boolean isSameJson(String wanted, String is) {
    var first = JsonValues.parsed(wanted).orElse(null);
    var second = JsonValues.parsed(is).orElse(null);
    return first != null && second != null && isSameTree(first, second);
  }

  private boolean isSameTree(Value first, Value second) {
    if (first instanceof Value.Fields one && second instanceof Value.Fields other) {
      return one.values().keySet().equals(other.values().keySet())
          && one.values().entrySet().stream()
              .allMatch(
                  e ->
                      isSameTree(
                          e.getValue(), other.get(e.getKey()).orElse(new Value.Items(List.of()))));
    }
    if (first instanceof Value.Items one && second instanceof Value.Items other) {
      if (one.values().size() != other.values().size()) {
        return false;
      }
      for (var i = 0; i < one.values().size(); i++) {
        if (!isSameTree(one.values().get(i), other.values().get(i))) {
          return false;
        }
      }
      return true;
    }
    return first instanceof Value.Scalar one
        && second instanceof Value.Scalar other
        && number(one.text()).equals(number(other.text()));
  }

  /** Why two texts that differ may say the same all the same; null if they surely do not. */
  private @Nullable String doubt(String wanted, String is, ModelPath path) {
    if (isMasked(wanted, is)) {
      return "CloudFormation gives back every character that is no ASCII as a question mark";
    }
    if (ResourceSchema.covers(schema.writeOnly(), path.pattern())
        && is.chars().allMatch(c -> c == '*')) {
      return "it is given back as asterisks";
    }
    if (schema.transforms().getOrDefault(path.pattern(), "").equals("other")) {
      return "the service keeps it in a form of its own";
    }
    if (quirks.covers(Quirk.NOT_RETURNED, path.pattern())) {
      return "it is not given back as declared";
    }
    if (wanted.equalsIgnoreCase(is) && !ResourceSchema.covers(schema.maps(), path.pattern())) {
      return "only the case of letters is another one";
    }
    if (quirks.is(Quirk.WORDS, path.pattern()) && words(wanted).equals(words(is))) {
      return "only the order of words, or what the service adds to them, is another one";
    }
    if (quirks.is(Quirk.FIRST_LETTER, path.pattern())
        && !wanted.isEmpty()
        && !is.isEmpty()
        && wanted.substring(1).equals(is.substring(1))) {
      return "the service has moved it: only the first letter is another one";
    }
    if (isAlias(wanted, is) || isAlias(is, wanted)) {
      return "which key the alias leads to is not known";
    }
    if (Set.of("latest", "$latest", "$default").contains(wanted.toLowerCase(Locale.ROOT))) {
      return "which one that is, the service says";
    }
    if (path.name().endsWith("Version") && isVersionOf(wanted, is)) {
      return "the service takes minor versions by itself";
    }
    if (path.inPolicy() && UNIQUE_ID.matcher(is).matches()) {
      return "the principal was deleted: only its id is left";
    }
    if (path.inPolicy() && isPartOf(wanted, is)) {
      return "the service completes the ARN";
    }
    if (isPrefixed(wanted, is) || isPrefixed(is, wanted)) {
      return "the one is the other with a prefix of the service";
    }
    if (isSecret(wanted, is) || isSecret(is, wanted)) {
      return "the ARN of a secret ends with six characters of the service's";
    }
    if ((wanted + "/").equals(is) || (is + "/").equals(wanted)) {
      return "only a slash at the end is another one";
    }
    return isFilled(wanted, is)
        ? "the document differs in what the service adds, or in what is no ASCII"
        : null;
  }

  private static Set<String> words(String text) {
    var words = new TreeSet<>(List.of(text.split("\\s+")));
    words.remove("-@all");
    return words;
  }

  /** {@code hostedzone/Z1} and {@code Z1}. */
  private static boolean isPrefixed(String longer, String shorter) {
    return !shorter.isEmpty()
        && longer.endsWith("/" + shorter)
        && PREFIX.matcher(longer.substring(0, longer.length() - shorter.length())).matches();
  }

  private static boolean isSecret(String arn, String name) {
    if (name.isEmpty() || !arn.contains(":secretsmanager:")) {
      return false;
    }
    var bare = SUFFIX.matcher(arn).replaceFirst("");
    return name.startsWith("arn:") ? bare.equals(name) : bare.endsWith(":" + name);
  }

  /** {@code 8.0} may be {@code 8.0.45}, and an engine may take 8.0.46 by itself. */
  private boolean isVersionOf(String wanted, String is) {
    if (!VERSION.matcher(wanted).matches() || !VERSION.matcher(is).matches()) {
      return false;
    }
    var shorter = wanted.length() <= is.length() ? wanted : is;
    var longer = shorter.equals(wanted) ? is : wanted;
    if (longer.startsWith(shorter + ".")) {
      return true;
    }
    return major(wanted).equals(major(is))
        && declared
            .get("AutoMinorVersionUpgrade")
            .filter(v -> !(v instanceof Value.Scalar s && s.text().equalsIgnoreCase("false")))
            .isPresent()
        && isHigher(wanted, is);
  }

  private static String major(String version) {
    return parts(version, 1)[0];
  }

  private static boolean isHigher(String wanted, String is) {
    var from = parts(wanted, Integer.MAX_VALUE);
    var to = parts(is, Integer.MAX_VALUE);
    for (var i = 0; i < Math.min(from.length, to.length); i++) {
      if (!from[i].equals(to[i])) {
        try {
          return Integer.parseInt(to[i]) > Integer.parseInt(from[i]);
        } catch (NumberFormatException e) {
          return to[i].compareTo(from[i]) > 0;
        }
      }
    }
    return to.length > from.length;
  }

  private static boolean isPartOf(String wanted, String is) {
    var slash = wanted.indexOf('/');
    return slash >= 0
        && !wanted.startsWith("arn:")
        && is.startsWith("arn:")
        && is.contains(wanted.substring(0, slash))
        && is.endsWith(wanted.substring(slash));
  }

  /** The names that the document has beyond the declared ones are the service's. */
  private boolean isFilled(String wanted, String is) {
    var first = JsonValues.parsed(wanted).orElse(null);
    var second = JsonValues.parsed(is).orElse(null);
    return first != null && second != null && isWithin(first, second);
  }

  private boolean isWithin(Value first, Value second) {
    if (first instanceof Value.Fields one && second instanceof Value.Fields other) {
      return one.values().entrySet().stream()
          .allMatch(
              e ->
                  other.get(e.getKey()).isPresent()
                      && isWithin(e.getValue(), other.get(e.getKey()).orElseThrow()));
    }
    if (first instanceof Value.Items one && second instanceof Value.Items other) {
      return one.values().size() == other.values().size()
          && one.values().stream()
              .allMatch(v -> other.values().stream().anyMatch(o -> isWithin(v, o)));
    }
    return isSameTree(first, second)
        || (first instanceof Value.Scalar one
            && second instanceof Value.Scalar other
            && isMasked(one.text(), other.text()));
  }

  /** Whether the one is an alias, and the other what it may lead to. */
  private boolean isAlias(String alias, String key) {
    var name = alias.substring(Math.max(alias.indexOf(":alias/") + 1, 0));
    if (!name.startsWith("alias/") || key.contains("alias/")) {
      return false;
    }
    var id = at.keys().get(name);
    return id == null || key.endsWith(id);
  }

  /** What GetTemplate makes of a text. */
  static boolean isMasked(String wanted, String is) {
    if (wanted.indexOf('?') < 0 || is.chars().allMatch(c -> c < 128)) {
      return false;
    }
    var masked = new StringBuilder();
    is.codePoints().forEach(c -> masked.append(c < 128 ? (char) c : '?'));
    var units = new StringBuilder();
    is.chars().forEach(c -> units.append(c < 128 ? (char) c : '?'));
    return wanted.contentEquals(masked) || wanted.contentEquals(units);
  }
}
