package dev.driftmend.aws.resource;

import dev.driftmend.aws.client.Chunks;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.ec2.Instances;
import dev.driftmend.aws.resource.ec2.NatGateways;
import dev.driftmend.aws.resource.elb.TargetGroups;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceStatus;

/** What a repair would lead traffic to and the stack does not have, read as the kinds are. */
final class DestinationReader {
  private final Clients clients;
  private final TargetGroups groups;
  private final Instances instances;
  private final NatGateways gateways;

  DestinationReader(Clients clients) {
    this.clients = clients;
    this.groups = new TargetGroups(clients);
    this.instances = new Instances(clients);
    this.gateways = new NatGateways(clients);
  }

  Map<String, Observed> read(StackRef stack, Set<String> ids) {
    var found = new HashMap<String, Observed>();
    Parallel.map(
            List.<Supplier<Map<String, Observed>>>of(
                () -> of(groups, stack, ids, id -> id.contains(":targetgroup/")),
                () -> of(instances, stack, ids, id -> id.startsWith("i-")),
                () -> of(gateways, stack, ids, id -> id.startsWith("nat-")),
                () -> interfaces(stack, ids)),
            Supplier::get)
        .forEach(found::putAll);
    return found;
  }

  private static Map<String, Observed> of(
      ResourceAdapter adapter, StackRef stack, Set<String> ids, Predicate<String> which) {
    var asked =
        ids.stream()
            .filter(which)
            .sorted()
            .map(id -> new Resource(new ResourceRef(id, adapter.type(), id), Map.of()))
            .toList();
    return asked.isEmpty() ? Map.of() : adapter.observe(stack, asked, new Answers());
  }

  private Map<String, Observed> interfaces(StackRef stack, Set<String> ids) {
    var asked = ids.stream().filter(id -> id.startsWith("eni-")).sorted().toList();
    var observed = new HashMap<String, Observed>();
    try {
      var live = describe(asked);
      var carriers =
          live.values().stream()
              .filter(i -> i.attachment() != null && i.attachment().instanceId() != null)
              .collect(
                  Collectors.toMap(
                      NetworkInterface::networkInterfaceId, i -> i.attachment().instanceId()));
      var states = of(instances, stack, Set.copyOf(carriers.values()), id -> true);
      for (var id : asked) {
        var each = live.get(id);
        observed.put(
            id,
            each == null
                ? new Observed.Gone()
                : state(each, carriers.get(id) == null ? null : states.get(carriers.get(id))));
      }
    } catch (DeniedFailure e) {
      asked.forEach(id -> observed.put(id, new Observed.Unreadable(Failures.explain(e))));
    }
    return observed;
  }

  private Map<String, NetworkInterface> describe(List<String> ids) {
    var live = new HashMap<String, NetworkInterface>();
    for (var chunk : Chunks.of(ids, Observations.FILTER_VALUES)) {
      clients.ec2(
          ec2 -> {
            ec2.describeNetworkInterfacesPaginator(
                    r ->
                        r.filters(Observations.filter("network-interface-id", chunk))
                            .maxResults(Observations.PAGE))
                .networkInterfaces()
                .forEach(i -> live.put(i.networkInterfaceId(), i));
            return live;
          });
    }
    return live;
  }

  /** An interface that no instance carries is one of an AWS service, and works as long as it is. */
  private static Observed state(NetworkInterface live, @Nullable Observed instance) {
    if (live.status() != NetworkInterfaceStatus.IN_USE) {
      return found(RouteTable.NOT_ATTACHED);
    }
    return switch (instance) {
      case null -> found(RouteTable.ATTACHED);
      case Observed.Gone _ -> found(RouteTable.NOT_ATTACHED);
      case Observed.Unreadable u -> u;
      case Observed.Found f ->
          f.properties().get(Instance.STATE) instanceof Property.Scalar s
                  && !s.value().equals(Instance.RUNNING)
              ? found("of an instance that is " + s.value())
              : found(RouteTable.ATTACHED);
    };
  }

  private static Observed found(String state) {
    return new Observed.Found(Map.of(RouteTable.STATE, new Property.Scalar(state)));
  }
}
