package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Names;
import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.scene.Registrars;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.model.network.ListenerAction;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where clients end that follow a listener's redirects, as long as these lead to listeners of the
 * same load balancer.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html">RedirectActionConfig:
 *     what is not changed is written as #{host}, #{path}, #{port}, #{protocol}</a>
 */
public final class Redirects {
  private static final int MOST = 8;

  private final Scene scene;
  private final Names names;

  public Redirects(Scene scene) {
    this.scene = scene;
    this.names = new Names(scene);
  }

  /** How it ends. */
  public sealed interface End {}

  /**
   * @param listener that answers other than by a redirect
   * @param action null if it is not known
   */
  public record At(ResourceRef listener, int port, @Nullable ListenerAction action)
      implements End {}

  /**
   * @param port where nobody listens
   */
  public record Nobody(int port) implements End {}

  public record Elsewhere(String url) implements End {}

  public record Circle() implements End {}

  public record Unknown(String why) implements End {}

  /** A request as it is asked for. */
  private record Request(String protocol, int port, String path) {}

  /**
   * @param protocol and the others: of the request that is redirected first
   */
  public End follow(
      ResourceRef listener, String protocol, int port, String path, ListenerAction first) {
    var seen = new HashSet<Request>();
    var request = new Request(protocol, port, path);
    var action = first;
    var at = listener;
    while (action != null && action.type().equals("redirect")) {
      if (!seen.add(request) || seen.size() > MOST) {
        return new Circle();
      }
      var host = action.settings().getOrDefault("host", "#{host}");
      if (!host.equals("#{host}")) {
        return new Elsewhere(host + action.settings().getOrDefault("path", ""));
      }
      var next = next(request, action);
      if (next == null) {
        return new Unknown("a redirect's port is not known");
      }
      request = next;
      var listeners = listeners(listener);
      var found =
          listeners.stream().filter(l -> String.valueOf(next.port).equals(port(l))).findFirst();
      if (found.isEmpty()) {
        var other = unknown(listener, listeners, next.port);
        return other == null ? new Nobody(next.port) : new Unknown(other);
      }
      at = found.get().ref();
      var state = scene.live().resources().get(at.logicalId());
      action =
          state instanceof Observed.Found live
              ? ListenerRouting.taken(at.physicalId(), live, null, next.path).last()
              : null;
    }
    return new At(at, request.port, action);
  }

  private static @Nullable Request next(Request request, ListenerAction action) {
    var settings = action.settings();
    var protocol =
        settings.getOrDefault("protocol", "#{protocol}").replace("#{protocol}", request.protocol);
    var port =
        PathFinder.number(
            settings
                .getOrDefault("port", "#{port}")
                .replace("#{port}", String.valueOf(request.port)),
            0);
    var path =
        settings
            .getOrDefault("path", "/#{path}")
            .replace("#{path}", request.path.startsWith("/") ? request.path.substring(1) : "");
    return port == 0 ? null : new Request(protocol.toUpperCase(Locale.ROOT), port, path);
  }

  /** Of the same load balancer. */
  private List<Resource> listeners(ResourceRef listener) {
    var balancer = PathFinder.balancerOf(listener.physicalId());
    return scene.desired().resources().stream()
        .filter(r -> r.ref().type().equals(Listener.TYPE))
        .filter(r -> PathFinder.balancerOf(r.ref().physicalId()).equals(balancer))
        .toList();
  }

  private @Nullable String port(Resource listener) {
    return scene.live().resources().get(listener.ref().logicalId()) instanceof Observed.Found f
        ? Read.text(f, Listener.PORT)
        : null;
  }

  /** Who may listen there all the same; null if nobody does for sure. */
  private @Nullable String unknown(ResourceRef listener, List<Resource> listeners, int port) {
    for (var each : listeners) {
      var state = scene.live().resources().get(each.ref().logicalId());
      if (!(state instanceof Observed.Gone) && port(each) == null) {
        return "the port of " + each.ref().logicalId() + " is not known";
      }
      var others = Read.items(state, Listener.OTHER_LISTENERS).orElse(List.of());
      if (others.stream().anyMatch(o -> String.valueOf(port).equals(o.fields().get("port")))) {
        return "a listener on " + port + " is not of the stack";
      }
    }
    return scene.deployed() ? notRead(listeners) : ofOthers(listener);
  }

  private @Nullable String notRead(List<Resource> listeners) {
    return listeners.stream()
            .anyMatch(
                l ->
                    Read.items(
                            scene.live().resources().get(l.ref().logicalId()),
                            Listener.OTHER_LISTENERS)
                        .isPresent())
        ? null
        : "the load balancer's other listeners are not known";
  }

  private @Nullable String ofOthers(ResourceRef listener) {
    var stack = scene.declared();
    var undecided =
        stack.undecided().stream().filter(u -> u.type().equals(Listener.TYPE)).findFirst();
    if (undecided.isPresent()) {
      return undecided.get().logicalId() + " may listen there";
    }
    var balancer = PathFinder.balancerOf(listener.physicalId());
    var own =
        stack.resources().stream().filter(r -> r.ref().physicalId().equals(balancer)).findFirst();
    return own.isEmpty()
        ? "the load balancer is not of this template"
        : new Registrars(stack).handedTo(own.get().ref().logicalId());
  }

  /** Of the listener that answers, or of nothing. */
  public static List<String> groups(End end) {
    return end instanceof At at && at.action != null ? PathFinder.forwarded(at.action) : List.of();
  }

  /** In a few words. */
  public String say(At at) {
    return names.of(at.listener) + " on " + at.port;
  }
}
