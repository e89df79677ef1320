package dev.driftmend.template;

import dev.driftmend.model.Value;
import org.jspecify.annotations.Nullable;

/**
 * Ends the resolving of one value; becomes {@code Value.Unknown} at the function it left. The
 * message must never hold the value of a NoEcho parameter or name a secret.
 */
final class Unresolved extends RuntimeException {
  private final transient Value.@Nullable Attribute attribute;

  Unresolved(String why) {
    this(why, null);
  }

  Unresolved(String why, Value.@Nullable Attribute attribute) {
    super(why, null, false, false);
    this.attribute = attribute;
  }

  String why() {
    return String.valueOf(getMessage());
  }

  /** The attribute that could not be told, if that is all that was asked for. */
  Value.@Nullable Attribute attribute() {
    return attribute;
  }
}
