package dev.driftmend.drift;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Peer.PrefixList;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.LiveStates.Ask;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which part of the network must be read to judge drifts, and to prove their repair safe. Pure. */
public final class NetworkQuery {
  private static final String LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer";
  private static final String VPC = "AWS::EC2::VPC";
  private static final String SUBNET = "AWS::EC2::Subnet";

  /** What lies between interfaces, whoever carries which group. */
  private static final Set<String> WAYS =
      Set.of(SUBNET, "AWS::EC2::RouteTable", "AWS::EC2::NetworkAcl", VPC, "AWS::EC2::NatGateway");

  private static final Set<String> OF_LOAD_BALANCER = Set.of("SecurityGroups", "Subnets");
  private static final Set<String> OF_INSTANCE = Set.of(Instance.GROUPS, Instance.PUBLIC_ADDRESS);

  private NetworkQuery() {}

  /** Whether the network has a say in what this drift means. */
  static boolean asks(Drift drift) {
    if (drift instanceof Drift.Unreadable || drift instanceof Drift.Gone) {
      return false;
    }
    return switch (drift.resource().type()) {
      case SecurityGroup.TYPE -> !(drift instanceof Drift.Changed);
      case Instance.TYPE -> OF_INSTANCE.contains(drift.property());
      case Listener.TYPE -> drift.property().equals(Listener.OTHER_LISTENERS);
      case LOAD_BALANCER -> OF_LOAD_BALANCER.contains(drift.property());
      default -> WAYS.contains(drift.resource().type());
    };
  }

  /**
   * Nothing, if no drift asks.
   *
   * @param whole all that is guarded of the stack: where its VPCs are known from
   * @param desired what of it was looked at
   */
  public static Ask about(Desired whole, Desired desired, Live live, List<Drift> drifts) {
    var asking = drifts.stream().filter(NetworkQuery::asks).toList();
    var ends = RepairDestinations.ends(desired, live, drifts);
    if (asking.isEmpty() && ends.isEmpty()) {
      return new Ask(Set.of(), Set.of(), Set.of(), Set.of());
    }
    var read = new TreeSet<String>();
    var groups = new TreeSet<String>();
    var subnets = new TreeSet<String>();
    var ways = asking.stream().anyMatch(d -> WAYS.contains(d.resource().type()));
    for (var resource : desired.resources()) {
      var observed = live.resources().get(resource.ref().logicalId());
      switch (resource.ref().type()) {
        case SecurityGroup.TYPE -> read.add(resource.ref().physicalId());
        case Instance.TYPE -> keys(observed, Instance.GROUPS).forEach(groups::add);
        case LOAD_BALANCER -> keys(observed, "SecurityGroups").forEach(groups::add);
        case SUBNET -> subnets.add(resource.ref().physicalId());
        default -> {}
      }
    }
    var vpcs =
        whole.resources().stream()
            .map(Resource::ref)
            .filter(ref -> ref.type().equals(VPC))
            .map(ResourceRef::physicalId)
            .collect(Collectors.toSet());
    groups.addAll(read);
    return new Ask(groups, ways ? subnets : Set.of(), vpcs, prefixLists(desired, live), read, ends);
  }

  /** Not the drifting rules' alone: other rules decide whether they let anything more through. */
  private static Set<String> prefixLists(Desired desired, Live live) {
    var lists = new TreeSet<String>();
    desired.resources().stream()
        .filter(r -> r.ref().type().equals(SecurityGroup.TYPE))
        .flatMap(
            r ->
                Stream.concat(
                    Stream.of(r.properties()),
                    live.resources().get(r.ref().logicalId()) instanceof Observed.Found f
                        ? Stream.of(f.properties())
                        : Stream.<Map<String, Property>>of()))
        .flatMap(properties -> SecurityGroup.rules(properties).stream())
        .map(SecurityRule::peer)
        .forEach(
            peer -> {
              if (peer instanceof PrefixList list) {
                lists.add(list.text());
              }
            });
    return lists;
  }

  private static Stream<String> keys(@Nullable Observed observed, String property) {
    return observed instanceof Observed.Found f
            && f.properties().get(property) instanceof Property.Members m
        ? m.items().stream().map(Item::key)
        : Stream.of();
  }
}
