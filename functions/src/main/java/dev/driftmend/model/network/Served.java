package dev.driftmend.model.network;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The targets of a target group that were healthy when it was last seen in use: once no listener
 * sends anything to it any more, the service says of every target that its health is not known.
 *
 * @param targetGroup its ARN
 * @param healthy the targets ({@code id:port}); one that was deregistered since is none of them
 * @param asOf when they were seen so, or a little before they were last seen so
 * @param idle whether the group has been seen since, with nothing sent to it
 * @param answered when any target of it was last seen healthy; null if that is not known
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html">Target.NotInUse</a>
 */
public record Served(
    String targetGroup,
    Set<String> healthy,
    Instant asOf,
    boolean idle,
    @Nullable Instant answered) {
  /** How often the same is written down again, as a sign that it is still so. */
  private static final Duration AGAIN = Duration.ofMinutes(30);

  /** How old it may be when the group is first seen idle. */
  private static final Duration FRESH = Duration.ofHours(1);

  public Served {
    healthy = Set.copyOf(healthy);
  }

  public Served(String targetGroup, Set<String> healthy, Instant asOf, boolean idle) {
    this(targetGroup, healthy, asOf, idle, healthy.isEmpty() ? null : asOf);
  }

  /** Whether it tells how the targets were right before nothing was sent to them any more. */
  public boolean tells(Instant now) {
    return idle || !asOf.plus(FRESH).isBefore(now);
  }

  /**
   * One target as the service describes it.
   *
   * @param id {@code id:port}; of a function its ARN alone
   * @param state {@code healthy}, {@code unused} and so on
   * @param reason e.g. {@code Target.NotInUse}; empty if there is none
   */
  public record Target(String id, String state, String reason) {
    /**
     * Whether it gets requests and answers them, as far as the service knows: a function without a
     * health check is never called healthy.
     */
    public boolean serves() {
      return state.equals("healthy")
          || (state.equals("unavailable") && reason.equals("Target.HealthCheckDisabled"));
    }

    /** Whether nothing is known of it, because no listener sends anything to its group. */
    public boolean isIdle() {
      return state.equals("unused") && reason.equals("Target.NotInUse");
    }

    private boolean isLeaving() {
      return state.equals("draining");
    }
  }

  /**
   * What is to be remembered of a group after a look at it. Of a group without targets, or from
   * which all are going, nothing is known about use: what was known stays, and grows old.
   *
   * @return empty if nothing but what is remembered
   */
  public static Optional<Served> after(
      String targetGroup, List<Target> targets, @Nullable Served before, Instant now) {
    var staying = targets.stream().filter(t -> !t.isLeaving()).toList();
    if (staying.isEmpty()) {
      return Optional.empty();
    }
    if (staying.stream().allMatch(Target::isIdle)) {
      return Optional.ofNullable(before).flatMap(b -> b.onceIdle(targets, now));
    }
    var healthy =
        staying.stream().filter(Target::serves).map(Target::id).collect(Collectors.toSet());
    var same =
        before != null
            && !before.idle()
            && before.healthy().equals(healthy)
            && before.asOf().plus(AGAIN).isAfter(now);
    var answered = healthy.isEmpty() ? (before == null ? null : before.answered()) : now;
    return same
        ? Optional.empty()
        : Optional.of(new Served(targetGroup, healthy, now, false, answered));
  }

  private Optional<Served> onceIdle(List<Target> targets, Instant now) {
    var registered = targets.stream().map(Target::id).collect(Collectors.toSet());
    var still =
        healthy.stream()
            .filter(t -> tells(now) && registered.contains(t))
            .collect(Collectors.toSet());
    var after = new Served(targetGroup, still, asOf, true, answered);
    return after.equals(this) ? Optional.empty() : Optional.of(after);
  }
}
