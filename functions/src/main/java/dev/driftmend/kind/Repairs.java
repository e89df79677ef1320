package dev.driftmend.kind;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the repairs of all kinds have in common. */
public final class Repairs {
  private static final String CHANGE_SET = "revert-drift";

  private Repairs() {}

  /**
   * The report for what no kind repairs: the whole resource gone, or something unreadable; null for
   * all other drifts.
   */
  public static Step.@Nullable Report beyondRepair(StackRef stack, Drift drift) {
    return switch (drift) {
      case Drift.Gone g ->
          report(
              stack,
              drift,
              "a resource recreated outside CloudFormation would have another id than the stack"
                  + " knows",
              revertDrift(stack));
      case Drift.Unreadable u ->
          report(
              stack,
              drift,
              "what cannot be read is never repaired",
              "allow Driftmend to read it, or look at it yourself: " + u.why());
      case Drift.Extra e -> null;
      case Drift.Missing m -> null;
      case Drift.Changed c -> null;
    };
  }

  /** Whether the resource was read and is there. */
  public static boolean isOfSomethingThere(Drift drift) {
    return !(drift instanceof Drift.Unreadable) && !(drift instanceof Drift.Gone);
  }

  public static Step.Report report(StackRef stack, Drift drift, String why, String remediation) {
    return new Step.Report(List.of(drift.fingerprint(stack)), drift.resource(), why, remediation);
  }

  /**
   * The change set by which CloudFormation itself goes back to its template: resources that are
   * gone are recreated, properties that an update can change are changed. It needs more than a kind
   * knows of the stack, which {@link #filled} adds.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html">Drift-aware
   *     change sets</a>
   */
  public static String revertDrift(StackRef stack) {
    return changeSet("create", stack) + " --use-previous-template --deployment-mode REVERT_DRIFT";
  }

  /**
   * A way back, with what is known of the stack as it is deployed: {@link #revertDrift} with all of
   * its parameters and capabilities, without which CloudFormation would refuse it or deploy the
   * template's defaults, and with what follows on it.
   */
  public static String filled(String remediation, StackSnapshot deployed) {
    var stack = deployed.stack();
    var create = new StringBuilder(revertDrift(stack));
    if (!deployed.capabilities().isEmpty()) {
      create.append(" --capabilities ").append(String.join(" ", deployed.capabilities()));
    }
    if (!deployed.parameters().isEmpty()) {
      create.append(" --parameters");
      deployed.parameters().keySet().stream()
          .sorted()
          .forEach(
              name ->
                  create.append(" ParameterKey=").append(name).append(",UsePreviousValue=true"));
    }
    create
        .append("; look at it: ")
        .append(changeSet("describe", stack))
        .append("; then ")
        .append(changeSet("execute", stack))
        .append(" (driftmend apply --stack ")
        .append(stack.name())
        .append(" --via-change-set does all three)");
    return remediation.replace(revertDrift(stack), create);
  }

  private static String changeSet(String verb, StackRef stack) {
    return "aws cloudformation "
        + verb
        + "-change-set --region "
        + stack.region()
        + " --stack-name "
        + stack.name()
        + " --change-set-name "
        + CHANGE_SET;
  }

  /**
   * The template change for what an update cannot change: CloudFormation only makes such a resource
   * anew, and under the same logical id it sees no reason to.
   */
  public static String replacement(ResourceRef resource) {
    var id = resource.logicalId();
    return "no update changes this in place: give "
        + id
        + " another logical id in the template (say "
        + id
        + "2, also where it is referred to) and deploy; CloudFormation then recreates it, moves"
        + " what refers to it, and deletes "
        + resource.physicalId();
  }

  public static Step.Call call(
      StackRef stack,
      List<? extends Drift> drifts,
      Step.Phase phase,
      ResourceRef resource,
      String operation,
      Map<String, List<String>> arguments,
      String why) {
    var fingerprints = drifts.stream().map(d -> d.fingerprint(stack)).toList();
    return new Step.Call(fingerprints, phase, resource, operation, arguments, why);
  }

  /**
   * For a call that replaces a whole list: the members of the template and, beside them, what is
   * extra but not to be taken away.
   *
   * @param drifts of this property that the call answers
   */
  public static List<String> keysAfter(
      Resource desired, Observed live, String property, List<Drift> drifts) {
    var after = new LinkedHashSet<String>();
    var before = members(live, property).keys();
    var asked = drifts.stream().map(Repairs::key).collect(Collectors.toSet());
    members(desired, property).keys().stream()
        .filter(k -> before.contains(k) || asked.contains(k))
        .forEach(after::add);
    before.stream().filter(k -> !asked.contains(k)).forEach(after::add);
    return List.copyOf(after);
  }

  /** The phase of such a call. */
  public static Step.Phase replacing(List<Drift> drifts) {
    return drifts.stream().anyMatch(Drift.Extra.class::isInstance)
        ? Step.Phase.CHANGE
        : Step.Phase.RESTORE;
  }

  private static String key(Drift drift) {
    return switch (drift) {
      case Drift.Extra e -> e.item().key();
      case Drift.Missing m -> m.item().key();
      case Drift.Changed c -> "";
      case Drift.Gone g -> "";
      case Drift.Unreadable u -> "";
    };
  }

  /** The desired members of a property; none if it has no such property. */
  public static Property.Members members(Resource resource, String property) {
    return resource.properties().get(property) instanceof Property.Members m
        ? m
        : Property.Members.of(List.of());
  }

  /** The live members of a property; none if it was not read. */
  public static Property.Members members(Observed observed, String property) {
    return observed instanceof Observed.Found f
            && f.properties().get(property) instanceof Property.Members m
        ? m
        : Property.Members.of(List.of());
  }
}
