package dev.driftmend.aws;

import static dev.driftmend.kind.Instance.GROUPS;
import static dev.driftmend.kind.Instance.INTERFACES;
import static dev.driftmend.kind.Instance.PUBLIC_ADDRESS;
import static dev.driftmend.kind.Instance.STATE;
import static dev.driftmend.kind.Instance.TYPE;

import dev.driftmend.model.Item;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import dev.driftmend.port.DeniedFailure;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAssociation;

/** Instances: their state, the groups of their interfaces and their public addresses. */
final class Instances implements ResourceAdapter {
  private static final Set<String> GONE = Set.of("terminated", "shutting-down");
  private static final Set<String> NOT_ASSOCIATED = Set.of("InvalidAssociationID.NotFound");
  private static final String AMAZON = "amazon";

  private final Clients clients;

  Instances(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    var ids = resources.stream().map(r -> r.ref().physicalId()).distinct().toList();
    try {
      var live = describe(ids);
      var associations = associations(live.values());
      var observed = new HashMap<String, Observed>();
      for (var resource : resources) {
        var instance = live.get(resource.ref().physicalId());
        observed.put(
            resource.ref().logicalId(),
            instance == null ? new Observed.Gone() : found(instance, associations));
      }
      return observed;
    } catch (DeniedFailure e) {
      return Observations.unreadable(resources, e);
    }
  }

  private Map<String, Instance> describe(List<String> ids) {
    var live = new HashMap<String, Instance>();
    for (var chunk : Chunks.of(ids, Observations.FILTER_VALUES)) {
      clients.ec2(
          ec2 -> {
            ec2
                .describeInstancesPaginator(
                    r ->
                        r.filters(Observations.filter("instance-id", chunk))
                            .maxResults(Observations.PAGE))
                .reservations()
                .stream()
                .flatMap(r -> r.instances().stream())
                .filter(i -> !GONE.contains(i.state().nameAsString()))
                .forEach(i -> live.put(i.instanceId(), i));
            return live;
          });
    }
    return live;
  }

  /** Association ids by address, or why they are not known. */
  private record Associations(Map<String, String> byAddress, @Nullable String denied) {}

  /** Only an elastic address has an association of its own, by which it can be taken away. */
  private Associations associations(Collection<Instance> live) {
    var elastic =
        live.stream()
            .flatMap(Instances::associationsOf)
            .filter(a -> !AMAZON.equals(a.ipOwnerId()))
            .map(InstanceNetworkInterfaceAssociation::publicIp)
            .distinct()
            .toList();
    var byAddress = new HashMap<String, String>();
    try {
      for (var chunk : Chunks.of(elastic, Observations.FILTER_VALUES)) {
        clients
            .ec2(
                ec2 ->
                    ec2.describeAddresses(r -> r.filters(Observations.filter("public-ip", chunk))))
            .addresses()
            .stream()
            .filter(a -> a.associationId() != null)
            .forEach(a -> byAddress.put(a.publicIp(), a.associationId()));
      }
      return new Associations(byAddress, null);
    } catch (DeniedFailure e) {
      return new Associations(Map.of(), Failures.explain(e));
    }
  }

  private static Stream<InstanceNetworkInterfaceAssociation> associationsOf(Instance instance) {
    return instance.networkInterfaces().stream()
        .flatMap(
            i ->
                Stream.concat(
                    Stream.ofNullable(i.association()),
                    i.privateIpAddresses().stream().map(a -> a.association())))
        .filter(Objects::nonNull)
        .filter(a -> a.publicIp() != null);
  }

  private static Observed found(Instance instance, Associations associations) {
    var properties = new LinkedHashMap<String, Property>();
    properties.put(GROUPS, groups(instance));
    properties.put(PUBLIC_ADDRESS, addresses(instance, associations));
    properties.put(STATE, new Property.Scalar(instance.state().nameAsString()));
    properties.put(
        INTERFACES, new Property.Scalar(String.valueOf(instance.networkInterfaces().size())));
    return new Observed.Found(properties);
  }

  private static Property groups(Instance instance) {
    var ids = new TreeSet<String>();
    var ofInterfaces = instance.networkInterfaces().stream().flatMap(i -> i.groups().stream());
    (instance.networkInterfaces().isEmpty() ? instance.securityGroups().stream() : ofInterfaces)
        .map(GroupIdentifier::groupId)
        .forEach(ids::add);
    return Property.Members.of(ids.stream().map(Item::of).toList());
  }

  private static Property addresses(Instance instance, Associations associations) {
    if (associations.denied() != null
        && associationsOf(instance).anyMatch(a -> !AMAZON.equals(a.ipOwnerId()))) {
      return new Property.Unknown(associations.denied());
    }
    var addresses = new TreeSet<String>();
    associationsOf(instance).forEach(a -> addresses.add(a.publicIp()));
    if (instance.networkInterfaces().isEmpty() && instance.publicIpAddress() != null) {
      addresses.add(instance.publicIpAddress());
    }
    return Property.Members.of(
        addresses.stream()
            .map(a -> new Item(a, new TreeMap<>(), associations.byAddress().get(a)))
            .toList());
  }

  @Override
  public void act(Step.Call call) {
    switch (call.operation()) {
      case "ModifyInstanceAttribute" ->
          clients.ec2(
              ec2 ->
                  ec2.modifyInstanceAttribute(
                      r ->
                          r.instanceId(call.argument("instance"))
                              .groups(call.arguments().getOrDefault("groups", List.of()))));
      case "DisassociateAddress" ->
          Observations.unless(
              NOT_ASSOCIATED,
              () ->
                  clients.ec2(
                      ec2 ->
                          ec2.disassociateAddress(
                              r -> r.associationId(call.argument("association")))));
      default -> throw Observations.unknownOperation(call);
    }
  }
}
