package dev.driftmend.model.drift;

import dev.driftmend.model.stack.StackRef;
import java.util.List;

/** What one payload says, before it is known which stack it is about. */
public sealed interface Signal {

  /** It names resources: ids or ARNs, the most specific first, then parents. Never empty. */
  record Resources(List<String> ids, Cause cause) implements Signal {
    public Resources {
      ids = List.copyOf(ids);
      if (ids.isEmpty()) {
        throw new IllegalArgumentException("a signal about resources names at least one");
      }
    }
  }

  /** It names the stack itself. */
  record Stack(StackRef stack, Cause cause) implements Signal {}

  /** It is about every guarded stack: the sweep, or a call whose payload names nothing. */
  record AllStacks(Cause cause) implements Signal {}

  /** It changes nothing that is guarded, or cannot be read; the reason is logged and counted. */
  record Ignored(String reason) implements Signal {}
}
