package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.text.Node;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code Fn::Sub}: text, or text with a map of its own names. {@code ${Name}} is a {@code Ref},
 * {@code ${Name.Attribute}} a {@code GetAtt}, and {@code ${!Name}} the text {@code ${Name}}.
 */
final class Substitution {
  private final Map<String, Node> own;
  private final Map<String, String> used = new HashMap<>();
  private final References references;
  private final Evaluator evaluator;

  private Substitution(Map<String, Node> own, References references, Evaluator evaluator) {
    this.own = own;
    this.references = references;
    this.evaluator = evaluator;
  }

  static Value sub(Node argument, References references, Evaluator evaluator) {
    return switch (argument) {
      case Node.Text text ->
          new Substitution(Map.of(), references, evaluator).substitute(text.text());
      case Node.Items _ -> {
        var two = Evaluator.arguments(argument, 2, 2);
        if (two.getFirst() instanceof Node.Text text
            && two.getLast() instanceof Node.Fields fields) {
          yield new Substitution(fields.nodes(), references, evaluator).substitute(text.text());
        }
        throw new Unresolved("text and a map are needed");
      }
      case Node.Fields _, Node.Unclear _ -> throw new Unresolved("text is needed");
    };
  }

  private Value substitute(String text) {
    var result = new StringBuilder();
    var at = 0;
    for (var open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
      var close = text.indexOf('}', open);
      if (close < 0) {
        break;
      }
      var name = text.substring(open + 2, close);
      result
          .append(text, at, open)
          .append(name.startsWith("!") ? literal(name) : named(name.strip()));
      Evaluator.bounded(result);
      at = close + 1;
    }
    return Evaluator.scalar(result.append(text, at, text.length()));
  }

  private static String literal(String name) {
    return "${" + name.substring(1) + "}";
  }

  private String named(String name) {
    var text = used.get(name);
    if (text == null) {
      text = looked(name);
      used.put(name, text);
    }
    return text;
  }

  private String looked(String name) {
    var node = own.get(name);
    if (node != null) {
      return evaluator.text(node);
    }
    var value = name.contains(".") ? references.attribute(name, evaluator) : references.ref(name);
    if (value == null) {
      throw new Unresolved(name + " where text is needed");
    }
    return Evaluator.text(value);
  }
}
