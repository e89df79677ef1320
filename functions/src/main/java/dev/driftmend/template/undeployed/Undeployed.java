package dev.driftmend.template.undeployed;

import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Conditions;
import dev.driftmend.template.Presence;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.Template;
import dev.driftmend.template.function.Evaluator;
import dev.driftmend.template.function.Loops;
import dev.driftmend.template.function.Unresolved;
import dev.driftmend.template.text.Node;
import dev.driftmend.template.text.TemplateText;
import dev.driftmend.template.text.UnreadableTemplate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A template that was never deployed, as if it were: conditions decided by its parameters, and a
 * physical id of the right form invented for each resource, always the same one.
 */
public final class Undeployed {
  /** CloudFormation's own word for a stack of which nothing is deployed. */
  public static final String STATUS = "REVIEW_IN_PROGRESS";

  private static final String ACCOUNT = "123456789012";
  private static final int LONGEST_NAME = 32;
  private static final int PASSES = 3;
  private static final String ELB = "AWS::ElasticLoadBalancingV2::";

  private final StackRef stack;
  private final Template template;
  private final String body;
  private final Map<String, String> parameters;

  private Undeployed(String body, Map<String, String> given, String region) {
    this.stack =
        new StackRef(
            "arn:"
                + partition(region)
                + ":cloudformation:"
                + region
                + ":"
                + ACCOUNT
                + ":stack/undeployed/00000000-0000-0000-0000-000000000000");
    this.body = body;
    var text = TemplateText.parse(body);
    this.parameters = values(Template.withoutResources(text).parameters(), given);
    this.template = Template.beforeTransforms(Loops.unrolled(text, of(List.of())));
  }

  /**
   * @param given values of parameters; the others have their defaults, or none
   * @throws UnreadableTemplate if the body is no template
   * @throws IllegalArgumentException if it has no such parameter, or a value is not allowed; it
   *     names all of them
   */
  public static StackSnapshot snapshot(String body, Map<String, String> given, String region) {
    return new Undeployed(body, given, region).snapshot();
  }

