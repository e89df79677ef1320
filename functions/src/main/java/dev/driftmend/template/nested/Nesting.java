package dev.driftmend.template.nested;

import dev.driftmend.template.function.CommaLists;
import dev.driftmend.template.text.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One nested template as a part of the whole: its names with that of the nested stack before them,
 * and the values that it is given in place of its parameters.
 */
final class Nesting {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");
  private static final String CONDITION = "Condition";
  private static final String DEPENDS = "DependsOn";

  private final String name;
  private final @Nullable String condition;
  private final Node.Fields template;
  private final Map<String, Node> given = new LinkedHashMap<>();

  /**
   * @param condition of the nested stack; null if it has none
   * @param parameters what the nested stack gives
   * @param lists the parameters of the template around it that are lists
   */
  Nesting(
      String name,
      @Nullable String condition,
      Node.Fields template,
      @Nullable Node parameters,
      Set<String> lists) {
    this.name = name;
    this.condition = condition;
    this.template = template;
    var own = listParameters(template);
    declared("Parameters")
        .forEach(
            (parameter, node) -> {
              var fields = node instanceof Node.Fields f ? f.nodes() : Map.<String, Node>of();
              var value = parameters instanceof Node.Fields all ? all.nodes().get(parameter) : null;
              if (value == null) {
                value = fields.get("Default");
              }
              if (value != null && !isOfSsm(fields)) {
                given.put(parameter, own.contains(parameter) ? CommaLists.of(value, lists) : value);
              }
            });
  }

  /** The parameters of a template that are lists. */
  static Set<String> listParameters(Node.Fields template) {
    var lists = new HashSet<String>();
    if (template.nodes().get("Parameters") instanceof Node.Fields(Map<String, Node> parameters)) {
      parameters.forEach(
          (name, node) -> {
            if (node instanceof Node.Fields(Map<String, Node> fields)
                && fields.get("Type") instanceof Node.Text type
                && (type.text().equals("CommaDelimitedList") || type.text().startsWith("List<"))) {
              lists.add(name);
            }
          });
    }
    return lists;
  }

  /** Its value is the name of where the value is. */
  private static boolean isOfSsm(Map<String, Node> parameter) {
    return parameter.get("Type") instanceof Node.Text type
        && type.text().startsWith("AWS::SSM::Parameter::");
  }

  private Map<String, Node> declared(String section) {
    return template.nodes().get(section) instanceof Node.Fields fields ? fields.nodes() : Map.of();
  }

  private String full(String own) {
    return name + "/" + own;
  }

  /** What this part adds to a section of the whole. */
  Map<String, Node> section(String section) {
    var nodes = new LinkedHashMap<String, Node>();
    declared(section)
        .forEach(
            (own, node) -> {
              switch (section) {
                case "Resources" -> nodes.put(full(own), resource(node));
                case "Parameters" -> {
                  if (!given.containsKey(own)) {
                    nodes.put(full(own), node);
                  }
                }
                case "Outputs" -> {
                  // The others go to the template around it, which says what it does with them.
                  if (node instanceof Node.Fields fields && fields.nodes().containsKey("Export")) {
                    nodes.put(full(own), renamed(node));
                  }
                }
                case "Mappings" -> nodes.put(full(own), node);
                default -> nodes.put(full(own), renamed(node));
              }
            });
    if (section.equals("Conditions") && condition != null) {
      declared("Resources").values().forEach(node -> both(node, nodes));
    }
    return nodes;
  }

  private void both(Node resource, Map<String, Node> into) {
    if (resource instanceof Node.Fields(Map<String, Node> fields)
        && fields.get(CONDITION) instanceof Node.Text own
        && condition != null) {
      into.put(
          both(own.text()),
          new Node.Fields(
              Map.of(
                  "Fn::And", new Node.Items(List.of(named(condition), named(full(own.text())))))));
    }
  }

  private String both(String own) {
    return condition == null ? full(own) : condition + " and " + full(own);
  }

  private static Node named(String condition) {
    return new Node.Fields(Map.of(CONDITION, new Node.Text(condition)));
  }

  /** It is there if the nested stack is. */
  private Node resource(Node resource) {
    if (!(resource instanceof Node.Fields(Map<String, Node> fields))) {
      return resource;
    }
    var nodes = new LinkedHashMap<String, Node>();
    fields.forEach(
        (key, node) ->
            nodes.put(
                key,
                switch (key) {
                  case CONDITION ->
                      node instanceof Node.Text own ? new Node.Text(both(own.text())) : node;
                  case DEPENDS -> dependencies(node);
                  default -> renamed(node);
                }));
    if (condition != null) {
      nodes.putIfAbsent(CONDITION, new Node.Text(condition));
    }
    return new Node.Fields(nodes);
  }

