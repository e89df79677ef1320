package dev.driftmend.reconcile;

import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.TargetHealth;
import dev.driftmend.model.network.Served;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What of target health a look leaves behind, for a look that cannot see it any more. Pure. */
final class TargetHealthMemory {
  private TargetHealthMemory() {}

  /** What is another than it is remembered. */
  static List<Served> changed(Assessment assessment, Instant now) {
    var live = assessment.live();
    var before = assessment.remembered().served();
    var changed = new ArrayList<Served>();
    for (var resource : assessment.desired().resources()) {
      var arn = resource.ref().physicalId();
      Kinds.of(resource.ref())
          .targetHealth(live.resources().get(resource.ref().logicalId()))
          .filter(TargetHealth::known)
          .flatMap(health -> Served.after(arn, health.targets(), before.get(arn), now))
          .ifPresent(changed::add);
    }
    return changed;
  }
}
