package dev.driftmend.model.drift;

import dev.driftmend.model.network.SecurityRule;
import java.util.ArrayList;
import java.util.List;

/**
 * A drift with what it means.
 *
 * @param exposureWhy the evidence for the exposure, for a person
 * @param owner whose it is; nobody's until that was asked
 */
public record Finding(
    Drift drift, Exposure exposure, String exposureWhy, Severity severity, Owner owner) {

  /** Before it was asked whose it is. */
  public Finding(Drift drift, Exposure exposure, String exposureWhy, Severity severity) {
    this(drift, exposure, exposureWhy, severity, Owner.NOBODY);
  }

  /** All of it that people read, for the ids that stand in it. */
  public List<String> texts() {
    var texts = new ArrayList<String>();
    texts.add(drift.resource().physicalId());
    texts.add(drift.what());
    texts.add(exposureWhy);
    if (drift instanceof Drift.Changed c) {
      texts.add(c.desired());
      texts.add(c.live());
    }
    return texts;
  }

  public Finding ownedBy(Owner by) {
    return new Finding(drift, exposure, exposureWhy, severity, by);
  }

  /** Whether it is somebody else's, and so is left alone. */
  public boolean isAnothers() {
    return owner instanceof Owner.Another;
  }

  /**
   * Whether it opens something to the internet: what is behind it can be reached there now, or a
   * rule lets in from more of it than anybody has alone. That is reported, whoever made it.
   */
  public boolean isOpenToInternet() {
    return exposure == Exposure.REACHABLE
        || (drift instanceof Drift.Extra e && SecurityRule.isOpenToInternet(e.item().key()));
  }
}
