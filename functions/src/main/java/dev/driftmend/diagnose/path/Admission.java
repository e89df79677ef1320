package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.check.GroupRules;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.network.AddressSet;
import dev.driftmend.network.TrafficSet;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.text.UnreadableTemplate;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom a template lets ask. A probe runs outside of the VPC, at an address that nobody knows
 * beforehand: it may ask where the whole internet may. Pure.
 */
public final class Admission {
  private Admission() {}

  /** Of a deployed stack; empty if its template cannot be understood. */
  public static Optional<String> refused(StackSnapshot snapshot, URI endpoint) {
    try {
      return refused(Desireds.of(Resolver.resolve(snapshot)), endpoint);
    } catch (UnreadableTemplate e) {
      return Optional.empty();
    }
  }

  /**
   * Why the template does not let in a client at any address of the internet; empty if it does, or
   * if that is not known.
   */
  public static Optional<String> refused(Desired desired, URI endpoint) {
    var reasons = new ArrayList<Optional<String>>();
    desired.resources().stream()
        .filter(r -> r.ref().type().equals(LoadBalancer.TYPE))
        .forEach(balancer -> reasons.add(refused(desired, balancer, port(endpoint))));
    return reasons.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : reasons.stream().flatMap(Optional::stream).findFirst();
  }

  private static Optional<String> refused(Desired desired, Resource balancer, int port) {
    if ("internal".equals(Read.text(balancer.properties(), LoadBalancer.SCHEME))) {
      return Optional.of(balancer.ref().logicalId() + " is internal");
    }
    if (!(balancer.properties().get(LoadBalancer.GROUPS) instanceof Property.Members groups)
        || groups.openBecause() != null) {
      return Optional.empty();
    }
    var rules = new ArrayList<SecurityRule>();
    for (var id : groups.keys()) {
      var group =
          desired.resources().stream().filter(r -> r.ref().physicalId().equals(id)).findFirst();
      if (group.isEmpty() || !isSure(group.get())) {
        return Optional.empty();
      }
      SecurityGroup.rules(group.get().properties()).stream()
          .filter(r -> r.direction() == Direction.INGRESS && GroupRules.covers(r, port))
          .forEach(rules::add);
    }
    return rules.isEmpty() ? Optional.empty() : refused(balancer, rules, port);
  }

  private static boolean isSure(Resource group) {
    return group.properties().get(SecurityGroup.INGRESS) instanceof Property.Members m
        && m.openBecause() == null;
  }

  private static Optional<String> refused(Resource balancer, List<SecurityRule> rules, int port) {
    var everybody = TrafficSet.tcp(port, port, AddressSet.INTERNET.family(false));
    var some =
        TrafficSet.union(
            rules.stream()
                .map(SecurityRule::peer)
                .filter(SecurityRule.Peer.Cidr4.class::isInstance)
                .map(p -> TrafficSet.tcp(port, port, AddressSet.parse(Set.of(p.text()))))
                .toList());
    return everybody.minus(some).isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the template lets only "
                + String.join(", ", rules.stream().map(r -> r.peer().text()).distinct().toList())
                + " ask "
                + balancer.ref().logicalId()
                + " on tcp "
                + port);
  }

  private static int port(URI endpoint) {
    if (endpoint.getPort() > 0) {
      return endpoint.getPort();
    }
    return "https".equals(endpoint.getScheme()) ? 443 : 80;
  }
}
