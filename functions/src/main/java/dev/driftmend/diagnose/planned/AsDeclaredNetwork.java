package dev.driftmend.diagnose.planned;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.path.TargetFinder;
import dev.driftmend.diagnose.scene.Backend;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The network of a stack as it is declared, with the interfaces that AWS would make. */
public final class AsDeclaredNetwork {
  /** The first four addresses of a subnet are AWS's own. */
  private static final int FIRST = 4;

  private final DeclaredStack stack;
  private final Desired desired;
  private final Live live;
  private final AsDeclared declared;
  private final List<Interface> interfaces = new ArrayList<>();
  private final Map<String, Integer> given = new HashMap<>();

  AsDeclaredNetwork(DeclaredStack stack, Desired desired, Live live, AsDeclared declared) {
    this.stack = stack;
    this.desired = desired;
    this.live = live;
    this.declared = declared;
  }

  Network network() {
    var network = places();
    for (var resource : desired.resources()) {
      switch (resource.ref().type()) {
        case LoadBalancer.TYPE -> balancer(resource);
        case Instance.TYPE -> instance(resource);
        default -> {}
      }
    }
    declared.backends().forEach(this::backend);
    network =
        new Network(
            interfaces,
            defaultGroups(),
            network.subnets(),
            network.vpcs(),
            network.tables(),
            network.acls(),
            network.nats(),
            network.prefixLists());
    return laid(network, desired, live);
  }

  /** All that is known of the resources, in an order in which what is shared comes first. */
  public static Network laid(Network onto, Desired desired, Live live) {
    var network = onto;
    for (var kind : Kinds.all()) {
      for (var resource : desired.resources()) {
        if (resource.ref().type().equals(kind.type())
            && live.resources().get(resource.ref().logicalId()) instanceof Observed.Found found) {
          network = kind.applyTo(network, resource.ref(), found);
        }
      }
    }
    return network;
  }

  /** VPCs and subnets of the template; those that it only names are not known. */
  private Network places() {
    var network = Network.EMPTY;
    for (var vpc : stack.ofType("AWS::EC2::VPC").toList()) {
      var id = vpc.ref().physicalId();
      var main = AsDeclared.mainTable(id);
      var block = Read.text(vpc, "CidrBlock");
      network =
          network
              .withVpc(id, new Network.Vpc(main, AsDeclared.defaultAcl(id), null))
              .withTable(main, local(block));
    }
    for (var table : stack.ofType("AWS::EC2::RouteTable").toList()) {
      network = network.withTable(table.ref().physicalId(), local(null));
    }
    for (var subnet : stack.ofType("AWS::EC2::Subnet").toList()) {
      var id = subnet.ref().physicalId();
      var vpc = declared.vpcOf(id);
      var known = network.vpcs().getOrDefault(vpc, new Network.Vpc("", "", null));
      network =
          network.withSubnet(id, new Network.Subnet(vpc, known.mainTable(), known.defaultAcl()));
    }
    return network;
  }

  private static List<Network.Route> local(@Nullable String block) {
    return block == null
        ? List.of()
        : block(block)
            .map(known -> List.of(new Network.Route(known.text(), "local", true, true)))
            .orElse(List.of());
  }

