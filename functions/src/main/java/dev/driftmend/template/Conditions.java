package dev.driftmend.template;

import dev.driftmend.template.function.Evaluator;
import dev.driftmend.template.function.Unresolved;
import dev.driftmend.template.text.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions, each decided once. Where the template alone does not decide one, the resources
 * that hang on it do: CloudFormation lists exactly those whose condition holds.
 */
public final class Conditions {
  private static final int DEEPEST = Node.DEEPEST;

  private sealed interface Truth {
    record Known(boolean holds) implements Truth {}

    record Unknown(String why) implements Truth {}
  }

  private final Map<String, Node> declared;
  private final Presence presence;
  private final Map<String, Truth> decided = new HashMap<>();
  private int depth;

  public Conditions(Map<String, Node> declared, Presence presence) {
    this.declared = declared;
    this.presence = presence;
  }

  /**
   * @throws Unresolved if it cannot be decided
   */
  public boolean holds(String name, Evaluator evaluator) {
    var truth = decided.get(name);
    if (truth == null) {
      decided.put(name, new Truth.Unknown("the condition " + name + " refers to itself"));
      truth = decide(name, evaluator);
      decided.put(name, truth);
    }
    return switch (truth) {
      case Truth.Known known -> known.holds();
      case Truth.Unknown unknown -> throw new Unresolved(unknown.why());
    };
  }

  /** A condition's name or one of the condition functions. */
  public boolean holds(Node node, Evaluator evaluator) {
    if (depth == DEEPEST) {
      throw new Unresolved("conditions nested deeper than " + DEEPEST + " levels");
    }
    depth++;
    try {
      return switch (node) {
        case Node.Text text -> holds(text.text(), evaluator);
        case Node.Fields(Map<String, Node> nodes) when nodes.size() == 1 -> {
          var only = nodes.entrySet().iterator().next();
          yield call(only.getKey(), only.getValue(), evaluator);
        }
        case Node.Fields _, Node.Items _, Node.Unclear _ ->
            throw new Unresolved("a condition is needed");
      };
    } finally {
      depth--;
    }
  }

  private Truth decide(String name, Evaluator evaluator) {
    var node = declared.get(name);
    try {
      if (node == null) {
        throw new Unresolved("there is no condition " + name);
      }
      var holds = holds(node, evaluator);
      var listed = presence.listed(name);
      return holds || listed == null
          ? new Truth.Known(holds)
          : new Truth.Unknown(
              "the condition " + name + " seems false, yet the stack has " + listed);
    } catch (Unresolved e) {
      var evident = presence.verdict(name);
      return evident == null
          ? new Truth.Unknown("the condition " + name + " cannot be decided: " + e.why())
          : new Truth.Known(evident);
    }
  }

  private boolean call(String name, Node argument, Evaluator evaluator) {
    return switch (name) {
      case "Condition" -> holds(argument, evaluator);
      case "Fn::Equals" -> equal(Evaluator.arguments(argument, 2, 2), evaluator);
      case "Fn::Not" -> !holds(Evaluator.arguments(argument, 1, 1).getFirst(), evaluator);
      case "Fn::And" -> all(true, Evaluator.arguments(argument, 1, Node.MOST), evaluator);
      case "Fn::Or" -> all(false, Evaluator.arguments(argument, 1, Node.MOST), evaluator);
      default -> throw new Unresolved(name + " is no condition function");
    };
  }

  private static boolean equal(List<Node> two, Evaluator evaluator) {
    return evaluator.known(two.getFirst()).equals(evaluator.known(two.getLast()));
  }

  /** One that differs decides, whatever the unknown ones are. */
  private boolean all(boolean wanted, List<Node> nodes, Evaluator evaluator) {
    @Nullable Unresolved unknown = null;
    for (var node : nodes) {
      try {
        if (holds(node, evaluator) != wanted) {
          return !wanted;
        }
      } catch (Unresolved e) {
        unknown = e;
      }
    }
    if (unknown != null) {
      throw unknown;
    }
    return wanted;
  }
}
