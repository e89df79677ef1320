package dev.driftmend.aws;

import dev.driftmend.model.Cidr;
import dev.driftmend.model.Network;
import dev.driftmend.port.DeniedFailure;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.Route;
import software.amazon.awssdk.services.ec2.model.RouteState;
import software.amazon.awssdk.services.ec2.model.RouteTable;

/** The part of the live network that exposure is computed from. */
final class Networks {
  private static final Set<String> NO_SUCH_LIST =
      Set.of("InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound");
  private static final int ENTRIES_PER_PAGE = 100;
  private static final int V4_BITS = 32;
  private static final int V6_BITS = 128;

  private final Clients clients;

  Networks(Clients clients) {
    this.clients = clients;
  }

  Network read(Collection<String> groupIds, Collection<String> prefixLists) {
    return Parallel.both(
        () -> interfacesOf(List.copyOf(new LinkedHashSet<>(groupIds))),
        () -> entriesOf(new LinkedHashSet<>(prefixLists)),
        (interfaces, entries) ->
            new Network(
                interfaces.stream().map(Networks::carrier).toList(),
                internetSubnets(interfaces),
                entries));
  }

  private List<NetworkInterface> interfacesOf(List<String> groupIds) {
    var byId = new LinkedHashMap<String, NetworkInterface>();
    for (var chunk : Chunks.of(groupIds, Observations.FILTER_VALUES)) {
      clients.ec2(
          ec2 -> {
            ec2.describeNetworkInterfacesPaginator(
                    r ->
                        r.filters(Observations.filter("group-id", chunk))
                            .maxResults(Observations.PAGE))
                .networkInterfaces()
                .forEach(i -> byId.put(i.networkInterfaceId(), i));
            return byId;
          });
    }
    return List.copyOf(byId.values());
  }

  private static Network.Interface carrier(NetworkInterface live) {
    var addresses = new HashSet<String>();
    Stream.concat(
            Stream.ofNullable(live.association()),
            live.privateIpAddresses().stream().map(a -> a.association()))
        .filter(Objects::nonNull)
        .map(NetworkInterfaceAssociation::publicIp)
        .filter(Objects::nonNull)
        .forEach(addresses::add);
    live.ipv6Addresses().forEach(a -> addresses.add(a.ipv6Address()));
    var groups = new HashSet<String>();
    live.groups().forEach(g -> groups.add(g.groupId()));
    var instance = live.attachment() == null ? null : live.attachment().instanceId();
    var description = live.description() == null ? "" : live.description();
    var owner =
        instance != null
            ? instance
            : description.isEmpty() ? live.networkInterfaceId() : description;
    return new Network.Interface(
        live.networkInterfaceId(), owner, instance, live.subnetId(), groups, addresses);
  }

  /** A subnet uses the table that is associated with it, else its VPC's main table. */
  private Set<String> internetSubnets(List<NetworkInterface> interfaces) {
    var vpcOf = new HashMap<String, String>();
    interfaces.forEach(i -> vpcOf.put(i.subnetId(), i.vpcId()));
    var main = new HashMap<String, RouteTable>();
    var explicit = new HashMap<String, RouteTable>();
    for (var table : tablesOf(List.copyOf(new HashSet<>(vpcOf.values())))) {
      for (var association : table.associations()) {
        if (Boolean.TRUE.equals(association.main())) {
          main.put(table.vpcId(), table);
        } else if (association.subnetId() != null) {
          explicit.put(association.subnetId(), table);
        }
      }
    }
    var internet = new HashSet<String>();
    var leads = new HashMap<String, Boolean>();
    vpcOf.forEach(
        (subnet, vpc) -> {
          var table = explicit.getOrDefault(subnet, main.get(vpc));
          if (table != null
              && leads.computeIfAbsent(table.routeTableId(), t -> leadsToInternet(table))) {
            internet.add(subnet);
          }
        });
    return internet;
  }

  private List<RouteTable> tablesOf(List<String> vpcs) {
    var tables = new ArrayList<RouteTable>();
    for (var chunk : Chunks.of(vpcs, Observations.FILTER_VALUES)) {
      clients.ec2(
          ec2 -> {
            ec2.describeRouteTablesPaginator(
                    r ->
                        r.filters(Observations.filter("vpc-id", chunk))
                            .maxResults(ENTRIES_PER_PAGE))
                .routeTables()
                .forEach(tables::add);
            return tables;
          });
    }
    return tables;
  }

  private boolean leadsToInternet(RouteTable table) {
    var reached = new ArrayList<Cidr>();
    for (var route : table.routes()) {
      if (isActiveInternetRoute(route)) {
        destinations(route).forEach(d -> reached.add(Cidr.parse(d)));
      }
    }
    return coversAll(reached, false) || coversAll(reached, true);
  }

  private static boolean isActiveInternetRoute(Route route) {
    return route.gatewayId() != null
        && route.gatewayId().startsWith("igw-")
        && route.state() == RouteState.ACTIVE;
  }

  private List<String> destinations(Route route) {
    if (route.destinationPrefixListId() != null) {
      var list = route.destinationPrefixListId();
      return entriesOf(Set.of(list)).getOrDefault(list, List.of());
    }
    return Stream.of(route.destinationCidrBlock(), route.destinationIpv6CidrBlock())
        .filter(Objects::nonNull)
        .toList();
  }

  /** Whether these blocks together, e.g. 0.0.0.0/1 and 128.0.0.0/1, leave no address out. */
  private static boolean coversAll(List<Cidr> blocks, boolean v6) {
    var next = BigInteger.ZERO;
    var inOrder =
        blocks.stream()
            .filter(b -> b.v6() == v6)
            .sorted(Comparator.comparing(Cidr::first))
            .toList();
    for (var block : inOrder) {
      if (block.first().compareTo(next) > 0) {
        return false;
      }
      next = next.max(block.last().add(BigInteger.ONE));
    }
    return next.equals(BigInteger.ONE.shiftLeft(v6 ? V6_BITS : V4_BITS));
  }

  /** A list that does not exist has no entry. */
  private Map<String, List<String>> entriesOf(Set<String> prefixLists) {
    var entries = new HashMap<String, List<String>>();
    for (var list : prefixLists) {
      try {
        entries.put(
            list,
            clients.ec2(
                ec2 ->
                    ec2
                        .getManagedPrefixListEntriesPaginator(
                            r -> r.prefixListId(list).maxResults(ENTRIES_PER_PAGE))
                        .entries()
                        .stream()
                        .map(e -> e.cidr())
                        .toList()));
      } catch (DeniedFailure e) {
        if (!Failures.is(e, NO_SUCH_LIST)) {
          throw e;
        }
      }
    }
    return entries;
  }
}
