package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Names;
import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.network.ListenerAction;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the path through a stack. */
public final class PathFinder {
  /** What clients ask for, as long as nobody knows better. */
  static final String ROOT = "GET /";

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
    return path(balancer, listeners, listener(listeners, ask.port), ask);
  }

  /**
   * Each listener of each load balancer, and where rules lead that nothing else leads to. Nobody
   * has asked any but the first.
   */
  List<Path> paths() {
    var paths = new ArrayList<>(List.of(path()));
    new PathFinder(scene.unasked()).others(paths);
    return paths;
  }

  private void others(List<Path> paths) {
    var first = paths.getFirst();
    for (var balancer : balancers()) {
      var listeners = listeners(balancer);
      if (listeners.isEmpty() && !Objects.equals(balancer, first.balancer())) {
        paths.add(path(balancer, listeners, null, ask(listeners)));
      }
      for (var listener : listeners) {
        if (!listener.ref().equals(first.listener())) {
          paths.add(path(balancer, listeners, listener.ref(), ask(List.of(listener))));
        }
      }
    }
    for (var path : List.copyOf(paths)) {
      if (path.listener() != null) {
        ruled(
            paths, path, Read.items(live(path.listener()), Listener.OTHER_RULES).orElse(List.of()));
      }
    }
    ruled(
        paths,
        null,
        ofType(ListenerRule.TYPE).filter(this::isOfForeign).map(PathFinder::rule).toList());
  }

  /** The load balancers; null stands for those of listeners that belong to none that is known. */
  private List<@Nullable ResourceRef> balancers() {
    var balancers = new ArrayList<@Nullable ResourceRef>();
    ofType(LoadBalancer.TYPE).forEach(b -> balancers.add(b.ref()));
    foreignBalancers().forEach(balancers::add);
    if (!listeners(null).isEmpty()) {
      balancers.add(null);
    }
    return balancers;
  }

  /** Adds a path for each rule that forwards to where none leads yet. */
  private void ruled(List<Path> paths, @Nullable Path through, List<Item> rules) {
    for (var rule : rules) {
      var actions = ListenerRouting.actions(rule.fields().get(Listener.RULE_ACTIONS));
      var groups = actions == null ? List.<String>of() : forwarded(actions.getLast());
      if (!groups.isEmpty()
          && !paths.stream().flatMap(p -> p.groups().stream()).toList().containsAll(groups)) {
        paths.add(
            new Path(
                scene,
                names,
                through == null ? null : through.balancer(),
                through == null ? HTTP : through.port(),
                through == null ? "HTTP" : through.protocol(),
                through == null ? null : through.listener(),
                null,
                "what " + names.key(rule.key()) + " takes",
                new ListenerRouting.Taken(rule.key(), actions),
                groups,
                targets(groups)));
      }
    }
  }

  private static Item rule(Resource rule) {
    var actions = Read.text(rule.properties(), ListenerRule.ACTIONS);
    return Item.of(
        rule.ref().physicalId(),
        actions == null ? Map.of() : Map.of(Listener.RULE_ACTIONS, actions));
  }

  /** Whether its listener is not of the stack. */
  private boolean isOfForeign(Resource rule) {
    var last = rule.ref().physicalId().lastIndexOf('/');
    var listener =
        rule.ref()
            .physicalId()
            .substring(0, Math.max(last, 0))
            .replace(":listener-rule/", ":listener/");
    return ofType(Listener.TYPE).noneMatch(l -> l.ref().physicalId().equals(listener));
  }

  private Path path(
      @Nullable ResourceRef balancer,
      List<Resource> listeners,
      @Nullable ResourceRef listener,
      Ask ask) {
    var state = listener == null ? null : live(listener);
    var taken =
        listener != null && state instanceof Observed.Found found
            ? ListenerRouting.taken(listener.physicalId(), found, ask.host, "/")
            : null;
    var groups = groups(taken, listener, listeners, ask);
    return new Path(
        scene,
        names,
        balancer,
        ask.port,
        ask.protocol,
        listener,
        strange(listeners, ask.port),
        ROOT,
        taken,
        groups,
        balancer == null && listener == null && groups.isEmpty()
            ? new TargetFinder(scene).alone()
            : targets(groups));
  }

  private List<PathTarget> targets(List<String> groups) {
    return groups.stream().flatMap(g -> new TargetFinder(scene).of(g).stream()).toList();
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
        .filter(b -> host != null && isNameOf(b.physicalId(), host))
        .findFirst()
        .or(() -> all.stream().filter(b -> !internal(b) && !listeners(b).isEmpty()).findFirst())
        .or(() -> all.stream().findFirst())
        .or(() -> foreignBalancers().findFirst())
        .orElse(null);
  }

  /** Those that listeners of the stack name by their ARN. */
  private Stream<ResourceRef> foreignBalancers() {
    var own = ofType(LoadBalancer.TYPE).map(b -> b.ref().physicalId()).toList();
    return ofType(Listener.TYPE)
        .map(l -> balancerOf(l.ref().physicalId()))
        .filter(arn -> !own.contains(arn))
        .filter(arn -> scene.live().resources().containsKey(arn))
        .distinct()
        .map(arn -> new ResourceRef(arn, LoadBalancer.TYPE, arn));
  }

  /**
   * Names are made of the load balancer's own name and digits, hexadecimal ones for a network load
   * balancer.
   *
   * @param host in lower case
   */
  public static boolean isNameOf(String arn, String host) {
    var parts = arn.split("/");
    return parts.length > 2
        && host.matches(
            "(dualstack\\.)?(internal-)?"
                + Pattern.quote(parts[2].toLowerCase(Locale.ROOT))
                + "-[0-9a-f]+\\..*");
  }

  private boolean internal(ResourceRef balancer) {
    return "internal".equals(Read.text(live(balancer), LoadBalancer.SCHEME));
  }

  /** The load balancer's ARN out of a listener's. */
  public static String balancerOf(String listenerArn) {
    var last = listenerArn.lastIndexOf('/');
    return (last < 0 ? listenerArn : listenerArn.substring(0, last))
        .replace(":listener/", ":loadbalancer/");
  }

  /**
   * @param balancer null for those that belong to none that is known
   */
  private List<Resource> listeners(@Nullable ResourceRef balancer) {
    var known =
        balancer == null
            ? Stream.concat(ofType(LoadBalancer.TYPE).map(Resource::ref), foreignBalancers())
                .map(ResourceRef::physicalId)
                .toList()
            : List.of(balancer.physicalId());
    return ofType(Listener.TYPE)
        .filter(l -> known.contains(balancerOf(l.ref().physicalId())) == (balancer != null))
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

  public static int number(@Nullable String text, int otherwise) {
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
      ListenerRouting.@Nullable Taken taken,
      @Nullable ResourceRef listener,
      List<Resource> listeners,
      Ask ask) {
    var live = taken == null ? null : taken.last();
    if (live != null && !forwarded(live).isEmpty()) {
      return forwarded(live);
    }
    if (live != null && live.type().equals("redirect") && listener != null) {
      var end = new Redirects(scene).follow(listener, ask.protocol, ask.port, "/", live);
      if (!Redirects.groups(end).isEmpty()) {
        return Redirects.groups(end);
      }
    }
    var declared =
        Stream.concat(listeners.stream().filter(l -> l.ref().equals(listener)), listeners.stream())
            .map(l -> ListenerRouting.actions(Read.text(l.properties(), Listener.DEFAULT_ACTIONS)))
            .filter(Objects::nonNull)
            .map(actions -> forwarded(actions.getLast()))
            .filter(g -> !g.isEmpty())
            .findFirst();
    return declared.orElseGet(
        () -> ofType(TargetGroup.TYPE).map(g -> g.ref().physicalId()).toList());
  }

  /** The ARNs of the target groups that get requests; none if it is no forward action. */
  public static List<String> forwarded(ListenerAction action) {
    if (!action.type().equals("forward")) {
      return List.of();
    }
    return Arrays.stream(action.settings().getOrDefault("to", "").split(","))
        .filter(to -> !to.isEmpty() && !to.endsWith("*0"))
        .map(to -> to.replaceFirst("\\*\\d+$", ""))
        .toList();
  }
}
