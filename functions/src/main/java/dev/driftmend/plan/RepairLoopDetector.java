package dev.driftmend.plan;

import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.plan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Drifts that somebody makes again as often as they are repaired. Pure. */
public final class RepairLoopDetector {
  private RepairLoopDetector() {}

  /** The fights that this plan would go on with. */
  static List<Hold> begun(
      Plan plan, Map<String, List<Repair>> repairs, Limits limits, Instant now) {
    var begun = new ArrayList<Hold>();
    for (var fingerprint : repaired(plan)) {
      var lately =
          repairs.getOrDefault(fingerprint, List.of()).stream()
              .filter(r -> r.at().isAfter(now.minus(limits.time())))
              .toList();
      if (lately.size() >= limits.repeats()) {
        begun.add(new Hold(fingerprint, Hold.Sort.FIGHT, why(lately, limits), now));
      }
    }
    return begun;
  }

  /**
   * The holds after this look: one is over once its drift has been gone for long enough.
   *
   * @param seen the fingerprints of the drifts that are there
   */
  public static List<Hold> standing(
      Collection<Hold> holds, Set<String> seen, Limits limits, Instant now) {
    return holds.stream()
        .map(h -> seen.contains(h.fingerprint()) ? h.gone(null) : gone(h, now))
        .filter(h -> !isOver(h, limits, now))
        .toList();
  }

  /** The holds after a look that did not see everything: none is over, and none is gone by it. */
  public static List<Hold> seen(Collection<Hold> holds, Set<String> seen) {
    return holds.stream().map(h -> seen.contains(h.fingerprint()) ? h.gone(null) : h).toList();
  }

  private static Hold gone(Hold hold, Instant now) {
    return hold.goneSince() == null ? hold.gone(now) : hold;
  }

  private static boolean isOver(Hold hold, Limits limits, Instant now) {
    if (hold.sort() == Hold.Sort.MEANT) {
      return hold.goneSince() != null;
    }
    return hold.goneSince() != null && !hold.goneSince().plus(limits.time()).isAfter(now);
  }

  private static Set<String> repaired(Plan plan) {
    return plan.calls().stream()
        .map(Step.Call::fingerprints)
        .flatMap(List::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String why(List<Repair> lately, Limits limits) {
    var others = lately.stream().map(Repair::against).filter(Objects::nonNull).distinct().toList();
    return "it was repaired "
        + (lately.size() == 1 ? "once" : lately.size() + " times")
        + " within "
        + limits.within()
        + " minutes, and "
        + (others.isEmpty() ? "somebody" : String.join(" and ", others))
        + " made it again each time";
  }
}
