package dev.driftmend.diagnose.verdict;

import dev.driftmend.model.incident.Diagnosis.Symptom;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a hop.
 *
 * @param symptom what those see whom it hits
 * @param hits the subnets of the load balancer, or the targets, that it keeps from serving; empty
 *     if it hits all
 * @param about what would be drift if it were behind this
 */
public record Fault(
    String evidence, Symptom symptom, Set<String> hits, String fix, List<About> about) {
  /** Among what a fault hits: not all of something, and no place by itself. */
  public static final String PART = "part";

  public Fault {
    hits = Set.copyOf(hits);
    about = List.copyOf(about);
  }

  /**
   * @param logicalId of the resource, or the physical id of one that is not of the stack
   * @param property null for any
   */
  public record About(String logicalId, @Nullable String property) {}

  public static Fault whole(String evidence, Symptom symptom, String fix, About... about) {
    return new Fault(evidence, symptom, Set.of(), fix, List.of(about));
  }

  public static Fault at(
      String place, String evidence, Symptom symptom, String fix, About... about) {
    return new Fault(evidence, symptom, Set.of(place), fix, List.of(about));
  }
}
