package dev.driftmend.diagnose;

import dev.driftmend.diagnose.scene.Launch;
import dev.driftmend.kind.LoadBalancer;
import dev.driftmend.model.Declared;
import dev.driftmend.model.Network.Interface;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Resource;
import dev.driftmend.model.ResourceRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What requests pass on their way through one stack: one load balancer, one listener, and whatever
 * is behind it. Where the live way ends early, it goes on as the template has it, so that all
 * faults are found and not the first one alone.
 *
 * @param balancer null if there is none that is known
 * @param port where clients ask
 * @param protocol {@code HTTP} or {@code HTTPS}
 * @param listener on that port, or the one that should be; null if there is none that is known
 * @param strange a listener on that port that is not of the stack
 * @param request what clients ask for: {@code GET /}, or what a rule takes
 * @param taken where the listener sends it; null if that is not known
 * @param groups the ARNs of the target groups behind it
 * @param targets of these groups
 */
record Path(
    Scene scene,
    Names names,
    @Nullable ResourceRef balancer,
    int port,
    String protocol,
    @Nullable ResourceRef listener,
    @Nullable String strange,
    String request,
    Requests.@Nullable Taken taken,
    List<String> groups,
    List<Target> targets) {

  /** The one that clients take first. */
  static Path of(Scene scene) {
    return new PathFinder(scene).path();
  }

  /** All of them, that one first. */
  static List<Path> all(Scene scene) {
    return new PathFinder(scene).paths();
  }

  /** Whether nothing is known that clients could ask. */
  boolean isNone() {
    return balancer == null && listener == null && taken == null && groups.isEmpty();
  }

  /** What it is called beside others, e.g. {@code Balancer, Listener (HTTP on 80)}. */
  String title() {
    var parts = new ArrayList<String>();
    if (balancer != null) {
      parts.add(names.key(balancer.physicalId()));
    }
    if (listener != null) {
      parts.add(names.key(listener.physicalId()) + " (" + protocol + " on " + port + ")");
    }
    if (!request.equals(PathFinder.ROOT)) {
      parts.add(request);
    }
    if (parts.isEmpty()) {
      groups.forEach(g -> parts.add(names.key(g)));
    }
    return String.join(", ", parts);
  }

  /** Null if it was not looked at. */
  @Nullable Observed live(ResourceRef ref) {
    return scene.live().resources().get(ref.logicalId());
  }

  @Nullable Observed balancerState() {
    return balancer == null ? null : live(balancer);
  }

  @Nullable Observed listenerState() {
    return listener == null ? null : live(listener);
  }

  /** A resource by its physical id, of the stack or beside it; null if it was not looked at. */
  @Nullable Observed byId(String id) {
    return live(ref(id));
  }

  ResourceRef ref(String id) {
    return wanted(id).map(Resource::ref).orElseGet(() -> new ResourceRef(id, "", id));
  }

  /** What the template wants of a resource with this physical id. */
  Optional<Resource> wanted(String id) {
    return scene.desired().resources().stream()
        .filter(r -> r.ref().physicalId().equals(id))
        .findFirst();
  }

  Optional<Declared> declared(String id) {
    return scene.declared().resources().stream()
        .filter(r -> r.ref().physicalId().equals(id))
        .findFirst();
  }

  /** The subnets in which the load balancer stands. */
  Set<String> doors() {
    return Read.keys(balancerState(), LoadBalancer.SUBNETS)
        .<Set<String>>map(LinkedHashSet::new)
        .orElse(Set.of());
  }

  Set<String> targetKeys() {
    var keys = new LinkedHashSet<String>();
    targets.forEach(t -> keys.add(t.key()));
    return keys;
  }

  boolean internal() {
    return "internal".equals(Read.text(balancerState(), LoadBalancer.SCHEME));
  }

  /**
   * Whether it is a network load balancer: its targets see the clients' own addresses.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation">Client
   *     IP preservation</a>
   */
  boolean keepsClients() {
    return balancer != null && balancer.physicalId().contains(":loadbalancer/net/");
  }

  /** Of the load balancer; null if not known. */
  @Nullable Set<String> balancerGroups() {
    var own = Read.keys(balancerState(), LoadBalancer.GROUPS);
    if (own.isPresent() && Read.openBecause(balancerState(), LoadBalancer.GROUPS) != null) {
      return null;
    }
    if (own.isPresent() && !own.get().isEmpty()) {
      return own.get();
    }
    var nodes = nodes();
    // A network load balancer may have none, and then lets everything through.
    return nodes.isEmpty() || nodes.getFirst().groups().isEmpty()
        ? null
        : nodes.getFirst().groups();
  }

  /** Whether it is a network load balancer that surely has no security group. */
  boolean hasNoGroups() {
    return keepsClients()
        && balancerGroups() == null
        && Read.keys(balancerState(), LoadBalancer.GROUPS).filter(Set::isEmpty).isPresent()
        && Read.openBecause(balancerState(), LoadBalancer.GROUPS) == null;
  }

  /** The interfaces of the load balancer. */
  List<Interface> nodes() {
    if (balancer == null) {
      return List.of();
    }
    var owner = LoadBalancer.owner(balancer.physicalId());
    return scene.network().interfaces().stream().filter(i -> i.owner().equals(owner)).toList();
  }

  Set<String> nodeAddresses() {
    var addresses = new LinkedHashSet<String>();
    nodes().forEach(n -> addresses.addAll(n.privateAddresses()));
    return addresses;
  }

  /** Whether its routes and its ACL are known. */
  boolean knows(String subnet) {
    var at = scene.network().subnets().get(subnet);
    return at != null && scene.network().tables().containsKey(at.table());
  }

  /** The instances among the targets, each once. */
  List<Target> instances() {
    var seen = new LinkedHashSet<String>();
    var instances = new ArrayList<Target>();
    for (var target : targets) {
      if (target.id().startsWith("i-") && seen.add(target.id())) {
        instances.add(target);
      }
    }
    return instances;
  }

  /** What stands for machines among the targets, each once in each subnet. */
  List<Target> machines() {
    var seen = new LinkedHashSet<String>();
    return targets.stream()
        .filter(Target::isMachine)
        .filter(t -> seen.add(t.id() + "@" + t.subnet()))
        .toList();
  }

  /** With what a machine of the template starts; null if the template does not tell. */
  @Nullable Launch launch(Target target) {
    return declared(target.id())
        .map(
            d ->
                target.backend() == null
                    ? Launch.ofInstance(d, scene.declared())
                    : Launch.ofFleet(d, scene.declared()))
        .orElse(null);
  }

  String name(String id) {
    return names.of(id);
  }

  Fault.About about(String id, @Nullable String property) {
    return new Fault.About(names.key(id), property);
  }
}
