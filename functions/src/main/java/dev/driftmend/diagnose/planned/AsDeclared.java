package dev.driftmend.diagnose.planned;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.path.TargetFinder;
import dev.driftmend.diagnose.scene.Backend;
import dev.driftmend.diagnose.scene.Backends;
import dev.driftmend.diagnose.scene.Groups;
import dev.driftmend.diagnose.scene.Launch;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.DynamicTargets;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.ElasticIp;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stack as it would be right after its deployment: what the template says, and AWS's own defaults
 * where it says nothing.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html">TargetGroup:
 *     defaults of health checks</a>
 */
public final class AsDeclared {
  /** Stands for an address that is not given yet. */
  static final String SOME_ADDRESS = "203.0.113.255";

  private static final Property NOTHING = Property.Members.of(List.of());

  private final DeclaredStack stack;
  private final Desired desired;

  AsDeclared(DeclaredStack stack, Desired desired) {
    this.stack = stack;
    this.desired = desired;
  }

  Live live() {
    var live = new HashMap<String, Observed>();
    for (var resource : desired.resources()) {
      live.put(resource.ref().logicalId(), new Observed.Found(properties(resource)));
    }
    backends()
        .forEach(
            b ->
                live.put(
                    key(b),
                    new Observed.Found(
                        Map.of(
                            Instance.GROUPS,
                            groups(b.groups(), b.subnets().stream().findFirst().orElse("")),
                            Instance.STATE,
                            new Property.Scalar("running")))));
    return new Live(desired.stack(), live);
  }

  /** Under which stands what is known of the targets that something registers by itself. */
  public static String key(Backend backend) {
    return "targets of " + backend.by().ref().logicalId();
  }

  /** All of the template, by whatever target group. */
  Stream<Backend> backends() {
    return stack.ofType(TargetGroup.TYPE).flatMap(g -> Backends.of(g, stack).stream());
  }

  private Property groups(Groups given, String subnet) {
    if (given.ids().isEmpty() && given.unsure() == null) {
      return Property.Members.of(List.of(Item.of(defaultGroup(vpcOf(subnet)))));
    }
    return new Property.Members(
        given.ids().stream().sorted().map(Item::of).toList(),
        Set.of(),
        Map.of(),
        null,
        open(given.unsure()));
  }

  private Map<String, Property> properties(Resource resource) {
    var properties = new LinkedHashMap<>(resource.properties());
    var declared = declared(resource);
    switch (resource.ref().type()) {
      case LoadBalancer.TYPE -> {
        properties.putIfAbsent(LoadBalancer.SCHEME, new Property.Scalar("internet-facing"));
        properties.putIfAbsent(LoadBalancer.SUBNETS, NOTHING);
        properties.putIfAbsent(LoadBalancer.GROUPS, defaultGroup(declared));
      }
      case TargetGroup.TYPE -> {
        var feeder = DynamicTargets.of(declared, stack);
        properties.putIfAbsent(
            TargetGroup.TARGETS, feeder == null ? NOTHING : new Property.Unknown(feeder));
        targetGroup(properties, declared);
      }
      case Listener.TYPE -> {
        properties.put(Listener.OTHER_RULES, rules(resource.ref().physicalId()));
        properties.putIfAbsent(Listener.OTHER_LISTENERS, NOTHING);
      }
      case Instance.TYPE -> {
        var launch = Launch.ofInstance(declared, stack);
        var subnet = launch.subnet();
        properties.putIfAbsent(
            Instance.GROUPS, groups(launch.groups(), subnet == null ? "" : subnet));
        properties.put(Instance.PUBLIC_ADDRESS, address(resource));
      }
      case Vpc.TYPE ->
          properties.put(
              Vpc.DEFAULT_ACL_ID, new Property.Scalar(defaultAcl(resource.ref().physicalId())));
      default -> {}
    }
    return properties;
  }

  private Declared declared(Resource resource) {
    return stack.resources().stream()
        .filter(d -> d.ref().equals(resource.ref()))
        .findFirst()
        .orElseThrow();
  }

  /** Made with a VPC: its members reach each other, and everything out. */
  static String defaultGroup(String vpc) {
    return "sg-0" + Fingerprint.of("default", vpc);
  }

  static String defaultAcl(String vpc) {
    return "acl-0" + Fingerprint.of("default", vpc);
  }

