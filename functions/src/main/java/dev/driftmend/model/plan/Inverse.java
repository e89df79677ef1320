package dev.driftmend.model.plan;

import java.util.Set;

/**
 * The call that takes a step of a plan back.
 *
 * @param exposes whether what comes back could be reached from the internet: then only a person may
 *     decide to take the step back
 * @param suspicion what would prove that the step made targets unhealthy
 */
public record Inverse(Step.Call call, boolean exposes, Suspicion suspicion) {

  /**
   * @param healthy the targets ({@code id:port}) that were healthy when the step was planned, and
   *     of which it changes whether, or what, the load balancer asks
   * @param all whether all of these have to be unhealthy to prove it: requests were led to them,
   *     and one that answers is enough
   * @param reasons the codes of target health that such a change leads to
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html">Reason
   *     codes</a>
   */
  public record Suspicion(Set<String> healthy, Set<String> reasons, boolean all) {
    public static final Suspicion NONE = new Suspicion(Set.of(), Set.of(), false);

    public Suspicion {
      healthy = Set.copyOf(healthy);
      reasons = Set.copyOf(reasons);
    }
  }
}
