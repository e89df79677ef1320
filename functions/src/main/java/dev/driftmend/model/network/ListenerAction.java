package dev.driftmend.model.network;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One action of a listener in normal form, e.g. {@code forward to=arn:…} or {@code redirect
 * port=443 protocol=HTTPS status=HTTP_301}.
 *
 * <p>Settings by type, all as text; what a template leaves out has the service's default so that
 * both sides are complete:
 *
 * <ul>
 *   <li>{@code forward}: {@code to} = target group ARNs, joined by commas, each with {@code
 *       *WEIGHT} if there are several; of a single one only a weight of 0 is said, because with any
 *       other it gets every request; {@code stickiness} = seconds, only if enabled
 *   <li>{@code redirect}: {@code protocol}, {@code host}, {@code port}, {@code path}, {@code
 *       query}, {@code status}
 *   <li>{@code fixed-response}: {@code status}, {@code type}, {@code body}
 *   <li>of all others, those that ask for a login among them, the type alone
 * </ul>
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html">Action</a>
 */
public record ListenerAction(String type, SortedMap<String, String> settings) {
  public ListenerAction {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  public ListenerAction(String type, Map<String, String> settings) {
    this(type, new TreeMap<>(settings));
  }

  /**
   * What a target group gets of the requests that an action forwards.
   *
   * @param weight 0 to 999; with 0 it gets none
   */
  public record Share(String targetGroup, int weight) {
    static Share parse(String text) {
      var star = text.lastIndexOf('*');
      return star < 0
          ? new Share(text, 1)
          : new Share(text.substring(0, star), Integer.parseInt(text.substring(star + 1)));
    }
  }

  /** The setting {@code to} of an action that forwards to these, in whatever order. */
  public static String to(List<Share> shares) {
    return shares.size() == 1 && shares.getFirst().weight() > 0
        ? shares.getFirst().targetGroup()
        : shares.stream()
            .map(s -> s.targetGroup() + "*" + s.weight())
            .sorted()
            .collect(Collectors.joining(","));
  }

  /** The target groups that it forwards to; none if it is no forward action. */
  public List<Share> shares() {
    var to = type.equals("forward") ? settings.getOrDefault("to", "") : "";
    return to.isEmpty() ? List.of() : Arrays.stream(to.split(",")).map(Share::parse).toList();
  }

  /** One line without spaces in the values; {@link #parse} is the reverse. */
  public String text() {
    return settings.entrySet().stream()
        .map(e -> " " + e.getKey() + "=" + escape(e.getValue()))
        .collect(Collectors.joining("", type, ""));
  }

  public static ListenerAction parse(String text) {
    var parts = text.split(" ");
    var settings = new TreeMap<String, String>();
    for (var i = 1; i < parts.length; i++) {
      var equals = parts[i].indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("not a listener action: " + text);
      }
      settings.put(parts[i].substring(0, equals), unescape(parts[i].substring(equals + 1)));
    }
    return new ListenerAction(parts[0], settings);
  }

  private static String escape(String value) {
    return value
        .replace("%", "%25")
        .replace(" ", "%20")
        .replace(";", "%3B")
        .replace("\n", "%0A")
        .replace("\r", "%0D");
  }

  private static String unescape(String value) {
    return value
        .replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%3B", ";")
        .replace("%20", " ")
        .replace("%25", "%");
  }
}
