package dev.driftmend.port;

import dev.driftmend.model.stack.StackSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Driftmend's own pieces: its event rules, schedules, event source mapping, subscriptions and
 * trail.
 */
public interface GuardParts {

  /** Every piece of the guard's own stack and whether it does its work. */
  List<Part> look(StackSnapshot guard);

  /** Switches a piece on again. */
  void enable(Part part);

  /**
   * @param fault null if it works
   * @param repairable whether {@link #enable} can repair the fault
   */
  record Part(
      String logicalId,
      String type,
      String physicalId,
      @Nullable String fault,
      boolean repairable) {}
}
