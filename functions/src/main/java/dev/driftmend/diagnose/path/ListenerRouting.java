package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.model.network.ListenerAction;
import dev.driftmend.model.network.RequestCondition;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener sends a plain GET.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html">Listener
 *     rules: the first that matches, by priority</a>
 */
public final class ListenerRouting {
  private ListenerRouting() {}

  /**
   * @param rule the ARN of the rule that takes it; empty for the default one
   * @param actions in order; null if they are not known
   */
  public record Taken(String rule, @Nullable List<ListenerAction> actions) {
    /** The one that answers; null if it is not known. */
    public @Nullable ListenerAction last() {
      return actions == null || actions.isEmpty() ? null : actions.getLast();
    }
  }

  /**
   * @param id the ARN of the listener
   */
  public static Taken taken(String id, Observed listener, @Nullable String host, String path) {
    if (id.contains(":listener/app/")
        && (Read.items(listener, Listener.OTHER_RULES).isEmpty()
            || Read.openBecause(listener, Listener.OTHER_RULES) != null)) {
      return new Taken("", null);
    }
    var rules =
        Read.items(listener, Listener.OTHER_RULES).orElse(List.of()).stream()
            .sorted(Comparator.comparingInt(ListenerRouting::priority))
            .toList();
    for (var rule : rules) {
      var takes = takes(rule, host, path);
      if (takes == null) {
        return new Taken(rule.key(), null);
      }
      if (takes) {
        return new Taken(rule.key(), actions(rule.fields().get(Listener.RULE_ACTIONS)));
      }
    }
    return new Taken("", actions(Read.text(listener, Listener.DEFAULT_ACTIONS)));
  }

  private static int priority(Item rule) {
    var text = rule.fields().getOrDefault("priority", "");
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
  }

  public static @Nullable List<ListenerAction> actions(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return Arrays.stream(text.split("; ")).map(ListenerAction::parse).toList();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Null if it depends on more than is known. */
  private static @Nullable Boolean takes(Item rule, @Nullable String host, String path) {
    List<RequestCondition> conditions;
    try {
      conditions = RequestCondition.parse(rule.fields().getOrDefault(Listener.RULE_CONDITIONS, ""));
    } catch (IllegalArgumentException e) {
      return null;
    }
    var unclear = false;
    for (var condition : conditions) {
      var holds = holds(condition, host, path);
      if (Boolean.FALSE.equals(holds)) {
        return false;
      }
      unclear |= holds == null;
    }
    return unclear ? null : true;
  }

  private static @Nullable Boolean holds(
      RequestCondition condition, @Nullable String host, String path) {
    if (condition.isAlways()) {
      return true;
    }
    return switch (condition.name()) {
      case RequestCondition.PATH -> matches(condition, path);
      case RequestCondition.HOST -> host == null ? null : matches(condition, host);
      case RequestCondition.METHOD -> condition.plain().contains("GET");
      case RequestCondition.HEADER, RequestCondition.QUERY -> false;
      default -> null;
    };
  }

  private static @Nullable Boolean matches(RequestCondition condition, String text) {
    try {
      return condition.plain().stream()
          .map(value -> condition.isRegex() ? value : wildcards(value))
          .anyMatch(regex -> Pattern.matches(regex, text));
    } catch (PatternSyntaxException e) {
      return null;
    }
  }

  /** {@code *} stands for any characters, {@code ?} for one. */
  private static String wildcards(String value) {
    return value
        .chars()
        .mapToObj(
            c ->
                switch (c) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(String.valueOf((char) c));
                })
        .collect(Collectors.joining());
  }
}
