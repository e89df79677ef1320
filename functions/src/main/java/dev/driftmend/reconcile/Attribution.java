package dev.driftmend.reconcile;

import dev.driftmend.kind.AclEntries;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.NetworkAcl;
import dev.driftmend.kind.Role;
import dev.driftmend.kind.RouteTable;
import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.kind.TargetGroup;
import dev.driftmend.kind.Vpc;
import dev.driftmend.model.Caller;
import dev.driftmend.model.Cause;
import dev.driftmend.model.Drift;
import dev.driftmend.model.DrillRule;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Trigger;
import dev.driftmend.model.Version;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the calls that told us made a drift: one that can make the like, and that named this
 * very resource, and of a set this very member. A call about one group says nothing of another one.
 * Pure.
 */
final class Attribution {
  private Attribution() {}

  /** Whether a call is about a drift. */
  private enum About {
    THIS,
    ANOTHER,
    /** It names nothing by which that could be told. */
    NOT_SAID
  }

  /**
   * The calls among the triggers that made this drift, in the order in which they came. One that
   * does not say what it is about counts for what was lost or changed, if no other one does: it
   * takes nothing away from anybody.
   */
  static List<Cause> told(Drift drift, @Nullable Observed live, List<Trigger> triggers) {
    var kind = Kinds.of(drift.resource().type());
    if (kind.isEmpty() || drift instanceof Drift.Unreadable) {
      return List.of();
    }
    var can = kind.get().calls(drift);
    var ids = new HashSet<String>();
    ids.add(id(drift));
    if (live != null) {
      ids.addAll(kind.get().names(drift, live));
    }
    var calls =
        triggers.stream()
            .map(Trigger::cause)
            .filter(c -> c.origin() == Cause.Origin.API_CALL && can.contains(c.event()))
            .filter(c -> !isOwn(c.caller()) || DrillRule.isOne(drift))
            .toList();
    var certain = calls.stream().filter(c -> about(c, drift, ids) == About.THIS).toList();
    if (!certain.isEmpty() || drift instanceof Drift.Extra) {
      return certain;
    }
    var possible = calls.stream().filter(c -> about(c, drift, ids) == About.NOT_SAID).toList();
    return possible.size() == 1 ? possible : List.of();
  }

  /** The one call of these that is behind it; empty if they are several people's. */
  static Optional<Cause> cause(Drift drift, List<Cause> told) {
    var rule = drift instanceof Drift.Extra e ? e.item().handle() : null;
    var maker = told.stream().filter(c -> rule != null && c.made().contains(rule)).findFirst();
    if (maker.isPresent()) {
      return maker;
    }
    var callers = told.stream().map(Attribution::principal).distinct().count();
    return callers == 1 ? Optional.of(told.getLast()) : Optional.empty();
  }

  private static String principal(Cause cause) {
    return cause.caller() == null ? "" : cause.caller().principal();
  }

  private static String id(Drift drift) {
    var ref = drift.resource();
    return ref.type().equals(Role.TYPE) ? "role/" + ref.physicalId() : ref.physicalId();
  }

  private static About about(Cause call, Drift drift, Set<String> ids) {
    var names = new HashSet<>(call.names());
    names.addAll(call.made());
    if (names.isEmpty()) {
      return About.NOT_SAID;
    }
    var member = member(drift);
    if (member.isPresent() && !names.contains(member.get())) {
      return About.ANOTHER;
    }
    if (ids.stream().anyMatch(names::contains) || isItself(drift, names)) {
      return About.THIS;
    }
    var sorts = ids.stream().map(Attribution::sort).toList();
    return names.stream().map(Attribution::sort).anyMatch(sorts::contains)
        ? About.ANOTHER
        : About.NOT_SAID;
  }

  /** What a call on one member of a set names of it; empty if such calls name the whole only. */
  private static Optional<String> member(Drift drift) {
    var key =
        switch (drift) {
          case Drift.Extra e -> e.item().key();
          case Drift.Missing m -> m.item().key();
          case Drift.Changed c -> c.key();
          case Drift.Gone _, Drift.Unreadable _ -> null;
        };
    if (key == null) {
      return Optional.empty();
    }
    return switch (drift.resource().type()) {
      // What was revoked by its rule has no id that could be compared.
      case SecurityGroup.TYPE ->
          drift instanceof Drift.Extra e
              ? Optional.ofNullable(e.item().handle())
              : Optional.empty();
      case TargetGroup.TYPE -> Optional.of(TargetGroup.targetId(key));
      case RouteTable.TYPE -> Optional.of(key);
      case NetworkAcl.TYPE, Vpc.TYPE -> AclEntries.isKey(key) ? Optional.of(key) : Optional.empty();
      default -> Optional.empty();
    };
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

  /** {@code sg}, {@code role}, {@code targetgroup}. */
  private static String sort(String id) {
    var last = id.substring(id.lastIndexOf(':') + 1);
    var slash = last.indexOf('/');
    if (slash > 0) {
      return last.substring(0, slash);
    }
    return last.contains("-") ? last.substring(0, last.lastIndexOf('-')) : last;
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