  static String mainTable(String vpc) {
    return "rtb-0" + Fingerprint.of("main", vpc);
  }

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html">A
   *     network load balancer that is made without security groups has none</a>
   */
  private Property defaultGroup(Declared declared) {
    var type = Read.text(declared, "Type");
    if ("network".equals(type) && declared.property("SecurityGroups").isEmpty()) {
      return NOTHING;
    }
    return type != null && !type.equals("application")
        ? new Property.Unknown("a load balancer that is no application load balancer may have none")
        : Property.Members.of(List.of(Item.of(defaultGroup(vpcOf(declared)))));
  }

  /** By the subnet; one that is not of the template stands for its own VPC. */
  private String vpcOf(Declared placed) {
    var subnet =
        Read.texts(placed, "Subnets")
            .findFirst()
            .or(() -> TargetFinder.subnets(placed, stack).stream().findFirst())
            .orElse("");
    return vpcOf(subnet);
  }

  String vpcOf(String subnet) {
    return stack
        .ofType("AWS::EC2::Subnet")
        .filter(s -> s.ref().physicalId().equals(subnet))
        .map(s -> Read.text(s, "VpcId"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("");
  }

  private static void targetGroup(Map<String, Property> properties, Declared declared) {
    if ("lambda".equals(Read.text(declared, "TargetType"))) {
      return;
    }
    properties.putIfAbsent("Protocol", new Property.Scalar("HTTP"));
    properties.putIfAbsent("HealthCheckPath", new Property.Scalar("/"));
    properties.putIfAbsent("HealthCheckPort", new Property.Scalar("traffic-port"));
    properties.putIfAbsent(
        "HealthCheckProtocol", Objects.requireNonNull(properties.get("Protocol")));
    properties.putIfAbsent(TargetGroup.MATCHER, new Property.Scalar("200"));
  }

  private Property rules(String listener) {
    var rules = new ArrayList<Item>();
    String unsure = null;
    for (var declared : stack.ofType(ListenerRule.TYPE).toList()) {
      var of = declared.property("ListenerArn").orElse(null);
      if (!(of instanceof Value.Scalar s)) {
        unsure = declared.ref().logicalId() + " may be a rule of it";
      } else if (s.text().equals(listener)) {
        desired.resources().stream()
            .filter(r -> r.ref().equals(declared.ref()))
            .findFirst()
            .ifPresent(r -> rules.add(rule(r)));
      }
    }
    return new Property.Members(rules, Set.of(), Map.of(), null, open(unsure));
  }

  /** Any others, if there may be some. */
  private static List<OpenMember> open(@Nullable String because) {
    return because == null ? List.of() : List.of(OpenMember.list("*", because));
  }

  private static Item rule(Resource rule) {
    var fields = new HashMap<String, String>();
    put(fields, "priority", rule, ListenerRule.PRIORITY);
    put(fields, Listener.RULE_CONDITIONS, rule, ListenerRule.CONDITIONS);
    put(fields, Listener.RULE_ACTIONS, rule, ListenerRule.ACTIONS);
    return Item.of(rule.ref().physicalId(), fields);
  }

  /** A condition that is not known is none that could be followed. */
  private static void put(
      Map<String, String> fields, String field, Resource rule, String property) {
    var text = Read.text(rule.properties(), property);
    if (text != null) {
      fields.put(field, text);
    } else if (property.equals(ListenerRule.CONDITIONS)) {
      fields.put(field, "unknown=?");
    }
  }

  /**
   * What the kind says if the instance is private; else one that is given at launch. A subnet that
   * is not of the template may give one or not.
   */
  private Property address(Resource instance) {
    var none = instance.properties().get(Instance.PUBLIC_ADDRESS);
    if (none != null) {
      return none;
    }
    var elastic =
        desired.resources().stream()
            .filter(r -> r.ref().type().equals(ElasticIp.TYPE))
            .filter(
                r ->
                    instance
                        .ref()
                        .physicalId()
                        .equals(Read.text(r.properties(), ElasticIp.INSTANCE)))
            .map(r -> r.ref().physicalId())
            .findFirst();
    return Property.Members.of(List.of(Item.of(elastic.orElse(SOME_ADDRESS))));
  }

  /** The rules of a VPC's default group as EC2 makes them. */
  static Map<String, Property> defaultRules(String group) {
    return Map.of(
        SecurityGroup.INGRESS,
        Property.Members.of(List.of(Item.of("ingress all from " + group))),
        SecurityGroup.EGRESS,
        Property.Members.of(
            List.of(Item.of("egress all to 0.0.0.0/0"), Item.of("egress all to ::/0"))));
  }
}
