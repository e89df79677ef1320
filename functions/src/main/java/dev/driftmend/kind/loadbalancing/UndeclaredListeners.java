package dev.driftmend.kind.loadbalancing;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.RequestCondition;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a load balancer may have beside a declared listener: listeners and rules of the same stack.
 * All others are drift.
 */
final class UndeclaredListeners {
  private static final String LOAD_BALANCER = "LoadBalancerArn";

  private UndeclaredListeners() {}

  /**
   * Of several declared listeners of one load balancer only the first looks for undeclared ones, so
   * that each is reported once. No listener of the stack is one, whichever load balancer it names.
   */
  static Optional<Property> listeners(Declared self, DeclaredStack stack) {
    if (self.property(LOAD_BALANCER).orElse(null) instanceof Value.Unknown u) {
      return Optional.of(new Property.Unknown(u.why()));
    }
    return isFirstOfItsLoadBalancer(self, stack)
        ? Optional.of(noneBut(Listener.TYPE, stack))
        : Optional.empty();
  }

  private static boolean isFirstOfItsLoadBalancer(Declared self, DeclaredStack stack) {
    var loadBalancer = NormalForms.text(self, LOAD_BALANCER);
    return loadBalancer != null
        && stack
            .ofType(Listener.TYPE)
            .filter(l -> loadBalancer.equals(NormalForms.text(l, LOAD_BALANCER)))
            .findFirst()
            .filter(first -> first.ref().equals(self.ref()))
            .isPresent();
  }

  /** Only listeners of application load balancers have rules. */
  static Optional<Property> rules(Declared self, DeclaredStack stack) {
    return self.ref().physicalId().contains(":listener/app/")
        ? Optional.of(noneBut(ListenerRule.TYPE, stack))
        : Optional.empty();
  }

  private static Property noneBut(String type, DeclaredStack stack) {
    var declared = stack.ofType(type).map(l -> l.ref().physicalId()).collect(Collectors.toSet());
    var open =
        stack.undecided().stream()
            .filter(u -> u.type().equals(type))
            .map(u -> OpenMember.one("*", u.logicalId() + " may be one of them: " + u.why()))
            .toList();
    return new Property.Members(List.of(), declared, Map.of(), null, open);
  }

  /** What a rule of somebody else does to the requests of a listener. */
  static Kind.Impact ofRule(Item rule) {
    var conditions = rule.fields().getOrDefault(Listener.RULE_CONDITIONS, "");
    var actions = rule.fields().getOrDefault(Listener.RULE_ACTIONS, "");
    if (RequestCondition.parse(conditions).stream().allMatch(RequestCondition::isAlways)) {
      return new Kind.Impact(Exposure.OUTAGE, "it takes every request: " + actions);
    }
    return actions.contains("forward")
        ? new Kind.Impact(Exposure.LATENT, "it forwards " + conditions + " elsewhere: " + actions)
        : new Kind.Impact(Exposure.DEGRADED, "it answers " + conditions + ": " + actions);
  }
}
