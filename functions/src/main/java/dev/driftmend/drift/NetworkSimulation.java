package dev.driftmend.drift;

import dev.driftmend.drift.NetworkStates.Place;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.network.Flows;
import dev.driftmend.network.Interfaces;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.Reachability.Flow;
import dev.driftmend.network.RuleWindow;
import dev.driftmend.network.TrafficSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The live network, and what it would be with some of its drifts reverted or some calls made: what
 * flows in each is compared. Pure.
 */
public final class NetworkSimulation {
  private static final Flows NONE = new Flows(Map.of());

  private final Set<Drift> drifts;
  private final NetworkStates states;
  private final Reachability reach;
  private final Map<Network, Flows> flows = new IdentityHashMap<>();
  private final Map<Flow, TrafficSet> flowing = new HashMap<>();
  private final Map<String, Interfaces> carriers = new HashMap<>();
  private @Nullable Interfaces places;
  private @Nullable Reachability inWanted;
  private @Nullable Reachability ofNoRule;

  /**
   * @param read the network as it was read, before the resources that are guarded are laid onto it
   */
  public NetworkSimulation(Desired desired, Live live, Network read, Collection<Drift> drifts) {
    this.drifts = Set.copyOf(drifts);
    this.states = new NetworkStates(desired, live, read, this.drifts);
    this.reach = new Reachability(states.live());
  }

  public Network live() {
    return states.live();
  }

  /** What the template wants: every drift reverted. */
  public Network wanted() {
    return states.wanted();
  }

  /** The live network without these drifts. */
  public Network without(Set<Drift> reverted) {
    return states.without(reverted);
  }

  /** What flows one way in the live network. */
  TrafficSet flowing(Flow flow) {
    return flowing.computeIfAbsent(flow, reach::along);
  }

  Flows flows(Network network) {
    return flows.computeIfAbsent(network, n -> reach.in(n).among(places()));
  }

  /**
   * What flows because of a drift and not by the template: in the live network, and, because one
   * drift may hide another one that opens the same, if it were the only one of its type. Of a rule
   * it is what comes from the internet: all else that it opens stands in the rule itself.
   */
  Flows opened(Drift drift) {
    if (isRule(drift)) {
      return openedBy(drift);
    }
    var others = new HashSet<Drift>();
    drifts.stream()
        .filter(d -> d.resource().type().equals(drift.resource().type()) && !d.equals(drift))
        .forEach(others::add);
    var here = difference(without(Set.of()), without(Set.of(drift)));
    var alone = difference(without(others), without(plus(others, drift)));
    return here.plus(alone).minus(flows(wanted()));
  }

  /** A rule lets through and never keeps out, so one that is lost opens nothing. */
  private Flows openedBy(Drift drift) {
    if (!(drift instanceof Drift.Extra extra) || isEgress(extra.item())) {
      return NONE;
    }
    var window = window(extra.resource(), Set.of(SecurityRule.parse(extra.item().key())));
    var here = window.fromInternet(reach).minus(window.fromInternetWithout(reach));
    var none = ofNoRule();
    var alone = window.fromInternetWith(none).minus(window.fromInternetWithout(none));
    return here.plus(alone).minus(window.fromInternet(inWanted()));
  }

  /** What the template allows, does not flow, and would not if this were the only drift. */
  Flows cut(Drift drift) {
    if (isRule(drift)) {
      return cutBy(drift);
    }
    var others = new HashSet<>(drifts);
    others.remove(drift);
    return difference(wanted(), without(others)).minus(flows(live()));
  }

  private static boolean isEgress(Item rule) {
    return SecurityRule.parse(rule.key()).direction() == SecurityRule.Direction.EGRESS;
  }

  private Flows cutBy(Drift drift) {
    if (!(drift instanceof Drift.Missing missing)) {
      return NONE;
    }
    var window = window(missing.resource(), Set.of(SecurityRule.parse(missing.item().key())));
    return window
        .among(inWanted())
        .minus(window.amongWithout(inWanted()))
        .minus(window.among(reach));
  }

  /** What the template allows, flows before a call and does not after it. */
  public Flows lost(Network before, Network after, Step.Call call) {
    if (!isOfRules(call)) {
      return after.equals(before) ? NONE : flows(before).and(flows(wanted())).minus(flows(after));
    }
    var gone = goneRules(before, after, call);
    var taken = takenBy(gone, before, after, call);
    return taken.isEmpty() ? taken : taken.and(window(call.resource(), gone).among(inWanted()));
  }

