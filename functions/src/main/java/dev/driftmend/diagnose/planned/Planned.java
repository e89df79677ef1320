package dev.driftmend.diagnose.planned;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.SceneReader;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.diagnose.app.AppFacts;
import dev.driftmend.diagnose.path.ClassicLoadBalancers;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.nested.NestedStacks;
import dev.driftmend.template.undeployed.Remarks;
import dev.driftmend.template.undeployed.Undeployed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The diagnosis of a template that was never deployed. Pure. */
public final class Planned {
  private Planned() {}

  /**
   * @param body YAML or JSON
   * @param given values of parameters; what hangs on one that has none is not known
   * @param region e.g. {@code eu-west-1}
   * @param files where the templates of nested stacks are
   * @param facts of the app's files; null if they were not given
   * @throws dev.driftmend.template.text.UnreadableTemplate if the body is no template
   * @throws IllegalArgumentException if values are given that the template does not take
   */
  public static Diagnosis of(
      String body,
      Map<String, String> given,
      String region,
      NestedStacks.Files files,
      Function<DeclaredStack, @Nullable AppFacts> facts) {
    var whole = NestedStacks.of(body, files);
    var snapshot = Undeployed.snapshot(whole.body(), given, region);
    var stack = Resolver.resolve(snapshot);
    var diagnosis = Walk.all(scene(stack, snapshot, facts.apply(stack)));
    return diagnosis.noting(notes(whole, stack, snapshot));
  }

  static Scene scene(DeclaredStack stack, StackSnapshot snapshot, @Nullable AppFacts facts) {
    var walked = ClassicLoadBalancers.replaced(BadValues.of(stack).without());
    return PlannedScene.of(walked, Desireds.of(walked), SceneReader.given(snapshot), facts);
  }

  private static List<String> notes(
      NestedStacks.Whole whole, DeclaredStack stack, StackSnapshot snapshot) {
    var notes = new ArrayList<>(whole.notes());
    nested(whole, stack, notes);
    notes.addAll(BadValues.of(stack).sentences());
    notes.addAll(Remarks.of(snapshot));
    return notes;
  }

  private static void nested(NestedStacks.Whole whole, DeclaredStack stack, List<String> notes) {
    if (!whole.followed().isEmpty()) {
      notes.add(
          "nested stacks are walked with it: "
              + String.join(
                  ", ",
                  whole.followed().entrySet().stream()
                      .sorted(Map.Entry.comparingByKey())
                      .map(e -> e.getKey() + " (" + e.getValue() + ")")
                      .toList()));
    }
    var nested =
        stack.resources().stream()
            .filter(r -> NestedStacks.TYPES.containsKey(r.ref().type()))
            .filter(r -> !whole.followed().containsKey(r.ref().logicalId()))
            .toList();
    if (!nested.isEmpty()) {
      notes.add(
          "nested stacks are not followed, diagnose each template by itself: "
              + String.join(", ", nested.stream().map(Planned::named).toList()));
    }
  }

  private static String named(Declared nested) {
    var at =
        Stream.of("TemplateURL", "Location")
            .map(name -> Read.text(nested, name))
            .filter(text -> text != null)
            .findFirst();
    return nested.ref().logicalId() + at.map(text -> " (" + text + ")").orElse("");
  }
}
