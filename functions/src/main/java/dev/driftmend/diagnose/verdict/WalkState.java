package dev.driftmend.diagnose.verdict;

import dev.driftmend.diagnose.check.Found;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was found so far on a walk, and whether a request still gets through it. */
public final class WalkState {
  private final Path path;
  private final Map<String, Found> found = new LinkedHashMap<>();

  public WalkState(Path path) {
    this.path = path;
  }

  public void add(String hop, Found at) {
    found.put(hop, at);
  }

  public @Nullable Found at(String hop) {
    return found.get(hop);
  }

  boolean broken(String hop) {
    var at = found.get(hop);
    return at != null && !at.faults().isEmpty();
  }

  /** Whether no request gets through what was looked at. */
  public boolean stops() {
    return found.keySet().stream().anyMatch(this::stopsAt);
  }

  /**
   * Whether no request gets any further than this hop: all of it is broken, or what the hops before
   * it left over.
   */
  public boolean stopsAt(String hop) {
    var hit = new HashSet<String>();
    for (var each : found.entrySet()) {
      var stopping =
          each.getValue().faults().stream().filter(f -> f.symptom() != Symptom.NONE).toList();
      var here = each.getKey().equals(hop);
      if (here && stopping.stream().anyMatch(f -> f.hits().isEmpty())) {
        return true;
      }
      stopping.forEach(f -> hit.addAll(f.hits()));
      if (here) {
        return !stopping.isEmpty() && (covers(hit, path.doors()) || covers(hit, path.targetKeys()));
      }
    }
    return false;
  }

  /** Whether what was seen may come of what was found, for those whom it hits. */
  public boolean explains(Asked seen) {
    return found.values().stream()
        .flatMap(f -> f.faults().stream())
        .anyMatch(f -> f.symptom() != Symptom.NONE && seen.fits(f.symptom()));
  }

  private static boolean covers(Set<String> hit, Set<String> all) {
    return !all.isEmpty() && hit.containsAll(all);
  }

  /** Whether the way from the load balancer to this target is free, as far as it is known. */
  public boolean reaches(String target, List<String> hops) {
    return hops.stream()
        .map(found::get)
        .filter(f -> f != null)
        .flatMap(f -> f.faults().stream())
        .filter(f -> f.symptom() != Symptom.NONE)
        .noneMatch(f -> f.hits().isEmpty() || f.hits().contains(target));
  }
}
