package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Fronts;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.planned.Creation;
import dev.driftmend.diagnose.scene.Server;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Value;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Targets are asked on the port, and in the protocol, of the app. */
public final class TargetGroupCheck implements HopCheck {
  public static final String NAME = "target-group";

  private static final String PORT = "Port";
  private static final String PROTOCOL = "Protocol";
  private static final Set<Integer> LOGINS = Set.of(22, 3389);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    if (path.groups().isEmpty()) {
      return Found.unknown("the stack has no target group that could be looked at");
    }
    var found = new Found();
    for (var group : path.groups()) {
      switch (path.byId(group)) {
        case null -> found.unclear(path.name(group) + " was not looked at");
        case Observed.Unreadable u ->
            found.unclear(path.name(group) + " could not be read: " + u.why());
        case Observed.Gone g -> found.unclear(path.name(group) + " does not exist");
        case Observed.Found f -> look(found, path, group, f);
      }
    }
    path.targets().stream().filter(PathTarget::registered).forEach(t -> port(found, path, t));
    if (!scene.deployed()) {
      var creation = new Creation(path);
      path.groups().forEach(g -> creation.group(found, g));
    }
    return found;
  }

  private static void look(Found found, Path path, String group, Observed.Found live) {
    var protocol = Read.text(live, PROTOCOL);
    var wanted = path.wanted(group).map(r -> Read.text(r.properties(), PROTOCOL)).orElse(null);
    if (protocol != null && wanted != null && !protocol.equals(wanted)) {
      found.fault(
          Fault.whole(
              path.name(group) + " speaks " + protocol + " to its targets, which speak " + wanted,
              Symptom.BAD_GATEWAY,
              "use a target group with the protocol " + wanted,
              path.about(group, PROTOCOL)));
      return;
    }
    if (isInvoked(path, group)) {
      found.ok(path.name(group) + " invokes a function");
      return;
    }
    version(found, path, group);
    found.ok(path.name(group) + " speaks " + protocol + " to its targets");
  }

  private static boolean isInvoked(Path path, String group) {
    return path.declared(group)
        .filter(g -> "lambda".equals(Read.text(g, "TargetType")))
        .isPresent();
  }

  /**
   * What an HTTP/1.1 server refuses to speak.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-protocol-version">Protocol
   *     version</a>
   */
  private static void version(Found found, Path path, String group) {
    var version = path.declared(group).flatMap(g -> g.property("ProtocolVersion")).orElse(null);
    var text = version instanceof Value.Scalar s ? s.text() : null;
    var served =
        path.targets().stream()
            .anyMatch(t -> t.group().equals(group) && t.state().equals("healthy"));
    if (version == null || "HTTP1".equals(text) || served) {
      return;
    }
    var app = path.scene().app();
    var front = new Fronts(path).any(group);
    if (text != null && app != null && app.isHttp1() && front == null) {
      found.fault(
          Fault.whole(
              path.name(group) + " speaks " + text + ", and the app's server HTTP/1.1 only",
              Symptom.BAD_GATEWAY,
              "give " + path.name(group) + " the ProtocolVersion HTTP1",
              path.about(group, "ProtocolVersion")));
    } else {
      found.unclear(
          path.name(group)
              + " speaks "
              + (text == null ? "a version of HTTP that is not known" : text)
              + "; whether its targets do is not known");
    }
  }

  private static void port(Found found, Path path, PathTarget target) {
    var app = path.scene().app();
    var server = app == null || app.port() == null ? server(path, target) : null;
    var port =
        server != null
            ? server.port()
            : app == null || app.port() == null ? target.wanted() : app.port();
    var wrong = target.port() != port && target.port() != 0 && port != 0;
    var other = wrong ? null : elsewhere(path, target);
    if (target.id().contains(":lambda:")) {
      return;
    }
    if (target.dynamic()) {
      found.ok(path.name(target.id()) + " is asked on the ports that its tasks are given");
      return;
    }
    if (target.port() == 0) {
      found.unclear("on which port " + path.name(target.id()) + " is asked is not known");
      return;
    }
    var front = wrong && app != null && app.port() != null ? new Fronts(path).of(target) : null;
    if (front != null) {
      found.unclear(
          path.name(target.group())
              + " asks "
              + path.name(target.id())
              + " on "
              + target.port()
              + ", and the app listens on "
              + port
              + ": "
              + front
              + ", and what stands before the app is not judged");
      return;
    }
    if (!wrong && other == null) {
      found.ok(path.name(target.id()) + " is asked on " + target.port());
      return;
    }
    var should = wrong ? port : Integer.parseInt(other);
    var why =
        wrong && app != null && app.port() != null
            ? "the app listens on " + port + " (" + app.source() + ")"
            : wrong && server != null
                ? "its user data starts " + server.name() + ", which listens on " + port
                : "the template has " + should;
    found.fault(
        Fault.at(
            target.key(),
            path.name(target.group())
                + " asks "
                + path.name(target.id())
                + " on "
                + target.port()
                + ", "
                + why,
            symptom(path, target),
            "register " + path.name(target.id()) + " on " + should,
            path.about(target.group(), TargetGroup.TARGETS),
            path.about(target.group(), PORT),
            listener(path)));
  }

  /**
   * What user data puts on a machine that is not there yet; null if it is not certain. Whatever the
   * script does, the ports of remote logins are the image's; and a port that no group lets in is a
   * fault of the groups.
   */
  private static @Nullable Server server(Path path, PathTarget target) {
    if (path.scene().deployed()
        || !target.isMachine()
        || LOGINS.contains(target.port())
        || symptom(path, target) == Symptom.GATEWAY_TIMEOUT) {
      return null;
    }
    var launch = path.launch(target);
    return launch == null ? null : Server.of(launch.script());
  }

  private static Fault.About listener(Path path) {
    var listener = path.listener();
    return path.about(listener == null ? "" : listener.physicalId(), Listener.DEFAULT_ACTIONS);
  }

  /**
   * The port by which the template registers the same instance in a group of its own, where a group
   * that is not of the stack is on the path; null if there is none.
   */
  private static @Nullable String elsewhere(Path path, PathTarget target) {
    if (path.wanted(target.group()).isPresent()) {
      return null;
    }
    var ports =
        path.scene().desired().resources().stream()
            .filter(r -> r.ref().type().equals(TargetGroup.TYPE))
            .flatMap(
                r -> Read.keys(new Observed.Found(r.properties()), TargetGroup.TARGETS).stream())
            .flatMap(Set::stream)
            .filter(key -> key.startsWith(target.id() + ":"))
            .map(key -> key.substring(target.id().length() + 1))
            .toList();
    return ports.isEmpty() || ports.contains(String.valueOf(target.port()))
        ? null
        : ports.getFirst();
  }

  /** Where nobody listens connections are refused, if they get there. */
  private static Symptom symptom(Path path, PathTarget target) {
    var groups = target.groups();
    return groups != null
            && new GroupRules(path)
                    .let(
                        groups,
                        Direction.INGRESS,
                        target.port(),
                        path.balancerGroups(),
                        path.nodeAddresses())
                == GroupRules.Let.NONE
        ? Symptom.GATEWAY_TIMEOUT
        : Symptom.BAD_GATEWAY;
  }
}
