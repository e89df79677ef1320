package dev.driftmend.kind;

import dev.driftmend.model.ListenerAction;
import dev.driftmend.model.Property;
import dev.driftmend.model.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the actions of a listener as a template declares them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticloadbalancingv2-listener-action.html">Listener
 *     Action</a>
 */
final class ActionReader {
  private static final String SEPARATOR = "; ";

  /** What this version can say whole; a live action of another type is known by its type alone. */
  private static final Set<String> WHOLE = Set.of("forward", "redirect", "fixed-response");

  private ActionReader() {}

  /** The actions in order, each as its text. */
  static Property read(Value declared) {
    var unknown = Properties.unknown(declared);
    if (unknown != null) {
      return new Property.Unknown(unknown);
    }
    try {
      return new Property.Scalar(
          inOrder(Properties.list(declared)).stream()
              .map(ListenerAction::text)
              .collect(Collectors.joining(SEPARATOR)));
    } catch (IllegalArgumentException e) {
      return new Property.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** Each action of a property as a call takes it. */
  static List<String> split(String actions) {
    return List.of(actions.split(SEPARATOR));
  }

  static String join(List<String> actions) {
    return String.join(SEPARATOR, actions);
  }

  static boolean canBeSet(String actions) {
    return split(actions).stream().allMatch(a -> WHOLE.contains(ListenerAction.parse(a).type()));
  }

  /**
   * @throws IllegalArgumentException naming what is not compared, e.g. an authenticate action
   */
  private static List<ListenerAction> inOrder(List<Value> declared) {
    var actions = new ArrayList<Value.Fields>();
    for (var each : declared) {
      if (!(each instanceof Value.Fields fields)) {
        throw new IllegalArgumentException("an action is an object");
      }
      actions.add(fields);
    }
    actions.sort(Comparator.comparingInt(ActionReader::order));
    return actions.stream().map(ActionReader::action).toList();
  }

  private static int order(Value.Fields action) {
    var order = Properties.text(action, "Order");
    return order == null ? 0 : Integer.parseInt(order);
  }

  private static ListenerAction action(Value.Fields fields) {
    var type = String.valueOf(Properties.text(fields, "Type"));
    return switch (type) {
      case "forward" -> forward(fields);
      case "redirect" -> redirect(part(fields, "RedirectConfig"));
      case "fixed-response" -> fixedResponse(part(fields, "FixedResponseConfig"));
      default ->
          throw new IllegalArgumentException("actions of type " + type + " are not compared");
    };
  }

  private static ListenerAction forward(Value.Fields fields) {
    var settings = new TreeMap<String, String>();
    var single = Properties.text(fields, "TargetGroupArn");
    var config = fields.get("ForwardConfig").orElse(null);
    if (config instanceof Value.Fields forward) {
      settings.put("to", targetGroups(forward, single));
      var stickiness = stickiness(forward);
      if (stickiness != null) {
        settings.put("stickiness", stickiness);
      }
    } else {
      settings.put("to", String.valueOf(single));
    }
    return new ListenerAction("forward", settings);
  }

  private static String targetGroups(Value.Fields forward, @Nullable String single) {
    var groups =
        Properties.list(forward.get("TargetGroups").orElse(new Value.Items(List.of()))).stream()
            .map(ActionReader::tuple)
            .toList();
    if (groups.isEmpty()) {
      return String.valueOf(single);
    }
    if (groups.size() == 1) {
      return String.valueOf(Properties.text(groups.getFirst(), "TargetGroupArn"));
    }
    return groups.stream()
        .map(g -> Properties.text(g, "TargetGroupArn") + "*" + orElse(g, "Weight", "1"))
        .sorted()
        .collect(Collectors.joining(","));
  }

  private static Value.Fields tuple(Value value) {
    if (value instanceof Value.Fields fields) {
      return fields;
    }
    throw new IllegalArgumentException("a target group of a forward action is an object");
  }

  private static @Nullable String stickiness(Value.Fields forward) {
    return forward.get("TargetGroupStickinessConfig").orElse(null) instanceof Value.Fields s
            && Properties.isTrue(Properties.text(s, "Enabled"))
        ? orElse(s, "DurationSeconds", "0")
        : null;
  }

  /** Defaults as the service has them: whatever is left out keeps the part of the request. */
  private static ListenerAction redirect(Value.Fields config) {
    var settings = new TreeMap<String, String>();
    settings.put("protocol", orElse(config, "Protocol", "#{protocol}"));
    settings.put("host", orElse(config, "Host", "#{host}"));
    settings.put("port", orElse(config, "Port", "#{port}"));
    settings.put("path", orElse(config, "Path", "/#{path}"));
    settings.put("query", orElse(config, "Query", "#{query}"));
    settings.put("status", orElse(config, "StatusCode", ""));
    return new ListenerAction("redirect", settings);
  }

  private static ListenerAction fixedResponse(Value.Fields config) {
    var settings = new TreeMap<String, String>();
    settings.put("status", orElse(config, "StatusCode", ""));
    settings.put("type", orElse(config, "ContentType", ""));
    settings.put("body", orElse(config, "MessageBody", ""));
    return new ListenerAction("fixed-response", settings);
  }

  private static Value.Fields part(Value.Fields fields, String name) {
    if (fields.get(name).orElse(null) instanceof Value.Fields part) {
      return part;
    }
    throw new IllegalArgumentException("an action without its " + name);
  }

  private static String orElse(Value.Fields fields, String name, String otherwise) {
    var text = Properties.text(fields, name);
    return text == null ? otherwise : text;
  }
}
