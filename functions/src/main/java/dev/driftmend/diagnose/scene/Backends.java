package dev.driftmend.diagnose.scene;

import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.stream.Stream;

/** Whatever of a template registers targets by itself. */
public final class Backends {
  private Backends() {}

  /**
   * Whether something, also what a condition leaves out, names this target group to register in it.
   *
   * @param group its ARN
   */
  public static boolean feeds(Declared declared, String group) {
    return switch (declared.ref().type()) {
      case Fleets.TYPE -> Fleets.targetGroups(declared).contains(new Value.Scalar(group));
      case Services.TYPE ->
          Values.list(declared, "LoadBalancers").stream()
              .anyMatch(b -> group.equals(Values.text(b, "TargetGroupArn")));
      default -> false;
    };
  }

  /** In this target group. */
  public static List<Backend> of(Declared targetGroup, DeclaredStack stack) {
    return Stream.concat(new Fleets(stack).of(targetGroup), new Services(stack).of(targetGroup))
        .toList();
  }
}
