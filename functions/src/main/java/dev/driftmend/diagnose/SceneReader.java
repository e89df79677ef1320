package dev.driftmend.diagnose;

import dev.driftmend.diagnose.path.ExternalResourceReader;
import dev.driftmend.diagnose.path.OwnUrl;
import dev.driftmend.diagnose.path.Pages;
import dev.driftmend.diagnose.path.TargetFinder;
import dev.driftmend.diagnose.planned.AsDeclaredNetwork;
import dev.driftmend.diagnose.verdict.Asked;
import dev.driftmend.drift.Comparison;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.role.Role;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Endpoint;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.LiveStates.Ask;
import dev.driftmend.port.Parallel;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the scene of a deployed stack: its resources and its network at once, then what is on the
 * path and not of the stack.
 */
public final class SceneReader {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Under which stands that the network could not be read. */
  private static final String NETWORK = "network";

  private final LiveStates live;
  private final Endpoint endpoint;

  public SceneReader(LiveStates live, Endpoint endpoint) {
    this.live = live;
    this.endpoint = endpoint;
  }

  /**
   * @param asked what clients were answered, the app's own page first; null to ask now
   * @param causes who made a drift, if anybody knows
   * @throws dev.driftmend.port.TransientFailure if reading was throttled
   * @throws dev.driftmend.template.text.UnreadableTemplate if the template is none
   */
  public Scene read(
      StackSnapshot snapshot,
      @Nullable List<Asked> asked,
      Function<Drift, Optional<Cause>> causes) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        return read(threads, snapshot, asked, causes);
      } catch (RuntimeException e) {
        // Closing waits for all: nobody needs what else is being read.
        threads.shutdownNow();
        throw e;
      }
    }
  }

  private Scene read(
      ExecutorService threads,
      StackSnapshot snapshot,
      @Nullable List<Asked> asked,
      Function<Drift, Optional<Cause>> causes) {
    var declared = Resolver.resolve(snapshot);
    var desired = onPath(Desireds.of(declared));
    var url = OwnUrl.of(snapshot);
    var refused = new ConcurrentLinkedQueue<String>();
    Callable<Network> network = () -> network(ask(declared, desired), refused);
    Callable<List<Asked>> answers = () -> asked == null ? ask(url, desired) : asked;
    var reading = threads.submit(network);
    var asking = threads.submit(answers);
    var resources = new HashMap<>(live.read(desired).resources());
    var external = new ExternalResourceReader(live).read(desired, resources);
    var all = new ArrayList<>(desired.resources());
    all.addAll(external);
    var whole = new Desired(desired.stack(), desired.asOf(), all, desired.notCovered());
    var around = further(Parallel.result(reading), resources, desired, refused);
    refused.forEach(why -> resources.put(NETWORK, new Observed.Unreadable(why)));
    var found = new Live(desired.stack(), resources);
    return new Scene(
        true,
        declared,
        desired,
        found,
        AsDeclaredNetwork.laid(withEmptyGroups(around, desired), whole, found),
        Map.of(),
        given(snapshot),
        url,
        Parallel.result(asking),
        null,
        Comparison.between(desired, found).stream()
            .map(d -> new Scene.Because(d, causes.apply(d).orElse(null)))
            .toList());
  }

  /** The values of all parameters, each of a list by itself, and of what the template refers to. */
  public static Set<String> given(StackSnapshot snapshot) {
    var given = new HashSet<String>(snapshot.ssm().values());
    given.addAll(snapshot.exports().values());
    for (var value : snapshot.parameters().values()) {
      given.add(value);
      Arrays.stream(value.split(",")).map(String::strip).forEach(given::add);
    }
    return given;
  }

  private List<Asked> ask(@Nullable URI url, Desired desired) {
    if (url == null) {
      return List.of();
    }
    var base = url.toString().replaceAll("/+$", "");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return Pages.of(desired).stream()
          .map(
              p -> threads.submit(() -> new Asked(p, endpoint.get(URI.create(base + p), PATIENCE))))
          .toList()
          .stream()
          .map(Parallel::result)
          .toList();
    }
  }

  /** Roles decide about no path. */
  private static Desired onPath(Desired desired) {
    return new Desired(
        desired.stack(),
        desired.asOf(),
        desired.resources().stream().filter(r -> !r.ref().type().equals(Role.TYPE)).toList(),
        desired.notCovered());
  }

  private static Ask ask(DeclaredStack declared, Desired desired) {
    var groups = new TreeSet<String>();
    var subnets = new TreeSet<String>();
    var vpcs = new TreeSet<String>();
    var lists = new TreeSet<String>();
    for (var resource : desired.resources()) {
      switch (resource.ref().type()) {
        case SecurityGroup.TYPE -> {
          groups.add(resource.ref().physicalId());
          SecurityGroup.rules(resource.properties()).stream()
              .flatMap(
                  r ->
                      r.peer() instanceof Peer.PrefixList p
                          ? List.of(p.text()).stream()
                          : List.<String>of().stream())
              .forEach(lists::add);
        }
        case Vpc.TYPE -> vpcs.add(resource.ref().physicalId());
        case LoadBalancer.TYPE ->
            Read.keys(new Observed.Found(resource.properties()), LoadBalancer.SUBNETS)
                .ifPresent(subnets::addAll);
        default -> {}
      }
    }
    declared.ofType(Instance.TYPE).forEach(i -> subnets.addAll(TargetFinder.subnets(i, declared)));
    return new Ask(groups, subnets, vpcs, lists);
  }

  /** Not being allowed to look leaves the hops of it unknown. */
  private Network network(Ask ask, Queue<String> refused) {
    try {
      return ask.isEmpty() ? Network.EMPTY : live.network(ask);
    } catch (DeniedFailure e) {
      refused.add(e.call() + " was refused");
      return Network.EMPTY;
    }
  }

  /** Subnets that the load balancer was given by somebody else. */
  private Network further(
      Network network, Map<String, Observed> resources, Desired desired, Queue<String> refused) {
    var more = new TreeSet<String>();
    for (var observed : resources.values()) {
      Read.keys(observed, LoadBalancer.SUBNETS).ifPresent(more::addAll);
    }
    more.removeAll(network.subnets().keySet());
    if (more.isEmpty()) {
      return network;
    }
    var groups = new TreeSet<String>();
    desired.resources().stream()
        .filter(r -> r.ref().type().equals(SecurityGroup.TYPE))
        .forEach(r -> groups.add(r.ref().physicalId()));
    return both(network, network(new Ask(Set.of(), more, Set.of(), Set.of()), refused), groups);
  }

  private static Network both(Network one, Network other, Set<String> groups) {
    var interfaces = new HashMap<String, Network.Interface>();
    one.interfaces().forEach(i -> interfaces.put(i.id(), i));
    other.interfaces().forEach(i -> interfaces.put(i.id(), i));
    var rules = new HashMap<>(other.groups());
    rules.keySet().removeAll(groups);
    rules.putAll(one.groups());
    return new Network(
        List.copyOf(interfaces.values()),
        rules,
        merged(one.subnets(), other.subnets()),
        merged(one.vpcs(), other.vpcs()),
        merged(one.tables(), other.tables()),
        merged(one.acls(), other.acls()),
        merged(one.nats(), other.nats()),
        merged(one.prefixLists(), other.prefixLists()),
        merged(one.names(), other.names()));
  }

  private static <V> Map<String, V> merged(Map<String, V> one, Map<String, V> other) {
    var all = new HashMap<>(other);
    all.putAll(one);
    return all;
  }

  /** A foreign group without any rule is not in what was read. */
  private static Network withEmptyGroups(Network network, Desired desired) {
    var own = new HashSet<String>();
    desired.resources().forEach(r -> own.add(r.ref().physicalId()));
    var with = network;
    for (var each : network.interfaces()) {
      for (var group : each.groups()) {
        if (!own.contains(group) && !with.groups().containsKey(group)) {
          with = with.withGroup(group, List.of());
        }
      }
    }
    return with;
  }
}
