package dev.driftmend.network;

import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where a subnet's packets go.
 *
 * @see <a href="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html">Route
 *     tables: the most specific route decides</a>
 */
final class Routing {
  private static final String INTERNET_GATEWAY = "igw-";
  private static final String NAT_GATEWAY = "nat-";

  private final Network network;

  Routing(Network network) {
    this.network = network;
  }

  /**
   * The addresses to which the subnet's own addresses go, and come back, by an attached gateway.
   */
  AddressSet byInternetGateway(String subnet) {
    return leads(subnet, r -> r.target().startsWith(INTERNET_GATEWAY) && isThere(subnet, r));
  }

  /** The addresses to which packets leave the VPC in another way, through a NAT gateway say. */
  AddressSet byOthers(String subnet) {
    return leads(subnet, r -> !r.target().startsWith(INTERNET_GATEWAY) && isThere(subnet, r));
  }

  private boolean isThere(String subnet, Route route) {
    if (route.target().startsWith(NAT_GATEWAY)) {
      return network.nats().getOrDefault(route.target(), route.active());
    }
    if (!route.target().startsWith(INTERNET_GATEWAY)) {
      return route.active();
    }
    var at = network.subnets().get(subnet);
    var vpc = at == null ? null : network.vpcs().get(at.vpc());
    return vpc == null || vpc.gateways() == null
        ? route.active()
        : vpc.gateways().contains(route.target());
  }

  private AddressSet leads(String subnet, Predicate<Route> thither) {
    var at = network.subnets().get(subnet);
    if (at == null) {
      return AddressSet.NONE;
    }
    var decided = AddressSet.NONE;
    var led = AddressSet.NONE;
    for (var way : ways(network.tables().getOrDefault(at.table(), List.of()))) {
      var block = AddressSet.of(List.of(way.block));
      if (thither.test(way.route)) {
        led = led.plus(block.minus(decided));
      }
      decided = decided.plus(block);
    }
    return led;
  }

  private record Way(Cidr block, Route route) {}

  /** The most specific first. */
  private List<Way> ways(List<Route> routes) {
    var ways = new ArrayList<Way>();
    for (var route : routes) {
      var blocks =
          route.destination().startsWith("pl-")
              ? network.prefixLists().getOrDefault(route.destination(), List.of())
              : List.of(route.destination());
      blocks.forEach(b -> ways.add(new Way(Cidr.parse(b), route)));
    }
    ways.sort(Comparator.comparingInt((Way w) -> w.block.prefix()).reversed());
    return ways;
  }
}
