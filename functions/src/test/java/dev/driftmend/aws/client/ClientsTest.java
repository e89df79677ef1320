package dev.driftmend.aws.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;

class ClientsTest {
  private static final String NO_GROUPS =
      """
      <DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
        <securityGroupInfo/></DescribeSecurityGroupsResponse>\
      """;

  private final Canned wire = new Canned();

  @Test
  void requestsAreSignedForTheRegionAndNameDriftmendAsTheirAgent() {
    wire.answer("DescribeSecurityGroups", NO_GROUPS);

    wire.clients().ec2(c -> c.describeSecurityGroups());

    var http = wire.only("DescribeSecurityGroups").http();
    assertThat(http.getUri().getHost()).isEqualTo("ec2.eu-west-1.amazonaws.com");
    assertThat(http.firstMatchingHeader("Authorization").orElseThrow())
        .contains("/eu-west-1/ec2/aws4_request");
    assertThat(http.firstMatchingHeader("User-Agent").orElseThrow()).endsWith("driftmend/0.0-test");
    assertThat(http.firstMatchingHeader("Connection")).isEmpty();
  }

  @Test
  void anEndpointThatIsGivenIsUsedForEveryService() {
    wire.answer("DescribeSecurityGroups", NO_GROUPS).answer("GetParameters", "{}");
    try (var clients = clients(Optional.of(URI.create("http://127.0.0.1:4566")), good(), 1)) {
      clients.ec2(c -> c.describeSecurityGroups());
      clients.ssm(c -> c.getParameters(r -> r.names("/a")));
    }
    assertThat(wire.requests())
        .allSatisfy(r -> assertThat(r.http().getUri().getAuthority()).isEqualTo("127.0.0.1:4566"));
  }

  @Test
  void everyRequestIsCountedRetriesIncludedUntilTheCountIsTaken() {
    wire.failEc2("DescribeSecurityGroups", 503, "RequestLimitExceeded", "Request limit exceeded.")
        .answer("DescribeSecurityGroups", NO_GROUPS)
        .answer("GetParameters", "{}");
    var clients = clients(Optional.empty(), good(), 3);

    clients.ec2(c -> c.describeSecurityGroups());
    clients.ssm(c -> c.getParameters(r -> r.names("/a")));

    assertThat(clients.takeCalls())
        .isEqualTo(Map.of("ec2:DescribeSecurityGroups", 2, "ssm:GetParameters", 1));
    assertThat(clients.takeCalls()).isEmpty();
  }

