package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Names;
import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.scene.Launch;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
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
public record Path(
    Scene scene,
    Names names,
    @Nullable ResourceRef balancer,
    int port,
    String protocol,
    @Nullable ResourceRef listener,
    @Nullable String strange,
    String request,
    ListenerRouting.@Nullable Taken taken,
    List<String> groups,
    List<PathTarget> targets) {

  /** The one that clients take first. */
  public static Path of(Scene scene) {
    return new PathFinder(scene).path();
  }

  /** All of them, that one first. */
  public static List<Path> all(Scene scene) {
    return new PathFinder(scene).paths();
  }

  /** Whether nothing is known that clients could ask. */
  public boolean isNone() {
    return balancer == null && listener == null && taken == null && groups.isEmpty();
  }

  /** What it is called beside others, e.g. {@code Balancer, Listener (HTTP on 80)}. */
  public String title() {
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
  public @Nullable Observed live(ResourceRef ref) {
    return scene.live().resources().get(ref.logicalId());
  }

  public @Nullable Observed balancerState() {
    return balancer == null ? null : live(balancer);
  }

  public @Nullable Observed listenerState() {
    return listener == null ? null : live(listener);
  }

  /** A resource by its physical id, of the stack or beside it; null if it was not looked at. */
  public @Nullable Observed byId(String id) {
    return live(ref(id));
  }

  ResourceRef ref(String id) {
    return wanted(id).map(Resource::ref).orElseGet(() -> new ResourceRef(id, "", id));
  }

  /** What the template wants of a resource with this physical id. */
  public Optional<Resource> wanted(String id) {
    return scene.desired().resources().stream()
        .filter(r -> r.ref().physicalId().equals(id))
        .findFirst();
  }

  public Optional<Declared> declared(String id) {
    return scene.declared().resources().stream()
        .filter(r -> r.ref().physicalId().equals(id))
        .findFirst();
  }

  /** The subnets in which the load balancer stands. */
  public Set<String> doors() {
    return Read.keys(balancerState(), LoadBalancer.SUBNETS)
        .<Set<String>>map(LinkedHashSet::new)
        .orElse(Set.of());
  }

  public Set<String> targetKeys() {
    var keys = new LinkedHashSet<String>();
    targets.forEach(t -> keys.add(t.key()));
    return keys;
  }

  public boolean internal() {
    return "internal".equals(Read.text(balancerState(), LoadBalancer.SCHEME));
  }

  /**
   * Whether it is a network load balancer: its targets see the clients' own addresses.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation">Client
   *     IP preservation</a>
   */
  public boolean keepsClients() {
    return balancer != null && balancer.physicalId().contains(":loadbalancer/net/");
  }

  /** Of the load balancer; null if not known. */
  public @Nullable Set<String> balancerGroups() {
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
  public boolean hasNoGroups() {
    return keepsClients()
        && balancerGroups() == null
        && Read.keys(balancerState(), LoadBalancer.GROUPS).filter(Set::isEmpty).isPresent()
        && Read.openBecause(balancerState(), LoadBalancer.GROUPS) == null;
  }

  /** The interfaces of the load balancer. */
  public List<Interface> nodes() {
    if (balancer == null) {
      return List.of();
    }
    var owner = LoadBalancer.owner(balancer.physicalId());
    return scene.network().interfaces().stream().filter(i -> i.owner().equals(owner)).toList();
  }

  public Set<String> nodeAddresses() {
    var addresses = new LinkedHashSet<String>();
    nodes().forEach(n -> addresses.addAll(n.privateAddresses()));
    return addresses;
  }

  /** Whether its routes and its ACL are known. */
  public boolean knows(String subnet) {
    var at = scene.network().subnets().get(subnet);
    return at != null && scene.network().tables().containsKey(at.table());
  }

  /** The instances among the targets, each once. */
  public List<PathTarget> instances() {
    var seen = new LinkedHashSet<String>();
    var instances = new ArrayList<PathTarget>();
    for (var target : targets) {
      if (target.id().startsWith("i-") && seen.add(target.id())) {
        instances.add(target);
      }
    }
    return instances;
  }

  /** What stands for machines among the targets, each once in each subnet. */
  public List<PathTarget> machines() {
    var seen = new LinkedHashSet<String>();
    return targets.stream()
        .filter(PathTarget::isMachine)
        .filter(t -> seen.add(t.id() + "@" + t.subnet()))
        .toList();
  }

  /** With what a machine of the template starts; null if the template does not tell. */
  public @Nullable Launch launch(PathTarget target) {
    return declared(target.id())
        .map(
            d ->
                target.backend() == null
                    ? Launch.ofInstance(d, scene.declared())
                    : Launch.ofFleet(d, scene.declared()))
        .orElse(null);
  }

  public String name(String id) {
    return names.of(id);
  }

  public Fault.About about(String id, @Nullable String property) {
    return new Fault.About(names.key(id), property);
  }
}
