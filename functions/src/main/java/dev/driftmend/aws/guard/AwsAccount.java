package dev.driftmend.aws.guard;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.port.Account;
import dev.driftmend.port.DeniedFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.InstanceTypeOffering;
import software.amazon.awssdk.services.ec2.model.LocationType;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * {@link Account} over the services' own APIs. The command line's alone: the functions ship without
 * the client of STS, and the build leaves this class out when it looks for what they need.
 */
public final class AwsAccount implements Account {
  private static final String IMAGE =
      "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-";

  private static final Set<String> NO_PARAMETER = Set.of("ParameterNotFound");
  private static final Set<String> NO_IMAGE =
      Set.of("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidAMIID.Malformed");
  private static final Set<String> NO_TYPE = Set.of("InvalidInstanceType");
  private static final Set<String> NO_SUBNET = Set.of("InvalidSubnetID.NotFound");

  private final Clients clients;

  public AwsAccount(Clients clients) {
    this.clients = clients;
  }

  @Override
  public Identity identity() {
    var who =
        clients.calling(
            StsClient.class,
            StsClient.SERVICE_NAME,
            StsClient::builder,
            c -> c.getCallerIdentity(r -> {}));
    return new Identity(who.arn().split(":")[1], who.account(), clients.region(), who.arn());
  }

  @Override
  public Concurrency concurrency() {
    var limit = clients.lambda(c -> c.getAccountSettings(r -> {})).accountLimit();
    return new Concurrency(limit.concurrentExecutions(), limit.unreservedConcurrentExecutions());
  }

  @Override
  public Optional<String> currentImage(Architecture architecture) {
    try {
      var found = clients.ssm(c -> c.getParameter(r -> r.name(IMAGE + architecture.text())));
      return Optional.of(found.parameter().value());
    } catch (DeniedFailure e) {
      if (Failures.is(e, NO_PARAMETER)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Optional<Architecture> architectureOf(String image) {
    try {
      return clients.ec2(c -> c.describeImages(r -> r.imageIds(image))).images().stream()
          .findFirst()
          .flatMap(found -> Architecture.of(found.architectureAsString()));
    } catch (DeniedFailure e) {
      if (Failures.is(e, NO_IMAGE)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Set<Architecture> architecturesOf(String instanceType) {
    try {
      return clients
          .ec2(c -> c.describeInstanceTypes(r -> r.instanceTypesWithStrings(instanceType)))
          .instanceTypes()
          .stream()
          .flatMap(type -> type.processorInfo().supportedArchitecturesAsStrings().stream())
          .flatMap(text -> Architecture.of(text).stream())
          .collect(Collectors.toSet());
    } catch (DeniedFailure e) {
      if (Failures.is(e, NO_TYPE)) {
        return Set.of();
      }
      throw e;
    }
  }

  @Override
  public List<String> zones() {
    return clients
        .ec2(
            c ->
                c.describeAvailabilityZones(
                    r ->
                        r.filters(
                            f -> f.name("state").values("available"),
                            f -> f.name("zone-type").values("availability-zone"))))
        .availabilityZones()
        .stream()
        .map(zone -> zone.zoneName())
        .sorted()
        .toList();
  }

  @Override
  public Set<String> zonesWith(String instanceType) {
    return clients.ec2(
        c ->
            c
                .describeInstanceTypeOfferingsPaginator(
                    r ->
                        r.locationType(LocationType.AVAILABILITY_ZONE)
                            .filters(f -> f.name("instance-type").values(instanceType)))
                .instanceTypeOfferings()
                .stream()
                .map(InstanceTypeOffering::location)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Override
  public Usage elasticAddresses() {
    var attributes =
        clients.ec2(
            c ->
                c.describeAccountAttributes(
                    r -> r.attributeNamesWithStrings("vpc-max-elastic-ips")));
    var most =
        attributes.accountAttributes().stream()
            .flatMap(a -> a.attributeValues().stream())
            .mapToInt(value -> Integer.parseInt(value.attributeValue()))
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("EC2 tells no attribute vpc-max-elastic-ips"));
    var used = clients.ec2(c -> c.describeAddresses(r -> {})).addresses().size();
    return new Usage(used, most);
  }

  @Override
  public int vpcs() {
    return clients.ec2(c -> (int) c.describeVpcsPaginator(r -> {}).vpcs().stream().count());
  }

  @Override
  public List<Trail> trails() {
    var trails = clients.cloudTrail(c -> c.describeTrails(r -> r.includeShadowTrails(true)));
    var looks = new Trails(clients);
    return trails.trailList().stream()
        .map(trail -> new Trail(trail.name(), trail.trailARN(), writes(looks, trail.trailARN())))
        .toList();
  }

  private static Writes writes(Trails looks, String arn) {
    try {
      return looks.logsWrites(arn) ? Writes.LOGGED : Writes.NOT_LOGGED;
    } catch (DeniedFailure e) {
      return Writes.UNKNOWN;
    }
  }

  @Override
  public Optional<String> parameter(String name) {
    try {
      return Optional.of(clients.ssm(c -> c.getParameter(r -> r.name(name))).parameter().value());
    } catch (DeniedFailure e) {
      if (Failures.is(e, NO_PARAMETER)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public boolean isHeard(String topicArn) {
    return clients.sns(
        c ->
            c.listSubscriptionsByTopicPaginator(r -> r.topicArn(topicArn)).subscriptions().stream()
                .anyMatch(s -> s.subscriptionArn().startsWith("arn:")));
  }

  @Override
  public Map<String, Integer> freeAddresses(Set<String> subnets) {
    var free = new HashMap<String, Integer>();
    try {
      clients
          .ec2(c -> c.describeSubnets(r -> r.subnetIds(subnets)))
          .subnets()
          .forEach(subnet -> free.put(subnet.subnetId(), subnet.availableIpAddressCount()));
    } catch (DeniedFailure e) {
      if (!Failures.is(e, NO_SUBNET)) {
        throw e;
      }
    }
    return free;
  }
}
