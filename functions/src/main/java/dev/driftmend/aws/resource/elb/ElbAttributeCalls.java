package dev.driftmend.aws.resource.elb;

import dev.driftmend.aws.client.Failures;
import dev.driftmend.kind.loadbalancing.ElbAttributes;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.DeniedFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Attributes of load balancers, listeners and target groups: each has to be asked for its own. */
final class ElbAttributeCalls {
  private ElbAttributeCalls() {}

  /**
   * Reads them if the template declares any.
   *
   * @param gone the codes by which the service says that what has them is gone: thrown as they are
   */
  static void read(
      Resource desired,
      Map<String, Property> into,
      Set<String> gone,
      Supplier<Map<String, String>> live) {
    var wanted =
        desired.properties().keySet().stream()
            .filter(name -> name.startsWith(ElbAttributes.PREFIX))
            .toList();
    if (wanted.isEmpty()) {
      return;
    }
    try {
      live.get()
          .forEach(
              (key, value) -> into.put(ElbAttributes.PREFIX + key, new Property.Scalar(value)));
    } catch (DeniedFailure e) {
      if (Failures.is(e, gone)) {
        throw e;
      }
      wanted.forEach(name -> into.put(name, new Property.Unknown(Failures.explain(e))));
    }
  }

  static <A> Map<String, String> read(
      List<A> attributes, Function<A, String> key, Function<A, @Nullable String> value) {
    var byKey = new HashMap<String, String>();
    attributes.forEach(
        a -> byKey.put(key.apply(a), Objects.requireNonNullElse(value.apply(a), "")));
    return byKey;
  }

  static <A> List<A> written(Step.Call call, BiFunction<String, String, A> attribute) {
    return call.arguments().entrySet().stream()
        .filter(argument -> argument.getKey().indexOf('.') >= 0)
        .map(argument -> attribute.apply(argument.getKey(), argument.getValue().getFirst()))
        .toList();
  }
}
