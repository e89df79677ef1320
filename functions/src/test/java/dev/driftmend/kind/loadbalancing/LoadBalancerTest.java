package dev.driftmend.kind.loadbalancing;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadBalancerTest {
  private static final String TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer";
  private static final String ID = Deployed.id("Front", TYPE);
  private static final String DECLARED =
      """
      A:
        Type: AWS::EC2::Subnet
        Properties: {CidrBlock: 10.0.0.0/24}
      B:
        Type: AWS::EC2::Subnet
        Properties: {CidrBlock: 10.0.1.0/24}
      Web:
        Type: AWS::EC2::SecurityGroup
        Properties: {GroupDescription: web}
      Front:
        Type: AWS::ElasticLoadBalancingV2::LoadBalancer
        Properties:
          Scheme: internet-facing
          IpAddressType: ipv4
          Subnets: [!Ref A, !Ref B]
          SecurityGroups: [!GetAtt Web.GroupId]
          LoadBalancerAttributes:
            - {Key: idle_timeout.timeout_seconds, Value: 60}
            - {Key: routing.http.drop_invalid_header_fields.enabled, Value: True}
      """;

  @Test
  void aLoadBalancerAsDeclaredIsLeftAlone() {
    assertThat(front(Map.of()).drifts()).isEmpty();
  }

  @Test
  void whatTheTemplateLeavesToTheServiceIsLeftAlone() {
    var stack =
        Deployed.stack(
            """
            Front:
              Type: AWS::ElasticLoadBalancingV2::LoadBalancer
              Properties: {Name: front}
            """);

    assertThat(
            Look.at(stack, "Front", live(Map.of("Attributes.waf.fail_open.enabled", scalar("x"))))
                .drifts())
        .isEmpty();
  }

  @Test
  void attributesThatAreNotDeclaredAreLeftAlone() {
    assertThat(front(Map.of("Attributes.deletion_protection.enabled", scalar("true"))).drifts())
        .isEmpty();
  }

  @Test
  void allGroupsAreReplacedInOneCall() {
    var call = front(Map.of("SecurityGroups", members("sg-foreign"))).call();

    assertThat(call.operation()).isEqualTo("SetSecurityGroups");
    assertThat(call.phase()).isEqualTo(Phase.CHANGE);
    assertThat(call.fingerprints()).hasSize(2);
    assertThat(call.arguments())
        .isEqualTo(Map.of("loadBalancer", List.of(ID), "groups", List.of("sg-web")));
  }

  @Test
  void aLostGroupIsRestoredAndOneThatIsNotAskedForStays() {
    var look = front(Map.of("SecurityGroups", members("sg-foreign")));
    var missing = look.drifts().stream().filter(d -> d.sort().equals("MISSING")).toList();

    var steps = look.kind().repair(Deployed.STACK, look.desired(), look.live(), missing);

    assertThat(steps)
        .singleElement()
        .isInstanceOfSatisfying(
            Step.Call.class,
            call -> {
              assertThat(call.phase()).isEqualTo(Phase.RESTORE);
              assertThat(call.arguments()).containsEntry("groups", List.of("sg-web", "sg-foreign"));
            });
  }

  @Test
  void aSubnetThatWasTakenAwayIsGivenBack() {
    var look = front(Map.of("Subnets", members("subnet-a")));

    assertThat(look.call().operation()).isEqualTo("SetSubnets");
    assertThat(look.call().phase()).isEqualTo(Phase.RESTORE);
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("loadBalancer", List.of(ID), "subnets", List.of("subnet-a", "subnet-b")));
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void anExtraSubnetIsTakenAwayFromAnApplicationLoadBalancer() {
    var look = front(Map.of("Subnets", members("subnet-a", "subnet-b", "subnet-c")));

    assertThat(look.call().arguments()).containsEntry("subnets", List.of("subnet-a", "subnet-b"));
    assertThat(exposure(look)).isEqualTo(Exposure.LATENT);
  }

  @Test
  void anExtraSubnetIsReportedWhereTheServiceLetsNoneGo() {
    var app = Deployed.resource(Deployed.stack(DECLARED), "Front");
    var network = new Resource(of(app, ID.replace("/app/", "/net/")), app.properties());
    var look =
        new Look(
            network,
            new Observed.Found(
                live(Map.of("Subnets", members("subnet-a", "subnet-b", "subnet-c")))));

    assertThat(look.report().why()).contains("only an application load balancer");
  }

  @Test
  void subnetsOfMappingsAreCompared() {
    var look = mapped("[{SubnetId: !Ref A}, {SubnetId: !Ref B}]", "subnet-a");

    assertThat(look.call().arguments()).containsEntry("subnets", List.of("subnet-a", "subnet-b"));
  }

  @Test
  void subnetsWithAddressesOfTheirOwnAreNotSetByACall() {
    var look = mapped("[{SubnetId: !Ref A, AllocationId: eipalloc-1}]", "subnet-b");

    assertThat(look.differences())
        .containsExactly("MISSING lost: subnet-a", "EXTRA not in the template: subnet-b");
    assertThat(look.desired().properties().get("Subnets"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.held()).contains("addresses"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{SubnetId: !ImportValue subnet}]",
        "[{AllocationId: eipalloc-1}]",
        "!ImportValue mappings"
      })
  void aSubnetThatIsUnknownMakesTheSetReportOnly(String mappings) {
    assertThat(mapped(mappings, "subnet-a").desired().properties().get("Subnets"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.openBecause()).isNotNull());
  }

  @Test
  void onlyTheAttributesThatDriftedAreSet() {
    var look = front(Map.of("Attributes.idle_timeout.timeout_seconds", scalar("4000")));

    assertThat(look.call().operation()).isEqualTo("ModifyLoadBalancerAttributes");
    assertThat(look.call().phase()).isEqualTo(Phase.CHANGE);
    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of("loadBalancer", List.of(ID), "idle_timeout.timeout_seconds", List.of("60")));
    assertThat(exposure(look)).isEqualTo(Exposure.DEGRADED);
  }

  @Test
  void anAttributeThatIsUnknownIsNotCompared() {
    var stack =
        Deployed.stack(
            """
            Front:
              Type: AWS::ElasticLoadBalancingV2::LoadBalancer
              Properties:
                LoadBalancerAttributes:
                  - {Key: access_logs.s3.bucket, Value: !ImportValue bucket}
                  - {Key: access_logs.s3.prefix}
                  - !ImportValue attribute
            """);
    var look = Look.at(stack, "Front", live(Map.of()));

    assertThat(look.drifts()).isEmpty();
    assertThat(look.desired().properties())
        .hasEntrySatisfying(
            "Attributes.access_logs.s3.bucket",
            p -> assertThat(p).isInstanceOf(Property.Unknown.class))
        .hasEntrySatisfying(
            "Attributes.access_logs.s3.prefix",
            p -> assertThat(p).isInstanceOf(Property.Unknown.class))
        .hasEntrySatisfying(
            "LoadBalancerAttributes", p -> assertThat(p).isInstanceOf(Property.Unknown.class));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Scheme | internal | OUTAGE | another logical id",
        "IpAddressType | dualstack | DEGRADED | --ip-address-type ipv4",
        "State | failed | OUTAGE | aws elbv2 describe-load-balancers",
        "State | active_impaired | DEGRADED | aws elbv2 describe-load-balancers"
      })
  void whatNoCallShouldChangeIsReportedWithTheWayBack(
      String property, String live, Exposure exposure, String remediation) {
    var look = front(Map.of(property, scalar(live)));

    assertThat(look.report().remediation()).contains(remediation);
    assertThat(exposure(look)).isEqualTo(exposure);
  }

  @Test
  void aLoadBalancerThatIsGoneIsReported() {
    DeclaredStack stack = Deployed.stack(DECLARED);
    var look = new Look(Deployed.resource(stack, "Front"), new Observed.Gone());

    assertThat(look.report().why()).contains("another id");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteLoadBalancer");
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void everyRepairCanBeTakenBack() {
    var before =
        live(
            Map.of(
                "SecurityGroups", members("sg-foreign"),
                "Subnets", members("subnet-a", "subnet-c"),
                "Attributes.idle_timeout.timeout_seconds", scalar("4000")));
    var look = new Look(front(Map.of()).desired(), new Observed.Found(before));

    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }

  private static ResourceRef of(Resource resource, String physicalId) {
    return new ResourceRef(resource.ref().logicalId(), resource.ref().type(), physicalId);
  }

  private static Look mapped(String mappings, String live) {
    var stack =
        Deployed.stack(
            DECLARED.replace("Subnets: [!Ref A, !Ref B]", "SubnetMappings: " + mappings));
    return Look.at(stack, "Front", live(Map.of("Subnets", members(live))));
  }

  private static Look front(Map<String, Property> changes) {
    return Look.at(Deployed.stack(DECLARED), "Front", live(changes));
  }

  private static Map<String, Property> live(Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("SecurityGroups", members("sg-web"));
    live.put("Subnets", members("subnet-a", "subnet-b"));
    live.put("Scheme", scalar("internet-facing"));
    live.put("IpAddressType", scalar("ipv4"));
    live.put("State", scalar("active"));
    live.put("Attributes.idle_timeout.timeout_seconds", scalar("60"));
    live.put("Attributes.routing.http.drop_invalid_header_fields.enabled", scalar("true"));
    live.putAll(changes);
    return live;
  }
}
