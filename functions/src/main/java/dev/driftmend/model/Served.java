package dev.driftmend.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * The targets of a target group that were healthy when it was last seen in use: once no listener
 * sends anything to it any more, the service says of every target that its health is not known.
 *
 * @param targetGroup its ARN
 * @param healthy the targets ({@code id:port}); one that was deregistered since is none of them
 * @param asOf when they were seen so, or a little before they were last seen so
 * @param idle whether the group has been seen since, with nothing sent to it
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html">Target.NotInUse</a>
 */
public record Served(String targetGroup, Set<String> healthy, Instant asOf, boolean idle) {
  /** How old it may be when the group is first seen idle. */
  private static final Duration FRESH = Duration.ofHours(1);

  public Served {
    healthy = Set.copyOf(healthy);
  }

  /** Whether it tells how the targets were right before nothing was sent to them any more. */
  public boolean tells(Instant now) {
    return idle || !asOf.plus(FRESH).isBefore(now);
  }
}