  /** The values that are given, else by default, else the only ones that are allowed. */
  private static Map<String, String> values(Map<String, Node> declared, Map<String, String> given) {
    var wrong = new ArrayList<String>();
    var strange = new TreeSet<>(given.keySet());
    strange.removeAll(declared.keySet());
    if (!strange.isEmpty()) {
      wrong.add(
          "the template has no parameter "
              + String.join(", ", strange)
              + "; it has "
              + new TreeSet<>(declared.keySet()));
    }
    var values = new HashMap<String, String>();
    declared.forEach(
        (name, node) -> {
          var allowed = allowed(node);
          var value = given.get(name);
          if (value != null && !allowed.isEmpty() && !allowed.contains(value)) {
            wrong.add("the parameter " + name + " may be one of " + allowed + ", not " + value);
          }
          if (value == null) {
            value = field(node, "Default");
          }
          if (value == null && allowed.size() == 1) {
            value = allowed.getFirst();
          }
          if (value != null && !isOfSsm(node)) {
            values.put(name, value);
          }
        });
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong));
    }
    return values;
  }

  private static List<String> allowed(Node parameter) {
    return parameter instanceof Node.Fields fields
            && fields.nodes().get("AllowedValues") instanceof Node.Items(List<Node> nodes)
        ? nodes.stream()
            .flatMap(n -> n instanceof Node.Text t ? Stream.of(t.text()) : Stream.of())
            .toList()
        : List.of();
  }

  /** Its value is the name of where the value is. */
  private static boolean isOfSsm(Node parameter) {
    var type = field(parameter, "Type");
    return type != null && type.startsWith("AWS::SSM::Parameter::");
  }

  private static @Nullable String field(Node parameter, String name) {
    return parameter instanceof Node.Fields fields
            && fields.nodes().get(name) instanceof Node.Text text
        ? text.text()
        : null;
  }

  /**
   * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html">Partitions
   *     in ARNs</a>
   */
  private static String partition(String region) {
    return region.startsWith("cn-")
        ? "aws-cn"
        : region.startsWith("us-gov-")
            ? "aws-us-gov"
            : region.startsWith("us-iso-")
                ? "aws-iso"
                : region.startsWith("us-isob-") ? "aws-iso-b" : "aws";
  }

  private StackSnapshot snapshot() {
    var wanted = wanted();
    var ids = new LinkedHashMap<String, ResourceRef>();
    var snapshot = of(List.of());
    // An id may be made of another one: a rule's of its listener's, that of its load balancer's.
    for (var pass = 0; pass < PASSES; pass++) {
      var declared = pass == 0 ? null : Resolver.resolve(snapshot);
      wanted.forEach(
          (name, entry) ->
              ids.put(name, new ResourceRef(name, entry.type(), id(name, entry.type(), declared))));
      snapshot = of(List.copyOf(ids.values()));
    }
    return snapshot;
  }

  private StackSnapshot of(List<ResourceRef> resources) {
    return new StackSnapshot(
        stack,
        STATUS,
        Instant.EPOCH,
        body,
        parameters,
        resources,
        List.of(),
        Map.of(),
        Map.of(),
        Map.of());
  }

  /** Those whose condition holds, or cannot be decided: what may be there is walked. */
  private Map<String, Template.Entry> wanted() {
    var snapshot = of(List.of());
    var conditions = new Conditions(template.conditions(), new Presence(Map.of(), Set.of()));
    var evaluator = Loops.evaluator(template, conditions, snapshot);
    return template.resources().entrySet().stream()
        .filter(e -> holds(e.getValue().condition(), conditions, evaluator))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  private static boolean holds(
      @Nullable String condition, Conditions conditions, Evaluator evaluator) {
    try {
      return condition == null || conditions.holds(condition, evaluator);
    } catch (Unresolved e) {
      return true;
    }
  }

  /**
   * @param declared what is known so far; null if nothing is
   */
  private String id(String name, String type, @Nullable DeclaredStack declared) {
    var hex = Fingerprint.of(name, type);
    var plain = plain(name);
    return switch (type) {
      case "AWS::EC2::VPC" -> "vpc-0" + hex;
      case "AWS::EC2::Subnet" -> "subnet-0" + hex;
      case "AWS::EC2::SecurityGroup" -> "sg-0" + hex;
      case "AWS::EC2::RouteTable" -> "rtb-0" + hex;
      case "AWS::EC2::NetworkAcl" -> "acl-0" + hex;
      case "AWS::EC2::InternetGateway" -> "igw-0" + hex;
      case "AWS::EC2::EgressOnlyInternetGateway" -> "eigw-0" + hex;
      case "AWS::EC2::NatGateway" -> "nat-0" + hex;
      case "AWS::EC2::Instance" -> "i-0" + hex;
      case "AWS::EC2::NetworkInterface" -> "eni-0" + hex;
      case "AWS::EC2::VPCEndpoint" -> "vpce-0" + hex;
      case "AWS::EC2::LaunchTemplate" -> "lt-0" + hex;
      case "AWS::EC2::EIP" -> address(hex);
      case ELB + "LoadBalancer" ->
          arn("loadbalancer/" + family(name, declared) + short32(plain) + "/" + hex);
      case ELB + "TargetGroup" -> arn("targetgroup/" + short32(plain) + "/" + hex);
      case ELB + "Listener" ->
          under(name, "LoadBalancerArn", ":loadbalancer/", ":listener/", hex, declared);
      case ELB + "ListenerRule" ->
          under(name, "ListenerArn", ":listener/", ":listener-rule/", hex, declared);
      default -> plain + "-" + hex;
    };
  }

  /** Of a range for documents. */
  private static String address(String hex) {
    return "203.0.113." + (1 + Integer.parseInt(hex.substring(0, 4), 16) % 254);
  }

  private String arn(String rest) {
    return String.join(
        ":", "arn", stack.partition(), "elasticloadbalancing", stack.region(), ACCOUNT, rest);
  }

  /** Of a nested stack's resource, as a part of an ARN. */
  private static String plain(String name) {
    return name.replace('/', '-');
  }

  private static String short32(String name) {
    return name.substring(0, Math.min(name.length(), LONGEST_NAME));
  }

  private static String family(String name, @Nullable DeclaredStack declared) {
    var type = property(name, "Type", declared);
    return type == null || type.equals("application")
        ? "app/"
        : type.equals("network") ? "net/" : "gwy/";
  }

  private String under(
      String name,
      String parent,
      String its,
      String own,
      String hex,
      @Nullable DeclaredStack declared) {
    var arn = property(name, parent, declared);
    return arn != null && arn.contains(its)
        ? arn.replace(its, own) + "/" + hex
        : arn(own.substring(1) + "app/" + short32(plain(name)) + "/" + hex + "/" + hex);
  }

  private static @Nullable String property(
      String name, String property, @Nullable DeclaredStack declared) {
    if (declared == null) {
      return null;
    }
    return declared.resources().stream()
        .filter(r -> r.ref().logicalId().equals(name))
        .findFirst()
        .flatMap((Declared r) -> r.property(property))
        .map(v -> v instanceof Value.Scalar s ? s.text() : null)
        .orElse(null);
  }
}