  /** Empty for one that CloudFormation would refuse. */
  private static Optional<Cidr> block(String text) {
    try {
      return Optional.of(Cidr.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Map<String, List<SecurityRule>> defaultGroups() {
    var groups = new HashMap<String, List<SecurityRule>>();
    var vpcs = new ArrayList<String>();
    if (!mayBeShaped()) {
      vpcs.add("");
    }
    stack.ofType("AWS::EC2::VPC").forEach(v -> vpcs.add(v.ref().physicalId()));
    for (var vpc : vpcs) {
      var id = AsDeclared.defaultGroup(vpc);
      groups.put(id, SecurityGroup.rules(AsDeclared.defaultRules(id)));
    }
    return groups;
  }

  /**
   * Whether somebody seems to have given the default group of a VPC that was there before rules of
   * his own: all rely on it, the template lets in whichever group a load balancer has, or adds
   * rules to a group that is not of it.
   */
  private boolean mayBeShaped() {
    return stack.ofType(SecurityGroup.TYPE).findAny().isEmpty()
        || stack.ofType(LoadBalancer.TYPE).anyMatch(this::isAskedForItsGroups)
        || stack
            .ofType("AWS::EC2::SecurityGroupIngress")
            .anyMatch(r -> !(r.property("GroupId").orElse(null) instanceof Value.Scalar));
  }

  /** Of one that names none: {@code !GetAtt Balancer.SecurityGroups}, say. */
  private boolean isAskedForItsGroups(Declared balancer) {
    return balancer.property("SecurityGroups").isEmpty()
        && stack.mentionsOf(balancer.ref().logicalId()).stream()
            .map(m -> m.attribute() == null ? "" : m.attribute())
            .anyMatch(a -> a.startsWith("SecurityGroups") || a.startsWith("SourceSecurityGroup"));
  }

  private void balancer(Resource resource) {
    var state = live.resources().get(resource.ref().logicalId());
    var open = !"internal".equals(Read.text(state, LoadBalancer.SCHEME));
    var groups = Read.keys(state, LoadBalancer.GROUPS).orElse(Set.of());
    for (var subnet : Read.keys(state, LoadBalancer.SUBNETS).orElse(Set.of())) {
      interfaces.add(
          new Interface(
              "eni-" + resource.ref().logicalId() + "-" + subnet,
              LoadBalancer.owner(resource.ref().physicalId()),
              null,
              subnet,
              groups,
              address(subnet),
              open ? Set.of(AsDeclared.SOME_ADDRESS) : Set.of()));
    }
  }

  private void instance(Resource resource) {
    var state = live.resources().get(resource.ref().logicalId());
    var subnet =
        stack.resources().stream()
            .filter(d -> d.ref().equals(resource.ref()))
            .flatMap((Declared d) -> TargetFinder.subnets(d, stack).stream())
            .findFirst();
    if (subnet.isEmpty()) {
      return;
    }
    interfaces.add(
        new Interface(
            "eni-" + resource.ref().logicalId(),
            resource.ref().physicalId(),
            resource.ref().physicalId(),
            subnet.get(),
            Read.keys(state, Instance.GROUPS).orElse(Set.of()),
            address(subnet.get()),
            Read.keys(state, Instance.PUBLIC_ADDRESS).orElse(Set.of())));
  }

  /** One interface in each of its subnets stands for all. */
  private void backend(Backend backend) {
    var id = backend.by().ref().physicalId();
    var groups =
        Read.keys(live.resources().get(AsDeclared.key(backend)), Instance.GROUPS).orElse(Set.of());
    for (var subnet : backend.subnets()) {
      var name = "eni-" + backend.by().ref().logicalId() + "-" + subnet;
      if (interfaces.stream().noneMatch(i -> i.id().equals(name))) {
        interfaces.add(
            new Interface(
                name,
                id,
                id,
                subnet,
                groups,
                address(subnet),
                isPublic(backend, subnet) ? Set.of(AsDeclared.SOME_ADDRESS) : Set.of()));
      }
    }
  }

  /** A subnet that is not of the template may give addresses. */
  private boolean isPublic(Backend backend, String subnet) {
    return backend.publicAddress() != null
        ? backend.publicAddress()
        : stack
            .ofType("AWS::EC2::Subnet")
            .filter(s -> s.ref().physicalId().equals(subnet))
            .findFirst()
            .map(s -> "true".equalsIgnoreCase(Read.text(s, "MapPublicIpOnLaunch")))
            .orElse(true);
  }

  /** The next free address of a subnet; none if its block is not known. */
  private Set<String> address(String subnet) {
    return stack
        .ofType("AWS::EC2::Subnet")
        .filter(s -> s.ref().physicalId().equals(subnet))
        .flatMap(s -> Read.texts(s, "CidrBlock"))
        .findFirst()
        .flatMap(AsDeclaredNetwork::block)
        .map(
            block -> {
              var number = given.merge(subnet, 1, Integer::sum) + FIRST;
              var first = block.first().add(BigInteger.valueOf(number));
              var text = new Cidr(false, first, 32).text();
              return Set.of(text.substring(0, text.indexOf('/')));
            })
        .orElse(Set.of());
  }
}
