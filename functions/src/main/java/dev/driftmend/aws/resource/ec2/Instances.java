package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.instance.Instance.GROUPS;
import static dev.driftmend.kind.instance.Instance.HOP_LIMIT;
import static dev.driftmend.kind.instance.Instance.HTTP_ENDPOINT;
import static dev.driftmend.kind.instance.Instance.HTTP_IPV6;
import static dev.driftmend.kind.instance.Instance.HTTP_TOKENS;
import static dev.driftmend.kind.instance.Instance.INSTANCE_TYPE;
import static dev.driftmend.kind.instance.Instance.INTERFACES;
import static dev.driftmend.kind.instance.Instance.INTERFACE_IDS;
import static dev.driftmend.kind.instance.Instance.METADATA_TAGS;
import static dev.driftmend.kind.instance.Instance.PROFILE;
import static dev.driftmend.kind.instance.Instance.PUBLIC_ADDRESS;
import static dev.driftmend.kind.instance.Instance.SOURCE_DEST_CHECK;
import static dev.driftmend.kind.instance.Instance.STATE;
import static dev.driftmend.kind.instance.Instance.TYPE;

import dev.driftmend.aws.client.Chunks;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
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
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyInstanceMetadataOptionsRequest;

/** Instances: their state, the groups of their interfaces and their public addresses. */
public final class Instances implements ResourceAdapter {
  private static final Set<String> GONE = Set.of("terminated", "shutting-down");
  private static final Set<String> NOT_ASSOCIATED = Set.of("InvalidAssociationID.NotFound");
  private static final String AMAZON = "amazon";
  private static final String PENDING = "pending";
  private static final String RUNNING = "running";

  private final Clients clients;

  public Instances(Clients clients) {
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
    Observations.listed(
            ids,
            some ->
                clients.ec2(
                    ec2 ->
                        ec2
                            .describeInstancesPaginator(
                                r ->
                                    r.filters(Observations.filter("instance-id", some))
                                        .maxResults(Observations.PAGE))
                            .reservations()
                            .stream()
                            .flatMap(r -> r.instances().stream())
                            .filter(i -> !Observations.isOneOf(GONE, state(i)))
                            .toList()))
        .forEach(i -> live.put(i.instanceId(), i));
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
    var state = state(instance);
    Observations.scalar(properties, STATE, PENDING.equals(state) ? RUNNING : state);
    properties.put(
        INTERFACES, new Property.Scalar(String.valueOf(instance.networkInterfaces().size())));
    properties.put(
        INTERFACE_IDS,
        Property.Members.of(
            instance.networkInterfaces().stream()
                .map(InstanceNetworkInterface::networkInterfaceId)
                .filter(Objects::nonNull)
                .map(Item::of)
                .toList()));
    Observations.scalar(properties, SOURCE_DEST_CHECK, sourceDestCheck(instance));
    Observations.scalar(properties, INSTANCE_TYPE, instance.instanceTypeAsString());
    properties.put(PROFILE, new Property.Scalar(profile(instance)));
    var options = instance.metadataOptions();
    if (options != null) {
      Observations.scalar(properties, HTTP_TOKENS, options.httpTokensAsString());
      Observations.scalar(properties, HTTP_ENDPOINT, options.httpEndpointAsString());
      Observations.scalar(properties, HOP_LIMIT, options.httpPutResponseHopLimit());
      Observations.scalar(properties, HTTP_IPV6, options.httpProtocolIpv6AsString());
      Observations.scalar(properties, METADATA_TAGS, options.instanceMetadataTagsAsString());
    }
    return new Observed.Found(properties, NetworkForms.nameTag(instance.tags()));
  }

  private static @Nullable String state(Instance instance) {
    return instance.state() == null ? null : instance.state().nameAsString();
  }

  /** The instance's own is that of its first interface. */
  private static @Nullable Boolean sourceDestCheck(Instance instance) {
    return instance.sourceDestCheck() != null
        ? instance.sourceDestCheck()
        : instance.networkInterfaces().stream()
            .filter(
                i ->
                    i.attachment() != null
                        && Integer.valueOf(0).equals(i.attachment().deviceIndex()))
            .map(InstanceNetworkInterface::sourceDestCheck)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  private static String profile(Instance instance) {
    var profile = instance.iamInstanceProfile();
    return profile == null ? "" : profile.arn().substring(profile.arn().lastIndexOf('/') + 1);
  }

  private static Property groups(Instance instance) {
    var byId = new TreeMap<String, Item>();
    var ofInterfaces = instance.networkInterfaces().stream().flatMap(i -> i.groups().stream());
    (instance.networkInterfaces().isEmpty() ? instance.securityGroups().stream() : ofInterfaces)
        .forEach(g -> byId.put(g.groupId(), Item.named(g.groupId(), g.groupName())));
    return Property.Members.of(List.copyOf(byId.values()));
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
  public void execute(Step.Call call) {
    switch (call.operation()) {
      case "ModifyInstanceAttribute" -> {
        var request = attribute(call);
        clients.ec2(ec2 -> ec2.modifyInstanceAttribute(request));
      }
      case "ModifyInstanceMetadataOptions" -> {
        var request = options(call);
        clients.ec2(ec2 -> ec2.modifyInstanceMetadataOptions(request));
      }
      case "StartInstances" ->
          clients.ec2(
              ec2 -> ec2.startInstances(r -> r.instanceIds(call.argument(Argument.INSTANCE))));
      case "AssociateAddress" -> associate(call);
      case "DisassociateAddress" ->
          Observations.unless(
              NOT_ASSOCIATED,
              () ->
                  clients.ec2(
                      ec2 ->
                          ec2.disassociateAddress(
                              r -> r.associationId(call.argument(Argument.ASSOCIATION)))));
      default -> throw Observations.unknownOperation(call);
    }
  }

  private static ModifyInstanceAttributeRequest attribute(Step.Call call) {
    var request =
        ModifyInstanceAttributeRequest.builder().instanceId(call.argument(Argument.INSTANCE));
    var check = Observations.optional(call, Argument.SOURCE_DEST_CHECK);
    return check == null
        ? request.groups(call.arguments().getOrDefault(Argument.GROUPS, List.of())).build()
        : request.sourceDestCheck(c -> c.value(Boolean.valueOf(check))).build();
  }

  private static ModifyInstanceMetadataOptionsRequest options(Step.Call call) {
    var hops = Observations.optional(call, "httpPutResponseHopLimit");
    return ModifyInstanceMetadataOptionsRequest.builder()
        .instanceId(call.argument(Argument.INSTANCE))
        .httpTokens(Observations.optional(call, "httpTokens"))
        .httpEndpoint(Observations.optional(call, "httpEndpoint"))
        .httpPutResponseHopLimit(hops == null ? null : Integer.valueOf(hops))
        .httpProtocolIpv6(Observations.optional(call, "httpProtocolIpv6"))
        .instanceMetadataTags(Observations.optional(call, "instanceMetadataTags"))
        .build();
  }

  /** By its allocation, as a VPC wants it; never taken from whoever has it now. */
  private void associate(Step.Call call) {
    var address = call.argument(Argument.ADDRESS);
    var allocation =
        clients.ec2(ec2 -> ec2.describeAddresses(r -> r.publicIps(address))).addresses().stream()
            .map(Address::allocationId)
            .findFirst()
            .orElse(null);
    clients.ec2(
        ec2 ->
            ec2.associateAddress(
                r ->
                    r.instanceId(call.argument(Argument.INSTANCE))
                        .allocationId(allocation)
                        .allowReassociation(false)));
  }
}
