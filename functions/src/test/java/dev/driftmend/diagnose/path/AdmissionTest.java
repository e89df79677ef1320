package dev.driftmend.diagnose.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.testing.Deployed;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a probe may ask, by the template. */
class AdmissionTest {
  private static final URI HTTP = URI.create("http://www.example.com");

  @Test
  void whereTheWholeInternetMayAskTheProbeMay() {
    assertThat(refused("internet-facing", "CidrIp: 0.0.0.0/0", HTTP)).isEmpty();
    assertThat(
            refused(
                "internet-facing",
                "CidrIp: 0.0.0.0/1}, {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp:"
                    + " 128.0.0.0/1",
                HTTP))
        .as("halves are a whole")
        .isEmpty();
  }

  @Test
  void whereOnlySomeMayAskItMayNot() {
    assertThat(refused("internet-facing", "CidrIp: 198.51.100.0/24", HTTP))
        .hasValue("the template lets only 198.51.100.0/24 ask Balancer on tcp 80");
    assertThat(refused("internet-facing", "SourcePrefixListId: pl-1", HTTP)).isPresent();
  }

  @Test
  void anInternalLoadBalancerIsNotAsked() {
    assertThat(refused("internal", "CidrIp: 0.0.0.0/0", HTTP)).hasValue("Balancer is internal");
  }

  @Test
  void whereNobodyMayAskThatIsAFaultToBeSeen() {
    assertThat(
            refused("internet-facing", "CidrIp: 198.51.100.0/24", URI.create("https://x.example")))
        .isEmpty();
  }

  @Test
  void whatIsNotKnownIsAsked() {
    assertThat(refused("internet-facing", "CidrIp: !ImportValue office", HTTP)).isEmpty();
    assertThat(Admission.refused(Deployed.desired("A: {Type: 'X::Y::Z'}\n"), HTTP)).isEmpty();
  }

  private static Optional<String> refused(String scheme, String source, URI endpoint) {
    return Admission.refused(
        Deployed.desired(
            """
            Group:
              Type: AWS::EC2::SecurityGroup
              Properties:
                GroupDescription: Clients
                SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, %s}]
            Balancer:
              Type: AWS::ElasticLoadBalancingV2::LoadBalancer
              Properties: {Scheme: %s, SecurityGroups: [!Ref Group]}
            """
                .formatted(source, scheme)),
        endpoint);
  }
}
