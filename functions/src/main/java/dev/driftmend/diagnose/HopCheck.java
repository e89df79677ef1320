package dev.driftmend.diagnose;

/** Looks at one hop. Implementations are stateless; {@link Walk} has them in order. */
interface HopCheck {
  /** Of the hop, e.g. {@code instance-group}. */
  String name();

  /**
   * @param before what was found at the hops before this one
   */
  Found look(Scene scene, Path path, Before before);
}
