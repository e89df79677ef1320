package dev.driftmend.kind.loadbalancing;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A rule of a listener: which requests it takes, before which other rules, and where to.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listenerrule.html">AWS::ElasticLoadBalancingV2::ListenerRule</a>
 */
public final class ListenerRule implements Kind {
  public static final String TYPE = "AWS::ElasticLoadBalancingV2::ListenerRule";
  public static final String PRIORITY = "Priority";
  public static final String CONDITIONS = "Conditions";
  public static final String ACTIONS = "Actions";

  /** The types of the actions alone, where not all of them is known. */
  public static final String ACTION_TYPES = ACTIONS + ActionReader.TYPES;

  /**
   * Live only: the other rules of the same listener, by their ARNs, with the field {@link #PLACE}
   * and, of those that the stack declares, {@link #WANTED}.
   */
  public static final String OTHERS = "OtherRules";

  /** The priority that a rule has. */
  public static final String PLACE = "priority";

  /** The priority that the template gives it. */
  public static final String WANTED = "wanted";

  private static final String MODIFY = "ModifyRule";
  private static final String PRIORITIZE = "SetRulePriorities";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    rows.add(new Coverage(TYPE, CONDITIONS, COMPARED, MODIFY));
    rows.add(new Coverage(TYPE, ACTIONS, COMPARED, MODIFY));
    rows.add(new Coverage(TYPE, PRIORITY, COMPARED, PRIORITIZE));
    rows.add(new Coverage(TYPE, "ListenerArn", NOT_COVERED, "no API can change it"));
    rows.add(
        new Coverage(TYPE, "Transforms", NOT_COVERED, "rewrites what its target sees, not where"));
    rows.add(new Coverage(TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    for (var readOnly : List.of("IsDefault", "RuleArn")) {
      rows.add(new Coverage(TYPE, readOnly, NOT_COVERED, "read-only"));
    }
    return rows;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    NormalForms.scalars(properties, self.properties(), List.of(PRIORITY));
    self.property(CONDITIONS).ifPresent(v -> properties.put(CONDITIONS, ConditionReader.read(v)));
    self.property(ACTIONS).ifPresent(v -> ActionReader.read(properties, ACTIONS, v));
    return new Resource(self.ref(), properties);
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g ->
          new Impact(Exposure.OUTAGE, "its requests go where the listener sends all others");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Changed c ->
          switch (c.property()) {
            case PRIORITY -> new Impact(Exposure.DEGRADED, "another rule may take its requests");
            case CONDITIONS -> new Impact(Exposure.OUTAGE, "it takes other requests");
            default -> ActionImpact.of(c.desired(), c.live());
          };
      case Drift.Extra e -> new Impact(Exposure.NONE, "not compared");
      case Drift.Missing m -> new Impact(Exposure.NONE, "not compared");
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("DeleteRule");
    }
    return Set.of(drift.property().equals(PRIORITY) ? PRIORITIZE : MODIFY);
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var changed = new ArrayList<Drift.Changed>();
    for (var drift : drifts) {
      switch (drift) {
        case Drift.Gone g -> steps.add(Repairs.beyondRepair(stack, g));
        case Drift.Unreadable u -> steps.add(Repairs.beyondRepair(stack, u));
        case Drift.Changed c when c.property().equals(PRIORITY) ->
            steps.add(prioritize(stack, desired, live, c));
        case Drift.Changed c when c.property().equals(OTHERS) -> {}
        case Drift.Changed c
            when c.property().equals(ACTION_TYPES)
                || (c.property().equals(ACTIONS) && !ActionReader.canBeSet(c)) ->
            steps.add(ActionReader.report(stack, c));
        case Drift.Changed c -> changed.add(c);
        case Drift.Extra e -> {}
        case Drift.Missing m -> {}
      }
    }
    if (!changed.isEmpty()) {
      steps.add(modify(stack, desired, changed));
    }
    return steps;
  }

  /** The service keeps what a call does not name. */
  private static Step modify(StackRef stack, Resource desired, List<Drift.Changed> drifts) {
    var arguments = new LinkedHashMap<String, List<String>>();
    arguments.put(Argument.RULE, List.of(desired.ref().physicalId()));
    for (var drift : drifts) {
      if (drift.property().equals(ACTIONS)) {
        arguments.put(Argument.ACTIONS, ActionReader.split(drift.desired()));
      } else {
        arguments.put(Argument.CONDITIONS, List.of(drift.desired()));
      }
    }
    return Repairs.call(
        stack,
        drifts,
        Step.Phase.CHANGE,
        desired.ref(),
        MODIFY,
        arguments,
        "set the rule to what the template declares");
  }

