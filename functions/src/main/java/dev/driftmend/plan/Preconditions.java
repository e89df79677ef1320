package dev.driftmend.plan;

import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What must be there in the stack before a resource may be repaired. Pure. */
final class Preconditions {
  private Preconditions() {}

  /**
   * The resource of the stack that a call puts something back to, or puts back, and that does not
   * exist any more: a route's gateway, a subnet's network ACL, an instance's group. What only takes
   * away needs nothing.
   */
  static Optional<Resource> gone(Desired desired, Live live, Step step) {
    return step instanceof Step.Call call && call.phase() != Step.Phase.REMOVE
        ? desired.resources().stream()
            .filter(r -> live.resources().get(r.ref().logicalId()) instanceof Observed.Gone)
            .filter(r -> names(call, r.ref().physicalId()))
            .findFirst()
        : Optional.empty();
  }

  /** Ids stand alone or as a part: {@code i-1:5000}, {@code forward to=arn*1}. */
  private static boolean names(Step.Call call, String id) {
    var alone = Pattern.compile("(?<![\\w-])" + Pattern.quote(id) + "(?![\\w-])");
    return call.arguments().values().stream()
        .flatMap(List::stream)
        .anyMatch(value -> alone.matcher(value).find());
  }
}
