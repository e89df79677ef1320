package dev.driftmend.template.undeployed;

import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.template.Conditions;
import dev.driftmend.template.Presence;
import dev.driftmend.template.Template;
import dev.driftmend.template.function.Evaluator;
import dev.driftmend.template.function.Loops;
import dev.driftmend.template.function.Unresolved;
import dev.driftmend.template.text.DuplicateKey;
import dev.driftmend.template.text.Node;
import dev.driftmend.template.text.TemplateText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is not known of a template that was never deployed, by name and in sentences. */
public final class Remarks {
  private static final int SHOWN = 12;

  /** Those that add nothing that decides about a path, or are done here. */
  private static final Set<String> HARMLESS =
      Set.of(
          "AWS::LanguageExtensions",
          "AWS::Serverless-2016-10-31",
          "AWS::SecretsManager-2020-07-23",
          "AWS::SecretsManager-2024-09-16",
          "AWS::CodeDeployBlueGreen",
          "AWS::ServiceCatalog",
          "AWS::Include");

  private final StackSnapshot snapshot;
  private final Node.Fields body;
  private final Template template;
  private final List<String> remarks = new ArrayList<>();

  private Remarks(StackSnapshot snapshot) {
    this.snapshot = snapshot;
    this.body = Loops.unrolled(TemplateText.parse(snapshot.template()), snapshot);
    this.template = Template.beforeTransforms(body);
  }

  /**
   * @param snapshot of {@link Undeployed}
   */
  public static List<String> of(StackSnapshot snapshot) {
    var remarks = new Remarks(snapshot);
    TemplateText.duplicates(snapshot.template()).stream()
        .filter(key -> !key.path().getFirst().equals("Metadata"))
        .map(DuplicateKey::sentence)
        .limit(SHOWN)
        .forEach(remarks.remarks::add);
    remarks.parameters();
    remarks.conditions();
    remarks.transforms();
    remarks.remarks.addAll(
        new MissingNames(remarks.body, remarks.template, snapshot)
            .sentences().stream().limit(SHOWN).toList());
    return remarks.remarks;
  }

  private void parameters() {
    var missing =
        template.parameters().keySet().stream()
            .filter(name -> !snapshot.parameters().containsKey(name))
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    remarks.add(
        (missing.size() == 1
                ? "the parameter " + missing.getFirst() + " has no value, so what hangs on it is"
                : "the parameters " + names(missing) + " have no values, so what hangs on them is")
            + " not known: give values with --parameter NAME=VALUE or --parameters FILE");
  }

  private void conditions() {
    var assumed = new LinkedHashMap<String, List<String>>();
    var conditions = new Conditions(template.conditions(), new Presence(Map.of(), Set.of()));
    var evaluator = Loops.evaluator(template, conditions, snapshot);
    template
        .resources()
        .forEach(
            (name, entry) -> {
              var condition = entry.condition();
              if (condition != null && !isDecided(condition, conditions, evaluator)) {
                assumed.computeIfAbsent(condition, _ -> new ArrayList<>()).add(name);
              }
            });
    assumed.forEach(
        (condition, resources) ->
            remarks.add(
                "whether the condition "
                    + condition
                    + " holds is not known: taken as there "
                    + (resources.size() == 1 ? "is " : "are ")
                    + names(resources)));
  }

  private static boolean isDecided(String name, Conditions conditions, Evaluator evaluator) {
    try {
      conditions.holds(name, evaluator);
      return true;
    } catch (Unresolved e) {
      return false;
    }
  }

  private void transforms() {
    template.unread().stream()
        .map(unread -> unread.logicalId() + " is not read: " + unread.why())
        .distinct()
        .forEach(remarks::add);
    var macros = new ArrayList<String>();
    switch (body.nodes().get("Transform")) {
      case Node.Text text -> macros.add(text.text());
      case Node.Items items ->
          items
              .nodes()
              .forEach(node -> macros.add(node instanceof Node.Text t ? t.text() : named(node)));
      case Node.Fields fields -> macros.add(named(fields));
      case Node.Unclear _ -> {}
      case null -> {}
    }
    if (body.nodes().containsKey("Fn::Transform")) {
      macros.add(named(body.nodes().get("Fn::Transform")));
    }
    macros.removeAll(HARMLESS);
    if (!macros.isEmpty()) {
      remarks.add(
          "what "
              + names(macros)
              + (macros.size() == 1 ? " adds or changes" : " add or change")
              + " is not known: the template is read as it stands");
    }
  }

  private static String named(@Nullable Node macro) {
    return macro instanceof Node.Fields fields && fields.nodes().get("Name") instanceof Node.Text t
        ? t.text()
        : "a macro";
  }

  private static String names(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
