package dev.driftmend.cli;

import java.io.Serial;

/** Nothing was done; the message names the thing and the way out, in a sentence. */
public final class Refusal extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public Refusal(String message) {
    super(message);
  }

  public Refusal(String message, Throwable cause) {
    super(message, cause);
  }
}
