package dev.driftmend.plan;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The drifts that are reported instead of repaired, with the reason, whatever the policy says of
 * them. Pure.
 *
 * @param byFingerprint of the drift
 * @param release what a person does to have them repaired after all
 */
public record Holds(Map<String, Hold> byFingerprint, String release) {
  public static final Holds NONE = new Holds(Map.of(), "");

  public Holds {
    byFingerprint = Map.copyOf(byFingerprint);
  }

  static Holds of(Collection<Hold> holds, String release) {
    var byFingerprint = new HashMap<String, Hold>();
    holds.forEach(h -> byFingerprint.put(h.fingerprint(), h));
    return new Holds(byFingerprint, release);
  }

  /** What a person does about a drift that is held, either way. */
  String remediation(Drift drift, String fingerprint) {
    var hold = byFingerprint.get(fingerprint);
    return hold != null && hold.sort() == Hold.Sort.MEANT
        ? release
            + "; to keep it, do nothing: it is left alone while it stands, and for good with a rule"
            + " in the policy: "
            + Policy.rule(drift, Treatment.REPORT)
        : release;
  }

  /** Why this drift is held; empty if it is not. */
  Optional<String> why(String fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint)).map(Hold::why);
  }
}
