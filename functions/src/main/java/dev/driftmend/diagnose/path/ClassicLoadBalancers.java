package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A classic load balancer as the same path would be with a listener and a target group for each of
 * its listeners, so that it is walked by the same checks.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancing-loadbalancer.html">AWS::ElasticLoadBalancing::LoadBalancer</a>
 */
public final class ClassicLoadBalancers {
  static final String TYPE = "AWS::ElasticLoadBalancing::LoadBalancer";

  private static final String SCALING_GROUP = "AWS::AutoScaling::AutoScalingGroup";
  private static final String SERVICE = "AWS::ECS::Service";
  public static final String LISTENERS = "Listeners";

  private static final String NAME = "LoadBalancerName";
  private static final String ARN = "TargetGroupArn";

  private final DeclaredStack stack;

  /** The target groups of each load balancer, by its name. */
  private final Map<String, List<String>> groups = new LinkedHashMap<>();

  private ClassicLoadBalancers(DeclaredStack stack) {
    this.stack = stack;
  }

  /** The same stack, without classic load balancers. */
  public static DeclaredStack replaced(DeclaredStack stack) {
    return stack.ofType(TYPE).findAny().isEmpty()
        ? stack
        : new ClassicLoadBalancers(stack).replaced();
  }

  /** Of a deployed stack, of which they are not read. */
  public static List<String> notWalked(Scene scene) {
    return scene.deployed()
        ? scene
            .declared()
            .ofType(TYPE)
            .map(
                c ->
                    c.ref().logicalId()
                        + " is a classic load balancer, which is not walked live: diagnose"
                        + " --template walks it as it is declared")
            .toList()
        : List.of();
  }

  /** Whether this is the ARN of what stands for a classic load balancer. */
  public static boolean is(String balancer) {
    return balancer.contains(":loadbalancer/clb/");
  }

  private DeclaredStack replaced() {
    var resources = new ArrayList<Declared>();
    for (var declared : stack.resources()) {
      if (declared.ref().type().equals(TYPE)) {
        resources.addAll(balancer(declared));
      } else {
        resources.add(declared);
      }
    }
    return new DeclaredStack(
        stack.stack(),
        stack.asOf(),
        resources.stream().map(this::fed).toList(),
        stack.undecided(),
        stack.mentions(),
        stack.leftOut());
  }

  private List<Declared> balancer(Declared classic) {
    var name = classic.ref().logicalId();
    var arn = arn("loadbalancer", name, "");
    var properties = new LinkedHashMap<String, Value>();
    classic.property("Scheme").ifPresent(value -> properties.put("Scheme", value));
    properties.put(
        "SecurityGroups",
        classic
            .property("SecurityGroups")
            .orElse(
                new Value.Unknown(
                    "a classic load balancer without security groups gets one of its own")));
    properties.put(
        "Subnets",
        classic
            .property("Subnets")
            .orElse(new Value.Unknown("the default subnets of its zones are not of the template")));
    classic.property(LISTENERS).ifPresent(value -> properties.put(LISTENERS, value));
    var made = new ArrayList<Declared>();
    made.add(
        new Declared(new ResourceRef(name, LoadBalancer.TYPE, arn), new Value.Fields(properties)));
    var listeners = Read.list(classic, LISTENERS);
    for (var i = 0; i < listeners.size(); i++) {
      var listener = listeners.get(i);
      var port = Read.text(listener, "LoadBalancerPort");
      var title = name + "'s listener " + (port == null ? String.valueOf(i + 1) : port);
      var group = arn("targetgroup", name, "/" + Fingerprint.of(name, "group " + i));
      groups.computeIfAbsent(classic.ref().physicalId(), _ -> new ArrayList<>()).add(group);
      made.add(listener(listener, title, arn, arn("listener", name, "/" + i), group));
      made.add(group(classic, listener, "the instances behind " + title, group));
    }
    return made;
  }

  private String arn(String what, String name, String rest) {
    return String.join(
        ":",
        "arn",
        stack.stack().partition(),
        "elasticloadbalancing",
        stack.stack().region(),
        stack.stack().account(),
        what + "/clb/" + name.replace('/', '-') + "/" + Fingerprint.of(name, TYPE) + rest);
  }

  private static Declared listener(
      Value classic, String title, String balancer, String arn, String group) {
    var properties = new LinkedHashMap<String, Value>();
    properties.put("LoadBalancerArn", new Value.Scalar(balancer));
    put(properties, "Port", field(classic, "LoadBalancerPort"));
    put(properties, "Protocol", protocol(field(classic, "Protocol")));
    var certificate = field(classic, "SSLCertificateId");
    if (certificate != null) {
      properties.put(
          "Certificates",
          new Value.Items(List.of(new Value.Fields(Map.of("CertificateArn", certificate)))));
    }
    properties.put(
        "DefaultActions",
        new Value.Items(
            List.of(
                new Value.Fields(
                    Map.of("Type", new Value.Scalar("forward"), ARN, new Value.Scalar(group))))));
    return new Declared(new ResourceRef(title, Listener.TYPE, arn), new Value.Fields(properties));
  }

