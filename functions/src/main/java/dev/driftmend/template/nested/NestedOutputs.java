package dev.driftmend.template.nested;

import dev.driftmend.template.function.CommaLists;
import dev.driftmend.template.text.Node;
import dev.driftmend.template.text.UnreadableTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Outputs of nested stacks where they are asked for, and what a nested stack exports where another
 * part of the same whole imports it.
 */
final class NestedOutputs {
  private static final int DEEPEST = 12;
  private static final Pattern OUTPUT = Pattern.compile("\\$\\{\\s*(\\w+)\\.Outputs\\.(\\w+)\\s*}");

  private final Map<String, Node> outputs;
  private final Map<Node, Node> exports = new HashMap<>();
  private int depth;
  private int count;

  /**
   * @param outputs by the nested stack's name and the output's
   */
  NestedOutputs(Map<String, Node> outputs) {
    this.outputs = outputs;
  }

  Node.Fields in(Node.Fields template) {
    var without = (Node.Fields) node(template);
    if (without.nodes().get("Outputs") instanceof Node.Fields(Map<String, Node> all)) {
      all.forEach(
          (name, node) -> {
            if (name.contains("/")
                && node instanceof Node.Fields(Map<String, Node> fields)
                && fields.get("Export") instanceof Node.Fields(Map<String, Node> export)
                && export.get("Name") instanceof Node called
                && fields.get("Value") instanceof Node value
                && !called.toString().contains("AWS::Stack")) {
              exports.put(called, value);
            }
          });
    }
    return exports.isEmpty() ? without : (Node.Fields) node(without);
  }

  private Node node(Node node) {
    if (++count > Node.MOST) {
      throw new UnreadableTemplate("its nested stacks have more than " + Node.MOST + " values");
    }
    return switch (node) {
      case Node.Text _, Node.Unclear _ -> node;
      case Node.Items items -> new Node.Items(items.nodes().stream().map(this::node).toList());
      case Node.Fields(Map<String, Node> nodes) -> {
        var output = nodes.size() == 1 ? value(nodes) : null;
        if (output != null && depth < DEEPEST) {
          depth++;
          var inside = node(output);
          depth--;
          yield inside;
        }
        var all = new LinkedHashMap<String, Node>();
        nodes.forEach(
            (name, each) -> all.put(name, name.equals("Fn::Sub") ? substituted(each) : node(each)));
        var list = CommaLists.split(all);
        yield list == null ? new Node.Fields(all) : list;
      }
    };
  }

  private @Nullable Node value(Map<String, Node> call) {
    if (call.get("Fn::GetAtt") instanceof Node argument) {
      var dotted =
          switch (argument) {
            case Node.Text text -> text.text();
            case Node.Items(List<Node> two)
                when two.size() == 2
                    && two.getFirst() instanceof Node.Text name
                    && two.getLast() instanceof Node.Text attribute ->
                name.text() + "." + attribute.text();
            case Node.Items _, Node.Fields _, Node.Unclear _ -> "";
          };
      return outputs.get(dotted.replaceFirst("\\.Outputs\\.", "."));
    }
    return call.get("Fn::ImportValue") instanceof Node name ? exports.get(name) : null;
  }

  /** Names of outputs inside of text become variables of it. */
  private Node substituted(Node argument) {
    var sub = SubArgument.read(argument, this::node);
    var text = sub.text();
    var variables = sub.variables();
    if (text == null) {
      return node(argument);
    }
    var said =
        OUTPUT
            .matcher(text)
            .replaceAll(
                found -> {
                  var value = outputs.get(found.group(1) + "." + found.group(2));
                  if (value == null) {
                    return Matcher.quoteReplacement(found.group());
                  }
                  var name = found.group(1) + "Outputs" + found.group(2);
                  variables.put(name, node(value));
                  return Matcher.quoteReplacement("${" + name + "}");
                });
    return variables.isEmpty()
        ? new Node.Text(said)
        : new Node.Items(new ArrayList<>(List.of(new Node.Text(said), new Node.Fields(variables))));
  }
}
