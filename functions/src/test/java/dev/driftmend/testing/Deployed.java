package dev.driftmend.testing;

import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.watch.WatchedCalls;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Templates as if they were deployed: every resource exists, and its physical id is made of its
 * logical one, so that a test can name it. Anything imported is unresolved.
 */
public final class Deployed {
  public static final StackRef STACK =
      new StackRef(
          "arn:aws:cloudformation:us-east-1:111122223333:stack/shop/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");
  public static final Instant UPDATED = Instant.parse("2026-03-01T00:00:00Z");

  private static final Pattern RESOURCE =
      Pattern.compile("(?m)^  (\\w+):\\n(?:    (?!Type:).*\\n)*    Type: ([\\w:]+)");
  private static final String ELB = "arn:aws:elasticloadbalancing:us-east-1:111122223333:";

  private Deployed() {}

  /**
   * @param template YAML in block style with two spaces, resources as {@code Name:}, {@code Type:}
   */
  public static StackSnapshot snapshot(String template) {
    var resources = new ArrayList<ResourceRef>();
    var found = RESOURCE.matcher(template.substring(template.indexOf("Resources:")));
    while (found.find()) {
      resources.add(ref(found.group(1), found.group(2)));
    }
    return new StackSnapshot(
        STACK,
        "UPDATE_COMPLETE",
        UPDATED,
        template,
        Map.of(),
        resources,
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        List.of(),
        defaultGroups(resources),
        true);
  }

  private static Map<String, String> defaultGroups(List<ResourceRef> resources) {
    return resources.stream()
        .filter(r -> r.type().equals("AWS::EC2::VPC"))
        .collect(Collectors.toMap(ResourceRef::physicalId, _ -> "sg-default", (a, b) -> a));
  }

  /**
   * @param resources what stands below {@code Resources:}
   */
  public static DeclaredStack stack(String resources) {
    return Resolver.resolve(snapshot("Resources:\n" + resources.indent(2)));
  }

  /** The same stack with a resource of which not even the presence is known. */
  public static DeclaredStack undecided(DeclaredStack stack, String type) {
    return new DeclaredStack(
        stack.stack(),
        stack.asOf(),
        stack.resources(),
        List.of(new NotCovered("Perhaps", type, "*", "its condition cannot be decided")));
  }

  public static Desired desired(String resources) {
    return Desireds.of(stack(resources));
  }

  public static Resource resource(Desired desired, String logicalId) {
    return desired.resources().stream()
        .filter(r -> r.ref().logicalId().equals(logicalId))
        .findFirst()
        .orElseThrow();
  }

  public static Resource resource(DeclaredStack stack, String logicalId) {
    return resource(Desireds.of(stack), logicalId);
  }

  public static ResourceRef ref(String logicalId, String type) {
    var name = logicalId.toLowerCase(Locale.ROOT);
    var id =
        switch (type) {
          case "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress" -> "sgr-" + name;
          case "AWS::EC2::InternetGateway" -> "igw-" + name;
          case "AWS::EC2::EIP" -> "203.0.113." + (name.hashCode() & 127);
          case "AWS::ElasticLoadBalancingV2::LoadBalancer" -> ELB + "loadbalancer/app/" + name;
          case "AWS::ElasticLoadBalancingV2::Listener" -> ELB + "listener/app/" + name;
          case "AWS::ElasticLoadBalancingV2::ListenerRule" -> ELB + "listener-rule/app/" + name;
          case "AWS::ElasticLoadBalancingV2::TargetGroup" -> ELB + "targetgroup/" + name;
          default -> prefix(type) + name;
        };
    return new ResourceRef(logicalId, type, id);
  }

  /** As the catalogue of calls knows the ids of the type; empty if it is no EC2 id. */
  private static String prefix(String type) {
    return WatchedCalls.all().stream()
        .filter(watched -> watched.type().equals(type))
        .map(watched -> watched.ids().getFirst().form())
        .filter(form -> form.endsWith("-"))
        .findFirst()
        .orElse("");
  }

  /** The physical id of a resource of this type. */
  public static String id(String logicalId, String type) {
    return ref(logicalId, type).physicalId();
  }
}
