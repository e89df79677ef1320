package dev.driftmend.template;

import dev.driftmend.model.stack.Mention;
import dev.driftmend.template.text.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which resources a template names where, by the text of its functions: also where a value is
 * unknown for another reason. What only waits for a resource (DependsOn) does not name it.
 */
final class Mentions {
  private final Template template;
  private final Set<String> there;
  private final Map<String, Set<Mention>> found = new LinkedHashMap<>();

  /**
   * @param there the logical ids of the resources that exist, or may
   */
  Mentions(Template template, Set<String> there) {
    this.template = template;
    this.there = there;
  }

  /** By the logical id of what is named. */
  Map<String, List<Mention>> all() {
    template
        .resources()
        .forEach(
            (name, entry) -> {
              if (there.contains(name)) {
                entry.properties().values().forEach(node -> in(node, name, entry.type()));
                entry.initMetadata().values().forEach(node -> in(node, name, entry.type()));
              }
            });
    template.outputs().forEach((name, node) -> in(node, name, Mention.OUTPUT));
    var lists = new LinkedHashMap<String, List<Mention>>();
    found.forEach((name, mentions) -> lists.put(name, new ArrayList<>(mentions)));
    return lists;
  }

  private void in(Node node, String by, String type) {
    switch (node) {
      case Node.Text _, Node.Unclear _ -> {}
      case Node.Items items -> items.nodes().forEach(each -> in(each, by, type));
      case Node.Fields fields ->
          fields
              .nodes()
              .forEach(
                  (name, value) -> {
                    switch (name) {
                      case "Ref" -> named(text(value), null, by, type);
                      case "Fn::GetAtt" -> attribute(value, by, type);
                      case "Fn::Sub" -> substituted(value, by, type);
                      default -> {}
                    }
                    in(value, by, type);
                  });
    }
  }

  private static @Nullable String text(Node node) {
    return node instanceof Node.Text text ? text.text() : null;
  }

  private void named(
      @Nullable String resource, @Nullable String attribute, String by, String type) {
    // An output may be called as the resource is.
    var itself = resource != null && resource.equals(by) && !type.equals(Mention.OUTPUT);
    if (resource != null && template.resources().containsKey(resource) && !itself) {
      found
          .computeIfAbsent(resource, name -> new LinkedHashSet<>())
          .add(new Mention(by, type, attribute));
    }
  }

  private void attribute(Node argument, String by, String type) {
    if (argument instanceof Node.Text dotted) {
      dotted(dotted.text(), by, type);
    } else if (argument instanceof Node.Items(List<Node> two) && two.size() == 2) {
      named(text(two.getFirst()), text(two.getLast()), by, type);
    }
  }

  private void dotted(String name, String by, String type) {
    var dot = name.indexOf('.');
    if (dot < 0) {
      named(name, null, by, type);
    } else {
      named(name.substring(0, dot), name.substring(dot + 1), by, type);
    }
  }

  private void substituted(Node argument, String by, String type) {
    var text =
        argument instanceof Node.Items(List<Node> nodes) && !nodes.isEmpty()
            ? text(nodes.getFirst())
            : text(argument);
    if (text == null) {
      return;
    }
    for (var open = text.indexOf("${"); open >= 0; open = text.indexOf("${", open + 2)) {
      var close = text.indexOf('}', open);
      if (close < 0) {
        return;
      }
      dotted(text.substring(open + 2, close).strip(), by, type);
    }
  }
}
