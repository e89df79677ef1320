package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.network.VpcEndpoint.ADD;
import static dev.driftmend.kind.network.VpcEndpoint.AVAILABLE;
import static dev.driftmend.kind.network.VpcEndpoint.ENDPOINT;
import static dev.driftmend.kind.network.VpcEndpoint.GROUPS;
import static dev.driftmend.kind.network.VpcEndpoint.MANAGED;
import static dev.driftmend.kind.network.VpcEndpoint.MODIFY;
import static dev.driftmend.kind.network.VpcEndpoint.POLICY;
import static dev.driftmend.kind.network.VpcEndpoint.PRIVATE_DNS;
import static dev.driftmend.kind.network.VpcEndpoint.REMOVE;
import static dev.driftmend.kind.network.VpcEndpoint.ROUTE_TABLES;
import static dev.driftmend.kind.network.VpcEndpoint.SET_PRIVATE_DNS;
import static dev.driftmend.kind.network.VpcEndpoint.STATE;
import static dev.driftmend.kind.network.VpcEndpoint.SUBNETS;
import static dev.driftmend.kind.network.VpcEndpoint.TYPE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.PolicyJsonText;
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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.ModifyVpcEndpointRequest;
import software.amazon.awssdk.services.ec2.model.VpcEndpoint;

/**
 * VPC endpoints: read by their ids, changed by {@code ModifyVpcEndpoint}, whose additions and
 * removals of what is so already change nothing.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html">VpcEndpoint</a>
 */
public final class VpcEndpoints implements ResourceAdapter {
  private static final Set<String> GONE = Set.of("deleting", "deleted");

  /** On the way to working, or waiting for whom the service belongs to. */
  private static final Set<String> COMING =
      Set.of("pending", "pendingacceptance", "partial", AVAILABLE);

  private final Clients clients;

  public VpcEndpoints(Clients clients) {
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
        resources,
        this::describe,
        VpcEndpoint::vpcEndpointId,
        (endpoint, resource) -> found(endpoint));
  }

  /** A deleted endpoint is listed for a while. */
  private List<VpcEndpoint> describe(List<String> ids) {
    return clients.ec2(
        ec2 ->
            ec2
                .describeVpcEndpointsPaginator(
                    r ->
                        r.filters(Observations.filter("vpc-endpoint-id", ids))
                            .maxResults(Observations.PAGE))
                .vpcEndpoints()
                .stream()
                .filter(e -> !Observations.isOneOf(GONE, state(e)))
                .toList());
  }

  /** The API's models write it with capitals, its answers without. */
  private static @Nullable String state(VpcEndpoint endpoint) {
    var state = endpoint.stateAsString();
    return state == null ? null : state.toLowerCase(Locale.ROOT);
  }

  private static Observed found(VpcEndpoint endpoint) {
    var properties = new HashMap<String, Property>();
    var state = state(endpoint);
    Observations.scalar(properties, STATE, Observations.isOneOf(COMING, state) ? AVAILABLE : state);
    properties.put(
        GROUPS,
        Property.Members.of(
            endpoint.groups().stream().map(g -> Item.named(g.groupId(), g.groupName())).toList()));
    properties.put(SUBNETS, Observations.members(endpoint.subnetIds()));
    properties.put(ROUTE_TABLES, Observations.members(endpoint.routeTableIds()));
    Observations.scalar(properties, PRIVATE_DNS, endpoint.privateDnsEnabled());
    Observations.scalar(properties, MANAGED, endpoint.requesterManaged());
    if (endpoint.policyDocument() != null) {
      properties.put(POLICY, policy(endpoint.policyDocument()));
    }
    return new Observed.Found(properties);
  }

  private static Property policy(String text) {
    return PolicyJsonText.read(text)
        .map(dev.driftmend.kind.network.VpcEndpoint::policy)
        .orElseGet(() -> new Property.Unknown("the policy is no JSON"));
  }

  @Override
  public void execute(Step.Call call) {
    if (!call.operation().equals(MODIFY)) {
      throw Observations.unknownOperation(call);
    }
    var unused = clients.ec2(ec2 -> ec2.modifyVpcEndpoint(request(call)));
  }

  private static ModifyVpcEndpointRequest request(Step.Call call) {
    var dns = Observations.optional(call, SET_PRIVATE_DNS);
    return ModifyVpcEndpointRequest.builder()
        .vpcEndpointId(call.argument(ENDPOINT))
        .addSecurityGroupIds(values(call, ADD + GROUPS))
        .removeSecurityGroupIds(values(call, REMOVE + GROUPS))
        .addSubnetIds(values(call, ADD + SUBNETS))
        .removeSubnetIds(values(call, REMOVE + SUBNETS))
        .addRouteTableIds(values(call, ADD + ROUTE_TABLES))
        .removeRouteTableIds(values(call, REMOVE + ROUTE_TABLES))
        .privateDnsEnabled(dns == null ? null : Boolean.valueOf(dns))
        .build();
  }

  private static @Nullable List<String> values(Step.Call call, String argument) {
    return call.arguments().get(argument);
  }
}