  private static Declared group(Declared classic, Value listener, String title, String arn) {
    var properties = new LinkedHashMap<String, Value>();
    put(properties, "Port", field(listener, "InstancePort"));
    var protocol = protocol(field(listener, "Protocol"));
    var own = protocol(field(listener, "InstanceProtocol"));
    put(properties, "Protocol", own == null ? inside(protocol) : own);
    health(properties, Read.text(classic.property("HealthCheck").orElse(null), "Target"));
    classic
        .property("Instances")
        .ifPresent(
            instances ->
                properties.put(
                    TargetGroup.TARGETS,
                    instances instanceof Value.Items(List<Value> values)
                        ? new Value.Items(
                            values.stream().map(ClassicLoadBalancers::target).toList())
                        : instances));
    return new Declared(
        new ResourceRef(title, TargetGroup.TYPE, arn), new Value.Fields(properties));
  }

  private static Value target(Value id) {
    return id instanceof Value.Unknown ? id : new Value.Fields(Map.of("Id", id));
  }

  /**
   * What is asked for the health: {@code HTTP:80/index.html}, {@code TCP:80}; without one, a TCP
   * connection to the instance's port.
   */
  private static void health(Map<String, Value> properties, @Nullable String asked) {
    var colon = asked == null ? -1 : asked.indexOf(':');
    var slash = asked == null ? -1 : asked.indexOf('/');
    if (asked == null || colon < 0) {
      properties.put("HealthCheckProtocol", new Value.Scalar("TCP"));
      return;
    }
    var protocol = Objects.requireNonNull(protocol(new Value.Scalar(asked.substring(0, colon))));
    properties.put("HealthCheckProtocol", protocol);
    properties.put(
        "HealthCheckPort",
        new Value.Scalar(asked.substring(colon + 1, slash < 0 ? asked.length() : slash)));
    if (slash >= 0) {
      properties.put("HealthCheckPath", new Value.Scalar(asked.substring(slash)));
    }
  }

  private static @Nullable Value protocol(@Nullable Value value) {
    if (!(value instanceof Value.Scalar(String text))) {
      return value;
    }
    var upper = text.toUpperCase(Locale.ROOT);
    return new Value.Scalar(upper.equals("SSL") ? "TLS" : upper);
  }

  /** An instance is asked without encryption unless the listener says otherwise. */
  private static @Nullable Value inside(@Nullable Value protocol) {
    if (!(protocol instanceof Value.Scalar(String text))) {
      return protocol;
    }
    return text.equals("HTTPS")
        ? new Value.Scalar("HTTP")
        : text.equals("TLS") ? new Value.Scalar("TCP") : protocol;
  }

  /** What registers instances with the load balancer registers them in its groups. */
  private Declared fed(Declared declared) {
    return switch (declared.ref().type()) {
      case SCALING_GROUP ->
          declared
              .property("LoadBalancerNames")
              .map(names -> with(declared, "TargetGroupARNs", groupsOf(declared, names)))
              .orElse(declared);
      case SERVICE ->
          declared
              .property("LoadBalancers")
              .map(balancers -> with(declared, "LoadBalancers", services(balancers)))
              .orElse(declared);
      default -> declared;
    };
  }

  private static Declared with(Declared declared, String name, Value value) {
    var properties = new LinkedHashMap<>(declared.properties().values());
    properties.put(name, value);
    return new Declared(declared.ref(), new Value.Fields(properties));
  }

  private Value groupsOf(Declared fleet, Value names) {
    var found = new ArrayList<>(Read.list(fleet, "TargetGroupARNs"));
    for (var name : names instanceof Value.Items(List<Value> values) ? values : List.of(names)) {
      if (name instanceof Value.Scalar(String text)) {
        groups.getOrDefault(text, List.of()).forEach(arn -> found.add(new Value.Scalar(arn)));
      } else {
        found.add(name);
      }
    }
    return new Value.Items(found);
  }

  private Value services(Value balancers) {
    if (!(balancers instanceof Value.Items(List<Value> values))) {
      return balancers;
    }
    var all = new ArrayList<Value>();
    for (var each : values) {
      if (each instanceof Value.Fields(Map<String, Value> fields)
          && fields.get(NAME) instanceof Value.Scalar(String name)) {
        for (var arn : groups.getOrDefault(name, List.of())) {
          var with = new LinkedHashMap<>(fields);
          with.put(ARN, new Value.Scalar(arn));
          all.add(new Value.Fields(with));
        }
      } else {
        all.add(each);
      }
    }
    return new Value.Items(all);
  }

  private static @Nullable Value field(Value value, String name) {
    return value instanceof Value.Fields fields ? fields.get(name).orElse(null) : null;
  }

  private static void put(Map<String, Value> into, String name, @Nullable Value value) {
    if (value != null) {
      into.put(name, value);
    }
  }
}
