package dev.driftmend.kind;

import dev.driftmend.model.Declared;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import dev.driftmend.model.Value;
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
    for (var each : Properties.list(self, property)) {
      if (each instanceof Value.Fields attribute && Properties.text(attribute, "Key") != null) {
        into.put(
            PREFIX + Properties.text(attribute, "Key"),
            attribute
                .get("Value")
                .map(Properties::scalar)
                .map(Properties::lowerCaseIfBoolean)
                .orElseGet(() -> new Property.Unknown("an attribute without a value")));
      } else {
        var unknown = Properties.unknown(each);
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
        now = Altered.scalar(now, PREFIX + argument.getKey(), argument.getValue().getFirst());
      }
    }
    return now;
  }
}
