package dev.driftmend.model.plan;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.stack.StackRef;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Driftmend may do, read at every reconcile and again right before the first write.
 *
 * @param permission withheld, whatever the mode, while paused or if the policy could not be read
 * @param guardedStacks names of the stacks guarded beside the guard's own
 * @param rules the first that matches a drift decides
 * @param controllers parts of role ARNs whose rules are somebody else's (a Kubernetes controller,
 *     say)
 * @param limits how much may be written without a person having accepted it
 * @param reach what the role may touch where no tag tells; null if the policy does not say, and
 *     then AWS has the word
 * @param readable false if this only stands in for a policy that could not be read or understood
 */
public record Policy(
    Mode mode,
    WritePermission permission,
    List<String> guardedStacks,
    List<Rule> rules,
    List<String> controllers,
    Limits limits,
    @Nullable Reach reach,
    boolean readable) {
  public Policy {
    guardedStacks = List.copyOf(guardedStacks);
    rules = List.copyOf(rules);
    controllers = List.copyOf(controllers);
  }

  public Policy(
      Mode mode,
      WritePermission permission,
      List<String> guardedStacks,
      List<Rule> rules,
      List<String> controllers,
      Limits limits,
      boolean readable) {
    this(mode, permission, guardedStacks, rules, controllers, limits, null, readable);
  }

  public Policy(
      Mode mode,
      WritePermission permission,
      List<String> guardedStacks,
      List<Rule> rules,
      List<String> controllers) {
    this(mode, permission, guardedStacks, rules, controllers, Limits.DEFAULT, true);
  }

  /**
   * The policy in force when the real one is unreadable or invalid: look and report, touch nothing.
   */
  public static Policy unreadable(String why) {
    return new Policy(
        Mode.OBSERVE,
        WritePermission.withheld(why),
        List.of(),
        List.of(),
        List.of(),
        Limits.DEFAULT,
        false);
  }

  /**
   * Whether the policy names this stack.
   *
   * @return true also of a policy that could not be read: who is guarded is not known then
   */
  public boolean guards(StackRef stack) {
    return !readable || guardedStacks.contains(stack.name());
  }

  /**
   * @param onlyByPolicy whether the drift is reported unless a rule that names its type says {@code
   *     repair}; a rule for everything does not mean it
   */
  public Treatment treatment(Drift drift, boolean requiresOptIn) {
    return rules.stream()
        .filter(r -> r.matches(drift))
        .filter(r -> !requiresOptIn || r.treatment() != Treatment.REPAIR || r.type() != null)
        .map(Rule::treatment)
        .findFirst()
        .orElse(requiresOptIn ? Treatment.REPORT : Treatment.REPAIR);
  }

  /** Whether a rule, and not the lack of one, has this drift reported only. */
  public boolean saysReport(Drift drift) {
    return treatment(drift, false) == Treatment.REPORT;
  }

  /** Whether a rule that names neither type nor drift nor resource has everything ignored. */
  public boolean ignoresEverything() {
    return rules.contains(new Rule(null, null, null, Treatment.IGNORE));
  }

  /** The rule, as JSON, that has this drift repaired and no other resource's. */
  public static String repairing(Drift drift) {
    return rule(drift, Treatment.REPAIR);
  }

  /** The rule, as JSON, that has this drift treated so, and no other resource's. */
  public static String rule(Drift drift, Treatment treatment) {
    return "{\"type\":\"%s\",\"drift\":\"%s\",\"logicalId\":\"%s\",\"treatment\":\"%s\"}"
        .formatted(
            drift.resource().type(),
            drift.sort(),
            drift.resource().logicalId(),
            treatment.name().toLowerCase(Locale.ROOT));
  }

  /**
   * Whose what this caller does is, if not a person's: an AWS service that acts for itself, or one
   * of the controllers. A service that acts with a person's or a role's permissions owns nothing.
   */
  public Optional<Owner.Another> ownerBehind(Caller caller) {
    if (caller.isService()) {
      var name =
          caller.principal().startsWith("arn:")
              ? "the AWS service behind " + caller.principal()
              : "the AWS service " + caller.principal();
      return Optional.of(new Owner.Another(Owner.Sort.SERVICE, name));
    }
    return controllers.stream()
        .filter(part -> caller.principal().contains(part))
        .findFirst()
        .map(
            part ->
                new Owner.Another(Owner.Sort.CONTROLLER, "the controller " + caller.principal()));
  }

  /** Whether it still holds that this owns something: a controller may be named no longer. */
  public boolean knows(Owner.Another owner) {
    return owner.sort() != Owner.Sort.CONTROLLER
        || !readable
        || controllers.stream().anyMatch(part -> owner.name().contains(part));
  }

  public enum Mode {
    OBSERVE,
    REPAIR
  }

  public enum Treatment {
    REPAIR,
    REPORT,
    IGNORE
  }

  /** Null matches everything. */
  public record Rule(
      @Nullable String type,
      @Nullable String drift,
      @Nullable String logicalId,
      Treatment treatment) {
    boolean matches(Drift d) {
      return (type == null || type.equals(d.resource().type()))
          && (drift == null || drift.toUpperCase(Locale.ROOT).equals(d.sort()))
          && (logicalId == null || logicalId.equals(d.resource().logicalId()));
    }
  }
}
