package dev.driftmend.reconcile;

import dev.driftmend.model.Hold;
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
record Holds(Map<String, Hold> byFingerprint, String release) {
  static final Holds NONE = new Holds(Map.of(), "");

  Holds {
    byFingerprint = Map.copyOf(byFingerprint);
  }

  static Holds of(Collection<Hold> holds, String release) {
    var byFingerprint = new HashMap<String, Hold>();
    holds.forEach(h -> byFingerprint.put(h.fingerprint(), h));
    return new Holds(byFingerprint, release);
  }

  /** Why this drift is held; empty if it is not. */
  Optional<String> why(String fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint)).map(Hold::why);
  }
}
