package dev.driftmend.aws.client;

import dev.driftmend.model.Version;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.endpoints.DynamoDbEndpointProvider;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's clients, each built when it is first used, or in INIT by {@link #build}, over one HTTP
 * client. A client is only to be had for a call, so that whatever a call throws is sorted: {@link
 * dev.driftmend.port.TransientFailure} or {@link dev.driftmend.port.DeniedFailure}, naming {@code
 * service:Operation}.
 *
 * <p>Fit for a SnapStart snapshot if INIT asks nothing but in {@link #greetingWhile}: then neither
 * an open connection nor a credential nor an answer of DNS is left when the snapshot is taken.
 */
public final class Clients implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);

  /** Of INIT with the first connection; Lambda gives it ten seconds in all. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Few, because the work queue tries again as well. */
  private static final int ATTEMPTS = 3;

  private final Region region;
  private final Optional<URI> endpoint;
  private final String version;
  private final SdkHttpClient http;
  private final FreshCredentials credentials;
  private final Supplier<RetryStrategy> retries;
  private final ApiCalls calls = new ApiCalls();
  private final Map<Class<?>, SdkAutoCloseable> clients = new ConcurrentHashMap<>();

  public Clients(
      Region region,
      Optional<URI> endpoint,
      String version,
      SdkHttpClient http,
      FreshCredentials credentials,
      Supplier<RetryStrategy> retries) {
    this.region = region;
    this.endpoint = endpoint;
    this.version = version;
    this.http = http;
    this.credentials = credentials;
    this.retries = retries;
  }

  /**
   * For a function: credentials from the environment, or from the container endpoint that SnapStart
   * gives instead.
   *
   * @param endpoint of every service, for a local AWS; empty for AWS's own
   * @param version of Driftmend, for the user agent
   */
  public static Clients inLambda(String region, Optional<URI> endpoint, String version) {
    return over(
        Region.of(region),
        endpoint,
        version,
        () ->
            AwsCredentialsProviderChain.builder()
                .addCredentialsProvider(EnvironmentVariableCredentialsProvider.create())
                .addCredentialsProvider(ContainerCredentialsProvider.builder().build())
                .build());
  }

  /**
   * For a person: the SDK's default chain of credentials and, unless given, of regions.
   *
   * @throws IllegalArgumentException if no region is known
   */
  public static Clients ofDefaultChain(
      Optional<String> region, Optional<URI> endpoint, String version) {
    return over(
        region.map(Region::of).orElseGet(Clients::defaultRegion),
        endpoint,
        version,
        () -> DefaultCredentialsProvider.builder().build());
  }

  /** Of the profile that AWS_PROFILE names, or of the default one. */
  public static Optional<String> regionOfProfile() {
    try {
      return Optional.ofNullable(new AwsProfileRegionProvider().getRegion()).map(Region::id);
    } catch (SdkClientException e) {
      return Optional.empty();
    }
  }

  private static Clients over(
      Region region,
      Optional<URI> endpoint,
      String version,
      Supplier<AwsCredentialsProvider> credentials) {
    var http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(CONNECT_TIMEOUT)
            .socketTimeout(READ_TIMEOUT)
            .build();
    return new Clients(
        region, endpoint, version, http, new FreshCredentials(credentials), attempts(ATTEMPTS));
  }

  public static Supplier<RetryStrategy> attempts(int most) {
    return () -> AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(most).build();
  }

  private static Region defaultRegion() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException e) {
      throw new IllegalArgumentException(
          "no region: set AWS_REGION, or `region` in your AWS profile", e);
    }
  }

  public String region() {
    return region.id();
  }

  /** Builds these services' clients now. */
  public void build(Service... services) {
    for (var service : services) {
      var unused =
          switch (service) {
            case CLOUD_FORMATION -> cloudFormation(c -> c);
            case EC2 -> ec2(c -> c);
            case ELB -> elb(c -> c);
            case DYNAMO_DB -> dynamoDb(c -> c);
            case SQS -> sqs(c -> c);
            case SNS -> sns(c -> c);
            case EVENT_BRIDGE -> eventBridge(c -> c);
            case SSM -> ssm(c -> c);
            case CLOUD_TRAIL -> cloudTrail(c -> c);
            case LAMBDA -> lambda(c -> c);
            case SCHEDULER -> scheduler(c -> c);
            case IAM -> iam(c -> c);
          };
    }
  }

  public <R> R cloudFormation(Function<CloudFormationClient, R> call) {
    return calling(
        CloudFormationClient.class,
        CloudFormationClient.SERVICE_NAME,
        CloudFormationClient::builder,
        call);
  }

  public <R> R ec2(Function<Ec2Client, R> call) {
    return calling(Ec2Client.class, Ec2Client.SERVICE_NAME, Ec2Client::builder, call);
  }

  public <R> R elb(Function<ElasticLoadBalancingV2Client, R> call) {
    return calling(
        ElasticLoadBalancingV2Client.class,
        ElasticLoadBalancingV2Client.SERVICE_NAME,
        ElasticLoadBalancingV2Client::builder,
        call);
  }

  public <R> R dynamoDb(Function<DynamoDbClient, R> call) {
    return calling(
        DynamoDbClient.class, DynamoDbClient.SERVICE_NAME, DynamoDbClient::builder, call);
  }

  public <R> R sqs(Function<SqsClient, R> call) {
    return calling(SqsClient.class, SqsClient.SERVICE_NAME, SqsClient::builder, call);
  }

  public <R> R sns(Function<SnsClient, R> call) {
    return calling(SnsClient.class, SnsClient.SERVICE_NAME, SnsClient::builder, call);
  }

  public <R> R eventBridge(Function<EventBridgeClient, R> call) {
    return calling(
        EventBridgeClient.class, EventBridgeClient.SERVICE_NAME, EventBridgeClient::builder, call);
  }

  public <R> R ssm(Function<SsmClient, R> call) {
    return calling(SsmClient.class, SsmClient.SERVICE_NAME, SsmClient::builder, call);
  }

  public <R> R cloudTrail(Function<CloudTrailClient, R> call) {
    return calling(
        CloudTrailClient.class, CloudTrailClient.SERVICE_NAME, CloudTrailClient::builder, call);
  }

  public <R> R lambda(Function<LambdaClient, R> call) {
    return calling(LambdaClient.class, LambdaClient.SERVICE_NAME, LambdaClient::builder, call);
  }

  public <R> R scheduler(Function<SchedulerClient, R> call) {
    return calling(
        SchedulerClient.class, SchedulerClient.SERVICE_NAME, SchedulerClient::builder, call);
  }

  /** The service is global: the SDK asks the one endpoint of the region's partition. */
  public <R> R iam(Function<IamClient, R> call) {
    return calling(IamClient.class, IamClient.SERVICE_NAME, IamClient::builder, call);
  }

  /** Of any service; those that the functions do not ask have no method of their own here. */
  public <
          B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>,
          C extends SdkAutoCloseable,
          R>
      R calling(Class<C> type, String service, Supplier<B> builder, Function<C, R> call) {
    var client = type.cast(clients.computeIfAbsent(type, t -> build(service, builder.get())));
    calls.begin(service);
    try {
      return call.apply(client);
    } catch (SdkException e) {
      throw Failures.sort(calls.begun(), e);
    }
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
      String service, B builder) {
    endpoint.ifPresent(builder::endpointOverride);
    return builder
        .region(region)
        .credentialsProvider(credentials)
        .httpClient(http)
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(retries.get())
                .addExecutionInterceptor(new CallInterceptor(service, calls))
                .putAdvancedOption(
                    SdkAdvancedClientOption.USER_AGENT_SUFFIX, Version.USER_AGENT + version)
                .build())
        .build();
  }

  /** How many requests were sent since this was last asked, by {@code service:Operation}. */
  public Map<String, Integer> takeCalls() {
    return calls.take();
  }

  /**
   * Runs what else INIT has to do while the HTTP client makes its first connection, to the ledger's
   * service, and credentials are fetched once. Neither asks an API for anything, and whatever
   * becomes of them, it is over soon.
   *
   * @param snapshot whether one is taken afterwards: then no connection is left open, and neither a
   *     credential nor the address of a name is known
   */
  public void greetingWhile(boolean snapshot, Runnable meanwhile) {
    if (snapshot) {
      FreshNames.always();
    }
    var greeting = ConnectionWarmup.of(http, host(), snapshot, credentials::fetch);
    try {
      meanwhile.run();
    } finally {
      greeting.end(PATIENCE);
      if (snapshot) {
        credentials.forget();
      }
    }
  }

  private URI host() {
    return endpoint.orElseGet(
        () ->
            DynamoDbEndpointProvider.defaultProvider()
                .resolveEndpoint(parameters -> parameters.region(region))
                .join()
                .url());
  }

  @Override
  public void close() {
    clients.values().forEach(SdkAutoCloseable::close);
    http.close();
  }

  /** The services that there are clients of. */
  public enum Service {
    CLOUD_FORMATION,
    EC2,
    ELB,
    DYNAMO_DB,
    SQS,
    SNS,
    EVENT_BRIDGE,
    SSM,
    CLOUD_TRAIL,
    LAMBDA,
    SCHEDULER,
    IAM
  }
}
