package dev.driftmend.model.drift;

import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.ResourceRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource of a type that has no kind of its own, compared by its type's schema alone.
 *
 * @param outcome whether it could be
 * @param why it was not; empty if it was
 * @param unverifiable declared values that are neither equal nor different for sure
 */
public record ComparedModel(
    ResourceRef resource,
    Outcome outcome,
    String why,
    List<Difference> differences,
    List<NotCovered> unverifiable) {
  public ComparedModel {
    differences = List.copyOf(differences);
    unverifiable = List.copyOf(unverifiable);
  }

  public static ComparedModel of(ResourceRef resource, Outcome outcome, String why) {
    return new ComparedModel(resource, outcome, why, List.of(), List.of());
  }

  public boolean isDrift() {
    return outcome == Outcome.GONE || !differences.isEmpty();
  }

  /** Whether it is certainly as declared, as far as its type can be compared at all. */
  public boolean isInSync() {
    return outcome == Outcome.NO_READER || (outcome == Outcome.COMPARED && differences.isEmpty());
  }

  public enum Outcome {
    COMPARED,
    GONE,
    /** Nobody can read resources of its type so. */
    NO_READER,
    /** It could not be looked at: it may be as declared or not. */
    NOT_READ
  }

  /**
   * @param path of the value, e.g. {@code Tags[team].Value}
   * @param declared null for a member that only live has
   * @param live null for what only the template has
   */
  public record Difference(String path, @Nullable String declared, @Nullable String live) {}
}
