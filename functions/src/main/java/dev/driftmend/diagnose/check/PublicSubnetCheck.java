package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.path.PathTarget;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.network.Reachability;

/** The instances stand in private subnets. */
public final class PublicSubnetCheck implements HopCheck {
  @Override
  public String name() {
    return "public-subnet";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    if (path.instances().isEmpty()) {
      return found.unclear("no instance is known");
    }
    path.instances().forEach(t -> look(found, path, t));
    return found;
  }

  private static void look(Found found, Path path, PathTarget target) {
    var subnet = target.subnet();
    var name = path.name(target.id());
    if (subnet == null) {
      found.unclear("the subnet of " + name + " is not known");
    } else if (path.knows(subnet)) {
      if (new Reachability(path.scene().network())
          .byInternetGateway(subnet)
          .publicPart()
          .isEmpty()) {
        found.ok(name + " stands in " + path.name(subnet) + ", which is private");
      } else {
        found.fault(
            fault(
                path,
                target,
                subnet,
                name + " stands in " + path.name(subnet) + ", which has a route to the internet"));
      }
    } else if (path.doors().contains(subnet) && !path.internal()) {
      found.fault(
          fault(
              path,
              target,
              subnet,
              name
                  + " stands in "
                  + path.name(subnet)
                  + ", a subnet of the internet-facing load balancer"));
    } else {
      found.unclear("the routes of " + path.name(subnet) + " are not known");
    }
  }

  private static Fault fault(Path path, PathTarget target, String subnet, String evidence) {
    var at = path.scene().network().subnets().get(subnet);
    return Fault.whole(
        evidence,
        Symptom.NONE,
        "put "
            + path.name(target.id())
            + " into a private subnet that reaches out by a NAT gateway",
        path.about(subnet, Subnet.ROUTE_TABLE),
        path.about(at == null ? "" : at.table(), RouteTable.ROUTES));
  }
}
