package dev.driftmend.model.network;

import dev.driftmend.model.stack.ResourceNames.Name;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who stands where, and what lies between: all that reachability is computed from. What is not in
 * it was not read; each part says what that means.
 *
 * @param interfaces those that a question is about
 * @param groups the rules of each security group; a group that is not in it lets nothing through
 * @param subnets by id
 * @param vpcs by id
 * @param tables the routes of each route table
 * @param acls the entries of each network ACL but the last, which denies; an ACL that is not in it
 *     lets everything through
 * @param nats whether each NAT gateway works, and where; one that is not in it is taken to work
 * @param prefixLists the blocks of each prefix list
 * @param names what people call what of it has a name beside its id; nothing is computed from them
 */
public record Network(
    List<Interface> interfaces,
    Map<String, List<SecurityRule>> groups,
    Map<String, Subnet> subnets,
    Map<String, Vpc> vpcs,
    Map<String, List<Route>> tables,
    Map<String, List<AclEntry>> acls,
    Map<String, Boolean> nats,
    Map<String, List<String>> prefixLists,
    Map<String, Name> names) {
  public static final Network EMPTY =
      new Network(List.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  public Network {
    interfaces = List.copyOf(interfaces);
    groups = Map.copyOf(groups);
    subnets = Map.copyOf(subnets);
    vpcs = Map.copyOf(vpcs);
    tables = Map.copyOf(tables);
    acls = Map.copyOf(acls);
    nats = Map.copyOf(nats);
    prefixLists = Map.copyOf(prefixLists);
    names = Map.copyOf(names);
  }

  /** Of what nobody knows by name. */
  public Network(
      List<Interface> interfaces,
      Map<String, List<SecurityRule>> groups,
      Map<String, Subnet> subnets,
      Map<String, Vpc> vpcs,
      Map<String, List<Route>> tables,
      Map<String, List<AclEntry>> acls,
      Map<String, Boolean> nats,
      Map<String, List<String>> prefixLists) {
    this(interfaces, groups, subnets, vpcs, tables, acls, nats, prefixLists, Map.of());
  }

  /**
   * @param owner the instance, or the description that its AWS service gave it
   * @param privateAddresses IPv4 addresses of the VPC
   * @param publicAddresses IPv4 public addresses and all IPv6 addresses
   */
  public record Interface(
      String id,
      String owner,
      @Nullable String instanceId,
      String subnetId,
      Set<String> groups,
      Set<String> privateAddresses,
      Set<String> publicAddresses) {
    public Interface {
      groups = Set.copyOf(groups);
      privateAddresses = Set.copyOf(privateAddresses);
      publicAddresses = Set.copyOf(publicAddresses);
    }

    /** Whether it is a load balancer's, by the description that Elastic Load Balancing gives it. */
    public boolean isOfLoadBalancer() {
      return owner.startsWith("ELB ");
    }

    public Interface withGroups(Set<String> others) {
      return new Interface(
          id, owner, instanceId, subnetId, others, privateAddresses, publicAddresses);
    }

    public Interface withPublicAddresses(Set<String> others) {
      return new Interface(id, owner, instanceId, subnetId, groups, privateAddresses, others);
    }
  }

  /**
   * @param table the route table that it uses, its own or its VPC's main one
   * @param acl the network ACL that it uses
   */
  public record Subnet(String vpc, String table, String acl) {}

  /**
   * @param mainTable what a subnet without a table of its own uses; empty if not read
   * @param defaultAcl what a subnet without an ACL of its own uses; empty if not read
   * @param gateways the attached internet gateways; null if not read: then a route's own state
   *     tells whether its gateway is there
   */
  public record Vpc(String mainTable, String defaultAcl, @Nullable Set<String> gateways) {
    public Vpc {
      gateways = gateways == null ? null : Set.copyOf(gateways);
    }
  }

  /**
   * @param destination a block of addresses, or a prefix list's id
   * @param target the id of a gateway, interface, endpoint or connection
   * @param active false if it is a blackhole
   * @param given AWS made it by itself: a local route, one that a gateway propagates
   */
  public record Route(String destination, String target, boolean active, boolean given) {}

  /**
   * @param number lower ones decide first
   * @param rule direction, protocol, ports and the block of the other side
   */
  public record AclEntry(int number, boolean allow, SecurityRule rule) {}

  public Network withInterfaces(UnaryOperator<Interface> change) {
    return new Network(
        interfaces.stream().map(change).toList(),
        groups,
        subnets,
        vpcs,
        tables,
        acls,
        nats,
        prefixLists,
        names);
  }

  public Network withGroup(String id, List<SecurityRule> rules) {
    return new Network(
        interfaces, with(groups, id, rules), subnets, vpcs, tables, acls, nats, prefixLists, names);
  }

  public Network withSubnet(String id, Subnet subnet) {
    return new Network(
        interfaces,
        groups,
        with(subnets, id, subnet),
        vpcs,
        tables,
        acls,
        nats,
        prefixLists,
        names);
  }

  public Network withVpc(String id, Vpc vpc) {
    return new Network(
        interfaces, groups, subnets, with(vpcs, id, vpc), tables, acls, nats, prefixLists, names);
  }

  public Network withTable(String id, List<Route> routes) {
    return new Network(
        interfaces,
        groups,
        subnets,
        vpcs,
        with(tables, id, routes),
        acls,
        nats,
        prefixLists,
        names);
  }

  public Network withAcl(String id, List<AclEntry> entries) {
    return new Network(
        interfaces,
        groups,
        subnets,
        vpcs,
        tables,
        with(acls, id, entries),
        nats,
        prefixLists,
        names);
  }

  public Network withNat(String id, boolean works) {
    return new Network(
        interfaces, groups, subnets, vpcs, tables, acls, with(nats, id, works), prefixLists, names);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    var copy = new HashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
