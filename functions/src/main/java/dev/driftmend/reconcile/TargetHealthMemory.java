package dev.driftmend.reconcile;

import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
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
      if (resource.ref().type().equals(TargetGroup.TYPE)
          && live.resources().get(resource.ref().logicalId()) instanceof Observed.Found found
          && found.properties().get(TargetGroup.TARGET_HEALTH) instanceof Property.Members m) {
        var arn = resource.ref().physicalId();
        var targets = m.items().stream().map(TargetGroup::target).toList();
        Served.after(arn, targets, before.get(arn), now).ifPresent(changed::add);
      }
    }
    return changed;
  }
}
