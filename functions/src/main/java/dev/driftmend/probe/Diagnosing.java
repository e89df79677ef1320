package dev.driftmend.probe;

import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.model.incident.Diagnosis;
import dev.driftmend.model.stack.StackSnapshot;
import java.util.List;

/** Walks the path to an endpoint that fails. */
@FunctionalInterface
public interface Diagnosing {
  /**
   * @param asked what the probe was answered, the front page first; empty if it did not ask
   */
  Diagnosis diagnose(StackSnapshot snapshot, List<Asked> asked);
}
