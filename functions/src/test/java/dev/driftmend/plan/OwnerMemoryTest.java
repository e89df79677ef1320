package dev.driftmend.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of a drift that is somebody else's, by event, by sweep, and long after. */
class OwnerMemoryTest {
  private static final String RULE = "ingress tcp 10250 from 10.70.0.0/16";
  private static final String ALERTED =
      "OPENED WebGroup: not in the template: ingress tcp 5000 from 0.0.0.0/0";
  private static final String AUTHORIZE = "AuthorizeSecurityGroupIngress";
  private static final String LINKED =
      "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";
  private static final String BOB = "arn:aws:iam::111122223333:user/bob";
  private static final Owner EKS =
      new Owner.Another(Owner.Sort.SERVICE, "the AWS service behind " + LINKED);
  private static final Owner BLOG = new Owner.Another(Owner.Sort.STACK, "the stack blog");
  private static final Owner FORGOTTEN = new Owner.Unknown("the history does not say who made it");

  private final Guard guard = new Guard();

  private void add(String rule) {
    guard.world.the("WebGroup").add("Ingress", rule);
  }

  private String id(String rule) {
    return guard.drifts().stream()
        .filter(d -> d.what().endsWith(rule))
        .map(d -> d.claimedAs())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsAnothersIsLeftAloneListedAndNotAlerted() {
    guard.owners.put(RULE, BLOG);
    add(RULE);

    var outcome = guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
    assertThat(outcome.plan().findings()).isEmpty();
    assertThat(outcome.plan().notCovered())
        .anyMatch(n -> n.why().contains(RULE) && n.why().contains("the stack blog"));
    assertThat(guard.ledger.claims(Deployed.STACK)).as("CloudFormation knows it").isEmpty();
  }

  @Test
  void whatWasOnceKnownToBeAServicesStaysSoWhenTheHistoryHasForgotten() {
    guard.owners.put(RULE, EKS);
    add(RULE);
    guard.run();
    guard.owners.put(RULE, FORGOTTEN);
    guard.pass(Duration.ofDays(91));

    for (var look = 0; look < 3; look++) {
      guard.run();
    }

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void whatIsRememberedIsAskedAgainOnceADayAndNotAtEveryLook() {
    guard.owners.put(RULE, EKS);
    add(RULE);
    guard.run();
    guard.questions.clear();
    guard.run();
    assertThat(guard.questions).isEmpty();

    guard.pass(Duration.ofDays(1));
    guard.run();
    assertThat(guard.questions)
        .hasEntrySatisfying(
            RULE, q -> assertThat(q.remembered()).extracting(KnownOwner::owner).isEqualTo(EKS));

    guard.questions.clear();
    guard.pass(Duration.ofHours(23));
    guard.run();
    assertThat(guard.questions).isEmpty();
  }

  @Test
  void anOwnerThatTheHistoryContradictsShieldsNothingAnyMore() {
    guard.owners.put(RULE, EKS);
    add(RULE);
    guard.run();
    guard.owners.put(RULE, Owner.NOBODY);
    guard.history.put("sg-webgroup", guard.made(AUTHORIZE, BOB));
    guard.pass(Duration.ofDays(1));

    guard.run();

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
    assertThat(guard.ledger.claims(Deployed.STACK)).isEmpty();
  }

  @Test
  void aChangeThatAPersonMadeIsThatPersonsInTheNextLookToo() {
    guard.policy(
        Policy.Mode.REPAIR,
        new Policy.Rule(
            "AWS::ElasticLoadBalancingV2::TargetGroup", null, null, Policy.Treatment.REPORT));
    guard.world.the("Targets").remove("Targets", "i-web:5000");
    guard.run("DeregisterTargets", LINKED);
    assertThat(guard.ledger.claims(Deployed.STACK)).hasSize(1);

    guard.run("DeregisterTargets", BOB);

    assertThat(guard.ledger.claims(Deployed.STACK)).isEmpty();
  }

  @Test
  void whatTheEventTellsIsRememberedToo() {
    add(RULE);
    guard.run(AUTHORIZE, LINKED);
    guard.owners.put(RULE, FORGOTTEN);

    guard.run();

    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.ledger.claims(Deployed.STACK).values())
        .extracting(KnownOwner::owner)
        .containsExactly((Owner.Another) EKS);
  }

  @Test
  void aClaimIsForgottenWithWhatItWasOn() {
    add(RULE);
    guard.run(AUTHORIZE, LINKED);
    guard.world.the("WebGroup").remove("Ingress", RULE);

    guard.run();

    assertThat(guard.ledger.claims(Deployed.STACK)).isEmpty();
  }

  @Test
  void aResourceThatCannotBeReadMakesNoClaimForgotten() {
    add(RULE);
    guard.run(AUTHORIZE, LINKED);
    guard.world.the("WebGroup").hide("denied");

    guard.run();

    assertThat(guard.ledger.claims(Deployed.STACK)).hasSize(1);
  }

  @Test
  void whatCannotBeReadOfAnotherResourceKeepsNoClaimOfThisOne() {
    add(RULE);
    guard.run(AUTHORIZE, LINKED);
    guard.world.the("WebGroup").remove("Ingress", RULE);
    guard.world.the("Targets").hide("denied");

    guard.run();

    assertThat(guard.ledger.claims(Deployed.STACK)).isEmpty();
  }

  @Test
  void aCallAboutAnotherGroupRevokesNothingOfThisOne() {
    guard.owners.put(RULE, FORGOTTEN);
    add(RULE);

    guard.run(AUTHORIZE, BOB, Set.of("sg-balancergroup", "sgr-of-another"));

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().incident().cause()).as("nobody is blamed").isNull();
  }

