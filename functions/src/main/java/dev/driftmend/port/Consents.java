package dev.driftmend.port;

import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What may be repaired without asking, what is held, and what people accepted of it. */
public interface Consents {

  /** Empty if the stack is only observed so far. */
  Optional<Adoption> adoption(StackRef stack);

  /** A stack that is adopted already stays adopted as it was. */
  void adopt(StackRef stack, Adoption adoption);

  /** A second acceptance of the same plan replaces the first. */
  void accept(StackRef stack, Acceptance acceptance);

  /** The acceptance of the plan with this hash; empty if it was used or has expired by now. */
  Optional<Acceptance> acceptance(StackRef stack, String plan, Instant now);

  /**
   * Uses an acceptance up: of two runs at once only one may use it.
   *
   * @return false if it was used already, or has expired by now
   */
  boolean use(StackRef stack, Acceptance acceptance, Instant now);

  /**
   * Has a drift reported instead of repaired until it is released. One that is held for the same
   * sort of reason already is held for this reason now, since when it was.
   */
  void hold(StackRef stack, Hold hold);

  /** All drifts of this stack that are held. */
  List<Hold> holds(StackRef stack);

  /** Ends a hold, if there is one, and forgets how often that drift was repaired. */
  void release(StackRef stack, String fingerprint);

  /** The repairs of this stack's drifts that are not forgotten, in order, by fingerprint. */
  Map<String, List<Repair>> repairs(StackRef stack);

  /** Forgets all of it, and what is claimed: the stack is no longer guarded, or is gone. */
  void forgetConsents(StackRef stack);
}
