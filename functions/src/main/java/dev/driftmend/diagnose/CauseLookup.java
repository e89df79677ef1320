package dev.driftmend.diagnose;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.stack.StackRef;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Who is behind drifts, as the incidents that are open say. */
public final class CauseLookup {
  private CauseLookup() {}

  /**
   * @param incidents those of a stack that are open; asked once, and only if there is a drift
   */
  public static Function<Drift, Optional<Cause>> of(
      StackRef stack, Function<StackRef, List<Incident>> incidents) {
    return new Function<>() {
      private List<Incident> open = List.of();
      private boolean asked;

      @Override
      public Optional<Cause> apply(Drift drift) {
        if (!asked) {
          asked = true;
          open = incidents.apply(stack);
        }
        var fingerprint = drift.fingerprint(stack);
        return open.stream()
            .filter(i -> i.kind() == Incident.Kind.DRIFT)
            .filter(i -> i.fingerprint().equals(fingerprint))
            .findFirst()
            .or(
                () ->
                    open.stream()
                        .filter(i -> i.kind() == Incident.Kind.DRIFT)
                        .filter(i -> i.subject().equals(drift.resource().logicalId()))
                        .findFirst())
            .map(Incident::cause)
            .filter(Objects::nonNull);
      }
    };
  }
}
