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
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A listener of a load balancer. All that drifted of its own settings is set back by one
 * ModifyListener, which names nothing else.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listener.html">AWS::ElasticLoadBalancingV2::Listener</a>
 */
public final class Listener implements Kind {
  public static final String TYPE = "AWS::ElasticLoadBalancingV2::Listener";
  public static final String PORT = "Port";
  public static final String PROTOCOL = "Protocol";
  public static final String SSL_POLICY = "SslPolicy";
  public static final String ALPN_POLICY = "AlpnPolicy";
  public static final String CERTIFICATES = "Certificates";
  public static final String DEFAULT_ACTIONS = "DefaultActions";

  /** The types of the default actions alone, where not all of them is known. */
  public static final String DEFAULT_ACTION_TYPES = DEFAULT_ACTIONS + ActionReader.TYPES;

  /**
   * The other listeners of the same load balancer, by ARN with the fields {@code port} and {@code
   * protocol}: one that the template does not have is drift.
   */
  public static final String OTHER_LISTENERS = "OtherListeners";

  /**
   * Its rules but for the default one, by ARN with the fields {@code priority}, {@link
   * #RULE_CONDITIONS} and {@link #RULE_ACTIONS}: one that the template does not have is drift.
   */
  public static final String OTHER_RULES = "OtherRules";

  public static final String RULE_CONDITIONS = "conditions";
  public static final String RULE_ACTIONS = "actions";

