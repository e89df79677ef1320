package dev.driftmend.reconcile;

import dev.driftmend.model.Latest;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import java.util.Map;

/** The desired states of the stacks that were looked at lately: nothing is resolved twice. */
final class DesiredCache {
  private static final int STACKS = 32;

  private final Map<StackRef, Known> known = new Latest<>(STACKS);

  private record Known(StackSnapshot snapshot, Desired desired) {}

  /**
   * @throws dev.driftmend.template.text.UnreadableTemplate if the template cannot be understood
   */
  synchronized Desired of(StackSnapshot snapshot) {
    var before = known.get(snapshot.stack());
    if (before != null && before.snapshot().equals(snapshot)) {
      return before.desired();
    }
    var desired = Desireds.withParts(Resolver.resolve(snapshot));
    known.put(snapshot.stack(), new Known(snapshot, desired));
    return desired;
  }
}
