package dev.driftmend.diagnose;

import dev.driftmend.kind.Listener;
import dev.driftmend.model.Diagnosis.Symptom;
import dev.driftmend.model.ListenerAction;
import dev.driftmend.model.Observed;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The action that the listener takes leads to a target group: for the app's own page, for health.
 */
final class RuleCheck implements HopCheck {
  @Override
  public String name() {
    return "rule";
  }

  @Override
  public Found look(Scene scene, Path path, Before before) {
    var listener = path.listenerState();
    if (!(listener instanceof Observed.Found) || path.listener() == null) {
      return Found.unknown("there is no listener of which the rules could be followed");
    }
    var found = new Found();
    var host = scene.endpoint() == null ? null : scene.endpoint().getHost();
    var id = path.listener().physicalId();
    look(
        found, path, path.taken() == null ? Requests.taken(id, listener, host, "/") : path.taken());
    path.groups().stream()
        .map(g -> Read.text(path.byId(g), "HealthCheckPath"))
        .filter(Objects::nonNull)
        .filter(p -> !p.equals("/"))
        .distinct()
        .forEach(p -> beside(found, path, p, Requests.taken(id, listener, host, p)));
    return found;
  }

  private static void look(Found found, Path path, Requests.Taken taken) {
    var action = taken.last();
    var who = who(path, taken);
    if (action == null) {
      found.unclear("where " + who + " sends " + path.request() + " is not known");
    } else if (!action.type().equals("forward")) {
      answered(found, path, taken, action);
    } else if (PathFinder.forwarded(action).isEmpty()) {
      fault(
          found,
          path,
          taken,
          who + " forwards, but to groups of weight 0 only",
          Symptom.UNAVAILABLE);
    } else {
      forwarded(found, path, taken, action);
    }
  }

  private static void forwarded(
      Found found, Path path, Requests.Taken taken, ListenerAction action) {
    for (var group : PathFinder.forwarded(action)) {
      if (path.byId(group) instanceof Observed.Gone) {
        fault(
            found,
            path,
            taken,
            who(path, taken) + " forwards to " + path.name(group) + ", which does not exist",
            Symptom.UNAVAILABLE);
        return;
      }
    }
    found.ok(
        who(path, taken)
            + " forwards to "
            + String.join(", ", PathFinder.forwarded(action).stream().map(path::name).toList()));
  }

  /** A redirect that the template has is where clients are meant to go. */
  private static void answered(
      Found found, Path path, Requests.Taken taken, ListenerAction action) {
    var meant =
        action.type().equals("redirect") && taken.rule().isEmpty() && wanted(path).contains(action);
    if (meant) {
      found.ok(who(path, taken) + " redirects, as the template says");
      return;
    }
    if (isForOthers(path, taken, action)) {
      found.unclear(
          who(path, taken)
              + " answers "
              + path.request()
              + " itself, as the template says; only what its rules name is forwarded");
      return;
    }
    if (!List.of("redirect", "fixed-response").contains(action.type())) {
      found.unclear(who(path, taken) + " asks for more than is known: " + action.type());
      return;
    }
    fault(
        found,
        path,
        taken,
        who(path, taken)
            + " answers "
            + path.request()
            + " itself ("
            + action.type()
            + " "
            + action.settings().getOrDefault("status", "")
            + ") instead of forwarding it",
        symptom(action));
  }

  /** Whether the template means the default action for what no rule takes, and rules forward. */
  private static boolean isForOthers(Path path, Requests.Taken taken, ListenerAction action) {
    return taken.rule().isEmpty()
        && wanted(path).contains(action)
        && Read.items(path.listenerState(), Listener.OTHER_RULES).orElse(List.of()).stream()
            .anyMatch(r -> r.fields().getOrDefault(Listener.RULE_ACTIONS, "").contains("forward "));
  }

  private static Symptom symptom(ListenerAction action) {
    var status = action.settings().getOrDefault("status", "");
    return switch (status) {
      case "502" -> Symptom.BAD_GATEWAY;
      case "503" -> Symptom.UNAVAILABLE;
      case "504" -> Symptom.GATEWAY_TIMEOUT;
      default -> status.startsWith("2") ? Symptom.NONE : Symptom.STATUS;
    };
  }

  /** Where requests for health go beside all others: a client of the app may not notice. */
  private static void beside(Found found, Path path, String request, Requests.Taken taken) {
    var action = taken.last();
    if (action == null || taken.rule().isEmpty() || action.type().equals("forward")) {
      return;
    }
    found.fault(
        new Fault(
            who(path, taken) + " answers GET " + request + " itself (" + action.type() + ")",
            Symptom.NONE,
            Set.of(Fault.PART),
            fix(path, taken),
            List.of(about(path, taken))));
  }

  private static void fault(
      Found found, Path path, Requests.Taken taken, String evidence, Symptom symptom) {
    found.fault(Fault.whole(evidence, symptom, fix(path, taken), about(path, taken)));
  }

  private static String fix(Path path, Requests.Taken taken) {
    if (!taken.rule().isEmpty()) {
      return path.declared(taken.rule()).isPresent()
          ? "let " + path.name(taken.rule()) + " forward to the target group"
          : "delete the rule " + taken.rule();
    }
    var groups =
        wanted(path).stream()
            .flatMap(a -> PathFinder.forwarded(a).stream())
            .map(path::name)
            .toList();
    return "let "
        + path.name(Objects.requireNonNull(path.listener()).physicalId())
        + " forward to "
        + (groups.isEmpty() ? "a target group with targets" : String.join(", ", groups));
  }

  private static Fault.About about(Path path, Requests.Taken taken) {
    var listener = Objects.requireNonNull(path.listener()).physicalId();
    if (taken.rule().isEmpty()) {
      return path.about(listener, Listener.DEFAULT_ACTIONS);
    }
    return path.declared(taken.rule()).isPresent()
        ? path.about(taken.rule(), null)
        : path.about(listener, Listener.OTHER_RULES);
  }

  private static List<ListenerAction> wanted(Path path) {
    var listener = Objects.requireNonNull(path.listener()).physicalId();
    return path.wanted(listener)
        .map(r -> Requests.actions(Read.text(r.properties(), Listener.DEFAULT_ACTIONS)))
        .orElse(List.of());
  }

  private static String who(Path path, Requests.Taken taken) {
    return path.name(
        taken.rule().isEmpty()
            ? Objects.requireNonNull(path.listener()).physicalId()
            : taken.rule());
  }
}
