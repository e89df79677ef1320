package dev.driftmend.reconcile;

import dev.driftmend.kind.Kinds;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Live;
import dev.driftmend.model.Network;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Resource;
import dev.driftmend.model.Step;
import dev.driftmend.network.Flows;
import dev.driftmend.network.Interfaces;
import dev.driftmend.network.Reach;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The live network, and what it would be with some of its drifts undone or some calls made: what
 * flows in each is compared. Pure.
 */
final class Worlds {
  private final Desired desired;
  private final Live live;
  private final Set<Drift> drifts;
  private final Map<Set<Drift>, Network> networks = new HashMap<>();
  private final Map<Network, Flows> flows = new IdentityHashMap<>();
  private final Network laid;

  /**
   * @param read the network as it was read, before the resources that are guarded are laid onto it
   */
  Worlds(Desired desired, Live live, Network read, Collection<Drift> drifts) {
    this.desired = desired;
    this.live = live;
    this.drifts = Set.copyOf(drifts);
    this.laid = laid(read, desired.resources(), live.resources());
  }

  Network live() {
    return laid;
  }

  /** What the template wants: every drift undone. */
  Network wanted() {
    return without(drifts);
  }

  /** The live network without these drifts. */
  Network without(Set<Drift> undone) {
    return networks.computeIfAbsent(undone, this::undo);
  }

  Flows flows(Network network) {
    return flows.computeIfAbsent(network, n -> new Reach(n).among(Interfaces.of(live(), wanted())));
  }

  /**
   * What flows because of a drift and not by the template: in the live network, and, because one
   * drift may hide another one that opens the same, if it were the only one of its type.
   */
  Flows opened(Drift drift) {
    var others = new HashSet<Drift>();
    drifts.stream()
        .filter(d -> d.resource().type().equals(drift.resource().type()) && !d.equals(drift))
        .forEach(others::add);
    var here = difference(without(Set.of()), without(Set.of(drift)));
    var alone = difference(without(others), without(plus(others, drift)));
    return here.plus(alone).minus(flows(wanted()));
  }

  /** What the template allows, does not flow, and would not if this were the only drift. */
  Flows cut(Drift drift) {
    var others = new HashSet<>(drifts);
    others.remove(drift);
    return difference(wanted(), without(others)).minus(flows(live()));
  }

  /** Whether a drift changes anything that reachability is computed from. */
  boolean decides(Drift drift) {
    return !live().equals(without(Set.of(drift)));
  }

  /** Each network that there is after each of these calls, in their order. */
  List<Network> after(List<Step.Call> calls) {
    var now = new HashMap<>(live.resources());
    var networks = new ArrayList<Network>();
    var network = laid;
    for (var call : calls) {
      var ref = call.resource();
      var kind = Kinds.of(ref.type()).orElseThrow();
      var state = now.computeIfPresent(ref.logicalId(), (id, was) -> kind.after(call, was));
      if (state instanceof Observed.Found found) {
        network = kind.onto(network, ref, found);
      }
      networks.add(network);
    }
    return networks;
  }

  private Flows difference(Network with, Network without) {
    return with.equals(without) ? new Flows(Map.of()) : flows(with).minus(flows(without));
  }

  private static Set<Drift> plus(Set<Drift> drifts, Drift one) {
    var all = new HashSet<>(drifts);
    all.add(one);
    return all;
  }

  private Network undo(Set<Drift> undone) {
    var byResource = undone.stream().collect(Collectors.groupingBy(Drift::resource));
    var resources =
        desired.resources().stream().filter(r -> byResource.containsKey(r.ref())).toList();
    var states = new HashMap<String, Observed>();
    for (var resource : resources) {
      var id = resource.ref().logicalId();
      if (live.resources().get(id) instanceof Observed.Found found) {
        states.put(id, Undone.of(found, byResource.getOrDefault(resource.ref(), List.of())));
      }
    }
    return resources.isEmpty() ? laid : laid(laid, resources, states);
  }

  private static Network laid(
      Network onto, List<Resource> resources, Map<String, Observed> states) {
    var network = onto;
    for (var resource : resources) {
      if (states.get(resource.ref().logicalId()) instanceof Observed.Found found) {
        var kind = Kinds.of(resource.ref().type()).orElseThrow();
        network = kind.onto(network, resource.ref(), found);
      }
    }
    return network;
  }
}
