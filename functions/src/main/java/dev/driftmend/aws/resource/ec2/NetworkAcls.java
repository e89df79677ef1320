package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.network.NetworkAcl.ENTRIES;
import static dev.driftmend.kind.network.NetworkAcl.TYPE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;

/** Network ACLs and their entries, all ACLs of a VPC at once. */
public final class NetworkAcls implements ResourceAdapter {
  private final Clients clients;
  private final AclWrites entries;

  public NetworkAcls(Clients clients) {
    this.clients = clients;
    this.entries = new AclWrites(clients);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    var vpcs = new VpcContents(clients, answers);
    return VpcContents.eachVpc(
        resources,
        (vpc, some) ->
            Observations.matched(
                some,
                vpc.isEmpty()
                    ? Observations.listed(
                        Observations.ids(some), ids -> vpcs.networkAcls("network-acl-id", ids))
                    : vpcs.networkAcls(vpc),
                NetworkAcl::networkAclId,
                (acl, wanted) -> found(acl)));
  }

  private static Observed found(NetworkAcl acl) {
    var properties = new HashMap<String, Property>();
    Observations.scalar(properties, VpcContents.VPC, acl.vpcId());
    properties.put(ENTRIES, AclReads.property(acl));
    return new Observed.Found(properties);
  }

  @Override
  public void execute(Step.Call call) {
    entries.execute(call);
  }
}