  /**
   * Whether a removal may go before what the template allows has been restored. Not every peer and
   * every interface that comes later was seen, so beside the network the rules, entries and routes
   * are asked: what is removed must do nothing for what a lost one did something for.
   */
  public boolean mayGoFirst(Played before, Step.Call removal) {
    var after = after(before, removal);
    if (!lost(before.network(), after.network(), removal).isEmpty()) {
      return false;
    }
    if (!isOfRules(removal)) {
      return lostOf(removal.resource(), before).noneMatch(l -> standsIn(removal, l, before));
    }
    var gone = goneRules(before.network(), after.network(), removal);
    return lostRules(before.network()).noneMatch(l -> gone.stream().anyMatch(l::mayOverlap));
  }

  /** The declared members of a resource that are not there. */
  private Stream<Drift.Missing> lostOf(ResourceRef ref, Played played) {
    return drifts.stream()
        .flatMap(d -> d instanceof Drift.Missing lost ? Stream.of(lost) : Stream.of())
        .filter(lost -> Place.of(lost.resource()).equals(Place.of(ref)))
        .filter(lost -> !isThere(lost, played));
  }

  private static boolean isThere(Drift.Missing lost, Played played) {
    return played.resources().get(lost.resource().logicalId()) instanceof Observed.Found found
        && found.properties().get(lost.property()) instanceof Property.Members members
        && members.keys().contains(lost.item().key());
  }

  private static boolean standsIn(Step.Call removal, Drift.Missing lost, Played played) {
    var live = played.resources().get(removal.resource().logicalId());
    return live == null || Kinds.of(removal.resource()).mayStandIn(removal, lost, live);
  }

  /** The declared rules that are not there. */
  private Stream<SecurityRule> lostRules(Network network) {
    return drifts.stream()
        .flatMap(d -> d instanceof Drift.Missing lost && isRule(d) ? Stream.of(lost) : Stream.of())
        .filter(lost -> !isThere(lost, network))
        .map(lost -> SecurityRule.parse(lost.item().key()));
  }

  private static boolean isThere(Drift.Missing lost, Network network) {
    var rule = SecurityRule.parse(lost.item().key());
    return network.groups().getOrDefault(lost.resource().physicalId(), List.of()).stream()
        .anyMatch(rule::isSame);
  }

  /** All that flows before a call, whoever wants it, and does not after it. */
  public Flows taken(Network before, Network after, Step.Call call) {
    return isOfRules(call)
        ? takenBy(goneRules(before, after, call), before, after, call)
        : difference(before, after);
  }

  private Flows takenBy(Set<SecurityRule> gone, Network before, Network after, Step.Call call) {
    if (gone.isEmpty()) {
      return NONE;
    }
    var window = window(call.resource(), gone);
    return window.among(reach.in(before)).minus(window.among(reach.in(after)));
  }

  private static boolean isOfRules(Step.Call call) {
    return Kinds.of(call.resource()).holdsRules();
  }

  private static Set<SecurityRule> goneRules(Network before, Network after, Step.Call call) {
    var group = call.resource().physicalId();
    var gone = new HashSet<>(before.groups().getOrDefault(group, List.of()));
    after.groups().getOrDefault(group, List.of()).forEach(gone::remove);
    return gone;
  }

  /** Whether a drift changes anything that reachability is computed from. */
  boolean decides(Drift drift) {
    return Kinds.of(drift.resource()).holdsRules()
        ? isRule(drift)
        : !live().equals(without(Set.of(drift)));
  }

  /**
   * How far a plan has been played.
   *
   * @param resources by logical id, as they are by now
   */
  public record Played(Network network, Map<String, Observed> resources) {}

  public Played unplayed() {
    return states.unplayed();
  }

  /** One call further. */
  public Played after(Played before, Step.Call call) {
    return states.after(before, call);
  }

  /** A description decides about nothing. */
  private static boolean isRule(Drift drift) {
    return Kinds.of(drift.resource()).holdsRules()
        && (drift instanceof Drift.Extra || drift instanceof Drift.Missing);
  }

  private RuleWindow window(ResourceRef group, Set<SecurityRule> rules) {
    var id = group.physicalId();
    return new RuleWindow(id, rules, reach, carriers.computeIfAbsent(id, g -> places().around(g)));
  }

  private Interfaces places() {
    if (places == null) {
      places = Interfaces.of(live(), wanted());
    }
    return places;
  }

  private Reachability inWanted() {
    if (inWanted == null) {
      inWanted = reach.in(wanted());
    }
    return inWanted;
  }

  /** The live network as it would be had no rule drifted. */
  private Reachability ofNoRule() {
    if (ofNoRule == null) {
      ofNoRule =
          reach.in(
              states.revert(
                  drifts.stream()
                      .filter(d -> Kinds.of(d.resource()).holdsRules())
                      .collect(Collectors.toSet())));
    }
    return ofNoRule;
  }

  private Flows difference(Network with, Network without) {
    return with.equals(without) ? NONE : flows(with).minus(flows(without));
  }

  private static Set<Drift> plus(Set<Drift> drifts, Drift one) {
    var all = new HashSet<>(drifts);
    all.add(one);
    return all;
  }
}
