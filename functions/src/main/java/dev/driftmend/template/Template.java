package dev.driftmend.template;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sections that resolving reads. Rules only validate, Outputs and Metadata declare nothing. */
record Template(
    Map<String, Node> parameters,
    Map<String, Node> mappings,
    Map<String, Node> conditions,
    Map<String, Entry> resources) {

  /**
   * @param condition the name of the condition, if it has one
   */
  record Entry(String type, @Nullable String condition, Map<String, Node> properties) {}

  static Template of(Node.Fields body) {
    return new Template(
        section(body, "Parameters"),
        section(body, "Mappings"),
        section(body, "Conditions"),
        resources(body));
  }

  private static Map<String, Node> section(Node.Fields body, String name) {
    return body.nodes().get(name) instanceof Node.Fields fields ? fields.nodes() : Map.of();
  }

  private static Map<String, Entry> resources(Node.Fields body) {
    if (!(body.nodes().get("Resources") instanceof Node.Fields fields)) {
      throw new UnreadableTemplate("it has no Resources");
    }
    var entries = new LinkedHashMap<String, Entry>();
    fields.nodes().forEach((name, node) -> entries.put(name, entry(name, node)));
    return entries;
  }

  private static Entry entry(String name, Node node) {
    if (name.startsWith("Fn::")) {
      throw new UnreadableTemplate(
          name
              + " stands among the resources; read the template after its transforms"
              + " (TemplateStage=Processed)");
    }
    if (node instanceof Node.Fields fields
        && fields.nodes().get("Type") instanceof Node.Text type) {
      return new Entry(type.text(), text(fields.nodes().get("Condition")), properties(fields));
    }
    throw new UnreadableTemplate("the resource " + name + " has no Type");
  }

  private static Map<String, Node> properties(Node.Fields resource) {
    return switch (resource.nodes().get("Properties")) {
      case null -> Map.of();
      case Node.Fields fields -> fields.nodes();
      case Node.Unclear _ -> Map.of();
      case Node.Text _, Node.Items _ ->
          Map.of("Fn::Properties", new Node.Unclear("Properties must be an object"));
    };
  }

  private static @Nullable String text(@Nullable Node node) {
    return node instanceof Node.Text text ? text.text() : null;
  }
}