  static final String ATTRIBUTES = "ListenerAttributes";
  private static final String MODIFY = "ModifyListener";
  private static final String MODIFY_ATTRIBUTES = "ModifyListenerAttributes";
  private static final String DELETE = "DeleteListener";
  private static final String DELETE_RULE = "DeleteRule";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    for (var name :
        List.of(PORT, PROTOCOL, SSL_POLICY, ALPN_POLICY, CERTIFICATES, DEFAULT_ACTIONS)) {
      rows.add(new Coverage(TYPE, name, COMPARED, MODIFY));
    }
    rows.add(
        new Coverage(
            TYPE, "LoadBalancerArn", COMPARED, "the load balancer's other listeners are drift"));
    rows.add(new Coverage(TYPE, ATTRIBUTES, COMPARED, MODIFY_ATTRIBUTES));
    rows.add(
        new Coverage(
            TYPE, "MutualAuthentication", NOT_COVERED, "trust stores live outside the stack"));
    rows.add(new Coverage(TYPE, "Tags", NOT_COVERED, "tags open and cut no traffic"));
    rows.add(new Coverage(TYPE, "ListenerArn", NOT_COVERED, "read-only: the physical id"));
    return rows;
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var properties = new LinkedHashMap<String, Property>();
    NormalForms.scalars(properties, self.properties(), List.of(PORT, PROTOCOL, SSL_POLICY));
    self.property(ALPN_POLICY).ifPresent(v -> properties.put(ALPN_POLICY, joined(v)));
    // Declared empty is not declared: none of these can be set to nothing.
    properties.values().removeIf(p -> p instanceof Property.Scalar s && s.value().isEmpty());
    self.property(CERTIFICATES).ifPresent(v -> properties.put(CERTIFICATES, certificates(v)));
    properties.values().removeIf(p -> p instanceof Property.Members m && isNone(m));
    self.property(DEFAULT_ACTIONS)
        .ifPresent(v -> ActionReader.read(properties, DEFAULT_ACTIONS, v));
    ElbAttributes.declared(properties, self, ATTRIBUTES);
    UndeclaredListeners.listeners(self, stack).ifPresent(o -> properties.put(OTHER_LISTENERS, o));
    UndeclaredListeners.rules(self, stack).ifPresent(o -> properties.put(OTHER_RULES, o));
    return new Resource(self.ref(), properties);
  }

  private static boolean isNone(Property.Members members) {
    return members.items().isEmpty() && members.openBecause() == null;
  }

  private static Property joined(Value value) {
    var members = NormalForms.members(value);
    if (members.openBecause() != null) {
      return new Property.Unknown(members.openBecause());
    }
    return new Property.Scalar(
        members.items().stream().map(i -> i.key()).collect(Collectors.joining(",")));
  }

  private static Property certificates(Value value) {
    var arns = new ArrayList<Value>();
    for (var each : NormalForms.list(value)) {
      arns.add(
          each instanceof Value.Fields f
              ? f.get("CertificateArn").orElse(new Value.Unknown("no CertificateArn"))
              : each);
    }
    var members = NormalForms.members(new Value.Items(arns));
    return members.openBecause() == null ? members : new Property.Unknown(members.openBecause());
  }

  /**
   * The owner of the network interfaces of a load balancer, as EC2 describes them.
   *
   * @param listenerArn of one of its listeners, or of a rule of one
   */
  public static String owner(String listenerArn) {
    var path = listenerArn.substring(listenerArn.indexOf(":listener") + 1);
    var parts = List.of(path.split("/"));
    var own = path.startsWith("listener-rule/") ? 2 : 1;
    return "ELB " + String.join("/", parts.subList(1, Math.max(1, parts.size() - own)));
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g ->
          new Impact(Exposure.OUTAGE, "nothing listens: clients are refused on this port");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Extra e when e.property().equals(OTHER_LISTENERS) ->
          new Impact(Exposure.LATENT, "the load balancer listens where the template does not");
      case Drift.Extra e when e.property().equals(OTHER_RULES) ->
          UndeclaredListeners.ofRule(e.item());
      case Drift.Extra e -> new Impact(Exposure.DEGRADED, "another certificate is served");
      case Drift.Missing m -> new Impact(Exposure.OUTAGE, "the certificate is not served");
      case Drift.Changed c when ElbAttributes.is(c) ->
          new Impact(Exposure.DEGRADED, "requests are handled other than the template says");
      case Drift.Changed c ->
          switch (c.property()) {
            case SSL_POLICY, ALPN_POLICY ->
                new Impact(Exposure.DEGRADED, "clients negotiate other than the template says");
            case DEFAULT_ACTIONS, DEFAULT_ACTION_TYPES -> ActionImpact.of(c.desired(), c.live());
            default ->
                new Impact(Exposure.OUTAGE, "clients find nothing where the template listens");
          };
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of(DELETE);
    }
    return switch (drift.property()) {
      case OTHER_LISTENERS -> Set.of("CreateListener");
      case OTHER_RULES -> Set.of("CreateRule");
      default -> Set.of(ElbAttributes.is(drift) ? MODIFY_ATTRIBUTES : MODIFY);
    };
  }

  /** What somebody made may be in use, and once deleted it does not come back with its ARN. */
  @Override
  public boolean requiresOptIn(Drift drift) {
    return isOfAnother(drift);
  }

  private static boolean isOfAnother(Drift drift) {
    return drift.property().equals(OTHER_LISTENERS) || drift.property().equals(OTHER_RULES);
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var changed = new ArrayList<Drift>();
    var attributes = new ArrayList<Drift>();
    for (var drift : drifts) {
      var beyond = Repairs.beyondRepair(stack, drift);
      if (beyond != null) {
        steps.add(beyond);
      } else if (isOfAnother(drift)) {
        steps.add(another(stack, drift));
      } else if (ElbAttributes.is(drift)) {
        attributes.add(drift);
      } else if (drift instanceof Drift.Changed c && cannotBeSet(c)) {
        steps.add(ActionReader.report(stack, c));
      } else {
        changed.add(drift);
      }
    }
    if (!changed.isEmpty()) {
      steps.add(modify(stack, desired, changed));
    }
    if (!attributes.isEmpty()) {
      steps.add(
          ElbAttributes.modify(stack, desired, attributes, MODIFY_ATTRIBUTES, Argument.LISTENER));
    }
    return steps;
  }

  private static Step another(StackRef stack, Drift drift) {
    if (!(drift instanceof Drift.Extra extra)) {
      return Repairs.report(
          stack, drift, "what was deleted does not come back with its ARN", "recreate it");
    }
    var rule = extra.property().equals(OTHER_RULES);
    return Repairs.call(
        stack,
        List.of(extra),
        Step.Phase.REMOVE,
        extra.resource(),
        rule ? DELETE_RULE : DELETE,
        Map.of(rule ? Argument.RULE : Argument.LISTENER, List.of(extra.item().key())),
        rule
            ? "delete a rule that the template does not have"
            : "delete a listener that the template does not have");
  }

  private static boolean cannotBeSet(Drift.Changed changed) {
    return changed.property().equals(DEFAULT_ACTION_TYPES)
        || (changed.property().equals(DEFAULT_ACTIONS) && !ActionReader.canBeSet(changed));
  }

  private static Step modify(StackRef stack, Resource desired, List<Drift> drifts) {
    var arguments = new LinkedHashMap<String, List<String>>();
    arguments.put(Argument.LISTENER, List.of(desired.ref().physicalId()));
    for (var drift : drifts) {
      if (drift instanceof Drift.Changed changed) {
        argument(arguments, changed);
      } else {
        var certificates = Repairs.members(desired, CERTIFICATES).keys();
        if (!certificates.isEmpty()) {
          arguments.put(Argument.CERTIFICATES, certificates);
        }
      }
    }
    return Repairs.call(
        stack,
        drifts,
        Step.Phase.CHANGE,
        desired.ref(),
        MODIFY,
        arguments,
        "set the listener to what the template declares");
  }

  private static void argument(Map<String, List<String>> arguments, Drift.Changed changed) {
    if (changed.property().equals(DEFAULT_ACTIONS)) {
      arguments.put(Argument.ACTIONS, ActionReader.split(changed.desired()));
    } else if (!changed.desired().isEmpty()) {
      // None cannot be set: the protocol takes it away.
      arguments.put(argumentName(changed.property()), List.of(changed.desired()));
    }
  }

  private static String argumentName(String property) {
    return Character.toLowerCase(property.charAt(0)) + property.substring(1);
  }

  /** What a rule that somebody made takes goes where the template sends it, once it is deleted. */
  @Override
  public Moves moves(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Changed c when c.property().equals(DEFAULT_ACTIONS) ->
          new Moves(ActionReader.groups(c.desired()), ActionReader.groups(c.live()));
      case Drift.Extra e
          when e.property().equals(OTHER_RULES)
              && desired.properties().get(DEFAULT_ACTIONS) instanceof Property.Scalar actions ->
          new Moves(
              ActionReader.groups(actions.value()),
              ActionReader.groups(e.item().fields().getOrDefault(RULE_ACTIONS, "")));
      case Drift.Changed _, Drift.Extra _, Drift.Missing _, Drift.Gone _, Drift.Unreadable _ ->
          Moves.NONE;
    };
  }

  @Override
  public NetworkUse networkUse(Drift drift) {
    return drift.property().equals(OTHER_LISTENERS) && Repairs.isOfSomethingThere(drift)
        ? NetworkUse.GROUPS
        : NetworkUse.NONE;
  }

  @Override
  public Optional<String> sender(ResourceRef ref, @Nullable Observed live, String targetGroup) {
    return actions(live).contains(targetGroup)
        ? Optional.of(owner(ref.physicalId()))
        : Optional.empty();
  }

  /** All actions of the listener and of its rules. */
  private static String actions(@Nullable Observed live) {
    if (!(live instanceof Observed.Found found)) {
      return "";
    }
    var actions = new StringBuilder();
    if (found.properties().get(DEFAULT_ACTIONS) instanceof Property.Scalar s) {
      actions.append(s.value());
    }
    if (found.properties().get(OTHER_RULES) instanceof Property.Members rules) {
      rules.items().forEach(r -> actions.append(' ').append(r.fields().get(RULE_ACTIONS)));
    }
    return actions.toString();
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    return switch (call.operation()) {
      case MODIFY_ATTRIBUTES -> ElbAttributes.after(call, live);
      case DELETE ->
          StateUpdates.without(
              live, OTHER_LISTENERS, l -> l.key().equals(call.argument(Argument.LISTENER)));
      case DELETE_RULE ->
          StateUpdates.without(
              live, OTHER_RULES, r -> r.key().equals(call.argument(Argument.RULE)));
      default -> modified(call, live);
    };
  }

  private static Observed modified(Step.Call call, Observed live) {
    var now = live;
    for (var argument : call.arguments().entrySet()) {
      var values = argument.getValue();
      now =
          switch (argument.getKey()) {
            case Argument.LISTENER -> now;
            case Argument.ACTIONS ->
                StateUpdates.scalar(now, DEFAULT_ACTIONS, ActionReader.join(values));
            case Argument.CERTIFICATES -> StateUpdates.members(now, CERTIFICATES, values);
            default -> StateUpdates.scalar(now, propertyName(argument.getKey()), values.getFirst());
          };
    }
    return now;
  }

  private static String propertyName(String argument) {
    return Character.toUpperCase(argument.charAt(0)) + argument.substring(1);
  }
}
