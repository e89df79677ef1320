package dev.driftmend.plan;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.model.plan.Reach;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which calls the role would be refused, known before they are made: a call that AWS denies at
 * every look is no plan. Pure.
 */
final class RoleReach {
  private static final Pattern LOAD_BALANCER =
      Pattern.compile(":listener(?:-rule)?/((?:app|net|gwy)/[^/]+/[^/]+)/");
  private static final Set<String> OF_ADDRESSES = Set.of("AssociateAddress", "DisassociateAddress");
  private static final Set<String> OF_LISTENERS =
      Set.of(
          "DeleteListener",
          "DeleteRule",
          "ModifyListener",
          "ModifyListenerAttributes",
          "ModifyRule",
          "SetRulePriorities");

  private RoleReach() {}

  /**
   * @param why what the role may not touch
   * @param parameter of the guard's deployment, and the value to add there
   */
  record Beyond(String why, String parameter) {}

  /** Empty if the role may, or if it is not known what it may. */
  static Optional<Beyond> beyond(Desired desired, Live live, Step.Call call, Reach reach) {
    if (OF_LISTENERS.contains(call.operation())) {
      return loadBalancers(call).stream()
          .filter(name -> !reach.loadBalancers().contains(name))
          .findFirst()
          .map(
              name ->
                  new Beyond(
                      "the guard's role may not touch the listeners of " + name,
                      "GuardedLoadBalancers=" + name));
    }
    if (OF_ADDRESSES.contains(call.operation())) {
      return outside(desired, live, reach, "public addresses");
    }
    return call.arguments().getOrDefault(Argument.ACL, List.of()).stream()
            .allMatch(acl -> declares(desired, acl))
        ? Optional.empty()
        : outside(desired, live, reach, "the default network ACL");
  }

  private static Set<String> loadBalancers(Step.Call call) {
    var names = new TreeSet<String>();
    call.arguments()
        .values()
        .forEach(
            values ->
                values.forEach(
                    value -> {
                      var found = LOAD_BALANCER.matcher(value);
                      while (found.find()) {
                        names.add(found.group(1));
                      }
                    }));
    return names;
  }

  private static boolean declares(Desired desired, String id) {
    return desired.resources().stream().anyMatch(r -> r.ref().physicalId().equals(id));
  }

  private static Optional<Beyond> outside(Desired desired, Live live, Reach reach, String what) {
    var vpcs = new TreeSet<String>();
    desired.resources().forEach(r -> vpc(r, live).ifPresent(vpcs::add));
    return vpcs.stream()
        .filter(vpc -> !reach.vpcs().contains(vpc))
        .findFirst()
        .map(
            vpc ->
                new Beyond(
                    "the guard's role may not touch " + what + " in " + vpc, "GuardedVpcs=" + vpc));
  }

  private static Optional<String> vpc(Resource resource, Live live) {
    if (resource.ref().type().equals(Vpc.TYPE)) {
      return Optional.of(resource.ref().physicalId());
    }
    return resource.ref().type().equals(Subnet.TYPE)
            && live.resources().get(resource.ref().logicalId()) instanceof Observed.Found found
            && found.properties().get(Subnet.VPC) instanceof Property.Scalar vpc
        ? Optional.of(vpc.value())
        : Optional.empty();
  }
}
