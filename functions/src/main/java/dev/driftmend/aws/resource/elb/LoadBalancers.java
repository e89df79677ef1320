package dev.driftmend.aws.resource.elb;

import static dev.driftmend.kind.loadbalancing.LoadBalancer.GROUPS;
import static dev.driftmend.kind.loadbalancing.LoadBalancer.IP_ADDRESS_TYPE;
import static dev.driftmend.kind.loadbalancing.LoadBalancer.SCHEME;
import static dev.driftmend.kind.loadbalancing.LoadBalancer.STATE;
import static dev.driftmend.kind.loadbalancing.LoadBalancer.SUBNETS;
import static dev.driftmend.kind.loadbalancing.LoadBalancer.TYPE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AvailabilityZone;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerAttribute;

/** Load balancers, and the attributes of those that declare some. */
public final class LoadBalancers implements ResourceAdapter {
  static final Set<String> NOT_FOUND =
      Set.of("LoadBalancerNotFound", "LoadBalancerNotFoundException");

  /** The most that one describe call may name. */
  private static final int ARNS_PER_CALL = 20;

  private static final String PROVISIONING = "provisioning";
  private static final String ACTIVE = "active";

  private final Clients clients;

  public LoadBalancers(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    return Observations.named(
        resources,
        ARNS_PER_CALL,
        NOT_FOUND,
        this::describe,
        LoadBalancer::loadBalancerArn,
        this::observe);
  }

  private List<LoadBalancer> describe(List<String> arns) {
    return clients
        .elb(elb -> elb.describeLoadBalancers(r -> r.loadBalancerArns(arns)))
        .loadBalancers();
  }

  private Observed observe(Resource resource, @Nullable LoadBalancer balancer) {
    if (balancer == null) {
      return new Observed.Gone();
    }
    var properties = settings(balancer);
    try {
      ElbAttributeCalls.read(
          resource, properties, NOT_FOUND, () -> attributes(balancer.loadBalancerArn()));
      return new Observed.Found(properties);
    } catch (DeniedFailure e) {
      return new Observed.Gone();
    }
  }

  private Map<String, String> attributes(String arn) {
    return ElbAttributeCalls.read(
        clients
            .elb(elb -> elb.describeLoadBalancerAttributes(r -> r.loadBalancerArn(arn)))
            .attributes(),
        LoadBalancerAttribute::key,
        LoadBalancerAttribute::value);
  }

  private static Map<String, Property> settings(LoadBalancer balancer) {
    var properties = new LinkedHashMap<String, Property>();
    properties.put(GROUPS, Observations.members(balancer.securityGroups()));
    properties.put(
        SUBNETS,
        Observations.members(
            balancer.availabilityZones().stream().map(AvailabilityZone::subnetId).toList()));
    Observations.scalar(properties, SCHEME, balancer.schemeAsString());
    Observations.scalar(properties, IP_ADDRESS_TYPE, balancer.ipAddressTypeAsString());
    var state = balancer.state() == null ? null : balancer.state().codeAsString();
    Observations.scalar(properties, STATE, PROVISIONING.equals(state) ? ACTIVE : state);
    return properties;
  }

  @Override
  public void execute(Step.Call call) {
    var arn = call.argument(Argument.LOAD_BALANCER);
    switch (call.operation()) {
      case "SetSecurityGroups" ->
          clients.elb(
              elb ->
                  elb.setSecurityGroups(
                      r -> r.loadBalancerArn(arn).securityGroups(values(call, Argument.GROUPS))));
      case "SetSubnets" ->
          clients.elb(
              elb ->
                  elb.setSubnets(
                      r -> r.loadBalancerArn(arn).subnets(values(call, Argument.SUBNETS))));
      case "ModifyLoadBalancerAttributes" ->
          clients.elb(
              elb ->
                  elb.modifyLoadBalancerAttributes(
                      r ->
                          r.loadBalancerArn(arn)
                              .attributes(
                                  ElbAttributeCalls.written(call, LoadBalancers::attribute))));
      default -> throw Observations.unknownOperation(call);
    }
  }

  private static LoadBalancerAttribute attribute(String key, String value) {
    return LoadBalancerAttribute.builder().key(key).value(value).build();
  }

  private static List<String> values(Step.Call call, String argument) {
    return call.arguments().getOrDefault(argument, List.of());
  }
}
