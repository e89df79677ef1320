package dev.driftmend.plan;

import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.role.Role;
import dev.driftmend.model.Version;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.incident.DrillRule;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the calls that started this run made a drift: one that can make the like, and that named
 * this very resource, and of a set this very member. A call about one group says nothing of another
 * one. Pure.
 */
final class Attribution {
  private Attribution() {}

  /**
   * How calls begin that make what was not there before. What is registered once more stays whose
   * it was.
   */
  private static final List<String> MAKING =
      List.of("Add", "Associate", "Attach", "Authorize", "Create", "Put");

  /**
   * The calls among the triggers that made this drift, in the order in which they came. One that
   * names nothing of it is none of them, however alone it is.
   */
  static List<Cause> callsBehind(
      Drift drift, @Nullable Resource desired, @Nullable Observed live, List<Trigger> triggers) {
    var kind = Kinds.of(drift.resource().type());
    if (kind.isEmpty() || drift instanceof Drift.Unreadable) {
      return List.of();
    }
    var can = kind.get().calls(drift);
    var ids = new HashSet<String>();
    ids.add(id(drift));
    // Of an association that is gone only the template still tells the id.
    if (desired != null && desired.parts().get(drift.property()) instanceof String part) {
      ids.add(part);
    }
    if (live != null) {
      ids.addAll(kind.get().names(drift, live));
    }
    return triggers.stream()
        .map(Trigger::cause)
        .filter(c -> c.origin() == Cause.Origin.API_CALL && can.contains(c.event()))
        .filter(c -> !isOwn(c.caller()) || DrillRule.isOne(drift))
        .filter(c -> isAbout(c, drift, ids))
        .toList();
  }

  /** Whether a call that made this addition made it from nothing, so that it is the maker's. */
  static boolean isMaking(Cause call, Drift.Extra extra) {
    var id = extra.item().handle();
    return (id != null && call.made().contains(id))
        || (id == null && MAKING.stream().anyMatch(call.event()::startsWith));
  }

  /** The one call of these that is behind it; empty if they are several people's. */
  static Optional<Cause> cause(Drift drift, List<Cause> calls) {
    var rule = drift instanceof Drift.Extra e ? e.item().handle() : null;
    var maker = calls.stream().filter(c -> rule != null && c.made().contains(rule)).findFirst();
    if (maker.isPresent()) {
      return maker;
    }
    var callers = calls.stream().map(Attribution::principal).distinct().count();
    return callers == 1 ? Optional.of(calls.getLast()) : Optional.empty();
  }

  private static String principal(Cause cause) {
    return cause.caller() == null ? "" : cause.caller().principal();
  }

  private static String id(Drift drift) {
    var ref = drift.resource();
    return ref.type().equals(Role.TYPE) ? "role/" + ref.physicalId() : ref.physicalId();
  }

  private static boolean isAbout(Cause call, Drift drift, Set<String> ids) {
    var names = new HashSet<>(call.names());
    names.addAll(call.made());
    var member = Kinds.of(drift.resource().type()).orElseThrow().named(drift);
    return (member.isEmpty() || names.contains(member.get()))
        && (ids.stream().anyMatch(names::contains) || isItself(drift, names));
  }

  /** A listener, a rule or a gateway beside the declared ones is named by its own id. */
  private static boolean isItself(Drift drift, Set<String> names) {
    return switch (drift) {
      case Drift.Extra e ->
          names.contains(e.item().key())
              || (e.item().handle() != null && names.contains(e.item().handle()));
      case Drift.Missing m -> names.contains(m.item().key());
      case Drift.Changed _, Drift.Gone _, Drift.Unreadable _ -> false;
    };
  }

  /**
   * Our own repairs come back as events. Whoever borrows our user agent only gets named from the
   * history instead, which knows our sessions. A drill's rule is a person's, though the command
   * line makes it.
   */
  private static boolean isOwn(@Nullable Caller caller) {
    return caller != null
        && caller.userAgent() != null
        && caller.userAgent().contains(Version.USER_AGENT);
  }
}
