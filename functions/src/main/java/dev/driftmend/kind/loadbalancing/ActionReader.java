package dev.driftmend.kind.loadbalancing;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.ListenerAction;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

  /** Beside the property that has the actions: their types alone. */
  static final String TYPES = ".Type";

  /** What is said whole; an action of another type is known by its type alone, on both sides. */
  private static final Set<String> WHOLE = Set.of("forward", "redirect", "fixed-response");

  private ActionReader() {}

  /**
   * Puts the actions into the properties of a listener or a rule, in order, each as its text. Where
   * one of them is not known their types are compared all the same: whether clients have to log in
   * follows from them.
   *
   * @param property that has them
   */
  static void read(Map<String, Property> into, String property, Value declared) {
    into.put(property, read(declared));
    var types = types(declared);
    if (into.get(property) instanceof Property.Unknown && types != null) {
      into.put(property + TYPES, new Property.Scalar(types));
    }
    if (types != null) {
      for (var type : types.split(SEPARATOR)) {
        if (!WHOLE.contains(type)) {
          into.put(
              property + "." + type,
              new Property.Unknown("that there is such an action is compared, its settings not"));
        }
      }
    }
  }

  private static Property read(Value declared) {
    try {
      return new Property.Scalar(
          inOrder(NormalForms.list(declared)).stream()
              .map(ActionReader::action)
              .map(ListenerAction::text)
              .collect(Collectors.joining(SEPARATOR)));
    } catch (IllegalArgumentException e) {
      return new Property.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** The types in order; null if they are not known. */
  private static @Nullable String types(Value declared) {
    try {
      return inOrder(NormalForms.list(declared)).stream()
          .map(ActionReader::type)
          .collect(Collectors.joining(SEPARATOR));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Each action of a property as a call takes it. */
  static List<String> split(String actions) {
    return List.of(actions.split(SEPARATOR));
  }

  static String join(List<String> actions) {
    return String.join(SEPARATOR, actions);
  }

  /** The ARNs of the target groups that get requests by these actions: of a weight, if any. */
  static Set<String> groups(String actions) {
    return split(actions).stream()
        .flatMap(action -> ListenerAction.parse(action).shares().stream())
        .filter(share -> share.weight() > 0)
        .map(ListenerAction.Share::targetGroup)
        .collect(Collectors.toSet());
  }

  /** Whether the call that sets it back can name all of it, and another one all that is there. */
  static boolean canBeSet(Drift.Changed changed) {
    return isWhole(changed.desired()) && isWhole(changed.live());
  }

  private static boolean isWhole(String actions) {
    return split(actions).stream().allMatch(a -> WHOLE.contains(ListenerAction.parse(a).type()));
  }

  /** For what {@link #canBeSet} says no to. */
  static Step report(StackRef stack, Drift.Changed changed) {
    return Repairs.report(
        stack,
        changed,
        isWhole(changed.desired())
            ? "an action that is there could not be set again if its removal was a mistake: its"
                + " settings are not read"
            : "an action that is declared cannot be set: its settings are not read",
        Repairs.revertDrift(stack));
  }

  /**
   * @throws IllegalArgumentException naming what is not known
   */
  private static List<Value.Fields> inOrder(List<Value> declared) {
    var actions = new ArrayList<Value.Fields>();
    for (var each : declared) {
      switch (each) {
        case Value.Fields fields -> actions.add(fields);
        case Value.Unknown u -> throw new IllegalArgumentException(u.why());
        case Value.Scalar _, Value.Items _ ->
            throw new IllegalArgumentException("an action is an object");
      }
    }
    actions.sort(Comparator.comparingInt(ActionReader::order));
    return actions;
  }

  private static int order(Value.Fields action) {
    known(action.get("Order").orElse(null));
    var order = NormalForms.text(action, "Order");
    return order == null ? 0 : Integer.parseInt(order.strip());
  }

  private static String type(Value.Fields action) {
    known(action.get("Type").orElse(null));
    var type = NormalForms.text(action, "Type");
    if (type == null) {
      throw new IllegalArgumentException("an action without its Type");
    }
    return type;
  }

  private static void known(@Nullable Value value) {
    var unknown = value == null ? null : NormalForms.unknown(value);
    if (unknown != null) {
      throw new IllegalArgumentException(unknown);
    }
  }

  /** Of a type that is not said whole nothing but the type has to be known. */
  private static ListenerAction action(Value.Fields fields) {
    var type = type(fields);
    if (WHOLE.contains(type)) {
      known(fields);
    }
    return switch (type) {
      case "forward" -> forward(fields);
      case "redirect" -> redirect(part(fields, "RedirectConfig"));
      case "fixed-response" -> fixedResponse(part(fields, "FixedResponseConfig"));
      default -> new ListenerAction(type, Map.of());
    };
  }

  private static ListenerAction forward(Value.Fields fields) {
    var settings = new TreeMap<String, String>();
    var single = NormalForms.text(fields, "TargetGroupArn");
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
        NormalForms.list(forward.get("TargetGroups").orElse(new Value.Items(List.of()))).stream()
            .map(ActionReader::tuple)
            .toList();
    if (groups.isEmpty()) {
      return String.valueOf(single);
    }
    return ListenerAction.to(
        groups.stream()
            .map(
                g ->
                    new ListenerAction.Share(
                        String.valueOf(NormalForms.text(g, "TargetGroupArn")),
                        Integer.parseInt(orElse(g, "Weight", "1").strip())))
            .toList());
  }

  private static Value.Fields tuple(Value value) {
    if (value instanceof Value.Fields fields) {
      return fields;
    }
    throw new IllegalArgumentException("a target group of a forward action is an object");
  }

  private static @Nullable String stickiness(Value.Fields forward) {
    return forward.get("TargetGroupStickinessConfig").orElse(null) instanceof Value.Fields s
            && NormalForms.isTrue(NormalForms.text(s, "Enabled"))
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
    var text = NormalForms.text(fields, name);
    return text == null ? otherwise : text;
  }
}
