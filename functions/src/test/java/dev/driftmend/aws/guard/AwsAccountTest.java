package dev.driftmend.aws.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.port.Account.Architecture;
import dev.driftmend.port.Account.Concurrency;
import dev.driftmend.port.Account.Identity;
import dev.driftmend.port.Account.Trail;
import dev.driftmend.port.Account.Usage;
import dev.driftmend.port.Account.Writes;
import dev.driftmend.port.DeniedFailure;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Answers in the shapes of the services' API references. */
class AwsAccountTest {
  private static final String IMAGE = "ami-0a1b2c3d4e5f60718";

  private final Canned wire = new Canned();
  private final AwsAccount account = new AwsAccount(wire.clients());

  private static String ec2(String action, String body) {
    return "<"
        + action
        + "Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
        + "<requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>"
        + body
        + "</"
        + action
        + "Response>";
  }

  @Test
  void theCallerTellsPartitionAndAccount() {
    wire.answer(
        "GetCallerIdentity",
        """
        <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <GetCallerIdentityResult>
            <Arn>arn:aws-cn:iam::111122223333:user/on-call</Arn>
            <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>
            <Account>111122223333</Account>
          </GetCallerIdentityResult>
          <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
        </GetCallerIdentityResponse>
        """);
    assertThat(account.identity())
        .isEqualTo(
            new Identity(
                "aws-cn",
                "111122223333",
                "eu-west-1",
                "arn:aws-cn:iam::111122223333:user/on-call"));
  }

  @Test
  void concurrencyIsWhatLambdaLimitsAndWhatIsLeft() {
    wire.answer(
        "GET /2016-08-19/account-settings",
        """
        {"AccountLimit": {"CodeSizeUnzipped": 262144000, "UnreservedConcurrentExecutions": 10,
          "ConcurrentExecutions": 10, "CodeSizeZipped": 52428800, "TotalCodeSize": 80530636800},
         "AccountUsage": {"FunctionCount": 4, "TotalCodeSize": 9426}}
        """);
    assertThat(account.concurrency()).isEqualTo(new Concurrency(10, 10));
  }

  @Test
  void theCurrentImageIsThatOfTheDefaultKernelInThisRegion() {
    wire.answer(
        "GetParameter",
        """
        {"Parameter": {"Name": "any", "Type": "String", "Value": "%s", "Version": 161,
          "LastModifiedDate": 1.7E9, "DataType": "aws:ec2:image"}}
        """
            .formatted(IMAGE));
    assertThat(account.currentImage(Architecture.X86_64)).contains(IMAGE);
    assertThat(wire.only("GetParameter").json().path("Name").asText())
        .isEqualTo("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64");
    wire.failJson("GetParameter", 400, "ParameterNotFound", "");
    assertThat(account.currentImage(Architecture.ARM64)).isEmpty();
    wire.failJson("GetParameter", 400, "AccessDeniedException", "not authorized");
    assertThatThrownBy(() -> account.currentImage(Architecture.ARM64))
        .isInstanceOf(DeniedFailure.class)
        .hasMessageContaining("ssm:GetParameter");
  }

  @Test
  void anImageThatIsNotThereIsNoFailure() {
    wire.answer(
        "DescribeImages",
        ec2(
            "DescribeImages",
            "<imagesSet><item><imageId>"
                + IMAGE
                + "</imageId><architecture>arm64</architecture></item></imagesSet>"));
    assertThat(account.architectureOf(IMAGE)).contains(Architecture.ARM64);
    wire.failEc2("DescribeImages", 400, "InvalidAMIID.NotFound", "does not exist");
    assertThat(account.architectureOf(IMAGE)).isEmpty();
    wire.answer("DescribeImages", ec2("DescribeImages", "<imagesSet/>"));
    assertThat(account.architectureOf(IMAGE)).isEmpty();
  }

  @Test
  void anInstanceTypeTellsWhatItRuns() {
    wire.answer(
        "DescribeInstanceTypes",
        ec2(
            "DescribeInstanceTypes",
            """
            <instanceTypeSet><item><instanceType>t2.micro</instanceType><processorInfo>
              <supportedArchitectures><item>i386</item><item>x86_64</item></supportedArchitectures>
            </processorInfo></item></instanceTypeSet>
            """));
    assertThat(account.architecturesOf("t2.micro")).containsExactly(Architecture.X86_64);
    wire.failEc2("DescribeInstanceTypes", 400, "InvalidInstanceType", "do not exist: [t9.huge]");
    assertThat(account.architecturesOf("t9.huge")).isEmpty();
  }

  @Test
  void zonesAreThoseOfTheRegionThatMayBeUsed() {
    wire.answer(
        "DescribeAvailabilityZones",
        ec2(
            "DescribeAvailabilityZones",
            """
            <availabilityZoneInfo>
              <item><zoneName>eu-west-1b</zoneName><zoneState>available</zoneState></item>
              <item><zoneName>eu-west-1a</zoneName><zoneState>available</zoneState></item>
            </availabilityZoneInfo>
            """));
    assertThat(account.zones()).containsExactly("eu-west-1a", "eu-west-1b");
    assertThat(wire.only("DescribeAvailabilityZones").arguments())
        .containsEntry("Filter.1.Name", "state")
        .containsEntry("Filter.1.Value.1", "available")
        .containsEntry("Filter.2.Name", "zone-type")
        .containsEntry("Filter.2.Value.1", "availability-zone");
  }