  @Test
  void throttlingThatOutlastsTheRetriesIsTransientAndNamesTheCall() {
    for (var i = 0; i < 3; i++) {
      wire.failEc2("DescribeSecurityGroups", 503, "RequestLimitExceeded", "Slow down.");
    }
    assertThatThrownBy(
            () -> clients(Optional.empty(), good(), 3).ec2(c -> c.describeSecurityGroups()))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("ec2:DescribeSecurityGroups")
        .hasMessageContaining("Slow down.");
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void throttlingThatCloudFormationAnswersWithStatus400IsTransient() {
    wire.failQuery("DescribeStacks", 400, "Throttling", "Rate exceeded");
    assertThatThrownBy(() -> wire.clients().cloudFormation(c -> c.describeStacks()))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("cloudformation:DescribeStacks");
  }

  @Test
  void aTableThatIsTooBusyIsTransient() {
    wire.failJson("GetItem", 400, "ProvisionedThroughputExceededException", "Too fast");
    assertThatThrownBy(
            () -> wire.clients().dynamoDb(c -> c.getItem(r -> r.tableName("t").key(Map.of()))))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("dynamodb:GetItem");
  }

  @Test
  void anExpiredTokenIsTransientBecauseTheNextCallHasAFreshOne() {
    wire.failJson("GetParameters", 400, "ExpiredTokenException", "The token is expired");
    assertThatThrownBy(() -> wire.clients().ssm(c -> c.getParameters(r -> r.names("/a"))))
        .isInstanceOf(TransientFailure.class);
  }

  @Test
  void aServersErrorIsTransient() {
    wire.fail("DescribeTargetHealth", 502, "<html>Bad Gateway</html>");
    assertThatThrownBy(
            () -> wire.clients().elb(c -> c.describeTargetHealth(r -> r.targetGroupArn("a"))))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("elasticloadbalancing:DescribeTargetHealth");
  }

  @Test
  void aTimeoutIsTransient() {
    wire.breaks("DescribeSecurityGroups", new SocketTimeoutException("Read timed out"));
    assertThatThrownBy(() -> wire.clients().ec2(c -> c.describeSecurityGroups()))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("Read timed out");
  }

  @Test
  void credentialsThatCannotBeFetchedAreTransient() {
    AwsCredentialsProvider broken =
        () -> {
          throw SdkClientException.create("Failed to load credentials from metadata service");
        };
    assertThatThrownBy(
            () -> clients(Optional.empty(), broken, 1).ec2(c -> c.describeSecurityGroups()))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("credentials");
  }

  @Test
  void whatIsNotAllowedOrNotValidIsDeniedNeverRetriedAndKeepsTheServicesOwnWords() {
    wire.failEc2("DescribeSecurityGroups", 403, "UnauthorizedOperation", "You are not authorized.")
        .failQuery("DescribeStacks", 403, "AccessDenied", "User: x is not authorized")
        .failJson("PutParameter", 400, "ValidationException", "Bad name");
    var clients = clients(Optional.empty(), good(), 3);

    assertThatThrownBy(() -> clients.ec2(c -> c.describeSecurityGroups()))
        .isInstanceOfSatisfying(
            DeniedFailure.class,
            e -> {
              assertThat(e.call()).isEqualTo("ec2:DescribeSecurityGroups");
              assertThat(Failures.code(e)).isEqualTo("UnauthorizedOperation");
              assertThat(Failures.message(e)).isEqualTo("You are not authorized.");
            });
    assertThatThrownBy(() -> clients.cloudFormation(c -> c.describeStacks()))
        .isInstanceOf(DeniedFailure.class);
    assertThatThrownBy(() -> clients.ssm(c -> c.putParameter(r -> r.name("b").value("v"))))
        .isInstanceOf(DeniedFailure.class);
    assertThat(wire.requests()).hasSize(3);
  }

  @Test
  void beforeASnapshotTheGreetingLeavesNoOpenConnectionNoCredentialAndNoCount() {
    for (int i = 0; i < 30; i++) {
      wire.answer("GET /", "healthy");
    }
    wire.answer("DescribeSecurityGroups", NO_GROUPS);
    var fetched = new AtomicInteger();
    var clients = fetching(fetched);

    clients.greetingWhile(true, () -> {});
    assertThat(clients.takeCalls()).isEmpty();
    clients.ec2(c -> c.describeSecurityGroups());

    var greetings = wire.requests().subList(0, wire.requests().size() - 1);
    assertThat(greetings)
        .hasSize(30)
        .allSatisfy(
            greeting -> {
              assertThat(greeting.http().getUri())
                  .hasToString("https://dynamodb.eu-west-1.amazonaws.com/");
              assertThat(greeting.http().firstMatchingHeader("Authorization")).isEmpty();
            });
    assertThat(greetings.getLast().http().firstMatchingHeader("Connection")).hasValue("close");
    assertThat(wire.requests().getLast().http().firstMatchingHeader("Connection")).isEmpty();
    assertThat(fetched).hasValue(2);
  }

  @Test
  void withoutASnapshotTheGreetingsConnectionAndCredentialsAreKept() {
    wire.answer("GET /", "healthy").answer("DescribeSecurityGroups", NO_GROUPS);
    var fetched = new AtomicInteger();
    var clients = fetching(fetched);

    clients.greetingWhile(false, () -> {});
    clients.ec2(c -> c.describeSecurityGroups());

    assertThat(wire.requests().getFirst().http().firstMatchingHeader("Connection")).isEmpty();
    assertThat(fetched).hasValue(1);
  }

  @Test
  void aGreetingThatFailsIsNobodysTrouble() {
    wire.breaks("GET /", new IOException("no route to host"));
    var done = new AtomicInteger();
    var clients = fetching(new AtomicInteger());

    clients.greetingWhile(true, done::incrementAndGet);

    assertThat(done).hasValue(1);
  }

  private Clients fetching(AtomicInteger fetched) {
    return new Clients(
        Region.EU_WEST_1,
        Optional.empty(),
        "0",
        wire,
        new FreshCredentials(
            () -> {
              fetched.incrementAndGet();
              return good();
            }),
        AwsRetryStrategy::doNotRetry);
  }

  private static AwsCredentialsProvider good() {
    return () -> AwsBasicCredentials.create("id", "secret");
  }

  private Clients clients(
      Optional<URI> endpoint, AwsCredentialsProvider credentials, int attempts) {
    return new Clients(
        Region.EU_WEST_1,
        endpoint,
        "0",
        wire,
        new FreshCredentials(() -> credentials),
        () ->
            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(attempts)
                .backoffStrategy(BackoffStrategy.retryImmediately())
                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                .build());
  }
}
