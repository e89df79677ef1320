package dev.driftmend.network;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who can reach whom, and with what, through everything that lies between. Pure. */
public final class Reachability {
  /** An end of a flow that is no interface. */
  public static final String INTERNET = "the internet";

  /** Addresses that are not routed on the internet: peered networks, offices behind a VPN. */
  public static final String PRIVATE = "private addresses";

  static final AddressSet NOT_INTERNET = AddressSet.ALL.minus(AddressSet.INTERNET);

  private static final int LAST_PORT = 65_535;

  private final Network network;
  private final Filters filters;
  private final Routing routing;
  private final Map<String, Interface> byId;
  private final Map<Interface, AddressSet> owned;

  public Reachability(Network network) {
    this(
        network,
        new Filters(network),
        new Routing(network),
        network.interfaces().stream().collect(Collectors.toMap(Interface::id, i -> i, (a, b) -> a)),
        new HashMap<>());
  }

  private Reachability(
      Network network,
      Filters filters,
      Routing routing,
      Map<String, Interface> byId,
      Map<Interface, AddressSet> owned) {
    this.network = network;
    this.filters = filters;
    this.routing = routing;
    this.byId = byId;
    this.owned = owned;
  }

  /** The same question in another network; what only groups tell apart is not asked again. */
  public Reachability in(Network other) {
    return other.interfaces() == network.interfaces()
            && other.subnets() == network.subnets()
            && other.vpcs() == network.vpcs()
            && other.tables() == network.tables()
            && other.acls() == network.acls()
            && other.nats() == network.nats()
            && other.prefixLists() == network.prefixLists()
        ? new Reachability(other, filters.in(other), routing, byId, owned)
        : new Reachability(other);
  }

  Network network() {
    return network;
  }

  /** The addresses that a rule names; none for a group's. */
  AddressSet named(SecurityRule rule) {
    return filters.addresses(rule.peer());
  }

  /**
   * @param from an interface's id, {@link #INTERNET}, {@link #PRIVATE}, or a group: whatever
   *     carries it and is not among the interfaces
   * @param to likewise; one of both is an interface
   */
  public record Flow(String from, String to) {}

  /**
   * All that flows from, to and between these interfaces; ways by which nothing flows are left out.
   * The addresses are the other side's where one end is no interface, else the sender's.
   */
  public Flows among(Interfaces places) {
    var flows = new HashMap<Flow, TrafficSet>();
    for (var id : places.one()) {
      var at = byId.get(id);
      if (at != null) {
        put(flows, new Flow(INTERNET, id), fromInternet(at));
        put(flows, new Flow(id, INTERNET), toInternet(at));
        put(flows, new Flow(PRIVATE, id), elsewhere(at, Direction.INGRESS));
        put(flows, new Flow(id, PRIVATE), elsewhere(at, Direction.EGRESS));
        for (var group : places.uncarriedGroups()) {
          put(flows, new Flow(group, id), withGroup(at, Direction.INGRESS, group));
          put(flows, new Flow(id, group), withGroup(at, Direction.EGRESS, group));
        }
      }
    }
    for (var pair : places.pairs()) {
      var sender = byId.get(pair.from());
      var receiver = byId.get(pair.to());
      if (sender != null && receiver != null) {
        put(flows, new Flow(pair.from(), pair.to()), between(sender, receiver));
      }
    }
    return new Flows(flows);
  }

  /** What of the internet gets to these interfaces. */
  Flows fromInternet(Interfaces places) {
    var flows = new HashMap<Flow, TrafficSet>();
    for (var id : places.one()) {
      var at = byId.get(id);
      if (at != null) {
        put(flows, new Flow(INTERNET, id), fromInternet(at));
      }
    }
    return new Flows(flows);
  }

  /** All that flows one way. */
  public TrafficSet along(Flow flow) {
    var from = byId.get(flow.from());
    var to = byId.get(flow.to());
    if (from != null && to != null) {
      return between(from, to);
    }
    if (to != null) {
      return switch (flow.from()) {
        case INTERNET -> fromInternet(to);
        case PRIVATE -> elsewhere(to, Direction.INGRESS);
        default -> withGroup(to, Direction.INGRESS, flow.from());
      };
    }
    if (from != null) {
      return switch (flow.to()) {
        case INTERNET -> toInternet(from);
        case PRIVATE -> elsewhere(from, Direction.EGRESS);
        default -> withGroup(from, Direction.EGRESS, flow.to());
      };
    }
    return TrafficSet.NONE;
  }

