package dev.driftmend.drift;

import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Live;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Exposures.Exposed;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.TrafficSet;
import java.util.Optional;

/** A listener that the template does not have: can the internet get to its port? Pure. */
final class ListenerExposures {
  private ListenerExposures() {}

  /** Empty if it is no such drift, or the load balancer is not in the network that was read. */
  static Optional<Exposed> of(Drift drift, Live live, NetworkSimulation simulation) {
    if (!(drift instanceof Drift.Extra extra)
        || !extra.property().equals(Listener.OTHER_LISTENERS)
        || !extra.item().fields().containsKey("port")) {
      return Optional.empty();
    }
    var port = Integer.parseInt(extra.item().fields().get("port"));
    var owner = Listener.owner(drift.resource().physicalId());
    var reach = new Reachability(simulation.live());
    var nodes =
        simulation.live().interfaces().stream().filter(i -> i.owner().equals(owner)).toList();
    if (nodes.isEmpty()) {
      return Optional.empty();
    }
    var open = TrafficSet.tcp(port, port, AddressSet.ALL);
    return Optional.of(
        nodes.stream()
            .filter(n -> !reach.fromInternet(n).and(open).isEmpty())
            .findFirst()
            .map(n -> new Exposed(Exposure.REACHABLE, reachable(n, port)))
            .orElse(
                new Exposed(
                    Exposure.LATENT,
                    "listens on " + port + ", which the internet does not get to yet")));
  }

  private static String reachable(Network.Interface node, int port) {
    return "tcp " + port + " reachable now at " + node.owner() + ", where the template listens not";
  }
}