  /**
   * A priority is held by one rule at a time. Rules of the stack that stand in the way go to their
   * own places in the same call, as nobody can be in between.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html">SetRulePriorities</a>
   */
  private static Step prioritize(
      StackRef stack, Resource desired, Observed live, Drift.Changed drift) {
    var others = places(live, PLACE);
    var wanted = places(live, WANTED);
    Repairs.members(desired, OTHERS)
        .items()
        .forEach(before -> wanted.put(before.key(), before.fields().getOrDefault(PLACE, "")));
    // By ARN, so that rules that have changed places ask for the same call.
    var moves = new TreeMap<String, String>();
    moves.put(desired.ref().physicalId(), drift.desired());
    var place = drift.desired();
    while (others.containsValue(place)) {
      var holder = holder(others, place);
      var its = wanted.get(holder);
      if (its == null) {
        return Repairs.report(
            stack,
            drift,
            "priority " + place + " is taken by " + holder,
            "give that rule another priority, or delete it; then this one goes back");
      }
      others.remove(holder);
      // One that is in its own place already changes places, as when this is a change taken back.
      place = its.equals(place) ? drift.live() : its;
      moves.put(holder, place);
    }
    return Repairs.call(
        stack,
        List.of(drift),
        Step.Phase.CHANGE,
        desired.ref(),
        PRIORITIZE,
        Map.of(Argument.RULE, List.copyOf(moves.keySet()), PLACE, List.copyOf(moves.values())),
        "give the rule its place among the others again");
  }

  private static String holder(Map<String, String> others, String place) {
    return others.entrySet().stream()
        .filter(e -> e.getValue().equals(place))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** By ARN, the rules that have such a field. */
  private static Map<String, String> places(Observed live, String field) {
    var places = new TreeMap<String, String>();
    Repairs.members(live, OTHERS)
        .items()
        .forEach(
            other -> {
              var place = other.fields().get(field);
              if (place != null) {
                places.put(other.key(), place);
              }
            });
    return places;
  }

  /**
   * Requests that it has lost, by its conditions or its place, come back to where it sends them.
   */
  @Override
  public Moves moves(Drift drift, Resource desired, Observed live) {
    if (!(drift instanceof Drift.Changed c)) {
      return Moves.NONE;
    }
    if (c.property().equals(ACTIONS)) {
      return new Moves(ActionReader.groups(c.desired()), ActionReader.groups(c.live()));
    }
    return desired.properties().get(ACTIONS) instanceof Property.Scalar actions
        ? new Moves(ActionReader.groups(actions.value()), Set.of())
        : Moves.NONE;
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    var arguments = call.arguments();
    var now = live;
    if (call.operation().equals(PRIORITIZE)) {
      var rules = arguments.getOrDefault(Argument.RULE, List.of());
      var places = arguments.getOrDefault(PLACE, List.of());
      for (var i = 0; i < rules.size(); i++) {
        now =
            rules.get(i).equals(call.resource().physicalId())
                ? StateUpdates.scalar(now, PRIORITY, places.get(i))
                : moved(now, rules.get(i), places.get(i));
      }
      return now;
    }
    if (arguments.containsKey(Argument.CONDITIONS)) {
      now = StateUpdates.scalar(now, CONDITIONS, call.argument(Argument.CONDITIONS));
    }
    if (arguments.containsKey(Argument.ACTIONS)) {
      now =
          StateUpdates.scalar(
              now, ACTIONS, ActionReader.join(arguments.getOrDefault(Argument.ACTIONS, List.of())));
    }
    return now;
  }

  private static Observed moved(Observed live, String rule, String place) {
    return Repairs.members(live, OTHERS).items().stream()
        .filter(other -> other.key().equals(rule))
        .findFirst()
        .map(
            other -> {
              var fields = new TreeMap<>(other.fields());
              fields.put(PLACE, place);
              return StateUpdates.put(live, OTHERS, rule, fields);
            })
        .orElse(live);
  }
}
