package dev.driftmend.reconcile;

import dev.driftmend.kind.TargetGroup;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Served;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What of target health a look leaves behind, for a look that cannot see it any more. Pure. */
final class Remembering {
  private Remembering() {}

  /**
   * What is another than it is remembered.
   *
   * @param before by the group's ARN
   */
  static List<Served> changed(Desired desired, Live live, Map<String, Served> before, Instant now) {
    var changed = new ArrayList<Served>();
    for (var resource : desired.resources()) {
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
