package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.Network.AclEntry;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.TrafficSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The network ACLs at the load balancer's subnets, or at those of the targets. */
public final class AclCheck implements HopCheck {
  /**
   * Answers go to ports from here on, up to the last one: those of load balancers and NAT gateways,
   * and those of clients, Linux, Windows and macOS together.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports">Ephemeral
   *     ports</a>
   */
  static final int NODES = 1_024;

  private static final int CLIENTS = 32_768;
  private static final int LAST = 65_535;

  private final boolean front;

  public AclCheck(boolean front) {
    this.front = front;
  }

  @Override
  public String name() {
    return front ? "load-balancer-acl" : "instance-acl";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    var reach = new Reachability(scene.network());
    if (!front) {
      behind(found, path, reach);
      return found;
    }
    if (path.doors().isEmpty()) {
      return Found.unknown("it is not known in which subnets the load balancer stands");
    }
    for (var subnet : path.doors()) {
      if (knows(path, subnet)) {
        clients(found, path, subnet, reach);
      } else {
        found.unclear("the network ACL of " + path.name(subnet) + " is not known");
      }
    }
    towardsTargets(found, path, reach);
    return found;
  }

  private static boolean knows(Path path, String subnet) {
    var at = path.scene().network().subnets().get(subnet);
    return at != null && path.scene().network().acls().containsKey(at.acl());
  }

  private static void clients(Found found, Path path, String subnet, Reachability reach) {
    var everybody = path.internal() ? path.nodeAddresses() : Set.of("0.0.0.0/0");
    var wanted =
        TrafficSet.tcp(
            path.port(),
            path.port(),
            path.internal() ? AddressSet.parse(everybody) : AddressSet.INTERNET.family(false));
    var through = wanted.and(reach.throughAcl(subnet, Direction.INGRESS, CLIENTS));
    if (wanted.minus(through).isEmpty()) {
      found.ok(acl(path, subnet) + " lets tcp " + path.port() + " in, and answers out");
      return;
    }
    found.fault(
        Fault.at(
            none(wanted, subnet, Direction.INGRESS, reach) ? subnet : Fault.PART,
            denied(path, subnet, Direction.INGRESS, path.port(), everybody, CLIENTS),
            Symptom.TIMEOUT,
            fix(path, subnet, "tcp " + path.port() + " in and answers out"),
            about(path, subnet)));
  }

  /** From each node to each target, as far as their subnets differ. */
  private static void towardsTargets(Found found, Path path, Reachability reach) {
    for (var target : path.targets()) {
      var closed = new LinkedHashSet<String>();
      var hindered = new LinkedHashSet<String>();
      for (var subnet : path.doors()) {
        if (!subnet.equals(target.subnet())
            && target.port() != 0
            && knows(path, subnet)
            && !target.addresses().isEmpty()) {
          var wanted =
              TrafficSet.tcp(
                  target.wanted(), target.wanted(), AddressSet.parse(target.addresses()));
          if (none(wanted, subnet, Direction.EGRESS, reach)) {
            closed.add(subnet);
          }
          if (wanted.and(reach.throughAcl(subnet, Direction.EGRESS, NODES)).isEmpty()) {
            hindered.add(subnet);
          }
        }
      }
      for (var subnet : hindered) {
        found.fault(
            Fault.at(
                closed.containsAll(path.doors()) ? target.key() : Fault.PART,
                denied(path, subnet, Direction.EGRESS, target.wanted(), target.addresses(), NODES),
                Symptom.GATEWAY_TIMEOUT,
                fix(path, subnet, "tcp " + target.wanted() + " out to the targets, answers in"),
                about(path, subnet)));
      }
    }
  }

