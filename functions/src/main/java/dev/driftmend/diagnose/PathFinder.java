package dev.driftmend.diagnose;

import dev.driftmend.kind.Instance;
import dev.driftmend.kind.Listener;
import dev.driftmend.kind.LoadBalancer;
import dev.driftmend.kind.TargetGroup;
import dev.driftmend.model.Declared;
import dev.driftmend.model.Item;
import dev.driftmend.model.ListenerAction;
import dev.driftmend.model.Network.Interface;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Resource;
import dev.driftmend.model.ResourceRef;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the path through a stack. */
final class PathFinder {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final Scene scene;
  private final Names names;

  PathFinder(Scene scene) {
    this.scene = scene;
    this.names = new Names(scene);
  }

  /** Where clients ask. */
  private record Ask(int port, String protocol, @Nullable String host) {}

  Path path() {
    var balancer = balancer();
    var listeners = listeners(balancer);
    var ask = ask(listeners);
    var listener = listener(listeners, ask.port);
    var state = listener == null ? null : live(listener);
    var taken = state instanceof Observed.Found found ? Requests.taken(found, ask.host, "/") : null;
    var groups = groups(taken, listener, listeners);
    return new Path(
        scene,
        names,
        balancer,
        ask.port,
        ask.protocol,
        listener,
        strange(listeners, ask.port),
        taken,
        groups,
        groups.stream().flatMap(g -> targets(g).stream()).toList());
  }

  private @Nullable Observed live(ResourceRef ref) {
    return scene.live().resources().get(ref.logicalId());
  }

  private Stream<Resource> ofType(String type) {
    return scene.desired().resources().stream().filter(r -> r.ref().type().equals(type));
  }

  /** By the name that clients ask, else the first one that faces the internet. */
  private @Nullable ResourceRef balancer() {
    var all = ofType(LoadBalancer.TYPE).map(Resource::ref).toList();
    var host = host(scene.endpoint());
    return all.stream()
        .filter(b -> host != null && isNameOf(b, host))
        .findFirst()
        .or(() -> all.stream().filter(b -> !internal(b) && !listeners(b).isEmpty()).findFirst())
        .or(() -> all.stream().findFirst())
        .or(this::foreignBalancer)
        .orElse(null);
  }

  /** The one that a listener of the stack names by its ARN. */
  private Optional<ResourceRef> foreignBalancer() {
    return ofType(Listener.TYPE)
        .map(l -> balancerOf(l.ref().physicalId()))
        .filter(arn -> scene.live().resources().containsKey(arn))
        .map(arn -> new ResourceRef(arn, LoadBalancer.TYPE, arn))
        .findFirst();
  }

  /** Names are made of the load balancer's own name and digits. */
  private static boolean isNameOf(ResourceRef balancer, String host) {
    var parts = balancer.physicalId().split("/");
    var name = parts.length > 2 ? parts[2].toLowerCase(Locale.ROOT) + "-" : "?";
    return host.startsWith(name) || host.startsWith("internal-" + name);
  }

  private boolean internal(ResourceRef balancer) {
    return "internal".equals(Read.text(live(balancer), LoadBalancer.SCHEME));
  }

  /** The load balancer's ARN out of a listener's. */
  static String balancerOf(String listenerArn) {
    var last = listenerArn.lastIndexOf('/');
    return (last < 0 ? listenerArn : listenerArn.substring(0, last))
        .replace(":listener/", ":loadbalancer/");
  }

  private List<Resource> listeners(@Nullable ResourceRef balancer) {
    return balancer == null
        ? List.of()
        : ofType(Listener.TYPE)
            .filter(l -> balancerOf(l.ref().physicalId()).equals(balancer.physicalId()))
            .toList();
  }

  private static @Nullable String host(@Nullable URI endpoint) {
    return endpoint == null || endpoint.getHost() == null
        ? null
        : endpoint.getHost().toLowerCase(Locale.ROOT);
  }

  /**
   * A port that no listener has or should have is that of something before the load balancer, a
   * forwarded one say.
   */
  private Ask ask(List<Resource> listeners) {
    var endpoint = scene.endpoint();
    if (endpoint != null) {
      var https = "https".equalsIgnoreCase(endpoint.getScheme());
      var usual = https ? HTTPS : HTTP;
      var port = endpoint.getPort() < 0 ? usual : endpoint.getPort();
      var known = port == usual || ports(listeners).anyMatch(String.valueOf(port)::equals);
      return new Ask(known ? port : usual, https ? "HTTPS" : "HTTP", host(endpoint));
    }
    var first =
        listeners.stream()
            .filter(l -> "HTTPS".equals(Read.text(l.properties(), Listener.PROTOCOL)))
            .findFirst()
            .or(() -> listeners.stream().findFirst());
    var port = first.map(l -> Read.text(l.properties(), Listener.PORT)).orElse(null);
    var protocol = first.map(l -> Read.text(l.properties(), Listener.PROTOCOL)).orElse(null);
    return new Ask(number(port, HTTP), protocol == null ? "HTTP" : protocol, null);
  }

  private Stream<String> ports(List<Resource> listeners) {
    return listeners.stream()
        .flatMap(
            l ->
                Stream.of(
                        Read.text(l.properties(), Listener.PORT),
                        Read.text(live(l.ref()), Listener.PORT))
                    .filter(Objects::nonNull));
  }

  private static int number(@Nullable String text, int otherwise) {
    return text != null && text.matches("\\d{1,5}") ? Integer.parseInt(text) : otherwise;
  }

