package dev.driftmend.template;

import dev.driftmend.template.text.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls of functions in one line, the same however they were written: what is equal here has equal
 * values within one template, known or not.
 */
public final class Origins {
  /** Longer ones are hardly written twice. */
  private static final int LONGEST = 2_000;

  private Origins() {}

  /** E.g. {@code Ref Port}; null if it is too long to be of use, or not clear itself. */
  public static @Nullable String of(String function, Node argument) {
    var text = new StringBuilder(function).append(' ');
    if (argument instanceof Node.Text name) {
      return text.append(name.text()).toString();
    }
    if (function.equals("Fn::GetAtt")
        && argument instanceof Node.Items(List<Node> two)
        && two.size() == 2
        && two.getFirst() instanceof Node.Text resource
        && two.getLast() instanceof Node.Text attribute) {
      return text.append(resource.text()).append('.').append(attribute.text()).toString();
    }
    return isWritten(argument, text) ? text.toString() : null;
  }

  private static boolean isWritten(Node node, StringBuilder text) {
    if (text.length() > LONGEST) {
      return false;
    }
    return switch (node) {
      case Node.Text t -> {
        text.append('"').append(t.text().replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        yield true;
      }
      case Node.Items items -> {
        text.append('[');
        for (var each : items.nodes()) {
          if (!isWritten(each, text)) {
            yield false;
          }
          text.append(", ");
        }
        text.append(']');
        yield true;
      }
      case Node.Fields fields -> {
        text.append('{');
        for (var each : fields.nodes().entrySet()) {
          text.append(each.getKey()).append(": ");
          if (!isWritten(each.getValue(), text)) {
            yield false;
          }
          text.append(", ");
        }
        text.append('}');
        yield true;
      }
      case Node.Unclear _ -> false;
    };
  }
}
