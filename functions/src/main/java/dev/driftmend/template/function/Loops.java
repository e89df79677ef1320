package dev.driftmend.template.function;

import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Conditions;
import dev.driftmend.template.DeclaredProperties;
import dev.driftmend.template.Presence;
import dev.driftmend.template.Template;
import dev.driftmend.template.text.Node;
import dev.driftmend.template.text.UnreadableTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Unrolls {@code Fn::ForEach} of a template that was not processed yet. A loop over a list that is
 * not known stays where it is.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html">Fn::ForEach</a>
 */
public final class Loops {
  public static final String LOOP = "Fn::ForEach::";
  private static final Pattern NO_LETTER_OR_DIGIT = Pattern.compile("[^A-Za-z0-9]");

  private final Evaluator evaluator;
  private int count;

  private Loops(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /**
   * @param snapshot for the values of parameters and pseudo parameters
   * @throws UnreadableTemplate if it unrolls to more than is read
   */
  public static Node.Fields unrolled(Node.Fields body, StackSnapshot snapshot) {
    var template = Template.withoutResources(body);
    var conditions = new Conditions(template.conditions(), new Presence(Map.of(), Set.of()));
    return new Loops(evaluator(template, conditions, snapshot)).fields(body);
  }

  /** Knows parameters, mappings and conditions, and no resources. */
  public static Evaluator evaluator(
      Template template, Conditions conditions, StackSnapshot snapshot) {
    var properties =
        new DeclaredProperties(template.resources(), new DynamicReferences(snapshot.ssm()));
    return new Evaluator(
        new Functions(
            new References(snapshot, template, Map.of(), properties),
            conditions,
            new Mappings(template.mappings())));
  }

  private Node node(Node node) {
    if (++count > Node.MOST) {
      throw new UnreadableTemplate("its loops unroll to more than " + Node.MOST + " values");
    }
    return switch (node) {
      case Node.Text _, Node.Unclear _ -> node;
      case Node.Items items -> new Node.Items(items.nodes().stream().map(this::node).toList());
      case Node.Fields fields -> fields(fields);
    };
  }

  private Node.Fields fields(Node.Fields fields) {
    var nodes = new LinkedHashMap<String, Node>();
    fields
        .nodes()
        .forEach(
            (name, node) -> {
              if (name.startsWith(LOOP)) {
                nodes.putAll(loop(name, node));
              } else {
                nodes.put(name, node(node));
              }
            });
    return new Node.Fields(nodes);
  }

  /** What the loop stands for; the loop itself if its list is not known. */
  private Map<String, Node> loop(String name, Node node) {
    if (!(node instanceof Node.Items(List<Node> three)
        && three.size() == 3
        && three.getFirst() instanceof Node.Text identifier
        && three.getLast() instanceof Node.Fields template)) {
      return Map.of(name, node);
    }
    List<String> members;
    try {
      members = members(three.get(1));
    } catch (Unresolved e) {
      return Map.of(name, new Node.Items(List.of(identifier, new Node.Unclear(e.why()), template)));
    }
    var nodes = new LinkedHashMap<String, Node>();
    for (var member : members) {
      nodes.putAll(fields((Node.Fields) with(template, identifier.text(), member)).nodes());
    }
    return nodes;
  }

  private List<String> members(Node collection) {
    var nodes = collection instanceof Node.Items items ? items.nodes() : List.of(collection);
    var members = new ArrayList<String>();
    for (var node : nodes) {
      switch (evaluator.known(node)) {
        case Value.Items items ->
            items.values().forEach(value -> members.add(Evaluator.text(value)));
        case Value.Scalar scalar -> members.add(scalar.text());
        case Value.Fields _, Value.Unknown _ -> throw new Unresolved("a list of text is needed");
      }
    }
    return members;
  }

  /** The same with the member in place of the identifier, in names and in texts. */
  private Node with(Node node, String identifier, String member) {
    if (++count > Node.MOST) {
      throw new UnreadableTemplate("its loops unroll to more than " + Node.MOST + " values");
    }
    return switch (node) {
      case Node.Text text ->
          new Node.Text(replaced(text.text(), identifier, member), text.literal());
      case Node.Unclear _ -> node;
      case Node.Items items ->
          new Node.Items(
              items.nodes().stream().map(each -> with(each, identifier, member)).toList());
      case Node.Fields(Map<String, Node> nodes)
          when nodes.size() == 1
              && nodes.get("Ref") instanceof Node.Text name
              && name.text().equals(identifier) ->
          new Node.Text(member);
      case Node.Fields(Map<String, Node> nodes) -> {
        var with = new LinkedHashMap<String, Node>();
        nodes.forEach(
            (name, each) ->
                with.put(replaced(name, identifier, member), with(each, identifier, member)));
        yield new Node.Fields(with);
      }
    };
  }

  /** {@code ${Name}} is the member, {@code &{Name}} its letters and digits only. */
  private static String replaced(String text, String identifier, String member) {
    if (text.indexOf('{') < 0) {
      return text;
    }
    return Pattern.compile("([$&])\\{" + Pattern.quote(identifier) + "}")
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(1).equals("$")
                        ? member
                        : NO_LETTER_OR_DIGIT.matcher(member).replaceAll("")));
  }
}
