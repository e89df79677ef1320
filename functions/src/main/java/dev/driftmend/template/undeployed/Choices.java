package dev.driftmend.template.undeployed;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Template;
import dev.driftmend.template.text.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists of a template that was never deployed of which a condition leaves nothing, as its
 * parameters are: another value of a parameter fills them, so that they are empty is not known.
 */
public final class Choices {
  private static final Map<String, Set<String>> LISTS =
      Map.of(
          "AWS::EC2::SecurityGroup",
          Set.of("SecurityGroupIngress"),
          "AWS::ElasticLoadBalancingV2::Listener",
          Set.of("Certificates"),
          "AWS::ElasticLoadBalancingV2::TargetGroup",
          Set.of("Targets"),
          "AWS::AutoScaling::AutoScalingGroup",
          Set.of("TargetGroupARNs", "LoadBalancerNames"),
          "AWS::ECS::Service",
          Set.of("LoadBalancers"));

  private Choices() {}

  public static Value.Fields in(Value.Fields properties, Template.Entry entry) {
    var values = new LinkedHashMap<>(properties.values());
    for (var name : LISTS.getOrDefault(entry.type(), Set.of())) {
      var node = entry.properties().get(name);
      if (node != null && isEmpty(values.get(name)) && isChosen(node)) {
        values.put(name, new Value.Unknown("a condition leaves none here, as the parameters are"));
      }
    }
    return values.equals(properties.values()) ? properties : new Value.Fields(values);
  }

  private static boolean isEmpty(@Nullable Value value) {
    return value == null || value instanceof Value.Items items && items.values().isEmpty();
  }

  private static boolean isChosen(Node node) {
    return switch (node) {
      case Node.Text _, Node.Unclear _ -> false;
      case Node.Items(List<Node> nodes) -> nodes.stream().anyMatch(Choices::isChosen);
      case Node.Fields(Map<String, Node> nodes) -> nodes.containsKey("Fn::If");
    };
  }
}
