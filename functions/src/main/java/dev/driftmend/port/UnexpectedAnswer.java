package dev.driftmend.port;

import java.io.Serial;

/** A service answered in a way that is not understood: what it was asked about is not known. */
public final class UnexpectedAnswer extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /**
   * @param about what was asked about, e.g. a resource type
   */
  public UnexpectedAnswer(String about, Throwable cause) {
    super("AWS's answer about " + about + " is not understood (" + cause + ")", cause);
  }
}
