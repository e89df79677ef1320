package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Origins;
import dev.driftmend.template.text.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nodes become values. {@link #value} is total: what cannot be resolved is a {@code Value.Unknown},
 * and null stands for {@code AWS::NoValue}, which removes what holds it.
 */
public final class Evaluator {
  /**
   * Above the levels of one template, since a reference may lead into another resource; a thread's
   * usual stack of a megabyte holds about twice as many.
   */
  private static final int DEEPEST = Node.DEEPEST + 50;

  /** Far above what CloudFormation accepts as a property's text. */
  private static final int LONGEST = 1_000_000;

  private final Functions functions;
  private int depth;

  public Evaluator(Functions functions) {
    this.functions = functions;
  }

  public @Nullable Value value(Node node) {
    if (depth == DEEPEST) {
      return new Value.Unknown("nested deeper than " + DEEPEST + " levels");
    }
    depth++;
    try {
      return switch (node) {
        case Node.Text text -> new Value.Scalar(text.text());
        case Node.Unclear unclear -> new Value.Unknown(unclear.why());
        case Node.Items items -> items(items);
        case Node.Fields fields -> function(fields.nodes());
      };
    } finally {
      depth--;
    }
  }

  /**
   * Members of which nothing is known but that there may be some (a transform that was left in
   * place) are noted under {@code Value.Fields.REST}.
   */
  Value.Fields fields(Map<String, Node> nodes) {
    var values = new LinkedHashMap<String, Value>();
    nodes.forEach(
        (name, node) -> {
          if (name.startsWith("Fn::")) {
            values.put(Value.Fields.REST, leftOver(name, node));
          } else {
            var value = value(node);
            if (value != null) {
              values.put(name, value);
            }
          }
        });
    return new Value.Fields(values);
  }

  /** For a function that needs a value: the value, known at least in part. */
  public Value known(Node node) {
    return switch (value(node)) {
      case null -> throw new Unresolved("AWS::NoValue where a value is needed");
      case Value.Unknown unknown -> throw new Unresolved(unknown.why());
      case Value.Scalar scalar -> scalar;
      case Value.Items items -> items;
      case Value.Fields fields -> fields;
    };
  }

  static boolean isKnown(Value value) {
    return switch (value) {
      case Value.Scalar _ -> true;
      case Value.Unknown _ -> false;
      case Value.Items items -> items.values().stream().allMatch(Evaluator::isKnown);
      case Value.Fields fields -> fields.values().values().stream().allMatch(Evaluator::isKnown);
    };
  }

  String text(Node node) {
    return text(known(node));
  }

  static String text(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> scalar.text();
      case Value.Unknown unknown -> throw new Unresolved(unknown.why());
      case Value.Items _ -> throw new Unresolved("a list where text is needed");
      case Value.Fields _ -> throw new Unresolved("an object where text is needed");
    };
  }

  /** The members, each of which may be unknown. */
  List<Value> list(Node node) {
    if (known(node) instanceof Value.Items items) {
      return items.values();
    }
    throw new Unresolved("a list is needed");
  }

  public static List<Node> arguments(Node node, int least, int most) {
    if (node instanceof Node.Items(List<Node> nodes)
        && nodes.size() >= least
        && nodes.size() <= most) {
      return nodes;
    }
    throw new Unresolved(
        least == most
            ? least + " arguments are needed"
            : least + " to " + most + " arguments are needed");
  }

  static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new Unresolved("a whole number is needed");
    }
  }

  static Value.Scalar scalar(CharSequence text) {
    return new Value.Scalar(bounded(text).toString());
  }

  static CharSequence bounded(CharSequence text) {
    if (text.length() > LONGEST) {
      throw new Unresolved("longer than " + LONGEST + " characters");
    }
    return text;
  }

  private Value items(Node.Items items) {
    var values = new ArrayList<Value>();
    for (var node : items.nodes()) {
      var value = value(node);
      if (value != null) {
        values.add(value);
      }
    }
    return new Value.Items(values);
  }

  private @Nullable Value function(Map<String, Node> nodes) {
    if (isCall(nodes)) {
      var only = nodes.entrySet().iterator().next();
      return call(only.getKey(), only.getValue());
    }
    return fields(nodes);
  }

  static boolean isCall(Map<String, Node> nodes) {
    if (nodes.size() != 1) {
      return false;
    }
    var name = nodes.keySet().iterator().next();
    return name.equals("Ref") || name.startsWith("Fn::");
  }

  private @Nullable Value call(String name, Node argument) {
    try {
      return functions.call(name, argument, this);
    } catch (Unresolved e) {
      return new Value.Unknown(
          e.why().startsWith("Fn::") ? e.why() : name + ": " + e.why(),
          name.equals("Fn::GetAtt") ? e.attribute() : null,
          Origins.of(name, argument));
    }
  }

  /** For a function among other fields: a transform that was left in the template. */
  public static Value.Unknown leftOver(String name, Node node) {
    return new Value.Unknown(
        node instanceof Node.Unclear unclear
            ? unclear.why()
            : name + " was left in the template, so not all names beside it are known");
  }
}
