package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.testing.Guard;
import org.junit.jupiter.api.Test;

/** A live rule that may be a declared one of which the source is not known. */
class UnresolvedSourceTest {
  private static final String TEMPLATE =
      """
      Resources:
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: of an office
            SecurityGroupIngress:
              - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !ImportValue office}
      """;
  private static final String FROM_OFFICE = "ingress tcp 443 from 203.0.113.7/32";
  private static final String FROM_WORLD = "ingress tcp 443 from 0.0.0.0/0";

  private final Guard guard = new Guard(TEMPLATE);

  private void live(String rule) {
    guard.world.the("Group").add(SecurityGroup.INGRESS, rule);
  }

  @Test
  void oneFromSomewhereIsTakenForItAndListed() {
    live(FROM_OFFICE);

    var outcome = guard.run();

    assertThat(guard.alerted()).isEmpty();
    assertThat(outcome.plan().notCovered()).anyMatch(n -> n.why().startsWith(FROM_OFFICE));
  }

  @Test
  void oneThatTheTemplateOpensToTheInternetItselfIsNotAlerted() {
    var guard =
        new Guard(
            TEMPLATE.replace(
                "FromPort: 443, ToPort: 443, CidrIp: !ImportValue office",
                "FromPort: !ImportValue port, ToPort: 443, CidrIp: 0.0.0.0/0"));
    guard.world.the("Group").add(SecurityGroup.INGRESS, FROM_WORLD);

    guard.run();

    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void oneThatIsOpenToTheInternetIsAlertedOnceAndLeft() {
    live(FROM_WORLD);

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().incident().title()).isEqualTo("Group: may be too many: " + FROM_WORLD);
    assertThat(String.valueOf(guard.alerts.last().lines().getFirst().step()))
        .contains("it is open to the internet, and it may be ingress tcp 443 from");
    guard.alerted();
    guard.run();
    guard.run("AuthorizeSecurityGroupIngress", "arn:aws:iam::111122223333:user/bob");
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.world.writes()).isEmpty();
  }
}
