package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.ListenerRouting;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathFinder;
import dev.driftmend.diagnose.path.Redirects;
import dev.driftmend.diagnose.scene.Backends;
import dev.driftmend.diagnose.scene.Registrars;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.ListenerAction;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Value;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The action that the listener takes leads to a target group: for the app's own page, for health.
 */
public final class RuleCheck implements HopCheck {
  @Override
  public String name() {
    return "rule";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var listener = path.listenerState();
    if (!(listener instanceof Observed.Found) || path.listener() == null) {
      return Found.unknown("there is no listener of which the rules could be followed");
    }
    var found = new Found();
    var host = scene.endpoint() == null ? null : scene.endpoint().getHost();
    var id = path.listener().physicalId();
    look(
        found,
        path,
        path.taken() == null ? ListenerRouting.taken(id, listener, host, "/") : path.taken());
    path.groups().stream()
        .map(g -> Read.text(path.byId(g), "HealthCheckPath"))
        .filter(Objects::nonNull)
        .filter(p -> !p.equals("/"))
        .distinct()
        .forEach(p -> beside(found, path, p, ListenerRouting.taken(id, listener, host, p)));
    return found;
  }

  private static void look(Found found, Path path, ListenerRouting.Taken taken) {
    var action = taken.last();
    var who = who(path, taken);
    if (action != null && taken.actions() != null && taken.actions().size() > 1) {
      found.unclear(
          who + " asks for " + taken.actions().getFirst().type() + " first, which is not judged");
    }
    if (action == null) {
      found.unclear("where " + who + " sends " + path.request() + " is not known");
    } else if (!action.type().equals("forward")) {
      answered(found, path, taken, action);
    } else if (PathFinder.forwarded(action).isEmpty() || isWeightless(path, taken)) {
      found.fault(
          Fault.whole(
              who + " forwards, but to groups of weight 0 only",
              Symptom.UNAVAILABLE,
              "give a target group that " + who + " forwards to a weight above 0",
              about(path, taken)));
    } else {
      forwarded(found, path, taken, action);
    }
  }

  /** A group by itself may have the weight 0, too: nobody is sent there. */
  private static boolean isWeightless(Path path, ListenerRouting.Taken taken) {
    if (path.scene().deployed()) {
      return false;
    }
    var id =
        taken.rule().isEmpty()
            ? Objects.requireNonNull(path.listener()).physicalId()
            : taken.rule();
    var weights =
        path.declared(id).stream()
            .flatMap(
                d -> Read.list(d, taken.rule().isEmpty() ? "DefaultActions" : "Actions").stream())
            .flatMap(a -> Read.inside(a, "ForwardConfig").stream())
            .flatMap(f -> Read.inside(f, "TargetGroups").stream())
            .flatMap(g -> g instanceof Value.Items i ? i.values().stream() : Stream.of(g))
            .map(g -> Read.text(g, "Weight"))
            .toList();
    return !weights.isEmpty() && weights.stream().allMatch("0"::equals);
  }

