package dev.driftmend.template;

/**
 * Ends the resolving of one value; becomes {@code Value.Unknown} at the function it left. The
 * message must never hold the value of a NoEcho parameter or name a secret.
 */
final class Unresolved extends RuntimeException {
  Unresolved(String why) {
    super(why, null, false, false);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
