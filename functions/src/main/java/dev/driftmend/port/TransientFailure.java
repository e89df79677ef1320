package dev.driftmend.port;

import java.io.Serial;

/**
 * A call failed in a way that passes: throttled, 5xx, timed out. The work goes back to the queue.
 */
public final class TransientFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /**
   * @param call service and operation, e.g. {@code ec2:DescribeSecurityGroups}
   */
  public TransientFailure(String call, Throwable cause) {
    super(call + " failed and may succeed later: " + cause.getMessage(), cause);
  }
}
