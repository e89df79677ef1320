package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import org.jspecify.annotations.Nullable;

/**
 * Ends the resolving of one value; becomes {@code Value.Unknown} at the function it left. The
 * message must never hold the value of a NoEcho parameter or name a secret.
 */
public final class Unresolved extends RuntimeException {
  private final transient Value.@Nullable Attribute attribute;

  public Unresolved(String why) {
    this(why, null);
  }

  public Unresolved(String why, Value.@Nullable Attribute attribute) {
    super(why, null, false, false);
    this.attribute = attribute;
  }

  public String why() {
    return String.valueOf(getMessage());
  }

  /** The attribute that is unknown, if that is all that was asked for. */
  Value.@Nullable Attribute attribute() {
    return attribute;
  }
}
