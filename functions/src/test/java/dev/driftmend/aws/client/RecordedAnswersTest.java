package dev.driftmend.aws.client;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.aws.Canned;
import dev.driftmend.aws.WireForm;
import dev.driftmend.aws.resource.AwsLiveStates;
import dev.driftmend.aws.stack.CloudFormationTemplates;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.port.LiveStates.Ask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudformation.model.DescribeStacksResponse;
import software.amazon.awssdk.services.ec2.model.DescribeAddressesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInternetGatewaysResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNatGatewaysResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkAclsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeRouteTablesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthResponse;
import software.amazon.awssdk.services.iam.model.GetRoleResponse;
import software.amazon.awssdk.services.iam.model.ListAttachedRolePoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesForRoleResponse;
import software.amazon.awssdk.services.iam.model.ListRolePoliciesResponse;

/**
 * Answers that AWS gave, to the adapters that read them. They lie outside this repository: the
 * system property {@code driftmend.recorded} or the variable {@code DRIFTMEND_RECORDED} names their
 * folder, whose {@code answers.jsonl} has a line {@code {service, operation, answer}} for each.
 */
class RecordedAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARN = "LoadBalancerArn";
  private static final Map<Operation, List<JsonNode>> ANSWERS = new TreeMap<>();

  /** What an answer is about, and what the adapter of that type must say of it. */
  enum Operation {
    DescribeInstances(
        "AWS::EC2::Instance",
        DescribeInstancesResponse.builder().build(),
        a -> each(a, "Reservations").flatMap(r -> each(r, "Instances")),
        "InstanceId",
        Map.of(
            "State", "/State/Name",
            "InstanceType", "/InstanceType",
            "MetadataOptions.HttpTokens", "/MetadataOptions/HttpTokens")),
    DescribeAddresses(
        "AWS::EC2::EIP",
        DescribeAddressesResponse.builder().build(),
        a -> each(a, "Addresses"),
        "PublicIp",
        Map.of()),
    DescribeNatGateways(
        "AWS::EC2::NatGateway",
        DescribeNatGatewaysResponse.builder().build(),
        a -> each(a, "NatGateways"),
        "NatGatewayId",
        Map.of("State", "/State")),
    DescribeNetworkAcls(
        "AWS::EC2::NetworkAcl",
        DescribeNetworkAclsResponse.builder().build(),
        a -> each(a, "NetworkAcls"),
        "NetworkAclId",
        Map.of("VpcId", "/VpcId")),
    DescribeRouteTables(
        "AWS::EC2::RouteTable",
        DescribeRouteTablesResponse.builder().build(),
        a -> each(a, "RouteTables"),
        "RouteTableId",
        Map.of("VpcId", "/VpcId")),
    DescribeSecurityGroups(
        "AWS::EC2::SecurityGroup",
        DescribeSecurityGroupsResponse.builder().build(),
        a -> each(a, "SecurityGroups"),
        "GroupId",
        Map.of()),
    DescribeSubnets(
        "AWS::EC2::Subnet",
        DescribeSubnetsResponse.builder().build(),
        a -> each(a, "Subnets"),
        "SubnetId",
        Map.of("VpcId", "/VpcId", "CidrBlock", "/CidrBlock")),
    DescribeVpcs(
        "AWS::EC2::VPC",
        DescribeVpcsResponse.builder().build(),
        a -> each(a, "Vpcs"),
        "VpcId",
        Map.of("CidrBlock", "/CidrBlock")),
    DescribeVpcAttribute(
        "AWS::EC2::VPC",
        DescribeVpcAttributeResponse.builder().build(),
        Stream::of,
        "VpcId",
        Map.of()),
    DescribeInternetGateways(
        "AWS::EC2::VPC",
        DescribeInternetGatewaysResponse.builder().build(),
        a -> each(a, "InternetGateways").flatMap(g -> each(g, "Attachments")),
        "VpcId",
        Map.of()),
    DescribeNetworkInterfaces(
        "",
        DescribeNetworkInterfacesResponse.builder().build(),
        a -> each(a, "NetworkInterfaces"),
        "NetworkInterfaceId",
        Map.of()),
    DescribeLoadBalancers(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        DescribeLoadBalancersResponse.builder().build(),
        a -> each(a, "LoadBalancers"),
        ARN,
        Map.of("Scheme", "/Scheme", "IpAddressType", "/IpAddressType")),
    DescribeLoadBalancerAttributes(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        DescribeLoadBalancerAttributesResponse.builder().build(),
        a -> Stream.of(a),
        ARN,
        Map.of()),
    DescribeListeners(
        "AWS::ElasticLoadBalancingV2::Listener",
        DescribeListenersResponse.builder().build(),
        a -> each(a, "Listeners"),
        "ListenerArn",
        Map.of("Port", "/Port", "Protocol", "/Protocol")),
    DescribeRules(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        DescribeRulesResponse.builder().build(),
        a -> each(a, "Rules").filter(r -> !r.path("IsDefault").asBoolean()),
        "RuleArn",
        Map.of("Priority", "/Priority")),
    DescribeTargetGroups(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        DescribeTargetGroupsResponse.builder().build(),
        a -> each(a, "TargetGroups"),
        "TargetGroupArn",
        Map.of("Port", "/Port", "Protocol", "/Protocol", "HealthCheckPath", "/HealthCheckPath")),
    DescribeTargetGroupAttributes(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        DescribeTargetGroupAttributesResponse.builder().build(),
        Stream::of,
        "TargetGroupArn",
        Map.of()),
    DescribeTargetHealth(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        DescribeTargetHealthResponse.builder().build(),
        Stream::of,
        "TargetGroupArn",
        Map.of()),
    GetRole(
        "AWS::IAM::Role",
        GetRoleResponse.builder().build(),
        a -> Stream.of(a.path("Role")),
        "RoleName",
        Map.of()),
    ListAttachedRolePolicies(
        "AWS::IAM::Role",
        ListAttachedRolePoliciesResponse.builder().build(),
        Stream::of,
        "RoleName",
        Map.of()),
    ListInstanceProfilesForRole(
        "AWS::IAM::Role",
        ListInstanceProfilesForRoleResponse.builder().build(),
        Stream::of,
        "RoleName",
        Map.of()),
    ListRolePolicies(
        "AWS::IAM::Role",
        ListRolePoliciesResponse.builder().build(),
        Stream::of,
        "RoleName",
        Map.of()),
    DescribeStacks(
        "", DescribeStacksResponse.builder().build(), a -> each(a, "Stacks"), "StackId", Map.of());

    final String type;
    final SdkPojo shape;
    final Function<JsonNode, Stream<JsonNode>> things;
    final String id;
    final Map<String, String> says;

    Operation(
        String type,
        SdkPojo shape,
        Function<JsonNode, Stream<JsonNode>> things,
        String id,
        Map<String, String> says) {
      this.type = type;
      this.shape = shape;
      this.things = things;
      this.id = id;
      this.says = says;
    }

    boolean ec2() {
      return shape.getClass().getPackageName().contains(".ec2.");
    }
  }

  /** Whole types are found by these; the others tell more of what these have found. */
  private static final Map<String, Operation> FIRST =
      Map.of(
          "AWS::EC2::VPC", Operation.DescribeVpcs,
          "AWS::ElasticLoadBalancingV2::LoadBalancer", Operation.DescribeLoadBalancers,
          "AWS::ElasticLoadBalancingV2::TargetGroup", Operation.DescribeTargetGroups,
          "AWS::IAM::Role", Operation.GetRole);

  private final Canned wire = new Canned();
  private final Clients clients = wire.clients();

  /** So many answers of an operation are played with each of their fields taken away, in turn. */
  private static final int THINNED = 2;

  /** What CloudFormation's reference marks as required of an answer. */
  private static final Set<String> ALWAYS = Set.of("StackName", "StackStatus", "CreationTime");

  /** What is not understood is logged with its trace, which is what is provoked here. */
  private static final Logger LOG = Logger.getLogger(AwsLiveStates.class.getName());

  @BeforeAll
  static void beSilent() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void beLoud() {
    LOG.setLevel(null);
  }

  @BeforeAll
  static void readThem() throws IOException {
    var folder =
        Optional.ofNullable(System.getProperty("driftmend.recorded"))
            .or(() -> Optional.ofNullable(System.getenv("DRIFTMEND_RECORDED")));
    assumeTrue(
        folder.isPresent(),
        "skipped: driftmend.recorded or DRIFTMEND_RECORDED names no folder of recorded answers");
    for (var line : Files.readAllLines(Path.of(folder.get(), "answers.jsonl"))) {
      var recorded = JSON.readTree(line);
      operation(recorded)
          .ifPresent(
              o ->
                  ANSWERS
                      .computeIfAbsent(o, each -> new ArrayList<>())
                      .add(recorded.path("answer")));
    }
  }

  /** Empty if no adapter asks for it; classic load balancers have an operation of the same name. */
  private static Optional<Operation> operation(JsonNode recorded) {
    return Stream.of(Operation.values())
        .filter(o -> o.name().equals(recorded.path("operation").asText()))
        .filter(o -> !recorded.path("service").asText().equals("elb"))
        .findFirst();
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyAnswerIsReadAndSaidAsItIs(Operation operation) {
    for (var answer : answers(operation)) {
      var live = read(operation, answer);
      for (var thing : operation.things.apply(answer).toList()) {
        var id = thing.path(operation.id).asText();
        if (live.get(id) instanceof Observed.Found(var properties, _)) {
          assertThat(properties.values())
              .as("%s of %s", id, answer)
              .noneMatch(p -> p instanceof Property.Scalar(var text) && text.equals("null"));
          operation.says.forEach(
              (property, pointer) -> says(thing, pointer, properties.get(property)));
        }
      }
    }
  }

  private static void says(JsonNode thing, String pointer, @Nullable Property property) {
    var said = thing.at(pointer);
    if (said.isMissingNode()) {
      assertThat(property instanceof Property.Scalar).as(pointer).isFalse();
    } else {
      assertThat(property).as(pointer).isEqualTo(new Property.Scalar(said.asText()));
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void anAnswerThatLacksAnyOneOfItsFieldsIsReadAllTheSame(Operation operation) {
    answers(operation).stream()
        .limit(THINNED)
        .forEach(
            whole ->
                fields(whole, "", operation.id)
                    .forEach(
                        field -> {
                          var thin = without(whole, field);
                          assertThatCode(() -> read(operation, thin))
                              .as("%s without %s: %s", operation, field, thin)
                              .doesNotThrowAnyException();
                        }));
  }

  private static List<JsonNode> answers(Operation operation) {
    var answers = ANSWERS.getOrDefault(operation, List.of());
    assertThat(answers).as("recorded answers of %s", operation).isNotEmpty();
    return answers;
  }

  /** What the adapters say of all that the answer is about, by physical id. */
  private Map<String, Observed> read(Operation operation, JsonNode answer) {
    var first = FIRST.getOrDefault(operation.type, operation);
    var standing = first == operation ? answer : answers(first).getFirst();
    wire.always(first.name(), r -> xml(first, standing))
        .always(operation.name(), r -> xml(operation, answer))
        .otherwise(r -> WireForm.empty(r.action(), isEc2(r)));
    return switch (operation) {
      case DescribeStacks -> readStacks(clients, answer);
      case DescribeNetworkInterfaces -> readNetwork(clients, answer);
      default -> readResources(clients, operation.type, ids(first, standing));
    };
  }

  private static Map<String, Observed> readStacks(Clients clients, JsonNode answer) {
    var templates = new CloudFormationTemplates(clients);
    Operation.DescribeStacks.things
        .apply(answer)
        .map(s -> s.path("StackName").asText())
        .flatMap(name -> templates.find(name).stream())
        .forEach(templates::state);
    return Map.of();
  }

  private static Map<String, Observed> readNetwork(Clients clients, JsonNode answer) {
    var subnets =
        Operation.DescribeNetworkInterfaces.things
            .apply(answer)
            .map(i -> i.path("SubnetId").asText("subnet-0"))
            .collect(Collectors.toSet());
    var network =
        new AwsLiveStates(clients).network(new Ask(Set.of(), subnets, Set.of(), Set.of()));
    assertThat(network.interfaces())
        .hasSize(
            (int)
                Operation.DescribeNetworkInterfaces.things
                    .apply(answer)
                    .filter(i -> i.has("SubnetId") && i.has("VpcId"))
                    .count());
    return Map.of();
  }

  private static Map<String, Observed> readResources(
      Clients clients, String type, List<String> ids) {
    var resources = ids.stream().map(id -> resource(id, type, id)).toList();
    var desired = new Desired(SHOP, Instant.EPOCH, resources, List.of());
    return new AwsLiveStates(clients).read(desired).resources();
  }

  private static List<String> ids(Operation operation, JsonNode answer) {
    return operation
        .things
        .apply(answer)
        .map(t -> t.path(operation.id).asText())
        .filter(id -> !id.isEmpty())
        .distinct()
        .toList();
  }

  private static String xml(Operation operation, JsonNode answer) {
    return WireForm.xml(operation.name(), answer, operation.shape, operation.ec2());
  }

  private static boolean isEc2(Canned.Request request) {
    return request.http().host().startsWith("ec2.");
  }

  private static Stream<JsonNode> each(JsonNode node, String list) {
    return StreamSupport.stream(node.path(list).spliterator(), false);
  }

  /** The pointers of all fields at any depth, but that of the id. */
  private static Stream<String> fields(JsonNode node, String at, String id) {
    if (node.isArray()) {
      return IntStream.range(0, node.size())
          .boxed()
          .flatMap(i -> fields(node.get(i), at + "/" + i, id));
    }
    return node.properties().stream()
        .filter(e -> !e.getKey().equals(id) && !ALWAYS.contains(e.getKey()))
        .flatMap(
            e -> {
              var field = at + "/" + e.getKey();
              return Stream.concat(Stream.of(field), fields(e.getValue(), field, id));
            });
  }

  private static JsonNode without(JsonNode whole, String field) {
    var thin = whole.deepCopy();
    var last = field.lastIndexOf('/');
    ((ObjectNode) thin.at(field.substring(0, last))).remove(field.substring(last + 1));
    return thin;
  }
}
