package dev.driftmend.aws.resource.ec2;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Peer.PrefixList;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.LiveStates.Ask;
import dev.driftmend.port.Parallel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.RouteTable;

/** The part of the live network that exposure is computed from. */
public final class Networks {
  private static final Set<String> NO_SUCH_LIST =
      Set.of("InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound");
  private static final int ENTRIES_PER_PAGE = 100;

  private final Clients clients;

  public Networks(Clients clients) {
    this.clients = clients;
  }

  public Network read(Ask ask) {
    return Parallel.both(
        () -> Parallel.both(() -> interfacesOf(ask), () -> ways(ask.vpcs()), Map::entry),
        () -> entriesOf(ask.prefixLists()),
        (standing, lists) -> around(ask, standing.getKey(), standing.getValue(), lists));
  }

  private Network around(
      Ask ask, List<NetworkInterface> interfaces, Ways known, Map<String, List<String>> lists) {
    var vpcs = interfaces.stream().map(NetworkInterface::vpcId).collect(Collectors.toSet());
    return Parallel.both(
        () -> known.and(ways(minus(vpcs, ask.vpcs()))).in(vpcs),
        () -> rulesOf(foreign(ask, interfaces)),
        (ways, rules) -> network(interfaces, ways, rules, lists));
  }

  private static Set<String> minus(Set<String> some, Set<String> others) {
    return some.stream().filter(each -> !others.contains(each)).collect(Collectors.toSet());
  }

  private Ways ways(Set<String> vpcs) {
    var all = vpcs.stream().sorted().toList();
    return Parallel.both(() -> tablesOf(all), () -> aclsOf(all), Ways::new);
  }

  private record Ways(List<RouteTable> tables, List<NetworkAcl> acls) {
    Ways and(Ways more) {
      return new Ways(
          Stream.concat(tables.stream(), more.tables.stream()).toList(),
          Stream.concat(acls.stream(), more.acls.stream()).toList());
    }

    /** Where nothing stands, no way leads to it. */
    Ways in(Set<String> vpcs) {
      return new Ways(
          tables.stream().filter(table -> vpcs.contains(table.vpcId())).toList(),
          acls.stream().filter(acl -> vpcs.contains(acl.vpcId())).toList());
    }
  }

  private Network network(
      List<NetworkInterface> interfaces,
      Ways ways,
      Map<String, List<SecurityRule>> rules,
      Map<String, List<String>> lists) {
    var tables = new HashMap<String, List<Network.Route>>();
    ways.tables.forEach(t -> tables.put(t.routeTableId(), NetworkForms.routes(t)));
    var acls = new HashMap<String, List<Network.AclEntry>>();
    ways.acls.forEach(a -> acls.put(a.networkAclId(), AclReads.of(a)));
    var routed = new HashMap<>(lists);
    routed.putAll(entriesOf(listed(tables.values(), rules.values(), lists.keySet())));
    var vpcs = NetworkForms.vpcs(ways.tables, ways.acls);
    return new Network(
        interfaces.stream().map(NetworkForms::carrier).toList(),
        rules,
        NetworkForms.subnets(interfaces, ways.tables, ways.acls, vpcs),
        vpcs,
        tables,
        acls,
        Map.of(),
        routed,
        NetworkForms.names(interfaces, ways.tables, ways.acls));
  }

  /**
   * The prefix lists that internet routes and rules of other people's groups name, and that nobody
   * has asked for yet.
   */
  private static Set<String> listed(
      Collection<List<Network.Route>> tables,
      Collection<List<SecurityRule>> rules,
      Set<String> known) {
    var byRoute =
        tables.stream()
            .flatMap(List::stream)
            .filter(r -> r.destination().startsWith("pl-") && r.target().startsWith("igw-"))
            .map(Network.Route::destination);
    var byRule =
        rules.stream()
            .flatMap(List::stream)
            .flatMap(r -> r.peer() instanceof PrefixList p ? Stream.of(p.text()) : Stream.of());
    return Stream.concat(byRoute, byRule)
        .filter(list -> !known.contains(list))
        .collect(Collectors.toSet());
  }

  /** Groups that stand on these interfaces and were not read as resources. */
  private static List<String> foreign(Ask ask, List<NetworkInterface> interfaces) {
    return interfaces.stream()
        .flatMap(i -> i.groups().stream())
        .map(g -> g.groupId())
        .filter(g -> g != null && !ask.read().contains(g))
        .distinct()
        .toList();
  }

  private Map<String, List<SecurityRule>> rulesOf(List<String> groups) {
    var rules = new HashMap<String, List<SecurityRule>>();
    SecurityGroups.all(clients, groups)
        .forEach(
            rule ->
                rules
                    .computeIfAbsent(rule.groupId(), g -> new ArrayList<>())
                    .add(Rules.read(rule, String.valueOf(rule.groupOwnerId()))));
    return rules;
  }

  private List<NetworkInterface> interfacesOf(Ask ask) {
    var byId = new LinkedHashMap<String, NetworkInterface>();
    interfaces("group-id", ask.groups(), byId);
    interfaces("subnet-id", ask.subnets(), byId);
    interfaces("attachment.instance-id", ask.ends().instances(), byId);
    interfaces("addresses.private-ip-address", ask.ends().addresses(), byId);
    interfaces("description", ask.ends().owners(), byId);
    return List.copyOf(byId.values());
  }

  private void interfaces(String filter, Set<String> values, Map<String, NetworkInterface> byId) {
    Observations.listed(
            values,
            some ->
                clients.ec2(
                    ec2 ->
                        ec2
                            .describeNetworkInterfacesPaginator(
                                r ->
                                    r.filters(Observations.filter(filter, some))
                                        .maxResults(Observations.PAGE))
                            .networkInterfaces()
                            .stream()
                            .filter(NetworkForms::stands)
                            .toList()))
        .forEach(i -> byId.put(i.networkInterfaceId(), i));
  }

  private List<RouteTable> tablesOf(List<String> vpcs) {
    return Observations.listed(
        vpcs,
        some ->
            clients.ec2(
                ec2 ->
                    ec2
                        .describeRouteTablesPaginator(
                            r ->
                                r.filters(Observations.filter("vpc-id", some))
                                    .maxResults(ENTRIES_PER_PAGE))
                        .routeTables()
                        .stream()
                        .toList()));
  }

  private List<NetworkAcl> aclsOf(List<String> vpcs) {
    return Observations.listed(
        vpcs,
        some ->
            clients.ec2(
                ec2 ->
                    ec2
                        .describeNetworkAclsPaginator(
                            r ->
                                r.filters(Observations.filter("vpc-id", some))
                                    .maxResults(Observations.PAGE))
                        .networkAcls()
                        .stream()
                        .toList()));
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
