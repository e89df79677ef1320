package dev.driftmend.aws.resource;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.ec2.ElasticIps;
import dev.driftmend.aws.resource.ec2.Instances;
import dev.driftmend.aws.resource.ec2.NatGateways;
import dev.driftmend.aws.resource.ec2.NetworkAcls;
import dev.driftmend.aws.resource.ec2.Networks;
import dev.driftmend.aws.resource.ec2.RouteTables;
import dev.driftmend.aws.resource.ec2.SecurityGroups;
import dev.driftmend.aws.resource.ec2.Subnets;
import dev.driftmend.aws.resource.ec2.VpcEndpoints;
import dev.driftmend.aws.resource.ec2.Vpcs;
import dev.driftmend.aws.resource.elb.ListenerRules;
import dev.driftmend.aws.resource.elb.Listeners;
import dev.driftmend.aws.resource.elb.LoadBalancers;
import dev.driftmend.aws.resource.elb.TargetGroups;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.port.UnexpectedAnswer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link LiveStates}: each type by its adapter, all types at once. */
public final class AwsLiveStates implements LiveStates {
  private static final Logger LOG = LoggerFactory.getLogger(AwsLiveStates.class);

  private final Map<String, ResourceAdapter> adapters;
  private final Networks networks;
  private final DestinationReader destinations;

  public AwsLiveStates(Clients clients) {
    this.adapters = adapters(clients);
    this.networks = new Networks(clients);
    this.destinations = new DestinationReader(clients);
  }

  static Map<String, ResourceAdapter> adapters(Clients clients) {
    return List.of(
            new Vpcs(clients),
            new Subnets(clients),
            new RouteTables(clients),
            new NetworkAcls(clients),
            new NatGateways(clients),
            new VpcEndpoints(clients),
            new ElasticIps(clients),
            new SecurityGroups(clients),
            new LoadBalancers(clients),
            new Listeners(clients),
            new ListenerRules(clients),
            new TargetGroups(clients),
            new Instances(clients),
            new Roles(clients))
        .stream()
        .collect(Collectors.toMap(ResourceAdapter::type, Function.identity()));
  }

  @Override
  public Live read(Desired desired) {
    return read(desired, desired.resources());
  }

  @Override
  public Live read(Desired desired, Collection<Resource> only) {
    var byType = only.stream().collect(Collectors.groupingBy(r -> r.ref().type()));
    var answers = new Answers();
    var observed = new HashMap<String, Observed>();
    Parallel.map(
            byType.entrySet(),
            e -> observe(adapter(adapters, e.getKey()), desired, e.getValue(), answers))
        .forEach(observed::putAll);
    return new Live(desired.stack(), observed);
  }

  /** One type's odd answer keeps nobody from looking at the others. */
  private static Map<String, Observed> observe(
      ResourceAdapter adapter, Desired desired, List<Resource> resources, Answers answers) {
    try {
      return adapter.observe(desired.stack(), resources, answers);
    } catch (TransientFailure | DeniedFailure e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("an answer about {} is not understood", adapter.type(), e);
      return Observations.unreadable(resources, new UnexpectedAnswer(adapter.type(), e));
    }
  }

  static ResourceAdapter adapter(Map<String, ResourceAdapter> adapters, String type) {
    var adapter = adapters.get(type);
    if (adapter == null) {
      throw new IllegalArgumentException("no adapter for resources of type " + type);
    }
    return adapter;
  }

  @Override
  public Map<String, Observed> destinations(StackRef stack, Set<String> ids) {
    try {
      return destinations.read(stack, ids);
    } catch (TransientFailure e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("an answer about where traffic is led to is not understood", e);
      return ids.stream()
          .collect(
              Collectors.toMap(Function.identity(), id -> new Observed.Unreadable(e.toString())));
    }
  }

  @Override
  public Network network(Ask ask) {
    try {
      return networks.read(ask);
    } catch (TransientFailure | DeniedFailure e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("an answer about the network is not understood", e);
      throw new UnexpectedAnswer("the network", e);
    }
  }
}
