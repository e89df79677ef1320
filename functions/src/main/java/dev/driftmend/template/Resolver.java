package dev.driftmend.template;

import dev.driftmend.kind.Kinds;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Mention;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.template.function.DynamicReferences;
import dev.driftmend.template.function.Evaluator;
import dev.driftmend.template.function.Functions;
import dev.driftmend.template.function.Loops;
import dev.driftmend.template.function.Mappings;
import dev.driftmend.template.function.References;
import dev.driftmend.template.function.Unresolved;
import dev.driftmend.template.text.TemplateText;
import dev.driftmend.template.text.UnreadableTemplate;
import dev.driftmend.template.undeployed.Choices;
import dev.driftmend.template.undeployed.Undeployed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A deployed stack becomes the resources that its template declares, conditions applied and
 * intrinsics resolved. What cannot be resolved is a {@code Value.Unknown} that says why. A resource
 * that CloudFormation lists is declared, whatever its condition seems to be: the list is the fact.
 */
public final class Resolver {
  private final StackSnapshot snapshot;
  private final Template template;
  private final Map<String, ResourceRef> existing = new HashMap<>();
  private final DeclaredProperties properties;
  private final Conditions conditions;
  private final Evaluator evaluator;

  private Resolver(StackSnapshot snapshot) {
    this.snapshot = snapshot;
    var body = TemplateText.parse(snapshot.template());
    var deployed = isDeployed();
    this.template =
        deployed ? Template.of(body) : Template.beforeTransforms(Loops.unrolled(body, snapshot));
    snapshot.resources().forEach(r -> existing.put(r.logicalId(), r));
    this.properties =
        new DeclaredProperties(template.resources(), new DynamicReferences(snapshot.ssm()));
    this.conditions =
        new Conditions(
            template.conditions(),
            deployed
                ? new Presence(template.resources(), existing.keySet())
                : new Presence(Map.of(), Set.of()));
    this.evaluator =
        new Evaluator(
            new Functions(
                new References(snapshot, template, existing, properties),
                conditions,
                new Mappings(template.mappings())));
  }

  /**
   * Total but for the template's body.
   *
   * @throws UnreadableTemplate if the body is no template
   */
  public static DeclaredStack resolve(StackSnapshot snapshot) {
    return new Resolver(snapshot).stack();
  }

  private DeclaredStack stack() {
    var declared = new ArrayList<Declared>();
    var leftOut = new ArrayList<Declared>();
    var undecided = new ArrayList<>(template.unread());
    for (var resource : template.resources().entrySet()) {
      var logicalId = resource.getKey();
      var entry = resource.getValue();
      try {
        var ref = existing.get(logicalId);
        if (ref != null || wanted(entry)) {
          declared.add(declared(ref == null ? unlisted(logicalId, entry) : ref, entry));
        } else if (!isDeployed()) {
          leftOut.add(declared(new ResourceRef(logicalId, entry.type(), ""), entry));
        }
      } catch (Unresolved e) {
        undecided.add(new NotCovered(logicalId, entry.type(), "*", e.why()));
      }
    }
    return new DeclaredStack(
        snapshot.stack(),
        snapshot.lastUpdated(),
        declared,
        undecided,
        mentions(declared, undecided),
        leftOut);
  }

  /** Of what is there or may be. */
  private Map<String, List<Mention>> mentions(List<Declared> declared, List<NotCovered> undecided) {
    var there = new HashSet<String>();
    declared.forEach(d -> there.add(d.ref().logicalId()));
    undecided.forEach(u -> there.add(u.logicalId()));
    return new Mentions(template, there).all();
  }

  private Declared declared(ResourceRef ref, Template.Entry entry) {
    var all = properties.all(ref.logicalId(), evaluator);
    return new Declared(ref, isDeployed() ? all : Choices.in(all, entry));
  }

  private boolean isDeployed() {
    return !snapshot.status().equals(Undeployed.STATUS);
  }

  private boolean wanted(Template.Entry entry) {
    return entry.condition() == null || conditions.holds(entry.condition(), evaluator);
  }

  /**
   * A part needs no physical id to merge into its kind, and must, or its rules would seem extra.
   */
  private static ResourceRef unlisted(String logicalId, Template.Entry entry) {
    if (Kinds.covers(entry.type()) && Kinds.of(entry.type()).isEmpty()) {
      return new ResourceRef(logicalId, entry.type(), "");
    }
    throw new Unresolved("the template declares it, but the stack does not list it");
  }
}
