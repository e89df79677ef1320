package dev.driftmend.aws.resource.elb;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.found;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.TransientFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadBalancersTest {
  private static final String TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer";
  private static final String ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";
  private static final String FRONT = ELB + "loadbalancer/app/front/50dc6c495c0c9188";
  private static final String OLD = ELB + "loadbalancer/app/old/1111111111111111";
  private static final String IDLE = "Attributes.idle_timeout.timeout_seconds";

  private final Canned wire = new Canned();
  private final LoadBalancers balancers = new LoadBalancers(wire.clients());

  @Test
  void groupsSubnetsAndSettingsOfAllAreReadByOneCall() {
    wire.answer(
        "DescribeLoadBalancers",
        balancers(member(FRONT, "provisioning") + member(OLD, "active_impaired")));

    var live = observe(balancer("Front", FRONT), balancer("Old", OLD));

    assertThat(keys(live.get("Front"), "SecurityGroups")).containsExactly("sg-0front");
    assertThat(keys(live.get("Front"), "Subnets")).containsExactly("subnet-0a", "subnet-0b");
    assertThat(scalar(live.get("Front"), "Scheme")).isEqualTo("internet-facing");
    assertThat(scalar(live.get("Front"), "IpAddressType")).isEqualTo("ipv4");
    assertThat(scalar(live.get("Front"), "State")).isEqualTo("active");
    assertThat(scalar(live.get("Old"), "State")).isEqualTo("active_impaired");
    assertThat(wire.only("DescribeLoadBalancers").arguments())
        .isEqualTo(Map.of("LoadBalancerArns.member.1", FRONT, "LoadBalancerArns.member.2", OLD));
  }

  @Test
  void attributesAreReadWhereTheTemplateDeclaresSome() {
    wire.answer("DescribeLoadBalancers", balancers(member(FRONT, "active") + member(OLD, "active")))
        .answer(
            "DescribeLoadBalancerAttributes",
            """
            <DescribeLoadBalancerAttributesResponse><DescribeLoadBalancerAttributesResult>
            <Attributes><member><Value>60</Value><Key>idle_timeout.timeout_seconds</Key></member>
            <member><Value/><Key>access_logs.s3.prefix</Key></member></Attributes>
            </DescribeLoadBalancerAttributesResult></DescribeLoadBalancerAttributesResponse>\
            """);

    var live = observe(withAttributes(balancer("Front", FRONT)), balancer("Old", OLD));

    assertThat(scalar(live.get("Front"), IDLE)).isEqualTo("60");
    assertThat(scalar(live.get("Front"), "Attributes.access_logs.s3.prefix")).isEmpty();
    assertThat(found(live.get("Old"))).doesNotContainKey(IDLE);
    assertThat(wire.only("DescribeLoadBalancerAttributes").arguments())
        .isEqualTo(Map.of("LoadBalancerArn", FRONT));
  }

  @Test
  void attributesThatMayNotBeReadAreUnknownAndTheRestIsStillRead() {
    wire.answer("DescribeLoadBalancers", balancers(member(FRONT, "active")))
        .failQuery("DescribeLoadBalancerAttributes", 403, "AccessDenied", "not authorized");

    var live = observe(withAttributes(balancer("Front", FRONT)));

    assertThat(found(live.get("Front")))
        .containsEntry(
            IDLE,
            new Property.Unknown(
                "elasticloadbalancing:DescribeLoadBalancerAttributes was refused: not"
                    + " authorized"));
    assertThat(scalar(live.get("Front"), "State")).isEqualTo("active");
  }

  @Test
  void oneThatIsGoneHidesNoOther() {
    wire.failQuery("DescribeLoadBalancers", 400, "LoadBalancerNotFound", "One or more not found")
        .answer(
            "DescribeLoadBalancers",
            "LoadBalancerArns.member.1",
            FRONT,
            balancers(member(FRONT, "active")))
        .failQuery("DescribeLoadBalancers", 400, "LoadBalancerNotFound", "One or more not found");

    var live = observe(balancer("Front", FRONT), balancer("Old", OLD));

    assertThat(live.get("Front")).isInstanceOf(Observed.Found.class);
    assertThat(live).containsEntry("Old", new Observed.Gone());
  }

  @Test
  void oneThatGoesWhileItIsReadIsGone() {
    wire.answer("DescribeLoadBalancers", balancers(member(FRONT, "active")))
        .failQuery("DescribeLoadBalancerAttributes", 400, "LoadBalancerNotFound", "not found");

    assertThat(observe(withAttributes(balancer("Front", FRONT))))
        .containsEntry("Front", new Observed.Gone());
  }

  @Test
  void twentyAreAskedForAtATime() {
    var all =
        IntStream.rangeClosed(1, 21)
            .mapToObj(i -> balancer("B" + i, ELB + "loadbalancer/app/b/" + i))
            .toList();
    var members =
        all.stream().map(r -> member(r.ref().physicalId(), "active")).collect(Collectors.joining());
    wire.answer("DescribeLoadBalancers", balancers(members))
        .answer("DescribeLoadBalancers", balancers(""));

    assertThat(balancers.observe(SHOP, all, new Answers())).hasSize(21);
    assertThat(wire.requests("DescribeLoadBalancers"))
        .extracting(r -> r.arguments().size())
        .containsExactly(20, 1);
  }

  @Test
  void thoseThatMayNotBeDescribedAreUnreadable() {
    wire.failQuery("DescribeLoadBalancers", 403, "AccessDenied", "User is not authorized");

    assertThat(observe(balancer("Front", FRONT)))
        .containsEntry(
            "Front",
            new Observed.Unreadable(
                "elasticloadbalancing:DescribeLoadBalancers was refused: User is not authorized"));
  }

  @Test
  void aThrottledReadIsThrown() {
    wire.answer("DescribeLoadBalancers", balancers(member(FRONT, "active")))
        .failQuery("DescribeLoadBalancerAttributes", 400, "Throttling", "Rate exceeded");

    assertThatThrownBy(() -> observe(withAttributes(balancer("Front", FRONT))))
        .isInstanceOf(TransientFailure.class);
  }

  @Test
  void groupsAreReplaced() {
    wire.answer("SetSecurityGroups", "<SetSecurityGroupsResponse/>");

    execute("SetSecurityGroups", Map.of("groups", List.of("sg-0front", "sg-0ops")));

    assertThat(wire.only("SetSecurityGroups").arguments())
        .isEqualTo(
            Map.of(
                "LoadBalancerArn", FRONT,
                "SecurityGroups.member.1", "sg-0front",
                "SecurityGroups.member.2", "sg-0ops"));
  }

  @Test
  void subnetsAreReplaced() {
    wire.answer("SetSubnets", "<SetSubnetsResponse/>");

    execute("SetSubnets", Map.of("subnets", List.of("subnet-0a", "subnet-0b")));

    assertThat(wire.only("SetSubnets").arguments())
        .isEqualTo(
            Map.of(
                "LoadBalancerArn", FRONT,
                "Subnets.member.1", "subnet-0a",
                "Subnets.member.2", "subnet-0b"));
  }

  @Test
  void attributesAreSet() {
    wire.answer("ModifyLoadBalancerAttributes", "<ModifyLoadBalancerAttributesResponse/>");

    execute("ModifyLoadBalancerAttributes", Map.of("idle_timeout.timeout_seconds", List.of("60")));

    assertThat(wire.only("ModifyLoadBalancerAttributes").arguments())
        .isEqualTo(
            Map.of(
                "LoadBalancerArn", FRONT,
                "Attributes.member.1.Key", "idle_timeout.timeout_seconds",
                "Attributes.member.1.Value", "60"));
  }

  @Test
  void aSubnetOfAZoneThatIsTakenFailsInTheServicesWords() {
    wire.failQuery("SetSubnets", 400, "InvalidConfigurationRequest", "one subnet per zone");

    var result = call(TYPE, "SetSubnets", arguments(Map.of("subnets", List.of("subnet-0a"))));

    assertThat(new AwsActuator(wire.clients()).execute(result))
        .isEqualTo(
            new Result.Failed("elasticloadbalancing:SetSubnets was refused: one subnet per zone"));
  }

  private void execute(String operation, Map<String, List<String>> arguments) {
    var result =
        new AwsActuator(wire.clients()).execute(call(TYPE, operation, arguments(arguments)));
    assertThat(result).isEqualTo(new Result.Done());
  }

  private static Map<String, List<String>> arguments(Map<String, List<String>> more) {
    var arguments = new HashMap<>(more);
    arguments.put("loadBalancer", List.of(FRONT));
    return arguments;
  }

  private Map<String, Observed> observe(Resource... resources) {
    return balancers.observe(SHOP, List.of(resources), new Answers());
  }

  private static Resource balancer(String logicalId, String arn) {
    return Stacks.resource(logicalId, TYPE, arn);
  }

  private static Resource withAttributes(Resource resource) {
    return new Resource(resource.ref(), Map.of(IDLE, new Property.Scalar("60")));
  }

  private static String balancers(String members) {
    return """
    <DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers>%s</LoadBalancers>
    </DescribeLoadBalancersResult></DescribeLoadBalancersResponse>\
    """
        .formatted(members);
  }

  private static String member(String arn, String state) {
    return """
    <member><LoadBalancerArn>%s</LoadBalancerArn><Scheme>internet-facing</Scheme>
    <IpAddressType>ipv4</IpAddressType><State><Code>%s</Code></State>
    <SecurityGroups><member>sg-0front</member></SecurityGroups>
    <AvailabilityZones><member><ZoneName>eu-west-1a</ZoneName><SubnetId>subnet-0a</SubnetId>
    </member><member><ZoneName>eu-west-1b</ZoneName><SubnetId>subnet-0b</SubnetId></member>
    </AvailabilityZones></member>\
    """
        .formatted(arn, state);
  }
}
