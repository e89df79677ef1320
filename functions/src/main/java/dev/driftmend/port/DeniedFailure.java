package dev.driftmend.port;

import java.io.Serial;

/** A call failed in a way that does not pass by itself: not allowed, or refused as invalid. */
public final class DeniedFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String call;

  /**
   * @param call service and operation, e.g. {@code ec2:DescribeSecurityGroups}
   */
  public DeniedFailure(String call, Throwable cause) {
    super(call + " was refused: " + cause.getMessage(), cause);
    this.call = call;
  }

  public String call() {
    return call;
  }
}
