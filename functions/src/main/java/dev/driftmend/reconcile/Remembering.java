package dev.driftmend.reconcile;

import dev.driftmend.kind.TargetGroup;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Item;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Served;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What of target health a look leaves behind, for a look that cannot see it any more. Pure. */
final class Remembering {
  /** How often the same is written down again, as a sign that it is still so. */
  private static final Duration AGAIN = Duration.ofMinutes(30);

  private Remembering() {}

  /**
   * What is another than it is remembered.
   *
   * @param before by the group's ARN
   */
  static List<Served> changed(Desired desired, Live live, Map<String, Served> before, Instant now) {
    var changed = new ArrayList<Served>();
    for (var resource : desired.resources()) {
      if (resource.ref().type().equals(TargetGroup.TYPE)) {
        var arn = resource.ref().physicalId();
        var observed = live.resources().get(resource.ref().logicalId());
        changed(arn, observed, before.get(arn), now).ifPresent(changed::add);
      }
    }
    return changed;
  }

  private static Optional<Served> changed(
      String arn, @Nullable Observed group, @Nullable Served before, Instant now) {
    if (!(group instanceof Observed.Found found)
        || !(found.properties().get(TargetGroup.TARGET_HEALTH) instanceof Property.Members m)) {
      return Optional.empty();
    }
    var targets = m.items();
    if (!targets.isEmpty() && targets.stream().allMatch(TargetGroup::isIdle)) {
      return idle(targets, before, now);
    }
    var healthy =
        targets.stream().filter(TargetGroup::serves).map(Item::key).collect(Collectors.toSet());
    var same =
        before != null
            && !before.idle()
            && before.healthy().equals(healthy)
            && before.asOf().plus(AGAIN).isAfter(now);
    return same ? Optional.empty() : Optional.of(new Served(arn, healthy, now, false));
  }

  private static Optional<Served> idle(List<Item> targets, @Nullable Served before, Instant now) {
    if (before == null) {
      return Optional.empty();
    }
    var registered = targets.stream().map(Item::key).collect(Collectors.toSet());
    var still =
        before.healthy().stream()
            .filter(t -> before.tells(now) && registered.contains(t))
            .collect(Collectors.toSet());
    var after = new Served(before.targetGroup(), still, before.asOf(), true);
    return after.equals(before) ? Optional.empty() : Optional.of(after);
  }
}
