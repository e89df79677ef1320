package dev.driftmend.kind;

import dev.driftmend.model.network.Served.Target;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The health of the targets of a target group, and how it is checked.
 *
 * @param known whether the health was read; if not, there are no targets here
 * @param checkPort the port that the health check asks; null if it is each target's own
 * @param settles how long after a change a target's health may still be that of before: checks that
 *     failed before are counted, and a target that is good again has to be found so several times
 *     in a row
 * @param fails how long a target that does not work may take to be found so, from when it is first
 *     asked
 */
public record TargetHealth(
    boolean known,
    List<Target> targets,
    @Nullable Integer checkPort,
    Duration settles,
    Duration fails) {

  public static final String TIMEOUT = "Target.Timeout";
  public static final String MISMATCH = "Target.ResponseCodeMismatch";

  /** The reason codes of a target that is asked for its health and does not answer well. */
  public static final Set<String> REASONS = Set.of(MISMATCH, TIMEOUT, "Target.FailedHealthChecks");

  public static final TargetHealth UNKNOWN =
      new TargetHealth(false, List.of(), null, Duration.ZERO, Duration.ZERO);

  public TargetHealth {
    targets = List.copyOf(targets);
  }

  /** The ids of the healthy targets, each with its port. */
  public Stream<String> healthy() {
    return targets.stream().filter(t -> t.state().equals("healthy")).map(Target::id);
  }

  public Stream<Target> unhealthy() {
    return targets.stream().filter(t -> t.state().equals("unhealthy"));
  }
}
