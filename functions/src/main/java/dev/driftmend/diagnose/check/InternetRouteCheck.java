package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Value;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.Reachability;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The subnets of an internet-facing load balancer have a route to an attached gateway. */
public final class InternetRouteCheck implements HopCheck {
  private static final String DEFAULT = "0.0.0.0/0";

  @Override
  public String name() {
    return "internet-route";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    if (path.balancer() == null
        || Read.keys(path.balancerState(), LoadBalancer.SUBNETS).isEmpty()) {
      return Found.unknown("it is not known in which subnets the load balancer stands");
    }
    if (path.internal()) {
      return Found.fine("an internal load balancer needs none");
    }
    var found = new Found();
    var unsure = Read.openBecause(path.balancerState(), LoadBalancer.SUBNETS);
    if (unsure != null) {
      found.unclear("not all subnets of the load balancer are known: " + unsure);
    }
    var reach = new Reachability(scene.network());
    for (var subnet : path.doors()) {
      if (path.knows(subnet)) {
        look(found, path, subnet, reach.byInternetGateway(subnet));
      } else {
        found.unclear("the routes of " + path.name(subnet) + " are not known");
      }
    }
    return found;
  }

  private static void look(Found found, Path path, String subnet, AddressSet routed) {
    var lacking = AddressSet.INTERNET.family(false).minus(routed).minus(elsewhere(path, subnet));
    if (lacking.isEmpty() && !routed.family(false).publicPart().isEmpty()) {
      found.ok(path.name(subnet) + " has a route to an attached internet gateway");
      return;
    }
    var none = routed.family(false).publicPart().isEmpty();
    var at = path.scene().network().subnets().get(subnet);
    var table = at == null ? "" : at.table();
    var elsewhere = path.scene().deployed() ? null : unknownGateway(path, table);
    if (elsewhere != null) {
      found.unclear(path.name(subnet) + " uses " + path.name(table) + ", and " + elsewhere);
      return;
    }
    found.fault(
        Fault.at(
            none ? subnet : Fault.PART,
            evidence(path, subnet, table, none ? "" : lacking.text()),
            Symptom.TIMEOUT,
            fix(path, table, at == null ? "" : at.vpc()),
            path.about(table, RouteTable.ROUTES),
            path.about(subnet, Subnet.ROUTE_TABLE),
            path.about(at == null ? "" : at.vpc(), Vpc.GATEWAYS)));
  }

  /**
   * What more specific routes lead elsewhere on purpose: those of the template, those that a
   * gateway propagates or an endpoint makes, and all of a table that is not of the stack.
   */
  private static AddressSet elsewhere(Path path, String subnet) {
    var network = path.scene().network();
    var at = network.subnets().get(subnet);
    if (at == null) {
      return AddressSet.NONE;
    }
    var wanted =
        path.wanted(at.table())
            .map(r -> new Observed.Found(r.properties()))
            .map(f -> Read.keys(f, RouteTable.ROUTES).orElse(Set.of()));
    var blocks =
        routes(path, at.table()).stream()
            .filter(r -> !r.target().startsWith("igw-") && !r.destination().equals(DEFAULT))
            .filter(
                r ->
                    r.given()
                        || r.target().startsWith("vpce-")
                        || wanted.isEmpty()
                        || wanted.get().contains(r.destination()))
            .flatMap(
                r ->
                    r.destination().startsWith("pl-")
                        ? network.prefixLists().getOrDefault(r.destination(), List.of()).stream()
                        : Stream.of(r.destination()))
            .toList();
    return AddressSet.parse(blocks).family(false);
  }

  /**
   * Why a table that has no route to an attached gateway, as far as the template tells, may have
   * one: the gateway is a parameter's, or was there before; null if it surely has none.
   */
  private static @Nullable String unknownGateway(Path path, String table) {
    for (var route : path.scene().declared().ofType("AWS::EC2::Route").toList()) {
      var gateway = route.property("GatewayId").orElse(null);
      if (!table.equals(Read.text(route, "RouteTableId")) || gateway == null) {
        continue;
      }
      var name = route.ref().logicalId();
      if (gateway instanceof Value.Unknown u) {
        return "to which gateway " + name + " leads is not known: " + u.why();
      }
      if (gateway instanceof Value.Scalar(String id)
          && id.startsWith("igw-")
          && path.declared(id).isEmpty()) {
        return name + " leads to " + id + ", which is not of this template";
      }
    }
    return null;
  }

  private static List<Network.Route> routes(Path path, String table) {
    return path.scene().network().tables().getOrDefault(table, List.of());
  }

  private static String evidence(Path path, String subnet, String table, String lacking) {
    var where = path.name(subnet) + " uses " + path.name(table);
    if (!lacking.isEmpty()) {
      return where + ", which has no route to an internet gateway for " + lacking;
    }
    return routes(path, table).stream()
        .filter(r -> r.destination().equals(DEFAULT))
        .findFirst()
        .map(
            r ->
                where
                    + ", which sends "
                    + DEFAULT
                    + " to "
                    + path.name(r.target())
                    + (r.target().startsWith("igw-") ? ", which is not attached" : ""))
        .orElse(where + ", which has no route for " + DEFAULT);
  }

  private static String fix(Path path, String table, String vpc) {
    var gateway =
        routes(path, table).stream()
            .filter(r -> r.destination().equals(DEFAULT) && r.target().startsWith("igw-"))
            .findFirst();
    return gateway
        .map(r -> "attach " + path.name(r.target()) + " to " + path.name(vpc))
        .orElse("send " + DEFAULT + " to the VPC's internet gateway in " + path.name(table));
  }
}