  private static void forwarded(
      Found found, Path path, ListenerRouting.Taken taken, ListenerAction action) {
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

  private static void answered(
      Found found, Path path, ListenerRouting.Taken taken, ListenerAction action) {
    var who = who(path, taken);
    if (action.type().equals("redirect") && isDeclared(path, taken, action)) {
      redirected(found, path, taken, action);
      return;
    }
    if (isForOthers(path, taken, action)) {
      found.unclear(
          who
              + " answers "
              + path.request()
              + " itself, as the template says; only what its rules name is forwarded");
      return;
    }
    if (!List.of("redirect", "fixed-response").contains(action.type())) {
      found.unclear(who + " asks for more than is known: " + action.type());
      return;
    }
    var meant = isDeclared(path, taken, action) ? meant(path) : null;
    if (meant != null) {
      found.unclear(who + " answers " + path.request() + " itself, as the template says: " + meant);
      return;
    }
    fault(
        found,
        path,
        taken,
        who
            + " answers "
            + path.request()
            + " itself ("
            + action.type()
            + " "
            + action.settings().getOrDefault("status", "")
            + ") instead of forwarding it",
        symptom(action));
  }

  /** Whether it is the template's own. */
  private static boolean isDeclared(Path path, ListenerRouting.Taken taken, ListenerAction action) {
    return taken.rule().isEmpty()
        ? wanted(path).contains(action)
        : path.declared(taken.rule()).isPresent();
  }

  /** Why an answer of the listener's own may be meant; null if there is no reason. */
  private static @Nullable String meant(Path path) {
    var stack = path.scene().declared();
    var registrars = new Registrars(stack);
    var listener = path.declared(Objects.requireNonNull(path.listener()).physicalId());
    var balancer = path.balancer();
    var handed = listener.map(l -> registrars.handedTo(l.ref().logicalId())).orElse(null);
    if (handed == null && balancer != null) {
      handed = registrars.handedTo(balancer.logicalId());
    }
    if (handed != null) {
      return "rules may come from elsewhere, " + handed;
    }
    var serves =
        stack
            .ofType(TargetGroup.TYPE)
            .anyMatch(g -> !Read.list(g, "Targets").isEmpty() || !Backends.of(g, stack).isEmpty());
    return serves ? null : "it has nothing to forward to";
  }

  /** Clients who follow it get to where another listener sends them. */
  private static void redirected(
      Found found, Path path, ListenerRouting.Taken taken, ListenerAction action) {
    var redirects = new Redirects(path.scene());
    var who = who(path, taken);
    var listener = Objects.requireNonNull(path.listener());
    switch (redirects.follow(listener, path.protocol(), path.port(), "/", action)) {
      case Redirects.At at when isClosed(path, at.port()) ->
          astray(
              found,
              path,
              taken,
              who
                  + " redirects clients to "
                  + at.port()
                  + ", where the load balancer's groups let nobody in",
              Symptom.TIMEOUT);
      case Redirects.At at when at.action() == null ->
          found.unclear(
              who + " redirects to " + redirects.say(at) + ", which sends it who knows where");
      case Redirects.At at when Redirects.groups(at).isEmpty() ->
          found.unclear(who + " redirects to " + redirects.say(at) + ", which answers itself");
      case Redirects.At at ->
          found.ok(
              who
                  + " redirects, as the template says; "
                  + redirects.say(at)
                  + " forwards to "
                  + String.join(", ", Redirects.groups(at).stream().map(path::name).toList()));
      case Redirects.Nobody n ->
          astray(
              found,
              path,
              taken,
              who + " redirects clients to " + n.port() + ", where nobody listens",
              Symptom.REFUSED);
      case Redirects.Circle _ ->
          astray(found, path, taken, who + " redirects clients in a circle", Symptom.STATUS);
      case Redirects.Elsewhere e ->
          found.unclear(who + " sends clients to " + e.url() + ", where nobody looked");
      case Redirects.Unknown u ->
          found.unclear(who + " redirects, as the template says, but " + u.why());
    }
  }

  /** Who does not follow a redirect sees no more than its status. */
  private static void astray(
      Found found, Path path, ListenerRouting.Taken taken, String evidence, Symptom symptom) {
    fault(found, path, taken, evidence, path.scene().deployed() ? Symptom.STATUS : symptom);
  }

  private static boolean isClosed(Path path, int port) {
    var groups = path.balancerGroups();
    return groups != null && !path.internal() && new GroupRules(path).isShut(groups, port);
  }

  /** Whether the template means the default action for what no rule takes, and rules forward. */
  private static boolean isForOthers(
      Path path, ListenerRouting.Taken taken, ListenerAction action) {
    return taken.rule().isEmpty()
        && wanted(path).contains(action)
        && Read.items(path.listenerState(), Listener.OTHER_RULES).orElse(List.of()).stream()
            .map(r -> r.fields().get(Listener.RULE_ACTIONS))
            .anyMatch(actions -> actions == null || actions.contains("forward "));
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
  private static void beside(Found found, Path path, String request, ListenerRouting.Taken taken) {
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
      Found found, Path path, ListenerRouting.Taken taken, String evidence, Symptom symptom) {
    found.fault(Fault.whole(evidence, symptom, fix(path, taken), about(path, taken)));
  }

  private static String fix(Path path, ListenerRouting.Taken taken) {
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

  private static Fault.About about(Path path, ListenerRouting.Taken taken) {
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
        .map(r -> ListenerRouting.actions(Read.text(r.properties(), Listener.DEFAULT_ACTIONS)))
        .orElse(List.of());
  }

  private static String who(Path path, ListenerRouting.Taken taken) {
    return path.name(
        taken.rule().isEmpty()
            ? Objects.requireNonNull(path.listener()).physicalId()
            : taken.rule());
  }
}
