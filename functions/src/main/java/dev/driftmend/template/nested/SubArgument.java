package dev.driftmend.template.nested;

import dev.driftmend.template.text.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The argument of {@code Fn::Sub}: text, or text with a map of its own variables.
 *
 * @param text null if it is no text as it is written
 * @param variables its own, to be added to
 */
record SubArgument(@Nullable String text, Map<String, Node> variables) {

  /**
   * @param inside what becomes of the value of a variable
   */
  static SubArgument read(Node argument, UnaryOperator<Node> inside) {
    var variables = new LinkedHashMap<String, Node>();
    var text = argument;
    if (argument instanceof Node.Items(List<Node> two)
        && two.size() == 2
        && two.getLast() instanceof Node.Fields(Map<String, Node> own)) {
      text = two.getFirst();
      own.forEach((name, node) -> variables.put(name, inside.apply(node)));
    }
    return new SubArgument(text instanceof Node.Text written ? written.text() : null, variables);
  }
}
