package dev.driftmend.port;

import dev.driftmend.model.Cause;
import java.time.Instant;
import java.util.Optional;

/** Who changed a resource, from the account's event history. */
public interface History {

  /**
   * The last successful change of this resource since then that Driftmend did not make itself;
   * empty if none is known (the history lags by minutes). Never throws: not knowing who is no
   * reason not to repair.
   */
  Optional<Cause> lastChange(String resourceId, Instant since);
}
