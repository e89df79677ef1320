package dev.driftmend.aws.resource.ec2;

import static dev.driftmend.kind.network.Vpc.CIDR;
import static dev.driftmend.kind.network.Vpc.DEFAULT_ACL;
import static dev.driftmend.kind.network.Vpc.DEFAULT_ACL_ID;
import static dev.driftmend.kind.network.Vpc.DNS_HOSTNAMES;
import static dev.driftmend.kind.network.Vpc.DNS_SUPPORT;
import static dev.driftmend.kind.network.Vpc.EXISTING;
import static dev.driftmend.kind.network.Vpc.GATEWAYS;
import static dev.driftmend.kind.network.Vpc.TYPE;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.model.AttributeBooleanValue;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyVpcAttributeRequest;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;
import software.amazon.awssdk.services.ec2.model.Vpc;
import software.amazon.awssdk.services.ec2.model.VpcAttributeName;

/** VPCs with their DNS attributes, internet gateways and default network ACLs. */
public final class Vpcs implements ResourceAdapter {
  private static final Set<String> NOT_ATTACHED = Set.of("Gateway.NotAttached");

  private final Clients clients;
  private final InternetGateways gateways;
  private final AclWrites entries;

  public Vpcs(Clients clients) {
    this.clients = clients;
    this.gateways = new InternetGateways(clients);
    this.entries = new AclWrites(clients);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    try {
      return Parallel.both(
          () -> describe(resources),
          () -> gateways.read(resources),
          (live, attached) -> {
            var observed = new HashMap<String, Observed>();
            Parallel.map(resources, r -> Map.entry(r, observed(r, live, attached, answers)))
                .forEach(e -> observed.put(e.getKey().ref().logicalId(), e.getValue()));
            return observed;
          });
    } catch (DeniedFailure e) {
      return Observations.unreadable(resources, e);
    }
  }

  private Map<String, Vpc> describe(Collection<Resource> resources) {
    var live = new HashMap<String, Vpc>();
    Observations.listed(
            Observations.ids(resources),
            ids ->
                clients.ec2(
                    ec2 ->
                        ec2
                            .describeVpcsPaginator(
                                r ->
                                    r.filters(Observations.filter("vpc-id", ids))
                                        .maxResults(Observations.PAGE))
                            .vpcs()
                            .stream()
                            .toList()))
        .forEach(v -> live.put(v.vpcId(), v));
    return live;
  }

  private Observed observed(
      Resource resource, Map<String, Vpc> live, InternetGateways.Found attached, Answers answers) {
    var id = resource.ref().physicalId();
    var vpc = live.get(id);
    if (vpc == null) {
      return new Observed.Gone();
    }
    var properties = new LinkedHashMap<String, Property>();
    Observations.scalar(properties, CIDR, vpc.cidrBlock());
    properties.put(GATEWAYS, attached.of(id));
    properties.put(EXISTING, attached.existingOnes());
    Parallel.both(
        () -> attributes(id),
        () -> defaultAcl(new VpcContents(clients, answers), id),
        (attributes, acl) -> {
          properties.putAll(attributes);
          properties.putAll(acl);
          return properties;
        });
    return new Observed.Found(properties);
  }

  private Map<String, Property> attributes(String vpc) {
    return Parallel.both(
        () ->
            attribute(
                vpc,
                VpcAttributeName.ENABLE_DNS_SUPPORT,
                DescribeVpcAttributeResponse::enableDnsSupport),
        () ->
            attribute(
                vpc,
                VpcAttributeName.ENABLE_DNS_HOSTNAMES,
                DescribeVpcAttributeResponse::enableDnsHostnames),
        (support, hostnames) -> Map.of(DNS_SUPPORT, support, DNS_HOSTNAMES, hostnames));
  }

  private Property attribute(
      String vpc,
      VpcAttributeName name,
      Function<DescribeVpcAttributeResponse, AttributeBooleanValue> value) {
    return Observations.unlessDenied(
        () -> {
          var said =
              value.apply(
                  clients.ec2(ec2 -> ec2.describeVpcAttribute(r -> r.vpcId(vpc).attribute(name))));
          return said == null || said.value() == null
              ? new Property.Unknown("ec2:DescribeVpcAttribute did not say " + name)
              : new Property.Scalar(said.value().toString());
        });
  }

  private static Map<String, Property> defaultAcl(VpcContents contents, String vpc) {
    try {
      return contents.networkAcls(vpc).stream()
          .filter(NetworkAcl::isDefault)
          .findFirst()
          .map(
              acl ->
                  Map.of(
                      DEFAULT_ACL,
                      AclReads.property(acl),
                      DEFAULT_ACL_ID,
                      new Property.Scalar(acl.networkAclId())))
          .orElse(Map.of());
    } catch (DeniedFailure e) {
      return Map.of(DEFAULT_ACL, new Property.Unknown(Failures.explain(e)));
    }
  }

  @Override
  public void execute(Step.Call call) {
    switch (call.operation()) {
      case "ModifyVpcAttribute" -> clients.ec2(ec2 -> ec2.modifyVpcAttribute(modification(call)));
      case "AttachInternetGateway" -> attach(call);
      case "DetachInternetGateway" ->
          Observations.unless(
              NOT_ATTACHED,
              () ->
                  clients.ec2(
                      ec2 ->
                          ec2.detachInternetGateway(
                              r ->
                                  r.internetGatewayId(call.argument(Argument.GATEWAY))
                                      .vpcId(call.argument(Argument.VPC)))));
      default -> entries.execute(call);
    }
  }

  /** The same code says that it is attached already, be it here or to another VPC. */
  private void attach(Step.Call call) {
    var vpc = call.argument(Argument.VPC);
    try {
      clients.ec2(
          ec2 ->
              ec2.attachInternetGateway(
                  r -> r.internetGatewayId(call.argument(Argument.GATEWAY)).vpcId(vpc)));
    } catch (DeniedFailure e) {
      if (!Failures.is(e, Set.of("Resource.AlreadyAssociated"))
          || !Failures.message(e).contains(vpc)) {
        throw e;
      }
    }
  }

  private static ModifyVpcAttributeRequest modification(Step.Call call) {
    var request = ModifyVpcAttributeRequest.builder().vpcId(call.argument(Argument.VPC));
    var support = Observations.optional(call, NormalForms.argument(DNS_SUPPORT));
    if (support != null) {
      request.enableDnsSupport(v -> v.value(Boolean.valueOf(support)));
    }
    var hostnames = Observations.optional(call, NormalForms.argument(DNS_HOSTNAMES));
    if (hostnames != null) {
      request.enableDnsHostnames(v -> v.value(Boolean.valueOf(hostnames)));
    }
    return request.build();
  }
}
