package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/** One matter that is looked at. */
interface Matter {
  /** Whose words stand for all of it, if it could not be looked at. */
  Says says();

  /**
   * May look values up in {@link Visit#settings()}, for the matters behind it and the deployment.
   */
  List<Check> look(Visit visit);
}
