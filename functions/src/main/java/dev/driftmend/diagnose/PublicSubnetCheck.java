package dev.driftmend.diagnose;

import dev.driftmend.kind.RouteTable;
import dev.driftmend.kind.Subnet;
import dev.driftmend.model.Diagnosis.Symptom;
import dev.driftmend.network.Reachability;

/** The instances stand in private subnets. */
final class PublicSubnetCheck implements HopCheck {
  @Override
  public String name() {
    return "public-subnet";
  }

  @Override
  public Found look(Scene scene, Path path, Before before) {
    var found = new Found();
    if (path.instances().isEmpty()) {
      return found.unclear("no instance is known");
    }
    path.instances().forEach(t -> look(found, path, t));
    return found;
  }

  private static void look(Found found, Path path, Target target) {
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

  private static Fault fault(Path path, Target target, String subnet, String evidence) {
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