  @Test
  void aPersonWhoseCallMadeARuleHasItRevoked() {
    guard.owners.put(RULE, Owner.NOBODY);
    add(RULE);

    guard.run(AUTHORIZE, BOB, Set.of("sg-webgroup", id(RULE)));

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
    assertThat(guard.only().incident().cause())
        .extracting(Cause::caller)
        .extracting(Caller::principal)
        .isEqualTo(BOB);
  }

  @Test
  void whatIsOpenToTheInternetIsAlertedOnceWhoeverMadeItAndLeft() {
    for (var owner : new Owner[] {EKS, BLOG}) {
      var of = new Guard();
      of.owners.put(Guard.FROM_WORLD, owner);
      of.world.the("WebGroup").add("Ingress", Guard.FROM_WORLD);

      of.run();
      var next = of.alerts.last().next();
      assertThat(of.alerted()).containsExactly(ALERTED);
      assertThat(next).contains("RevokeSecurityGroupIngress");
      of.run();
      of.run(AUTHORIZE, LINKED);

      assertThat(of.alerted()).isEmpty();
      assertThat(of.world.writes()).isEmpty();
    }
  }

  @Test
  void whatIsOpenToTheInternetIsAlertedOfAServiceByEventAsBySweep() {
    add(Guard.FROM_WORLD);
    guard.run(AUTHORIZE, LINKED);
    assertThat(guard.alerted()).containsExactly(ALERTED);
    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void aStackOfWhichOnlyAnothersThingsDifferIsAdopted() {
    var other = Guard.ofAnother(Guard.SHOP);
    other.owners.put(Guard.FROM_WORLD, EKS);
    other.world.the("WebGroup").add("Ingress", Guard.FROM_WORLD);

    other.run();

    assertThat(other.alerted()).containsExactly(ALERTED);
    assertThat(other.ledger.adoption(Deployed.STACK))
        .map(Adoption::by)
        .hasValue(Adoption.EMPTY_PLAN);
  }

  @Test
  void whatAServiceTookAwayIsNotFoughtForAndAlertedIfItCutsTraffic() {
    guard.world.the("Targets").remove("Targets", "i-web:5000");

    guard.run("DeregisterTargets", LINKED);
    var byEvent = guard.alerted();
    guard.owners.put("arn:targets", FORGOTTEN);
    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(byEvent).hasSize(1);
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void aHistoryThatIsThrottledHoldsBackNoRestoreAndWhatIsExtraIsAskedForAgain() {
    guard.throttled = true;
    add(RULE);
    guard.world.the("WebGroup").remove("Ingress", Guard.FROM_BALANCER);

    assertThatThrownBy(guard::run).isInstanceOf(TransientFailure.class);

    assertThat(guard.world.writes()).containsExactly(AUTHORIZE);
    assertThat(guard.alerted()).containsExactly("RESOLVED " + Guard.LOST_FROM_BALANCER);

    guard.throttled = false;
    guard.run();
    assertThat(guard.world.writes()).containsExactly(AUTHORIZE, "RevokeSecurityGroupIngress");
  }

  @Test
  void anOpenIncidentIsNotOverBecauseNobodyCouldBeAsked() {
    guard.owners.put(RULE, FORGOTTEN);
    add(RULE);
    guard.run();
    guard.alerted();
    guard.throttled = true;

    assertThatThrownBy(guard::run).isInstanceOf(TransientFailure.class);

    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.open()).isEqualTo(1);
  }
}