  @Test
  void zonesWithATypeComeOnAllPages() {
    var item =
        "<item><instanceType>t4g.micro</instanceType><location>%s</location>"
            + "<locationType>availability-zone</locationType></item>";
    wire.answer(
        "DescribeInstanceTypeOfferings",
        ec2(
            "DescribeInstanceTypeOfferings",
            "<instanceTypeOfferingSet>"
                + item.formatted("eu-west-1c")
                + "</instanceTypeOfferingSet><nextToken>2</nextToken>"));
    wire.answer(
        "DescribeInstanceTypeOfferings",
        "NextToken",
        "2",
        ec2(
            "DescribeInstanceTypeOfferings",
            "<instanceTypeOfferingSet>"
                + item.formatted("eu-west-1a")
                + "</instanceTypeOfferingSet>"));
    assertThat(account.zonesWith("t4g.micro")).containsExactly("eu-west-1a", "eu-west-1c");
    assertThat(wire.requests("DescribeInstanceTypeOfferings").getFirst().arguments())
        .containsEntry("LocationType", "availability-zone")
        .containsEntry("Filter.1.Name", "instance-type")
        .containsEntry("Filter.1.Value.1", "t4g.micro");
  }

  @Test
  void addressesAreCountedAgainstWhatTheAccountMayHave() {
    wire.answer(
        "DescribeAccountAttributes",
        ec2(
            "DescribeAccountAttributes",
            """
            <accountAttributeSet><item><attributeName>vpc-max-elastic-ips</attributeName>
              <attributeValueSet><item><attributeValue>5</attributeValue></item></attributeValueSet>
            </item></accountAttributeSet>
            """));
    wire.answer(
        "DescribeAddresses",
        ec2(
            "DescribeAddresses",
            "<addressesSet><item><allocationId>eipalloc-1</allocationId></item>"
                + "<item><allocationId>eipalloc-2</allocationId></item></addressesSet>"));
    assertThat(account.elasticAddresses()).isEqualTo(new Usage(2, 5));
  }

  @Test
  void vpcsAreCounted() {
    wire.answer(
        "DescribeVpcs", ec2("DescribeVpcs", "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>"));
    assertThat(account.vpcs()).isEqualTo(1);
  }

  @Test
  void trailsOfOtherRegionsAndAccountsAreAskedTooAndOneThatRefusesIsUnknown() {
    wire.answer(
        "DescribeTrails",
        """
        {"trailList": [
          {"Name": "own", "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/own"},
          {"Name": "reads", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/reads"},
          {"Name": "org", "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/org"}]}
        """);
    wire.answer("GetTrailStatus", to("trail/own"), "{\"IsLogging\": true}");
    wire.answer("GetTrailStatus", to("trail/reads"), "{\"IsLogging\": true}");
    wire.answer(
        "GetEventSelectors",
        "{\"EventSelectors\": [{\"ReadWriteType\": \"All\", \"IncludeManagementEvents\": true}]}");
    wire.answer(
        "GetEventSelectors",
        "{\"EventSelectors\": [{\"ReadWriteType\": \"ReadOnly\","
            + " \"IncludeManagementEvents\": true}]}");
    wire.failJson("GetTrailStatus", 400, "TrailNotFoundException", "Unknown trail");
    assertThat(account.trails())
        .containsExactly(
            new Trail("own", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/own", Writes.LOGGED),
            new Trail(
                "reads",
                "arn:aws:cloudtrail:us-east-1:111122223333:trail/reads",
                Writes.NOT_LOGGED),
            new Trail(
                "org", "arn:aws:cloudtrail:us-east-1:123456789012:trail/org", Writes.UNKNOWN));
    assertThat(wire.only("DescribeTrails").json().path("includeShadowTrails").asBoolean()).isTrue();
  }

  private static Predicate<Canned.Request> to(String name) {
    return request -> request.json().path("Name").asText().endsWith(name);
  }

  @Test
  void aTopicIsHeardOnceSomebodyHasConfirmed() {
    var answer =
        """
        <ListSubscriptionsByTopicResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/">
          <ListSubscriptionsByTopicResult><Subscriptions><member>
            <TopicArn>arn:aws:sns:eu-west-1:111122223333:alerts</TopicArn><Protocol>email</Protocol>
            <SubscriptionArn>%s</SubscriptionArn><Owner>111122223333</Owner>
            <Endpoint>on-call@example.com</Endpoint>
          </member></Subscriptions></ListSubscriptionsByTopicResult>
        </ListSubscriptionsByTopicResponse>
        """;
    wire.answer("ListSubscriptionsByTopic", answer.formatted("PendingConfirmation"));
    assertThat(account.isHeard("arn:alerts")).isFalse();
    wire.answer(
        "ListSubscriptionsByTopic",
        answer.formatted("arn:aws:sns:eu-west-1:111122223333:alerts:80289ba6"));
    assertThat(account.isHeard("arn:alerts")).isTrue();
  }

  @Test
  void freeAddressesAreThoseOfTheSubnetsThatAreThere() {
    wire.answer(
        "DescribeSubnets",
        ec2(
            "DescribeSubnets",
            "<subnetSet><item><subnetId>subnet-1</subnetId>"
                + "<availableIpAddressCount>251</availableIpAddressCount></item></subnetSet>"));
    assertThat(account.freeAddresses(Set.of("subnet-1"))).isEqualTo(Map.of("subnet-1", 251));
    wire.failEc2("DescribeSubnets", 400, "InvalidSubnetID.NotFound", "does not exist");
    assertThat(account.freeAddresses(Set.of("subnet-1"))).isEmpty();
  }
}
