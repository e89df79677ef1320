package dev.driftmend.kind;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.ElasticIp;
import dev.driftmend.kind.network.NatGateway;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.network.VpcEndpoint;
import dev.driftmend.kind.role.Role;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.stack.ResourceRef;
import java.util.List;
import java.util.Optional;

/** The kinds there are. */
public final class Kinds {
  private static final List<Kind> ALL =
      List.of(
          new Vpc(),
          new Subnet(),
          new RouteTable(),
          new NetworkAcl(),
          new NatGateway(),
          new VpcEndpoint(),
          new ElasticIp(),
          new SecurityGroup(),
          new LoadBalancer(),
          new Listener(),
          new ListenerRule(),
          new TargetGroup(),
          new Instance(),
          new Role());

  private Kinds() {}

  public static List<Kind> all() {
    return ALL;
  }

  public static Optional<Kind> of(String type) {
    return ALL.stream().filter(k -> k.type().equals(type)).findFirst();
  }

  /** The kind that this resource is of. */
  public static Kind of(ResourceRef ref) {
    return of(ref.type()).orElseThrow();
  }

  /** Whether the type is a kind or merges into one. */
  public static boolean covers(String type) {
    return ALL.stream().anyMatch(k -> k.type().equals(type) || k.parts().contains(type));
  }
}
