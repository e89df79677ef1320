package dev.driftmend.kind.loadbalancing;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.kind.StateUpdates;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The attributes of a load balancer, a listener or a target group: one scalar {@code
 * Attributes.KEY} for each one that is declared.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html">ModifyLoadBalancerAttributes</a>
 */
public final class ElbAttributes {
  public static final String PREFIX = "Attributes.";

  private ElbAttributes() {}

  static void declared(Map<String, Property> into, Declared self, String property) {
    for (var each : NormalForms.list(self, property)) {
      if (each instanceof Value.Fields attribute && NormalForms.text(attribute, "Key") != null) {
        into.put(
            PREFIX + NormalForms.text(attribute, "Key"),
            attribute
                .get("Value")
                .map(NormalForms::scalar)
                .map(NormalForms::lowerCaseIfBoolean)
                .orElseGet(() -> new Property.Unknown("an attribute without a value")));
      } else {
        var unknown = NormalForms.unknown(each);
        into.put(
            property,
            new Property.Unknown(unknown == null ? "an attribute without a key" : unknown));
      }
    }
  }

  static boolean is(Drift drift) {
    return drift.property().startsWith(PREFIX);
  }

  /**
   * Sets what drifted and nothing else.
   *
   * @param argument the name of the argument that says whose attributes they are
   */
  static Step modify(
      StackRef stack,
      Resource desired,
      List<? extends Drift> drifts,
      String operation,
      String argument) {
    var arguments = new LinkedHashMap<String, List<String>>();
    arguments.put(argument, List.of(desired.ref().physicalId()));
    for (var drift : drifts) {
      if (drift instanceof Drift.Changed changed) {
        arguments.put(changed.property().substring(PREFIX.length()), List.of(changed.desired()));
      }
    }
    return Repairs.call(
        stack,
        drifts,
        Step.Phase.CHANGE,
        desired.ref(),
        operation,
        arguments,
        "set the attributes that the template declares");
  }

  /** The keys of attributes have a dot, the names of other arguments have none. */
  static Observed after(Step.Call call, Observed live) {
    var now = live;
    for (var argument : call.arguments().entrySet()) {
      if (argument.getKey().indexOf('.') >= 0) {
        now = StateUpdates.scalar(now, PREFIX + argument.getKey(), argument.getValue().getFirst());
      }
    }
    return now;
  }
}
