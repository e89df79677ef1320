package dev.driftmend.drift;

import dev.driftmend.drift.TargetGroupFitness.Fit;
import dev.driftmend.drift.TargetGroupFitness.Verdict;
import dev.driftmend.kind.Kind.Moves;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.ElasticIp;
import dev.driftmend.kind.network.NatGateway;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.network.Exposures.Exposed;
import dev.driftmend.port.LiveStates.Ends;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Does that work which a repair leads traffic to? Asked of every drift whose repair moves traffic,
 * by its kind's {@link dev.driftmend.kind.Kind#moves}: before it is repaired, and when it is judged
 * how bad it is. Pure.
 */
public final class RepairDestinations {
  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0/0", "::/0");

  private final Desired desired;
  private final Live live;
  private final Seen seen;
  private final Map<String, Resource> resources = new HashMap<>();
  private final TargetGroupFitness serving;

  /**
   * What is known beside the stack's own resources.
   *
   * @param beyond what else traffic is led to, by physical id
   * @param served by the ARN of a target group
   * @param simulation null if the network has no say in this, or could not be read
   */
  public record Seen(
      Map<String, Observed> beyond,
      Map<String, Served> served,
      @Nullable NetworkSimulation simulation,
      Instant now) {
    public static final Seen NOTHING = new Seen(Map.of(), Map.of(), null, Instant.EPOCH);

    public Seen {
      beyond = Map.copyOf(beyond);
      served = Map.copyOf(served);
    }
  }

  public RepairDestinations(Desired desired, Live live, Seen seen) {
    this.desired = desired;
    this.live = live;
    this.seen = seen;
    desired.resources().forEach(r -> resources.put(r.ref().physicalId(), r));
    this.serving =
        new TargetGroupFitness(
            id -> instance(id), seen.served(), seen.simulation(), seen.now(), this::named);
  }

  /** What has to be read of what the stack does not have, before these drifts can be judged. */
  public static Set<String> beyond(Desired desired, Live live, List<Drift> drifts) {
    var own = new HashSet<String>();
    desired.resources().forEach(r -> own.add(r.ref().physicalId()));
    var beyond = new HashSet<String>();
    for (var drift : drifts) {
      var moves = moves(desired, live, drift);
      beyond.addAll(moves.to());
      beyond.addAll(moves.from());
      TargetGroupFitness.idle(desired, live, moves.to())
          .forEach(t -> beyond.add(TargetGroup.targetId(t)));
    }
    beyond.removeAll(own);
    return beyond;
  }

  /** Whose way has to be read: targets that nothing is sent to now, and who would send to them. */
  static Ends ends(Desired desired, Live live, List<Drift> drifts) {
    var targets = new HashSet<String>();
    var owners = new HashSet<String>();
    for (var drift : drifts) {
      var idle = TargetGroupFitness.idle(desired, live, moves(desired, live, drift).to());
      if (!idle.isEmpty()) {
        idle.forEach(t -> targets.add(TargetGroup.targetId(t)));
        TargetGroupFitness.balancer(drift).ifPresent(owners::add);
      }
    }
    var instances = new HashSet<String>();
    var addresses = new HashSet<String>();
    targets.stream().filter(t -> t.startsWith("i-")).forEach(instances::add);
    targets.stream().filter(TargetGroupFitness::isAddress).forEach(addresses::add);
    return new Ends(instances, addresses, owners);
  }

  private static Moves moves(Desired desired, Live live, Drift drift) {
    return desired.resources().stream()
        .filter(r -> r.ref().equals(drift.resource()))
        .findFirst()
        .map(
            resource ->
                Kinds.of(resource.ref().type())
                    .orElseThrow()
                    .moves(drift, resource, observed(live, resource)))
        .orElse(Moves.NONE);
  }

  private static Observed observed(Live live, Resource resource) {
    return live.resources()
        .getOrDefault(resource.ref().logicalId(), new Observed.Unreadable("it was not looked at"));
  }

  /**
   * Why a repair of this drift would lead traffic to what does not work, or is not known to.
   * Nothing is lost by trying what is not known where nothing is served now. What of the stack is
   * gone is another check's, which knows how it comes back.
   */
  public Optional<String> hindrance(Drift drift) {
    var moves = moves(desired, live, drift);
    var there = moves.to().stream().filter(id -> !isGone(id)).collect(Collectors.toSet());
    return worst(drift, there)
        .filter(v -> v.fit() == Fit.CANNOT || !failing(drift, moves))
        .map(Verdict::why);
  }

  private boolean isGone(String id) {
    var resource = resources.get(id);
    return resource != null && observed(live, resource) instanceof Observed.Gone;
  }

  /** Whether traffic goes to what is known not to work now, and nowhere else. */
  private boolean failing(Drift drift, Moves moves) {
    return moves.nowhere()
        || (!moves.from().isEmpty()
            && moves.from().stream().allMatch(id -> verdict(drift, id).fit() == Fit.CANNOT));
  }

  /** Whether traffic is known to go to what does not work, and nowhere else. */
  public boolean isFailingNow(Drift drift) {
    return failing(drift, moves(desired, live, drift));
  }

  /**
   * Whether what the template names cannot serve for now, and what serves instead is not known to
   * fail. What is gone does not come back as what it was.
   */
  public boolean isBetterNow(Drift drift) {
    var moves = moves(desired, live, drift);
    return !moves.from().isEmpty()
        && moves.to().stream().noneMatch(this::isGone)
        && worst(drift, moves.to()).filter(v -> v.fit() == Fit.CANNOT).isPresent()
        && !failing(drift, moves);
  }

