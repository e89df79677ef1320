package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/**
 * A matter of the web system alone: a guard alone has none, and nothing is said of what was not
 * judged.
 */
record OfWorkload(Matter matter) implements Matter {
  @Override
  public Says says() {
    return matter.says();
  }

  @Override
  public List<Check> look(Visit visit) {
    return visit.settings().hasWorkload() ? matter.look(visit.ofWorkload()) : List.of();
  }
}
