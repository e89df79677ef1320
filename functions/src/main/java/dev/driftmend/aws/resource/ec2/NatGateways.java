package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.network.NatGateway.ALLOCATIONS;
import static dev.driftmend.kind.network.NatGateway.STATE;
import static dev.driftmend.kind.network.NatGateway.TYPE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.NatGateway;
import software.amazon.awssdk.services.ec2.model.NatGatewayAddress;

/** NAT gateways: their state and their addresses. Nothing of them is ever changed. */
public final class NatGateways implements ResourceAdapter {
  private static final Set<String> GONE = Set.of("deleting", "deleted");
  private static final Set<String> OFF = Set.of("disassociating", "unassigning", "failed");

  private final Clients clients;

  public NatGateways(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    return Observations.described(
        resources, this::describe, NatGateway::natGatewayId, NatGateways::found);
  }

  /** A deleted gateway is listed for about an hour. */
  private List<NatGateway> describe(List<String> ids) {
    return clients.ec2(
        ec2 ->
            ec2
                .describeNatGatewaysPaginator(
                    r ->
                        r.filter(Observations.filter("nat-gateway-id", ids))
                            .maxResults(Observations.PAGE))
                .natGateways()
                .stream()
                .filter(g -> !Observations.isOneOf(GONE, g.stateAsString()))
                .toList());
  }

  private static Observed found(NatGateway gateway, Resource wanted) {
    var named =
        wanted.properties().get(ALLOCATIONS) instanceof Property.Members m
            ? m.items().stream().map(Item::key).collect(Collectors.toSet())
            : Set.<String>of();
    var properties = new HashMap<String, Property>();
    Observations.scalar(properties, STATE, gateway.stateAsString());
    properties.put(
        ALLOCATIONS,
        Property.Members.of(
            gateway.natGatewayAddresses().stream()
                .filter(
                    a -> a.allocationId() != null && !Observations.isOneOf(OFF, a.statusAsString()))
                .map(a -> item(a, named))
                .toList()));
    return new Observed.Found(properties);
  }

  /** By the address where the template says it so, else by the allocation. */
  private static Item item(NatGatewayAddress address, Set<String> named) {
    var byAddress = address.publicIp() != null && named.contains(address.publicIp());
    return new Item(
        byAddress ? address.publicIp() : address.allocationId(),
        new TreeMap<>(),
        address.associationId());
  }

  @Override
  public void execute(Step.Call call) {
    throw Observations.unknownOperation(call);
  }
}
