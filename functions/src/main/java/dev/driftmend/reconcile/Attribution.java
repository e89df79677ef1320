package dev.driftmend.reconcile;

import dev.driftmend.kind.Kinds;
import dev.driftmend.model.Caller;
import dev.driftmend.model.Cause;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Trigger;
import dev.driftmend.model.Version;
import dev.driftmend.port.History;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is behind a drift: the call that told us, if it can have made it; else the account's history.
 */
final class Attribution {
  private final History history;

  Attribution(History history) {
    this.history = history;
  }

  /**
   * @param triggers all that led to this look
   * @param known what the history has answered in this run, by resource: it may be asked twice a
   *     second only
   * @param since the stack's last update: what was done before it is no drift of it
   */
  Optional<Cause> of(
      Drift drift, List<Trigger> triggers, Instant since, Map<String, Optional<Cause>> known) {
    if (drift instanceof Drift.Unreadable) {
      return Optional.empty();
    }
    var told = told(drift, triggers);
    // Of several calls that can have made it the history tells which one named the resource.
    return told.size() == 1
        ? Optional.of(told.getFirst())
        : known
            .computeIfAbsent(drift.resource().physicalId(), id -> history.lastChange(id, since))
            .or(() -> told.stream().reduce((a, b) -> b));
  }

  /**
   * The calls among the triggers that can have made this drift, in the order in which they came.
   */
  static List<Cause> told(Drift drift, List<Trigger> triggers) {
    var calls = Kinds.of(drift.resource().type()).map(k -> k.calls(drift)).orElse(Set.of());
    return triggers.stream()
        .map(Trigger::cause)
        .filter(c -> c.origin() == Cause.Origin.API_CALL && calls.contains(c.event()))
        .filter(c -> !isOwn(c.caller()))
        .toList();
  }

  /**
   * Our own repairs come back as events. Whoever borrows our user agent only gets named from the
   * history instead, which knows our sessions.
   */
  private static boolean isOwn(@Nullable Caller caller) {
    return caller != null
        && caller.userAgent() != null
        && caller.userAgent().contains(Version.USER_AGENT);
  }
}
