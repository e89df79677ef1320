package dev.driftmend.template;

import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.template.text.Node;
import dev.driftmend.template.text.UnreadableTemplate;
import dev.driftmend.template.undeployed.Leftovers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sections that are read. Rules only validate and Metadata declares nothing; outputs tell what
 * is handed to others.
 *
 * @param unread what stands among the resources and only a transform could tell, by name
 */
public record Template(
    Map<String, Node> parameters,
    Map<String, Node> mappings,
    Map<String, Node> conditions,
    Map<String, Entry> resources,
    List<NotCovered> unread,
    Map<String, Node> outputs) {

  /**
   * @param condition the name of the condition, if it has one
   * @param initMetadata what cfn-init reads of its Metadata
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-init.html">AWS::CloudFormation::Init</a>
   */
  public record Entry(
      String type,
      @Nullable String condition,
      Map<String, Node> properties,
      Map<String, Node> initMetadata) {}

  /**
   * Of a deployed template, all its transforms done.
   *
   * @throws UnreadableTemplate if it has no resources, or one that is none
   */
  public static Template of(Node.Fields body) {
    var template = beforeTransforms(body);
    if (!template.unread().isEmpty()) {
      throw new UnreadableTemplate(
          template.unread().getFirst().logicalId()
              + " stands among the resources; read the template after its transforms"
              + " (TemplateStage=Processed)");
    }
    return template;
  }

  /**
   * Of a template as a person wrote it: what only a transform tells is left out, by name.
   *
   * @throws UnreadableTemplate if it has no resources, or one that is none
   */
  public static Template beforeTransforms(Node.Fields body) {
    if (!(body.nodes().get("Resources") instanceof Node.Fields fields)) {
      throw new UnreadableTemplate("it has no Resources");
    }
    var entries = new LinkedHashMap<String, Entry>();
    var unread = new ArrayList<NotCovered>();
    fields
        .nodes()
        .forEach(
            (name, node) -> {
              if (name.startsWith("Fn::") || Leftovers.isTransform(node)) {
                unread.addAll(Leftovers.of(name, node));
              } else {
                entries.put(name, entry(name, node));
              }
            });
    return new Template(
        section(body, "Parameters"),
        section(body, "Mappings"),
        section(body, "Conditions"),
        entries,
        unread,
        section(body, "Outputs"));
  }

  public static Template withoutResources(Node.Fields body) {
    return new Template(
        section(body, "Parameters"),
        section(body, "Mappings"),
        section(body, "Conditions"),
        Map.of(),
        List.of(),
        Map.of());
  }

  private static Map<String, Node> section(Node.Fields body, String name) {
    return body.nodes().get(name) instanceof Node.Fields fields ? fields.nodes() : Map.of();
  }

  private static Entry entry(String name, Node node) {
    if (node instanceof Node.Fields fields
        && fields.nodes().get("Type") instanceof Node.Text type) {
      return new Entry(
          type.text(),
          text(fields.nodes().get("Condition")),
          properties(fields),
          initMetadata(fields));
    }
    throw new UnreadableTemplate("the resource " + name + " has no Type");
  }

  private static Map<String, Node> initMetadata(Node.Fields resource) {
    return resource.nodes().get("Metadata") instanceof Node.Fields(Map<String, Node> metadata)
            && metadata.get("AWS::CloudFormation::Init") instanceof Node.Fields init
        ? init.nodes()
        : Map.of();
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
