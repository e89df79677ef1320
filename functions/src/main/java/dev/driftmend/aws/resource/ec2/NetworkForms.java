package dev.driftmend.aws.resource.ec2;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.RouteState;
import software.amazon.awssdk.services.ec2.model.RouteTable;
import software.amazon.awssdk.services.ec2.model.Tag;

/** From what EC2 describes to the network's own form. */
final class NetworkForms {
  private NetworkForms() {}

  /** By which the console lists it; null if it has none. */
  static @Nullable String nameTag(List<Tag> tags) {
    return tags.stream()
        .filter(t -> "Name".equals(t.key()))
        .map(Tag::value)
        .filter(name -> name != null && !name.isBlank())
        .findFirst()
        .orElse(null);
  }

  /** What people call what was read for the network's sake, and the groups that stand there. */
  static Map<String, Name> names(
      List<NetworkInterface> interfaces, List<RouteTable> tables, List<NetworkAcl> acls) {
    var names = new HashMap<String, Name>();
    for (var each : interfaces) {
      tagged(names, each.networkInterfaceId(), each.tagSet());
      each.groups().stream()
          .filter(g -> g.groupId() != null && g.groupName() != null)
          .forEach(g -> names.put(g.groupId(), new Name(g.groupName(), Source.SERVICE)));
    }
    tables.forEach(t -> tagged(names, t.routeTableId(), t.tags()));
    acls.forEach(a -> tagged(names, a.networkAclId(), a.tags()));
    return names;
  }

  private static void tagged(Map<String, Name> names, @Nullable String id, List<Tag> tags) {
    var name = nameTag(tags);
    if (id != null && name != null) {
      names.put(id, new Name(name, Source.TAG));
    }
  }

  static Map<String, Network.Vpc> vpcs(List<RouteTable> tables, List<NetworkAcl> acls) {
    var mains = new HashMap<String, String>();
    for (var table : tables) {
      if (table.associations().stream().anyMatch(a -> Boolean.TRUE.equals(a.main()))) {
        mains.put(table.vpcId(), table.routeTableId());
      }
    }
    var vpcs = new HashMap<String, Network.Vpc>();
    mains.forEach((vpc, main) -> vpcs.put(vpc, new Network.Vpc(main, "", null)));
    acls.stream()
        .filter(a -> Boolean.TRUE.equals(a.isDefault()))
        .forEach(
            a ->
                vpcs.put(
                    a.vpcId(),
                    new Network.Vpc(mains.getOrDefault(a.vpcId(), ""), a.networkAclId(), null)));
    return vpcs;
  }

  /** A subnet uses the table that is associated with it, else its VPC's main one; ACLs likewise. */
  static Map<String, Network.Subnet> subnets(
      List<NetworkInterface> interfaces,
      List<RouteTable> tables,
      List<NetworkAcl> acls,
      Map<String, Network.Vpc> vpcs) {
    var tableOf = new HashMap<String, String>();
    for (var table : tables) {
      table.associations().stream()
          .filter(a -> a.subnetId() != null)
          .forEach(a -> tableOf.put(a.subnetId(), table.routeTableId()));
    }
    var aclOf = new HashMap<String, String>();
    for (var acl : acls) {
      acl.associations().forEach(a -> aclOf.put(a.subnetId(), acl.networkAclId()));
    }
    var subnets = new HashMap<String, Network.Subnet>();
    for (var each : interfaces) {
      var vpc = vpcs.getOrDefault(each.vpcId(), new Network.Vpc("", "", null));
      subnets.put(
          each.subnetId(),
          new Network.Subnet(
              each.vpcId(),
              tableOf.getOrDefault(each.subnetId(), vpc.mainTable()),
              aclOf.getOrDefault(each.subnetId(), vpc.defaultAcl())));
    }
    return subnets;
  }

  static List<Network.Route> routes(RouteTable table) {
    return table.routes().stream()
        .map(
            route ->
                new Network.Route(
                    RouteTables.destination(route),
                    RouteTables.target(route),
                    route.state() != RouteState.BLACKHOLE,
                    RouteTables.isGiven(route)))
        .toList();
  }

  /** One without a subnet (of before VPCs) is on no way. */
  static boolean stands(NetworkInterface live) {
    return live.subnetId() != null && live.vpcId() != null;
  }

  static Network.Interface carrier(NetworkInterface live) {
    var addresses = new HashSet<String>();
    Stream.concat(
            Stream.ofNullable(live.association()),
            live.privateIpAddresses().stream().map(a -> a.association()))
        .filter(Objects::nonNull)
        .map(NetworkInterfaceAssociation::publicIp)
        .filter(Objects::nonNull)
        .forEach(addresses::add);
    live.ipv6Addresses().stream()
        .map(a -> a.ipv6Address())
        .filter(Objects::nonNull)
        .forEach(addresses::add);
    var groups = new HashSet<String>();
    live.groups().stream()
        .map(GroupIdentifier::groupId)
        .filter(Objects::nonNull)
        .forEach(groups::add);
    var instance = live.attachment() == null ? null : live.attachment().instanceId();
    var description = live.description() == null ? "" : live.description();
    var owner =
        instance != null
            ? instance
            : description.isEmpty() ? live.networkInterfaceId() : description;
    var own = new HashSet<String>();
    Stream.concat(
            Stream.ofNullable(live.privateIpAddress()),
            live.privateIpAddresses().stream().map(a -> a.privateIpAddress()))
        .filter(Objects::nonNull)
        .forEach(own::add);
    return new Network.Interface(
        live.networkInterfaceId(), owner, instance, live.subnetId(), groups, own, addresses);
  }
}
