package dev.driftmend.template.undeployed;

import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.template.text.Node;
import java.util.List;
import java.util.Map;

/** What stands among the resources of a template and is none before its transforms are done. */
public final class Leftovers {
  /** What a transform may add to resources of the template that decides about them. */
  private static final List<String> PARTS =
      List.of(
          "AWS::EC2::SecurityGroupIngress",
          "AWS::EC2::SecurityGroupEgress",
          "AWS::EC2::Route",
          "AWS::EC2::SubnetRouteTableAssociation",
          "AWS::ElasticLoadBalancingV2::Listener",
          "AWS::ElasticLoadBalancingV2::ListenerRule",
          "AWS::AutoScaling::AutoScalingGroup",
          "AWS::ECS::Service");

  private Leftovers() {}

  /** A resource of which only the name stands there. */
  public static boolean isTransform(Node resource) {
    return resource instanceof Node.Fields(Map<String, Node> nodes)
        && nodes.containsKey("Fn::Transform")
        && !nodes.containsKey("Type");
  }

  /** What it may be, of each type. */
  public static List<NotCovered> of(String name, Node node) {
    if (node instanceof Node.Items(List<Node> three)
        && three.size() == 3
        && three.getLast() instanceof Node.Fields(Map<String, Node> loop)) {
      var why =
          three.get(1) instanceof Node.Unclear unclear
              ? "its list is not known: " + unclear.why()
              : "it is no loop that could be unrolled";
      if (loop.isEmpty()) {
        return List.of(new NotCovered(name, name, "*", why));
      }
      return loop.values().stream()
          .map(
              each ->
                  each instanceof Node.Fields(Map<String, Node> nodes)
                          && nodes.get("Type") instanceof Node.Text type
                      ? type.text()
                      : name)
          .distinct()
          .map(type -> new NotCovered(name, type, "*", why))
          .toList();
    }
    return PARTS.stream()
        .map(type -> new NotCovered(name, type, "*", "only a transform says what it adds"))
        .toList();
  }
}
