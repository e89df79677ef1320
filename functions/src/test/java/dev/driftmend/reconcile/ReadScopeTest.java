package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.plan.Policy.Mode;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an event about security groups has looked at, and when all of the stack is. */
class ReadScopeTest {
  private static final String PERSON = "arn:aws:iam::111122223333:user/dev";
  private static final String CALL = "AuthorizeSecurityGroupIngress";

  private final Guard guard = new Guard();

  @Test
  void anEventAboutGroupsOfAStackAtPeaceLooksAtGroupsAndNothingElse() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    var outcome = guard.run(CALL, PERSON);

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
    assertThat(guard.world.looks).containsExactly("BalancerGroup, WebGroup", "WebGroup");
    assertThat(outcome.remaining()).isEmpty();
  }

  @Test
  void allGroupsAreLookedAtSoThatTooMuchAtOnceIsNoticedWhicheverGroupTheEventNames() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.world.the("BalancerGroup").remove("Egress", "egress tcp 5000 to sg-webgroup");

    guard.run(CALL, PERSON);

    assertThat(guard.drifts()).isEmpty();
  }

  @Test
  void aSweepAndACallThatMayHaveChangedAnythingElseLookAtAll() {
    guard.world.the("Targets").set("HealthCheckPath", "/");

    guard.run();
    guard.world.the("Targets").set("HealthCheckPath", "/");
    guard.run("ModifyTargetGroup", PERSON);

    assertThat(guard.world.writes()).containsExactly("ModifyTargetGroup", "ModifyTargetGroup");
  }

  @Test
  void whatIsOpenElsewhereIsNotTakenForOverBecauseItWasNotLookedAt() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("Targets").set("HealthCheckPath", "/");
    guard.run();
    guard.alerted();
    guard.policy(Mode.REPAIR);

    guard.run(CALL, PERSON);

    assertThat(guard.world.looks.get(1)).contains("Targets");
    assertThat(guard.alerted()).singleElement().asString().startsWith("RESOLVED");
    assertThat(guard.world.writes()).containsExactly("ModifyTargetGroup");
  }

  @Test
  void whatAPersonHasToDecideIsDecidedOnAllOfTheStack() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run(CALL, PERSON);
    assertThat(guard.world.looks).containsExactly("BalancerGroup, WebGroup");

    guard.run(CALL, PERSON);
    assertThat(guard.world.looks.getLast()).contains("Targets");
  }

  @Test
  void aStepBetweenALoadBalancerAndATargetIsPlannedOnAllSoThatItCanBeTakenBack() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.world.the("WebGroup").remove("Ingress", FROM_BALANCER);
    guard.world.template(withoutTheWayToTheApplication());

    guard.run(CALL, PERSON);

    assertThat(guard.world.looks.get(1)).contains("Targets");
  }

  private static String withoutTheWayToTheApplication() {
    var from = Guard.SHOP.indexOf("  WebIngress:");
    var to = Guard.SHOP.indexOf("  Targets:");
    return Guard.SHOP.substring(0, from) + Guard.SHOP.substring(to);
  }

  @Test
  void aStackThatWasNotAdoptedIsLookedAtAsAWhole() {
    var another = Guard.ofAnother(Guard.SHOP);
    another.world.the("WebGroup").add("Ingress", FROM_WORLD);

    another.run(CALL, PERSON);

    assertThat(another.world.looks).singleElement().asString().contains("Targets");
    assertThat(another.world.writes()).isEmpty();
  }

  @Test
  void theNextSweepSeesWhatTheEventDidNot() {
    guard.world.the("Targets").set("HealthCheckPath", "/");
    guard.run(CALL, PERSON);
    assertThat(guard.world.writes()).isEmpty();

    guard.pass(Duration.ofMinutes(10));
    guard.run();

    assertThat(guard.world.writes()).containsExactly("ModifyTargetGroup");
  }
}
