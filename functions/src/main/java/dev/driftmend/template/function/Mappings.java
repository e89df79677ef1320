package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.text.Node;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code Fn::FindInMap}, with a default where the template has one. */
public final class Mappings {
  private final Map<String, Node> mappings;

  public Mappings(Map<String, Node> mappings) {
    this.mappings = mappings;
  }

  @Nullable Value find(Node argument, Evaluator evaluator) {
    var arguments = Evaluator.arguments(argument, 3, 4);
    var map = evaluator.text(arguments.get(0));
    var first = evaluator.text(arguments.get(1));
    var second = evaluator.text(arguments.get(2));
    var found = in(in(mappings.get(map), first), second);
    if (found != null) {
      return evaluator.value(found);
    }
    if (arguments.size() == 4
        && arguments.get(3) instanceof Node.Fields(Map<String, Node> options)
        && options.get("DefaultValue") instanceof Node otherwise) {
      return evaluator.value(otherwise);
    }
    throw new Unresolved("the mapping " + map + " has no " + first + ", " + second);
  }

  private static @Nullable Node in(@Nullable Node node, String key) {
    return node instanceof Node.Fields fields ? fields.nodes().get(key) : null;
  }
}