  /** A drift is no outage if undoing it would end none. */
  Exposed exposed(Drift drift, Exposed exposed) {
    if (exposed.exposure() != Exposure.OUTAGE) {
      return exposed;
    }
    var moves = moves(desired, live, drift);
    return worst(drift, moves.to())
        .filter(v -> v.fit() == Fit.CANNOT)
        .map(
            v ->
                failing(drift, moves)
                    ? new Exposed(
                        Exposure.OUTAGE,
                        exposed.why() + ", and what it would go back to cannot serve: " + v.why())
                    : new Exposed(
                        Exposure.DEGRADED,
                        exposed.why() + ", but there it could not be served: " + v.why()))
        .orElse(exposed);
  }

  /** Empty if all of them work. */
  private Optional<Verdict> worst(Drift drift, Set<String> ids) {
    return ids.stream()
        .sorted()
        .map(id -> verdict(drift, id))
        .filter(v -> v.fit() != Fit.WORKS)
        .max((a, b) -> a.fit().compareTo(b.fit()));
  }

  private Verdict verdict(Drift drift, String id) {
    var resource = resources.get(id);
    var observed = resource == null ? seen.beyond().get(id) : observed(live, resource);
    if (observed instanceof Observed.Unreadable) {
      return Verdict.notKnown(named(id) + " could not be read, so whether it works is not known");
    }
    var type = resource == null ? "" : resource.ref().type();
    if (type.equals(TargetGroup.TYPE) || id.contains(":targetgroup/")) {
      return observed == null
          ? Verdict.WORKS
          : serving.of(id, observed, TargetGroupFitness.balancer(drift).orElse(""));
    }
    if (type.equals(Subnet.TYPE)) {
      return table(drift, Observed.text(observed, Subnet.ROUTE_TABLE));
    }
    return type.equals(RouteTable.TYPE) ? table(drift, id) : single(id, observed);
  }

  /** What is known by its state alone. Of what was not looked at EC2 says whether it is there. */
  private Verdict single(String id, @Nullable Observed observed) {
    if (id.startsWith("igw-")) {
      return gateway(id);
    }
    if (observed instanceof Observed.Gone) {
      return Verdict.cannot(named(id) + " does not exist any more");
    }
    var state = Observed.text(observed, NatGateway.STATE);
    var good =
        id.startsWith("i-")
            ? Instance.RUNNING
            : id.startsWith("nat-") ? NatGateway.AVAILABLE : RouteTable.ATTACHED;
    if (id.startsWith("eni-")) {
      state = Observed.text(observed, RouteTable.STATE);
    }
    return state.isEmpty() || state.equals(good)
        ? Verdict.WORKS
        : Verdict.cannot(named(id) + " is " + state);
  }

  private Verdict instance(String id) {
    var resource = resources.get(id);
    var observed = resource == null ? seen.beyond().get(id) : observed(live, resource);
    if (observed == null || observed instanceof Observed.Unreadable) {
      return Verdict.notKnown("whether " + named(id) + " runs is not known");
    }
    return single(id, observed);
  }

  /** A gateway that is only detached is attached by the same plan, before. */
  private Verdict gateway(String id) {
    return desired.resources().stream()
            .filter(r -> r.ref().type().equals(Vpc.TYPE))
            .filter(r -> has(r.properties().get(Vpc.GATEWAYS), id))
            .anyMatch(
                r ->
                    observed(live, r) instanceof Observed.Found found
                        && found.properties().containsKey(Vpc.EXISTING)
                        && !has(found.properties().get(Vpc.EXISTING), id))
        ? Verdict.cannot(id + " does not exist any more")
        : Verdict.WORKS;
  }

  /**
   * A table leads nowhere if its way out does: a default route that is a blackhole, unless the same
   * plan sends it to what works.
   */
  private Verdict table(Drift drift, String id) {
    var table = resources.get(id);
    if (table == null || !(observed(live, table) instanceof Observed.Found found)) {
      return table != null && observed(live, table) instanceof Observed.Unreadable
          ? Verdict.notKnown(named(id) + " could not be read, so whether it works is not known")
          : Verdict.WORKS;
    }
    var wanted = Property.items(table.properties().get(RouteTable.ROUTES));
    for (var route : Property.items(found.properties().get(RouteTable.ROUTES))) {
      if (!EVERYWHERE.contains(route.key())) {
        continue;
      }
      var goes = route.fields().getOrDefault(RouteTable.TARGET, "");
      var target =
          wanted.stream()
              .filter(w -> w.key().equals(route.key()))
              .findFirst()
              .map(w -> w.fields().getOrDefault(RouteTable.TARGET, ""))
              .orElse(goes);
      var verdict = verdict(drift, target);
      if (verdict.fit() == Fit.CANNOT
          || (target.equals(goes)
              && RouteTable.BLACKHOLE.equals(route.fields().get(RouteTable.STATE)))) {
        return Verdict.cannot(
            "the way to "
                + route.key()
                + " in "
                + named(id)
                + " leads nowhere"
                + (verdict.why().isEmpty() ? "" : ": " + verdict.why()));
      }
    }
    return Verdict.WORKS;
  }

  /** As a person knows it: by the name that the template gives it, too. */
  private String named(String id) {
    var resource = resources.get(id);
    return resource == null || resource.ref().type().equals(ElasticIp.TYPE)
        ? id
        : resource.ref().logicalId() + " (" + id + ")";
  }

  private static boolean has(@Nullable Property property, String key) {
    return Property.items(property).stream().anyMatch(i -> Objects.equals(i.key(), key));
  }
}
