package dev.driftmend.kind;

import static dev.driftmend.kind.Kind.Coverage.How.COMPARED;
import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;

import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Exposure;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import dev.driftmend.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A listener of a load balancer. Any change of it is undone by one ModifyListener with all that the
 * template declares.
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

  /**
   * The other listeners of the same load balancer: one that the template does not have is drift.
   */
  public static final String OTHER_LISTENERS = "OtherListeners";

  private static final String LOAD_BALANCER = "LoadBalancerArn";
  private static final String ACTION_SEPARATOR = "; ";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of();
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    for (var name :
        List.of(PORT, PROTOCOL, SSL_POLICY, ALPN_POLICY, CERTIFICATES, DEFAULT_ACTIONS)) {
      rows.add(new Coverage(TYPE, name, COMPARED, "ModifyListener"));
    }
    rows.add(
        new Coverage(
            TYPE, LOAD_BALANCER, COMPARED, "the load balancer's other listeners are reported"));
    rows.add(
        new Coverage(
            TYPE, "ListenerAttributes", NOT_COVERED, "headers and timeouts; decide about no path"));
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
    Properties.scalars(properties, self.properties(), List.of(PORT, PROTOCOL, SSL_POLICY));
    self.property(ALPN_POLICY).ifPresent(v -> properties.put(ALPN_POLICY, joined(v)));
    self.property(CERTIFICATES).ifPresent(v -> properties.put(CERTIFICATES, certificates(v)));
    self.property(DEFAULT_ACTIONS).ifPresent(v -> properties.put(DEFAULT_ACTIONS, actions(v)));
    otherListeners(self, stack).ifPresent(o -> properties.put(OTHER_LISTENERS, o));
    return new Resource(self.ref(), properties);
  }

  private static Property joined(Value value) {
    var members = Properties.members(value);
    if (members.unsure() != null) {
      return new Property.Unknown(members.unsure());
    }
    return new Property.Scalar(
        members.items().stream().map(i -> i.key()).collect(Collectors.joining(",")));
  }

  private static Property certificates(Value value) {
    var arns = new ArrayList<Value>();
    for (var each : Properties.list(value)) {
      arns.add(
          each instanceof Value.Fields f
              ? f.get("CertificateArn").orElse(new Value.Unknown("no CertificateArn"))
              : each);
    }
    var members = Properties.members(new Value.Items(arns));
    return members.unsure() == null ? members : new Property.Unknown(members.unsure());
  }

  private static Property actions(Value value) {
    var unknown = Properties.unknown(value);
    if (unknown != null) {
      return new Property.Unknown(unknown);
    }
    try {
      return new Property.Scalar(
          ActionReader.inOrder(Properties.list(value)).stream()
              .map(a -> a.text())
              .collect(Collectors.joining(ACTION_SEPARATOR)));
    } catch (IllegalArgumentException e) {
      return new Property.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Of several declared listeners of one load balancer only the first looks for strangers, so that
   * each is told once. No listener of the stack is one, whichever load balancer it names.
   */
  private static Optional<Property> otherListeners(Declared self, DeclaredStack stack) {
    if (self.property(LOAD_BALANCER).orElse(null) instanceof Value.Unknown u) {
      return Optional.of(new Property.Unknown(u.why()));
    }
    if (!isFirstOfItsLoadBalancer(self, stack)) {
      return Optional.empty();
    }
    var declared = stack.ofType(TYPE).map(l -> l.ref().physicalId()).collect(Collectors.toSet());
    var unsure =
        stack.undecided().stream()
            .filter(u -> u.type().equals(TYPE))
            .findFirst()
            .map(u -> u.logicalId() + " may be one of them: " + u.why())
            .orElse(null);
    return Optional.of(new Property.Members(List.of(), declared, Map.of(), unsure));
  }

  private static boolean isFirstOfItsLoadBalancer(Declared self, DeclaredStack stack) {
    var loadBalancer = Properties.text(self, LOAD_BALANCER);
    return loadBalancer != null
        && stack
            .ofType(TYPE)
            .filter(l -> loadBalancer.equals(Properties.text(l, LOAD_BALANCER)))
            .findFirst()
            .filter(first -> first.ref().equals(self.ref()))
            .isPresent();
  }

  /** The owner of the network interfaces of a listener's load balancer, as EC2 describes them. */
  public static String owner(String listenerArn) {
    var path = listenerArn.substring(listenerArn.indexOf(":listener/") + ":listener/".length());
    return "ELB " + path.substring(0, Math.max(path.lastIndexOf('/'), 0));
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g ->
          new Impact(Exposure.OUTAGE, "nothing listens: clients are refused on this port");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Extra e when e.property().equals(OTHER_LISTENERS) ->
          new Impact(Exposure.LATENT, "the load balancer listens where the template does not");
      case Drift.Extra e -> new Impact(Exposure.DEGRADED, "another certificate is served");
      case Drift.Missing m -> new Impact(Exposure.OUTAGE, "the certificate is not served");
      case Drift.Changed c ->
          switch (c.property()) {
            case SSL_POLICY, ALPN_POLICY ->
                new Impact(Exposure.DEGRADED, "clients negotiate other than the template says");
            case DEFAULT_ACTIONS ->
                new Impact(Exposure.OUTAGE, "requests do not go where the template sends them");
            default ->
                new Impact(Exposure.OUTAGE, "clients find nothing where the template listens");
          };
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("DeleteListener");
    }
    return Set.of(drift.property().equals(OTHER_LISTENERS) ? "CreateListener" : "ModifyListener");
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    var changed = new ArrayList<Drift>();
    for (var drift : drifts) {
      var beyond = Repairs.beyondRepair(stack, drift);
      if (beyond != null) {
        steps.add(beyond);
      } else if (drift.property().equals(OTHER_LISTENERS)) {
        steps.add(
            Repairs.report(
                stack,
                drift,
                "a listener that somebody made may be in use, and cannot be put back with its ARN",
                "aws elbv2 delete-listener --listener-arn " + ((Drift.Extra) drift).item().key()));
      } else {
        changed.add(drift);
      }
    }
    if (!changed.isEmpty()) {
      steps.add(modify(stack, desired, changed));
    }
    return steps;
  }

  private static Step modify(StackRef stack, Resource desired, List<Drift> drifts) {
    var arguments = new LinkedHashMap<String, List<String>>();
    arguments.put("listener", List.of(desired.ref().physicalId()));
    desired.properties().forEach((name, property) -> argument(arguments, name, property));
    return Repairs.call(
        stack,
        drifts,
        Step.Phase.CHANGE,
        desired.ref(),
        "ModifyListener",
        arguments,
        "set the listener to what the template declares");
  }

  private static void argument(
      Map<String, List<String>> arguments, String name, Property property) {
    switch (property) {
      case Property.Scalar s when name.equals(DEFAULT_ACTIONS) ->
          arguments.put("actions", List.of(s.value().split(ACTION_SEPARATOR)));
      case Property.Scalar s -> arguments.put(argumentName(name), List.of(s.value()));
      case Property.Members m when name.equals(CERTIFICATES) && !m.items().isEmpty() ->
          arguments.put("certificates", m.items().stream().map(i -> i.key()).toList());
      case Property.Members m -> {}
      case Property.Unknown u -> {}
    }
  }

  private static String argumentName(String property) {
    return Character.toLowerCase(property.charAt(0)) + property.substring(1);
  }

  @Override
  public Observed after(Step.Call call, Observed live) {
    var now = live;
    for (var argument : call.arguments().entrySet()) {
      var values = argument.getValue();
      now =
          switch (argument.getKey()) {
            case "listener" -> now;
            case "actions" ->
                Altered.scalar(now, DEFAULT_ACTIONS, String.join(ACTION_SEPARATOR, values));
            case "certificates" -> Altered.members(now, CERTIFICATES, values);
            default -> Altered.scalar(now, propertyName(argument.getKey()), values.getFirst());
          };
    }
    return now;
  }

  private static String propertyName(String argument) {
    return Character.toUpperCase(argument.charAt(0)) + argument.substring(1);
  }
}
