package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.network.NatGateway;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import dev.driftmend.network.TrafficSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Instances that install something at their first boot reach what they install. */
public final class PackagesCheck implements HopCheck {
  public static final String NAME = "packages";
  private static final int HTTPS = 443;
  private static final String DEFAULT = "0.0.0.0/0";

  /** Other name servers than the VPC's own. */
  private static final String OPTIONS = "AWS::EC2::VPCDHCPOptionsAssociation";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    if (path.machines().isEmpty()) {
      return found.unclear("no instance is known");
    }
    for (var target : path.machines()) {
      var launch = path.launch(target);
      var fetches = launch == null ? null : launch.script().fetches();
      if (fetches == null) {
        found.unclear("what " + path.name(target.id()) + " installs is not known");
      } else if (!fetches) {
        found.ok(path.name(target.id()) + " installs nothing at its first boot");
      } else {
        wayOut(found, path, target);
      }
    }
    return found;
  }

  private static void wayOut(Found found, Path path, PathTarget target) {
    var open = open(path, target);
    var silent = namelessVpc(path, target);
    if (silent != null && path.scene().declared().ofType(OPTIONS).findAny().isPresent()) {
      found.unclear(
          "whether the name servers that " + silent + " is given resolve names is not known");
    } else if (silent != null) {
      found.fault(nameless(path, target, silent));
    } else if (open == null) {
      found.unclear("the way out of " + path.name(target.id()) + " is not known");
    } else if (open) {
      found.ok(path.name(target.id()) + " reaches the internet for its packages");
    } else {
      found.fault(fault(path, target));
    }
  }

  /**
   * The VPC of a target if it resolves no names; null if it does, or if that is not known.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html">enableDnsSupport</a>
   */
  private static @Nullable String namelessVpc(Path path, PathTarget target) {
    var at = target.subnet() == null ? null : path.scene().network().subnets().get(target.subnet());
    return at != null && "false".equalsIgnoreCase(Read.text(path.byId(at.vpc()), Vpc.DNS_SUPPORT))
        ? at.vpc()
        : null;
  }

  private static Fault nameless(Path path, PathTarget target, String vpc) {
    return new Fault(
        path.name(target.id())
            + " installs packages at its first boot and finds them by no name: "
            + path.name(vpc)
            + " resolves none ("
            + Vpc.DNS_SUPPORT
            + " is false)",
        path.scene().deployed() ? Symptom.NONE : Symptom.BAD_GATEWAY,
        Set.of(target.key()),
        "set " + Vpc.DNS_SUPPORT + " of " + path.name(vpc) + " to true",
        List.of(path.about(vpc, Vpc.DNS_SUPPORT)));
  }

  /** Whether it gets to the internet by HTTPS; null if that is not known. */
  public static @Nullable Boolean open(Path path, PathTarget target) {
    var subnet = target.subnet();
    if (subnet == null || !path.knows(subnet) || target.interfaces().isEmpty() || endpoints(path)) {
      return null;
    }
    var wanted = TrafficSet.tcp(HTTPS, HTTPS, AddressSet.INTERNET.family(false));
    var out = new Reachability(path.scene().network()).toInternet(target.interfaces().getFirst());
    return !wanted.and(out).isEmpty() && closedNat(path, target.interfaces().getFirst()) == null;
  }

  /**
   * The NAT gateway that the default route leads to, if its own subnet lets it get no further; null
   * if it does, or if that is not known.
   */
  private static @Nullable String closedNat(Path path, Interface at) {
    var network = path.scene().network();
    var nat =
        network.tables().getOrDefault(tableOf(network, at), List.of()).stream()
            .filter(r -> r.destination().equals(DEFAULT) && r.target().startsWith("nat-"))
            .map(Network.Route::target)
            .findFirst()
            .orElse(null);
    var subnet =
        nat == null ? null : path.declared(nat).map(d -> Read.text(d, "SubnetId")).orElse(null);
    if (nat == null || subnet == null || !path.knows(subnet)) {
      return null;
    }
    var reach = new Reachability(network);
    var wanted = TrafficSet.tcp(HTTPS, HTTPS, AddressSet.INTERNET.family(false));
    var out =
        wanted
            .and(reach.byInternetGateway(subnet))
            .and(reach.throughAcl(subnet, Direction.EGRESS, AclCheck.NODES));
    return out.isEmpty() ? nat : null;
  }

  /** Amazon Linux comes from S3, to which an endpoint leads as well. */
  private static boolean endpoints(Path path) {
    return path.scene().declared().ofType("AWS::EC2::VPCEndpoint").findAny().isPresent();
  }

  private static Fault fault(Path path, PathTarget target) {
    var at = target.interfaces().getFirst();
    var network = path.scene().network();
    var table = tableOf(network, at);
    var about = new ArrayList<Fault.About>();
    about.add(path.about(table, RouteTable.ROUTES));
    about.add(path.about(at.subnetId(), Subnet.ROUTE_TABLE));
    network
        .tables()
        .getOrDefault(table, List.of())
        .forEach(r -> about.add(path.about(r.target(), NatGateway.STATE)));
    var nat = closedNat(path, at);
    var stands =
        nat == null ? null : path.declared(nat).map(d -> Read.text(d, "SubnetId")).orElse(null);
    if (stands != null) {
      var subnet = network.subnets().get(stands);
      about.add(path.about(stands, null));
      about.add(path.about(subnet == null ? "" : subnet.table(), RouteTable.ROUTES));
      about.add(path.about(subnet == null ? "" : subnet.acl(), NetworkAcl.ENTRIES));
      about.add(path.about(subnet == null ? "" : subnet.vpc(), Vpc.GATEWAYS));
    }
    at.groups().forEach(g -> about.add(path.about(g, SecurityGroup.EGRESS)));
    return new Fault(
        path.name(target.id())
            + " installs packages at its first boot and cannot reach them: "
            + why(path, network, at, table),
        path.scene().deployed() ? Symptom.NONE : Symptom.BAD_GATEWAY,
        Set.of(target.key()),
        "give "
            + path.name(at.subnetId())
            + " a route for "
            + DEFAULT
            + " to a working NAT gateway, and the instance HTTPS out",
        about);
  }

  private static String tableOf(Network network, Interface at) {
    var subnet = network.subnets().get(at.subnetId());
    return subnet == null ? "" : subnet.table();
  }

  private static String why(Path path, Network network, Interface at, String table) {
    var where = path.name(at.subnetId()) + " uses " + path.name(table);
    var route =
        network.tables().getOrDefault(table, List.of()).stream()
            .filter(r -> r.destination().equals(DEFAULT))
            .findFirst()
            .orElse(null);
    if (route == null) {
      return where + ", which has no route for " + DEFAULT;
    }
    var target = path.name(route.target());
    if (route.target().startsWith("igw-") && at.publicAddresses().isEmpty()) {
      return where + ", which leads to " + target + ", and it has no public address";
    }
    if (!network.nats().getOrDefault(route.target(), route.active())) {
      return where + ", which leads to " + target + ", which does not work";
    }
    var closed = closedNat(path, at);
    return closed == null
        ? "tcp " + HTTPS + " is not let out of it, or answers not back"
        : where
            + ", which leads to "
            + path.name(closed)
            + ", and from the subnet of that nothing gets to the internet";
  }
}
