package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.Walk;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.verdict.WalkState;

/** Looks at one hop. Implementations are stateless; {@link Walk} has them in order. */
public interface HopCheck {
  /** Of the hop, e.g. {@code instance-group}. */
  String name();

  /**
   * @param before what was found at the hops before this one
   */
  Found look(Scene scene, Path path, WalkState before);
}