  private Node dependencies(Node node) {
    return switch (node) {
      case Node.Text other -> new Node.Text(full(other.text()));
      case Node.Items items ->
          new Node.Items(items.nodes().stream().map(this::dependencies).toList());
      case Node.Fields _, Node.Unclear _ -> node;
    };
  }

  /** The same with the names of the whole. */
  Node renamed(Node node) {
    return switch (node) {
      case Node.Text _, Node.Unclear _ -> node;
      case Node.Items items -> new Node.Items(items.nodes().stream().map(this::renamed).toList());
      case Node.Fields(Map<String, Node> nodes) when nodes.size() == 1 -> {
        var only = nodes.entrySet().iterator().next();
        yield call(only.getKey(), only.getValue());
      }
      case Node.Fields(Map<String, Node> nodes) -> {
        var all = new LinkedHashMap<String, Node>();
        nodes.forEach((key, each) -> all.put(key, renamed(each)));
        yield new Node.Fields(all);
      }
    };
  }

  private Node call(String function, Node argument) {
    return switch (function) {
      case "Ref" ->
          argument instanceof Node.Text to ? reference(to.text()) : one(function, argument);
      case "Fn::GetAtt" -> one(function, first(argument, this::attribute));
      case "Fn::Sub" -> substituted(argument);
      case CONDITION ->
          argument instanceof Node.Text own ? named(full(own.text())) : one(function, argument);
      case "Fn::If" -> one(function, first(argument, this::full));
      case "Fn::FindInMap" -> one(function, first(argument, this::full));
      default -> new Node.Fields(Map.of(function, renamed(argument)));
    };
  }

  private Node one(String function, Node argument) {
    return new Node.Fields(Map.of(function, renamed(argument)));
  }

  /** Its first member, or all of it, is a name. */
  private static Node first(Node argument, UnaryOperator<String> name) {
    return switch (argument) {
      case Node.Text text -> new Node.Text(name.apply(text.text()));
      case Node.Items(List<Node> nodes)
          when !nodes.isEmpty() && nodes.getFirst() instanceof Node.Text text -> {
        var all = new ArrayList<>(nodes);
        all.set(0, new Node.Text(name.apply(text.text())));
        yield new Node.Items(all);
      }
      case Node.Items _, Node.Fields _, Node.Unclear _ -> argument;
    };
  }

  private Node reference(String to) {
    var value = given.get(to);
    return value == null ? new Node.Fields(Map.of("Ref", new Node.Text(whole(to)))) : value;
  }

  /**
   * What is none of its own resources and parameters is one of the pseudo parameters, or nobody.
   */
  private String whole(String to) {
    return declared("Resources").containsKey(to) || declared("Parameters").containsKey(to)
        ? full(to)
        : to;
  }

  private String attribute(String dotted) {
    var dot = dotted.indexOf('.');
    return dot < 0 ? whole(dotted) : whole(dotted.substring(0, dot)) + dotted.substring(dot);
  }

  private Node substituted(Node argument) {
    var sub = SubArgument.read(argument, this::renamed);
    var text = sub.text();
    var variables = sub.variables();
    if (text == null) {
      return new Node.Fields(Map.of("Fn::Sub", renamed(argument)));
    }
    var own = Set.copyOf(variables.keySet());
    var said =
        VARIABLE
            .matcher(text)
            .replaceAll(
                found -> {
                  var called = found.group(1).strip();
                  var value = given.get(called);
                  if (called.startsWith("!") || own.contains(called)) {
                    return Matcher.quoteReplacement(found.group());
                  }
                  if (value instanceof Node.Text known && !known.text().contains("${")) {
                    return Matcher.quoteReplacement(known.text());
                  }
                  if (value != null) {
                    variables.put(called, value);
                    return Matcher.quoteReplacement(found.group());
                  }
                  return Matcher.quoteReplacement("${" + attribute(called) + "}");
                });
    var to = new Node.Text(said);
    if (!said.contains("${")) {
      return to;
    }
    return new Node.Fields(
        Map.of(
            "Fn::Sub",
            variables.isEmpty() ? to : new Node.Items(List.of(to, new Node.Fields(variables)))));
  }
}
