package dev.driftmend.diagnose.scene;

import dev.driftmend.model.Declared;
import dev.driftmend.model.DeclaredStack;
import java.util.List;
import java.util.stream.Stream;

/** Whatever of a template registers targets by itself. */
public final class Backends {
  private Backends() {}

  /** In this target group. */
  public static List<Backend> of(Declared targetGroup, DeclaredStack stack) {
    return Stream.concat(new Fleets(stack).of(targetGroup), new Services(stack).of(targetGroup))
        .toList();
  }
}