  /** The addresses that reach a subnet's own, and that these reach, by an attached gateway. */
  public AddressSet byInternetGateway(String subnet) {
    return routing.byInternetGateway(subnet);
  }

  /** The addresses to which packets leave a subnet's VPC in another way, by a NAT gateway say. */
  public AddressSet byOthers(String subnet) {
    return routing.byOthers(subnet);
  }

  /** What gets through a subnet's network ACL this way, and of which the answers get back. */
  public TrafficSet throughAcl(String subnet, Direction direction) {
    return filters.throughAcl(subnet, direction);
  }

  /**
   * The same for whoever takes ports for its answers from this one on, up to the last one.
   *
   * @param firstAnswer 1024 for a load balancer's nodes and NAT gateways, 32768 for any client
   */
  public TrafficSet throughAcl(String subnet, Direction direction, int firstAnswer) {
    return filters.throughAcl(subnet, direction, firstAnswer, LAST_PORT);
  }

  /** What the rules of these groups that name addresses let through. */
  public TrafficSet byAddress(Collection<String> groups, Direction direction) {
    return filters.byAddress(groups, direction);
  }

  private static void put(Map<Flow, TrafficSet> flows, Flow flow, TrafficSet traffic) {
    if (!traffic.isEmpty()) {
      flows.put(flow, traffic);
    }
  }

  /** What of the internet gets to one of its public addresses. */
  public TrafficSet fromInternet(Interface to) {
    var from = sources(to).and(routing.byInternetGateway(to.subnetId()));
    return filters
        .byAddress(to.groups(), Direction.INGRESS)
        .and(from)
        .and(filters.throughAcl(to.subnetId(), Direction.INGRESS));
  }

  /** What it can send to the internet, by its own public address or through something else. */
  public TrafficSet toInternet(Interface from) {
    var own = sources(from).and(routing.byInternetGateway(from.subnetId()));
    var others = AddressSet.INTERNET.and(routing.byOthers(from.subnetId()));
    return filters
        .byAddress(from.groups(), Direction.EGRESS)
        .and(own.plus(others))
        .and(filters.throughAcl(from.subnetId(), Direction.EGRESS));
  }

  /** The internet, as far as it speaks the families of which the interface has public addresses. */
  private static AddressSet sources(Interface at) {
    return Stream.of(false, true)
        .filter(v6 -> at.publicAddresses().stream().anyMatch(a -> a.contains(":") == v6))
        .map(AddressSet.INTERNET::family)
        .reduce(AddressSet.NONE, AddressSet::plus);
  }

  /** How packets get there and back is not known: only groups and ACLs are asked. */
  private TrafficSet elsewhere(Interface at, Direction direction) {
    return filters
        .byAddress(at.groups(), direction)
        .and(NOT_INTERNET)
        .and(filters.throughAcl(at.subnetId(), direction));
  }

  /**
   * What passes between an interface and whatever carries a group, if nobody in the network does.
   * It has a private address of IPv4, as all have, so rules that name addresses count as well.
   */
  private TrafficSet withGroup(Interface at, Direction direction, String group) {
    var addresses = NOT_INTERNET.family(false);
    return filters
        .byGroup(at.groups(), direction, List.of(group), addresses)
        .plus(filters.byAddress(at.groups(), direction))
        .and(filters.throughAcl(at.subnetId(), direction).and(addresses));
  }

  /** What one interface can send to another one of its VPC, by private addresses. */
  public TrafficSet between(Interface from, Interface to) {
    var sender = own(from);
    var receiver = own(to);
    var out =
        filters
            .byAddress(from.groups(), Direction.EGRESS)
            .and(receiver)
            .plus(filters.byGroup(from.groups(), Direction.EGRESS, to.groups(), receiver));
    if (out.isEmpty()) {
      return out;
    }
    var in =
        filters
            .byAddress(to.groups(), Direction.INGRESS)
            .and(sender)
            .plus(filters.byGroup(to.groups(), Direction.INGRESS, from.groups(), sender));
    if (!from.subnetId().equals(to.subnetId())) {
      out = out.and(filters.throughAcl(from.subnetId(), Direction.EGRESS));
      in = in.and(filters.throughAcl(to.subnetId(), Direction.INGRESS));
    }
    return out.with(sender).and(in);
  }

  private AddressSet own(Interface at) {
    return owned.computeIfAbsent(at, i -> AddressSet.parse(i.privateAddresses()));
  }
}
