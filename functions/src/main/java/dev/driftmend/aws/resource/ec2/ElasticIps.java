package dev.driftmend.aws.resource.ec2;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.network.ElasticIp;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.Address;

/** Elastic addresses and the instances that have them. Nothing of them is ever changed. */
public final class ElasticIps implements ResourceAdapter {
  private final Clients clients;

  public ElasticIps(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return ElasticIp.TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    return Observations.described(
        resources, this::describe, Address::publicIp, (address, wanted) -> found(address));
  }

  private List<Address> describe(List<String> ids) {
    return clients
        .ec2(ec2 -> ec2.describeAddresses(r -> r.filters(Observations.filter("public-ip", ids))))
        .addresses();
  }

  private static Observed found(Address address) {
    return new Observed.Found(
        Map.of(
            ElasticIp.INSTANCE,
            new Property.Scalar(Optional.ofNullable(address.instanceId()).orElse(""))));
  }

  @Override
  public void execute(Step.Call call) {
    throw Observations.unknownOperation(call);
  }
}
