package dev.driftmend.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a template leaves to AWS and somebody has changed: nobody undoes it, and it is listed. */
class UndeclaredTest {
  private static final String LEFT_TO_AWS =
      """
      Resources:
        Vpc:
          Type: AWS::EC2::VPC
          Properties: {CidrBlock: 10.0.0.0/16}
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: {Subnets: [subnet-a, subnet-b]}
        Targets:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: {Port: 80, Protocol: HTTP, VpcId: !Ref Vpc, TargetType: instance}
      """;

  private final Guard guard = new Guard(LEFT_TO_AWS);

  @Test
  void aHealthCheckOfAnotherPathIsListedWithWhatItBreaks() {
    guard.world.the("Targets").set("HealthCheckPath", "/gone");

    assertThat(listed())
        .containsExactly(
            "Targets HealthCheckPath: the template does not declare it; it is \"/gone\", by default"
                + " it is \"/\" (DEGRADED: health is judged by another check; with every target"
                + " unhealthy the load balancer fails open and still forwards)");
    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void aVpcThatResolvesNoNamesAndABalancerWithOtherAddressesAreListedLikewise() {
    guard.world.the("Vpc").set("EnableDnsSupport", "false");
    guard.world.the("Balancer").set("IpAddressType", "dualstack");

    assertThat(listed())
        .containsExactly(
            "Vpc EnableDnsSupport: the template does not declare it; it is \"false\", by default it"
                + " is \"true\" (DEGRADED: names are resolved otherwise in the VPC)",
            "Balancer IpAddressType: the template does not declare it; it is \"dualstack\", by"
                + " default it is \"ipv4\" (DEGRADED: clients find other addresses than the"
                + " template's)");
  }

  @Test
  void whatIsAsAwsGivesItIsNotListed() {
    guard.world.the("Targets").set("HealthCheckPath", "/");
    guard.world.the("Vpc").set("EnableDnsSupport", "true");
    guard.world.the("Balancer").set("IpAddressType", "ipv4");

    assertThat(listed()).isEmpty();
  }

  private List<String> listed() {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow().notCovered().stream()
        .filter(n -> n.why().startsWith("the template does not declare it"))
        .map(UndeclaredTest::text)
        .toList();
  }

  private static String text(NotCovered not) {
    return not.logicalId() + " " + not.property() + ": " + not.why();
  }
}
