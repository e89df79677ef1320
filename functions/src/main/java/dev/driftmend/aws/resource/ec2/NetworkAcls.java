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
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    var byVpc = resources.stream().collect(Collectors.groupingBy(VpcContents::vpcOf));
    var observed = new HashMap<String, Observed>();
    Parallel.map(byVpc.entrySet(), e -> observe(vpcs, e.getKey(), e.getValue()))
        .forEach(observed::putAll);
    return observed;
  }

  private static Map<String, Observed> observe(
      VpcContents vpcs, String vpc, List<Resource> resources) {
    try {
      var live = vpc.isEmpty() ? byId(vpcs, resources) : vpcs.networkAcls(vpc);
      var observed = new HashMap<String, Observed>();
      for (var resource : resources) {
        observed.put(
            resource.ref().logicalId(),
            live.stream()
                .filter(a -> a.networkAclId().equals(resource.ref().physicalId()))
                .findFirst()
                .<Observed>map(NetworkAcls::found)
                .orElseGet(Observed.Gone::new));
      }
      return observed;
    } catch (DeniedFailure e) {
      return Observations.unreadable(resources, e);
    }
  }

  private static List<NetworkAcl> byId(VpcContents vpcs, List<Resource> resources) {
    return Observations.idChunks(resources).stream()
        .flatMap(chunk -> vpcs.networkAcls("network-acl-id", chunk).stream())
        .toList();
  }

  private static Observed found(NetworkAcl acl) {
    var properties = new HashMap<String, Property>();
    Observations.scalar(properties, VpcContents.VPC, acl.vpcId());
    properties.put(ENTRIES, AclReads.property(acl));
    return new Observed.Found(properties);
  }

  @Override
  public void act(Step.Call call) {
    entries.act(call);
  }
}