  private static void behind(Found found, Path path, Reachability reach) {
    if (path.targets().isEmpty()) {
      found.unclear("no target is known");
    }
    for (var target : path.targets()) {
      var subnet = target.subnet();
      if (target.port() == 0 && path.declared(target.id()).isPresent()) {
        found.unclear("on which port " + path.name(target.id()) + " is asked is not known");
        continue;
      }
      if (subnet == null || !knows(path, subnet)) {
        found.unclear(
            "the network ACL of "
                + (subnet == null ? path.name(target.id()) : path.name(subnet))
                + " is not known");
        continue;
      }
      var nodes = new LinkedHashSet<String>();
      path.nodes().stream()
          .filter(n -> !n.subnetId().equals(subnet))
          .forEach(n -> nodes.addAll(n.privateAddresses()));
      if (nodes.isEmpty()) {
        found.ok("no network ACL decides inside " + path.name(subnet));
        continue;
      }
      var wanted = TrafficSet.tcp(target.wanted(), target.wanted(), AddressSet.parse(nodes));
      var through = wanted.and(reach.throughAcl(subnet, Direction.INGRESS, NODES));
      if (wanted.minus(through).isEmpty()) {
        found.ok(acl(path, subnet) + " lets tcp " + target.wanted() + " in from the load balancer");
        continue;
      }
      found.fault(
          Fault.at(
              none(wanted, subnet, Direction.INGRESS, reach) ? target.key() : Fault.PART,
              denied(path, subnet, Direction.INGRESS, target.wanted(), nodes, NODES),
              Symptom.GATEWAY_TIMEOUT,
              fix(
                  path,
                  subnet,
                  "tcp " + target.wanted() + " in from the load balancer, answers out"),
              about(path, subnet)));
    }
  }

  private static String aclId(Path path, String subnet) {
    var at = path.scene().network().subnets().get(subnet);
    return at == null ? "" : at.acl();
  }

  private static String acl(Path path, String subnet) {
    return path.name(aclId(path, subnet)) + " of " + path.name(subnet);
  }

  private static Fault.About[] about(Path path, String subnet) {
    var at = path.scene().network().subnets().get(subnet);
    return new Fault.About[] {
      path.about(aclId(path, subnet), NetworkAcl.ENTRIES),
      path.about(subnet, Subnet.NETWORK_ACL),
      path.about(at == null ? "" : at.vpc(), Vpc.DEFAULT_ACL)
    };
  }

  /** The entry that decides: on the way there, or else on the way back. */
  private static String denied(
      Path path,
      String subnet,
      Direction direction,
      int port,
      Set<String> others,
      int firstAnswer) {
    var entries =
        path.scene().network().acls().getOrDefault(aclId(path, subnet), List.of()).stream()
            .sorted(Comparator.comparingInt(AclEntry::number))
            .toList();
    var there = deciding(entries, direction, port, others);
    if (there != null && there.allow()) {
      var back = direction == Direction.INGRESS ? Direction.EGRESS : Direction.INGRESS;
      return acl(path, subnet)
          + " does not let answers "
          + (back == Direction.EGRESS ? "out" : "in")
          + " (tcp "
          + firstAnswer
          + "-"
          + LAST
          + "): "
          + entry(path, unanswered(entries, back, firstAnswer, others));
    }
    return acl(path, subnet)
        + " does not let tcp "
        + port
        + (direction == Direction.INGRESS ? " in: " : " out: ")
        + entry(path, there);
  }

  /** The entry that keeps answers back at the lowest of their ports at which one does. */
  private static @Nullable AclEntry unanswered(
      List<AclEntry> entries, Direction back, int firstAnswer, Set<String> others) {
    var ports = new TreeSet<>(Set.of(firstAnswer));
    for (var entry : entries) {
      var from = entry.rule().from();
      var to = entry.rule().to();
      ports.add(from == null ? firstAnswer : from);
      ports.add(to == null ? firstAnswer : to + 1);
    }
    return ports.subSet(firstAnswer, true, LAST, true).stream()
        .map(p -> Optional.ofNullable(deciding(entries, back, p, others)))
        .filter(e -> e.isEmpty() || !e.get().allow())
        .findFirst()
        .flatMap(e -> e)
        .orElse(null);
  }

  /** Whether no connection at all gets through, from whatever port it is asked. */
  private static boolean none(
      TrafficSet wanted, String subnet, Direction direction, Reachability reach) {
    return wanted.and(reach.throughAcl(subnet, direction)).isEmpty();
  }

  private static String entry(Path path, @Nullable AclEntry entry) {
    return entry == null
        ? "no entry allows it"
        : "entry "
            + entry.number()
            + (entry.allow() ? " allows only " : " denies ")
            + path.names().say(entry.rule().key());
  }

  private static @Nullable AclEntry deciding(
      List<AclEntry> entries, Direction direction, int port, Set<String> others) {
    var those = AddressSet.parse(others);
    return entries.stream()
        .filter(e -> e.rule().direction() == direction && GroupRules.covers(e.rule(), port))
        .filter(
            e ->
                e.rule().peer() instanceof Peer.Cidr4 c
                    && !AddressSet.parse(List.of(c.text())).and(those).isEmpty())
        .findFirst()
        .orElse(null);
  }

  private static String fix(Path path, String subnet, String what) {
    return "let " + what + " in " + path.name(aclId(path, subnet));
  }
}
