package dev.driftmend.drift;

import dev.driftmend.drift.NetworkSimulation.Played;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The network in the states that a simulation compares: live, as the template wants it, between.
 */
final class NetworkStates {
  private final Desired desired;
  private final Live live;
  private final Set<Drift> drifts;
  private final Map<Place, List<String>> parts = new HashMap<>();
  private final Network laid;
  private final Map<Set<Drift>, Network> networks = new HashMap<>();
  private @Nullable Network wanted;

  /**
   * What stands in the network: several parts of what another stack owns are one thing there.
   *
   * @param id the physical id
   */
  record Place(String type, String id) {
    static Place of(ResourceRef ref) {
      return new Place(ref.type(), ref.physicalId());
    }
  }

  /**
   * @param read the network as it was read, before the resources that are guarded are laid onto it
   */
  NetworkStates(Desired desired, Live live, Network read, Set<Drift> drifts) {
    this.desired = desired;
    this.live = live;
    this.drifts = drifts;
    desired
        .resources()
        .forEach(
            r ->
                parts
                    .computeIfAbsent(Place.of(r.ref()), p -> new ArrayList<>())
                    .add(r.ref().logicalId()));
    this.laid = laid(read, desired.resources(), live.resources());
  }

  Network live() {
    return laid;
  }

  /** Every drift reverted. */
  Network wanted() {
    if (wanted == null) {
      wanted = revert(drifts);
    }
    return wanted;
  }

  Network without(Set<Drift> reverted) {
    return reverted.size() == drifts.size() && reverted.equals(drifts)
        ? wanted()
        : networks.computeIfAbsent(reverted, this::revert);
  }

  Played unplayed() {
    return new Played(laid, live.resources());
  }

  /** One call further. */
  Played after(Played before, Step.Call call) {
    var ref = call.resource();
    var kind = Kinds.of(ref);
    var now = new HashMap<>(before.resources());
    for (var part : parts.getOrDefault(Place.of(ref), List.of(ref.logicalId()))) {
      now.computeIfPresent(part, (id, was) -> kind.after(call, was));
    }
    var state = now.get(ref.logicalId());
    return new Played(
        state instanceof Observed.Found found
            ? kind.applyTo(before.network(), ref, found)
            : before.network(),
        now);
  }

  Network revert(Set<Drift> reverted) {
    var byPlace = reverted.stream().collect(Collectors.groupingBy(d -> Place.of(d.resource())));
    var resources =
        desired.resources().stream().filter(r -> byPlace.containsKey(Place.of(r.ref()))).toList();
    var states = new HashMap<String, Observed>();
    for (var resource : resources) {
      var id = resource.ref().logicalId();
      if (live.resources().get(id) instanceof Observed.Found found) {
        states.put(
            id,
            UndriftedState.of(found, byPlace.getOrDefault(Place.of(resource.ref()), List.of())));
      }
    }
    return resources.isEmpty() ? laid : laid(laid, resources, states);
  }

  private static Network laid(
      Network onto, List<Resource> resources, Map<String, Observed> states) {
    var network = onto;
    for (var resource : resources) {
      if (states.get(resource.ref().logicalId()) instanceof Observed.Found found) {
        var kind = Kinds.of(resource.ref());
        network = kind.applyTo(network, resource.ref(), found);
      }
    }
    return network;
  }
}
