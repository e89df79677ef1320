package dev.driftmend.template.undeployed;

import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.template.Conditions;
import dev.driftmend.template.Presence;
import dev.driftmend.template.Template;
import dev.driftmend.template.function.Evaluator;
import dev.driftmend.template.function.Loops;
import dev.driftmend.template.function.Unresolved;
import dev.driftmend.template.text.Node;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the resources of a template name and it does not have: CloudFormation refuses such a
 * template as a whole. Nothing is said of one whose transforms may still add what is missing.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html">Template
 *     sections</a>
 */
final class MissingNames {
  /** Done here, or adding nothing that has a name. */
  private static final Set<String> COMPLETE = Set.of("AWS::LanguageExtensions");

  private static final String REF = "Ref";
  private static final String ATTRIBUTE = "Fn::GetAtt";
  private static final String SUBSTITUTED = "Fn::Sub";
  private static final String IF = "Fn::If";
  private static final String MAPPED = "Fn::FindInMap";

  /** {@code ${!Literal}} is none. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}][^}]*)}");

  private final Node.Fields body;
  private final Template template;
  private final Conditions conditions;
  private final Evaluator evaluator;
  private final Set<String> sentences = new LinkedHashSet<>();

  MissingNames(Node.Fields body, Template template, StackSnapshot snapshot) {
    this.body = body;
    this.template = template;
    this.conditions = new Conditions(template.conditions(), new Presence(Map.of(), Set.of()));
    this.evaluator = Loops.evaluator(template, conditions, snapshot);
  }

  List<String> sentences() {
    if (isComplete()) {
      template
          .resources()
          .forEach(
              (name, entry) -> {
                if (entry.condition() != null) {
                  condition(name, entry.condition());
                }
                var sure = entry.condition() == null;
                entry
                    .properties()
                    .forEach((property, node) -> in(name + "." + property, node, sure));
                dependencies(name);
              });
    }
    return List.copyOf(sentences);
  }

  private void dependencies(String name) {
    if (body.nodes().get("Resources") instanceof Node.Fields(Map<String, Node> resources)
        && resources.get(name) instanceof Node.Fields(Map<String, Node> resource)) {
      switch (resource.get("DependsOn")) {
        case Node.Text other -> resource(name, other.text());
        case Node.Items items ->
            items
                .nodes()
                .forEach(
                    each -> {
                      if (each instanceof Node.Text other) {
                        resource(name, other.text());
                      }
                    });
        case Node.Fields _, Node.Unclear _ -> {}
        case null -> {}
      }
    }
  }

  private void resource(String where, String name) {
    if (!template.resources().containsKey(name)) {
      say(where, "depends on " + name + ", and the template has no resource of that name");
    }
  }

  private boolean isComplete() {
    return template.unread().isEmpty()
        && isComplete(body.nodes().getOrDefault("Transform", new Node.Items(List.of())))
        && !body.nodes().containsKey("Fn::Transform")
        && template.resources().values().stream().noneMatch(r -> r.type().endsWith("::MODULE"));
  }

  private static boolean isComplete(Node transforms) {
    return switch (transforms) {
      case Node.Text text -> COMPLETE.contains(text.text());
      case Node.Items items -> items.nodes().stream().allMatch(MissingNames::isComplete);
      case Node.Fields _, Node.Unclear _ -> false;
    };
  }

  /**
   * @param sure whether it is evaluated, whatever conditions hold
   */
  private void in(String where, Node node, boolean sure) {
    switch (node) {
      case Node.Text _, Node.Unclear _ -> {}
      case Node.Items items -> items.nodes().forEach(each -> in(where, each, sure));
      case Node.Fields(Map<String, Node> nodes) ->
          nodes.forEach(
              (name, each) -> {
                // A loop that is still there has names of its own.
                if (!name.startsWith(Loops.LOOP)) {
                  call(where, name, each, sure);
                  var isFunction = name.equals(REF) || name.startsWith("Fn::");
                  in(isFunction ? where : where + "." + name, each, sure && !name.equals(IF));
                }
              });
    }
  }

  private void call(String where, String function, Node argument, boolean sure) {
    switch (function) {
      case REF -> {
        if (argument instanceof Node.Text name) {
          named(where, name.text(), Set.of());
        }
      }
      case ATTRIBUTE -> {
        if (argument instanceof Node.Text dotted) {
          named(where, beforeDot(dotted.text()), Set.of());
        } else if (argument instanceof Node.Items(List<Node> two)
            && !two.isEmpty()
            && two.getFirst() instanceof Node.Text name) {
          named(where, name.text(), Set.of());
        }
      }
      case SUBSTITUTED -> substituted(where, argument);
      case IF -> {
        if (argument instanceof Node.Items(List<Node> three)
            && !three.isEmpty()
            && three.getFirst() instanceof Node.Text name) {
          condition(where, name.text());
        }
      }
      case MAPPED -> {
        if (sure) {
          mapped(where, argument);
        }
      }
      default -> {}
    }
  }

  private void substituted(String where, Node argument) {
    switch (argument) {
      case Node.Text text -> variables(where, text.text(), Set.of());
      case Node.Items(List<Node> two)
          when two.size() == 2
              && two.getFirst() instanceof Node.Text text
              && two.getLast() instanceof Node.Fields own ->
          variables(where, text.text(), own.nodes().keySet());
      case Node.Items _, Node.Fields _, Node.Unclear _ -> {}
    }
  }

  private void variables(String where, String text, Set<String> own) {
    var variable = VARIABLE.matcher(text);
    while (variable.find()) {
      named(where, beforeDot(variable.group(1).strip()), own);
    }
  }

  private static String beforeDot(String name) {
    var dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private void named(String where, String name, Set<String> own) {
    if (!name.startsWith("AWS::")
        && !own.contains(name)
        && !template.resources().containsKey(name)
        && !template.parameters().containsKey(name)) {
      say(where, "names " + name + ", and the template has no parameter or resource of that name");
    }
  }

  private void condition(String where, String name) {
    if (!template.conditions().containsKey(name)) {
      say(where, "hangs on the condition " + name + ", which the template does not have");
    }
  }

  /** Only where the keys are known for sure; the account of a template is not. */
  private void mapped(String where, Node argument) {
    if (!(argument instanceof Node.Items(List<Node> three))
        || three.size() != 3
        || !three.stream().allMatch(this::isSure)) {
      return;
    }
    try {
      evaluator.known(new Node.Fields(Map.of(MAPPED, argument)));
    } catch (Unresolved e) {
      say(where, "has no value: " + e.why());
    }
  }

  private boolean isSure(Node key) {
    return switch (key) {
      case Node.Text _ -> true;
      case Node.Fields(Map<String, Node> nodes)
          when nodes.size() == 1 && nodes.get(REF) instanceof Node.Text name -> {
        try {
          evaluator.known(key);
          yield name.text().equals("AWS::Region") || template.parameters().containsKey(name.text());
        } catch (Unresolved e) {
          yield false;
        }
      }
      case Node.Fields _, Node.Items _, Node.Unclear _ -> false;
    };
  }

  private void say(String where, String what) {
    sentences.add(where + " " + what);
  }
}
