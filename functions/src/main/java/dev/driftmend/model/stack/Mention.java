package dev.driftmend.model.stack;

import org.jspecify.annotations.Nullable;

/**
 * A place of a template at which one of its resources is named.
 *
 * @param by the logical id of the resource that names it, or the key of the output
 * @param type of that resource; {@link #OUTPUT} if it is an output
 * @param attribute that is asked for; null for the reference itself
 */
public record Mention(String by, String type, @Nullable String attribute) {
  public static final String OUTPUT = "Output";

  /** Whether it leaves the stack: others may do with it what they like. */
  public boolean isOutput() {
    return type.equals(OUTPUT);
  }
}
