package dev.driftmend.template.nested;

import dev.driftmend.template.Template;
import dev.driftmend.template.text.Node;
import dev.driftmend.template.text.NodeJson;
import dev.driftmend.template.text.TemplateText;
import dev.driftmend.template.text.UnreadableTemplate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A template with what its nested stacks make in place of them: the resources of {@code Network}
 * are called {@code Network/Vpc} and so on, its parameters are what the nested stack gives them,
 * and its outputs stand wherever they are asked for. Nested stacks whose template is not at hand
 * stay as they are.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html">Nested
 *     stacks</a>
 */
public final class NestedStacks {
  /** The types of nested stacks, and the property that says where the template is. */
  public static final Map<String, String> TYPES =
      Map.of(
          "AWS::CloudFormation::Stack", "TemplateURL",
          "AWS::Serverless::Application", "Location");

  private static final int DEEPEST = 8;
  private static final String RESOURCES = "Resources";
  private static final String OUTPUTS = "Outputs";
  private static final String VALUE = "Value";
  private static final String TYPE = "Type";

  private final Files files;
  private final Map<String, String> followed = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private final Deque<String> open = new ArrayDeque<>();

  private NestedStacks(Files files) {
    this.files = files;
  }

  /** Where nested templates are read. */
  @FunctionalInterface
  public interface Files {
    /** Knows none. */
    Files NONE = (from, location) -> null;

    /**
     * @param from the file of the template that names it; empty for the outermost
     * @param location as the template names it
     * @return null if it is not at hand
     */
    @Nullable File at(String from, String location);
  }

  /**
   * @param name that is the same for the same file
   */
  public record File(String name, String body) {}

  /**
   * @param body of the whole; the template's own text if there is nothing to follow
   * @param followed the file of each nested stack that was followed, by its logical id
   * @param notes why others were not, where there is more to say than that they are not at hand
   */
  public record Whole(String body, Map<String, String> followed, List<String> notes) {
    public Whole {
      followed = Map.copyOf(followed);
      notes = List.copyOf(notes);
    }
  }

  /**
   * @throws UnreadableTemplate if the body is no template
   */
  public static Whole of(String body, Files files) {
    var nested = new NestedStacks(files);
    var whole = nested.whole(TemplateText.parse(body), "", "");
    return new Whole(
        nested.followed.isEmpty() ? body : NodeJson.write(whole), nested.followed, nested.notes);
  }

  /** A nested stack whose template is at hand. */
  private record Part(Nesting nesting, Node.Fields template) {}

  /**
   * @param prefix of its own name in the whole
   */
  private Node.Fields whole(Node.Fields template, String from, String prefix) {
    if (!(template.nodes().get(RESOURCES) instanceof Node.Fields(Map<String, Node> resources))) {
      return template;
    }
    var parts = new LinkedHashMap<String, Part>();
    resources.forEach(
        (name, node) -> {
          var part = part(name, node, from, prefix, Nesting.listParameters(template));
          if (part != null) {
            parts.put(name, part);
          }
        });
    return parts.isEmpty()
        ? template
        : new NestedOutputs(outputs(parts)).in(merged(template, parts));
  }

  private @Nullable Part part(
      String name, Node node, String from, String prefix, Set<String> lists) {
    if (!(node instanceof Node.Fields(Map<String, Node> resource))
        || !(resource.get(TYPE) instanceof Node.Text type)
        || !(resource.get("Properties") instanceof Node.Fields(Map<String, Node> properties))
        || !(properties.get(TYPES.getOrDefault(type.text(), "")) instanceof Node.Text location)) {
      return null;
    }
    var file = files.at(from, location.text());
    if (file == null) {
      return null;
    }
    var full = prefix + name;
    if (open.contains(file.name()) || open.size() >= DEEPEST) {
      notes.add("the nested stack " + full + " is not followed: " + file.name() + " nests itself");
      return null;
    }
    try {
      var text = TemplateText.parse(file.body());
      Template.beforeTransforms(text);
      open.push(file.name());
      Node.Fields template;
      try {
        template = whole(text, file.name(), full + "/");
      } finally {
        open.pop();
      }
      followed.put(full, file.name());
      var condition = resource.get("Condition") instanceof Node.Text c ? c.text() : null;
      return new Part(
          new Nesting(name, condition, template, properties.get("Parameters"), lists), template);
    } catch (UnreadableTemplate e) {
      notes.add(
          "the nested stack " + full + " is not followed: " + file.name() + ": " + e.getMessage());
      return null;
    }
  }

  /** What each output of each nested stack is, by the nested stack's name and the output's. */
  private static Map<String, Node> outputs(Map<String, Part> parts) {
    var outputs = new LinkedHashMap<String, Node>();
    parts.forEach(
        (name, part) ->
            section(part.template, OUTPUTS)
                .forEach(
                    (output, node) -> {
                      if (node instanceof Node.Fields(Map<String, Node> fields)
                          && fields.get(VALUE) instanceof Node value) {
                        outputs.put(name + "." + output, part.nesting.renamed(value));
                      }
                    }));
    return outputs;
  }

  private static Node.Fields merged(Node.Fields template, Map<String, Part> parts) {
    var sections = new LinkedHashMap<>(template.nodes());
    for (var name : List.of("Parameters", "Mappings", "Conditions", OUTPUTS)) {
      var all = new LinkedHashMap<>(section(template, name));
      parts.values().forEach(part -> all.putAll(part.nesting.section(name)));
      if (!all.isEmpty()) {
        sections.put(name, new Node.Fields(all));
      }
    }
    var resources = new LinkedHashMap<String, Node>();
    section(template, RESOURCES)
        .forEach(
            (name, node) -> {
              var part = parts.get(name);
              resources.put(name, part == null ? node : emptied(node));
              if (part != null) {
                resources.putAll(part.nesting.section(RESOURCES));
              }
            });
    sections.put(RESOURCES, new Node.Fields(resources));
    transforms(template, parts, sections);
    return new Node.Fields(sections);
  }

  private static void transforms(
      Node.Fields template, Map<String, Part> parts, Map<String, Node> into) {
    var all = new ArrayList<Node>();
    var every = new ArrayList<>(List.of(template));
    parts.values().forEach(part -> every.add(part.template));
    for (var each : every) {
      switch (each.nodes().get("Transform")) {
        case null -> {}
        case Node.Items items -> all.addAll(items.nodes());
        case Node other -> all.add(other);
      }
    }
    if (!all.isEmpty()) {
      into.put("Transform", new Node.Items(all.stream().distinct().toList()));
    }
  }

  /** What it is given is where it is used; others may still wait for it. */
  private static Node emptied(Node resource) {
    var nodes = new LinkedHashMap<>(((Node.Fields) resource).nodes());
    nodes.remove("Properties");
    return new Node.Fields(nodes);
  }

  private static Map<String, Node> section(Node.Fields template, String name) {
    return template.nodes().get(name) instanceof Node.Fields fields ? fields.nodes() : Map.of();
  }
}