  /** The one that listens there, else the one that should, else the only one. */
  private @Nullable ResourceRef listener(List<Resource> listeners, int port) {
    var text = String.valueOf(port);
    return listeners.stream()
        .filter(l -> text.equals(Read.text(live(l.ref()), Listener.PORT)))
        .findFirst()
        .or(
            () ->
                listeners.stream()
                    .filter(l -> text.equals(Read.text(l.properties(), Listener.PORT)))
                    .findFirst())
        .or(() -> listeners.stream().findFirst())
        .map(Resource::ref)
        .orElse(null);
  }

  private @Nullable String strange(List<Resource> listeners, int port) {
    return listeners.stream()
        .flatMap(l -> Read.items(live(l.ref()), Listener.OTHER_LISTENERS).stream())
        .flatMap(List::stream)
        .filter(other -> String.valueOf(port).equals(other.fields().get("port")))
        .filter(
            other -> listeners.stream().noneMatch(l -> l.ref().physicalId().equals(other.key())))
        .map(Item::key)
        .findFirst()
        .orElse(null);
  }

  /** Behind the live action, else behind the declared one, else all that the stack has. */
  private List<String> groups(
      Requests.@Nullable Taken taken, @Nullable ResourceRef listener, List<Resource> listeners) {
    var live = taken == null ? null : taken.last();
    if (live != null && !forwarded(live).isEmpty()) {
      return forwarded(live);
    }
    var declared =
        Stream.concat(listeners.stream().filter(l -> l.ref().equals(listener)), listeners.stream())
            .map(l -> Requests.actions(Read.text(l.properties(), Listener.DEFAULT_ACTIONS)))
            .filter(Objects::nonNull)
            .map(actions -> forwarded(actions.getLast()))
            .filter(g -> !g.isEmpty())
            .findFirst();
    return declared.orElseGet(
        () -> ofType(TargetGroup.TYPE).map(g -> g.ref().physicalId()).toList());
  }

  /** The ARNs of the target groups that get requests; none if it is no forward action. */
  static List<String> forwarded(ListenerAction action) {
    if (!action.type().equals("forward")) {
      return List.of();
    }
    return Arrays.stream(action.settings().getOrDefault("to", "").split(","))
        .filter(to -> !to.isEmpty() && !to.endsWith("*0"))
        .map(to -> to.replaceFirst("\\*\\d+$", ""))
        .toList();
  }

  private List<Target> targets(String group) {
    var wanted =
        scene.desired().resources().stream()
            .filter(r -> r.ref().physicalId().equals(group))
            .findFirst();
    var state = scene.live().resources().get(wanted.map(r -> r.ref().logicalId()).orElse(group));
    Map<String, Item> declared = new LinkedHashMap<>();
    wanted
        .flatMap(r -> Read.items(new Observed.Found(r.properties()), TargetGroup.TARGETS))
        .orElse(List.of())
        .forEach(t -> declared.put(t.key(), t));
    var targets = new ArrayList<Target>();
    var health = Read.items(state, TargetGroup.TARGET_HEALTH).orElse(List.of());
    for (var live : Read.items(state, TargetGroup.TARGETS).orElse(List.of())) {
      var key = live.key();
      var same = declared.remove(key) != null ? key : moved(key, declared);
      declared.remove(same);
      targets.add(target(key, same, group, true, health));
    }
    declared.keySet().forEach(key -> targets.add(target(key, key, group, false, health)));
    return targets;
  }

  /** The declared target of the same id, on another port; null if there is none. */
  private static @Nullable String moved(String key, Map<String, Item> declared) {
    return declared.keySet().stream()
        .filter(other -> id(other).equals(id(key)))
        .findFirst()
        .orElse(null);
  }

  private static String id(String key) {
    var colon = key.lastIndexOf(':');
    return colon < 0 || !key.substring(colon + 1).matches("\\d{1,5}")
        ? key
        : key.substring(0, colon);
  }

  private static int port(String key) {
    return number(key.substring(key.lastIndexOf(':') + 1), 0);
  }

  private Target target(
      String key, @Nullable String same, String group, boolean registered, List<Item> health) {
    var id = id(key);
    var judged = health.stream().filter(h -> h.key().equals(key)).findFirst();
    var instance =
        ofType(Instance.TYPE).map(Resource::ref).filter(r -> r.physicalId().equals(id)).findFirst();
    var interfaces =
        scene.network().interfaces().stream().filter(i -> id.equals(i.instanceId())).toList();
    return new Target(
        key,
        id,
        port(key),
        same == null ? port(key) : port(same),
        group,
        registered,
        same != null,
        judged.map(h -> h.fields().getOrDefault("state", "")).orElse(""),
        judged.map(h -> h.fields().getOrDefault("reason", "")).orElse(""),
        instance.orElse(id.startsWith("i-") ? new ResourceRef(id, Instance.TYPE, id) : null),
        scene.live().resources().get(instance.map(ResourceRef::logicalId).orElse(id)),
        interfaces,
        subnet(id, interfaces));
  }

  private @Nullable String subnet(String id, List<Interface> interfaces) {
    return interfaces.isEmpty()
        ? scene.declared().resources().stream()
            .filter(d -> d.ref().physicalId().equals(id))
            .map(PathFinder::subnets)
            .flatMap(Set::stream)
            .findFirst()
            .orElse(null)
        : interfaces.getFirst().subnetId();
  }

  /** The subnets that the template gives an instance. */
  static Set<String> subnets(Declared instance) {
    var subnets = new LinkedHashSet<String>();
    Read.texts(instance, "SubnetId").forEach(subnets::add);
    Read.list(instance, "NetworkInterfaces").stream()
        .map(i -> Read.text(i, "SubnetId"))
        .filter(Objects::nonNull)
        .forEach(subnets::add);
    return subnets;
  }
}
