package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.FixedPolicies;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A stack newly under guard is observed until its first plan is empty or a person accepts it. */
class AdoptionTest {
  private final Guard guard = Guard.ofAnother(Guard.SHOP);

  private Plan plan() {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow();
  }

  private void accept(String plan) {
    guard.ledger.accept(Deployed.STACK, new Acceptance(plan, "ann", guard.now()));
  }

  @Test
  void aStackWhoseFirstPlanIsEmptyIsAdoptedAndRepairedFromThenOn() {
    guard.run();
    assertThat(guard.ledger.adoption(Deployed.STACK))
        .hasValue(new Adoption(guard.now(), "its first plan was empty"));
    assertThat(guard.alerted()).isEmpty();

    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
  }

  @Test
  void aDriftedStackPutUnderGuardIsNotTouchedAndAlertedOnceWithTheCommand() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.world.the("WebGroup").remove("Ingress", FROM_BALANCER);

    var outcome = guard.run();
    guard.run();
    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.ledger.adoption(Deployed.STACK)).isEmpty();
    var command = "driftmend accept --stack shop --plan " + plan().hash();
    assertThat(outcome.plan().permission().why())
        .isEqualTo("it is observed until a person accepts its first plan: " + command);
    assertThat(outcome.plan().held()).isTrue();
    var alert = guard.only();
    assertThat(alert.incident().kind()).isEqualTo(Incident.Kind.GUARD);
    assertThat(alert.incident().severity()).isEqualTo(Severity.HIGH);
    assertThat(alert.incident().title())
        .isEqualTo(
            "Put under guard with drift: 2 writes wait for plan "
                + plan().hash()
                + " to be accepted");
    assertThat(alert.next()).contains(command);
    assertThat(alert.lines())
        .extracting(Alert.Line::finding)
        .hasSameElementsAs(outcome.plan().findings());
  }

  @Test
  void anAcceptedPlanIsExecutedOnceTheStackIsAdoptedAndTheIncidentIsOver() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.alerted();
    accept(plan().hash());

    guard.run();

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
    assertThat(guard.alerted())
        .hasSize(2)
        .anyMatch(t -> t.startsWith("RESOLVED Put under guard with drift"))
        .anyMatch(t -> t.startsWith("RESOLVED WebGroup: not in the template"));
    assertThat(guard.ledger.adoption(Deployed.STACK))
        .hasValue(new Adoption(guard.now(), "ann accepted its first plan"));
    assertThat(guard.open()).isZero();

    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    assertThat(guard.world.writes()).hasSize(2);
  }

  @Test
  void whatChangedSinceItWasAcceptedIsNotExecutedAndTheNewPlanIsAlerted() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    accept(plan().hash());
    guard.alerted();
    guard.world.the("BalancerGroup").add("Ingress", FROM_WORLD);

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    var updated = guard.only();
    assertThat(updated.incident().state()).isEqualTo(Incident.State.UPDATED);
    assertThat(updated.incident().title()).contains("2 writes wait").contains(plan().hash());
    assertThat(guard.open()).isEqualTo(1);

    guard.alerted();
    guard.run();
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void anAcceptanceIsGoodForADay() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    accept(plan().hash());
    guard.pass(Duration.ofDays(1));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void anAcceptanceThatIsUsedBetweenPlanAndWriteIsNotUsedTwice() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    accept(plan().hash());
    guard.calls.forget();
    guard.calls.at(
        "state",
        1,
        () -> {
          var acceptance =
              guard.ledger.acceptance(Deployed.STACK, plan().hash(), guard.now()).orElseThrow();
          guard.ledger.use(Deployed.STACK, acceptance, guard.now());
        });

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
  }

  @Test
  void aStackThatComesToItsTemplateByItselfIsAdoptedAndTheIncidentIsOver() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.alerted();
    guard.world.the("WebGroup").remove("Ingress", FROM_WORLD);

    guard.run();

    assertThat(guard.alerted()).singleElement().asString().startsWith("RESOLVED Put under guard");
    assertThat(guard.ledger.adoption(Deployed.STACK)).isPresent();
  }

  @Test
  void whatIsOnlyReportedIsAcceptedTooAndNothingIsWritten() {
    guard.policy(Policy.Mode.REPAIR, new Policy.Rule(null, "EXTRA", null, Policy.Treatment.REPORT));
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    assertThat(guard.only().incident().title()).contains("nothing to write for plan");
    accept(plan().hash());

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.ledger.adoption(Deployed.STACK)).isPresent();
  }

  @Test
  void anAcceptanceIsNotUsedUpWhileThePolicyHasNothingWritten() {
    guard.policy(Policy.Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    accept(plan().hash());
    guard.run();
    assertThat(guard.world.writes()).isEmpty();

    guard.policy(Policy.Mode.REPAIR);
    guard.run();

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
  }

  @Test
  void theGuardsOwnStackIsAdoptedByItsDeployment() {
    var own = new Guard();
    own.world.the("WebGroup").add("Ingress", FROM_WORLD);

    own.run();

    assertThat(own.world.writes()).containsExactly("RevokeSecurityGroupIngress");
  }

  @Test
  void aStackThatLeftTheGuardIsNotReadItsIncidentsAreOverAndItIsObservedWhenItComesBack() {
    guard.run();
    guard.world.the("Web").add("PublicAddress", "198.51.100.9");
    guard.policy(Policy.Mode.REPAIR, new Policy.Rule(null, "EXTRA", null, Policy.Treatment.REPORT));
    guard.run();
    guard.alerted();
    guard.calls.forget();
    guard.policies.set(FixedPolicies.naming("another"));

    var outcome = guard.run();

    assertThat(outcome.plan().permission().why())
        .isEqualTo("it is not under guard: the policy does not name shop");
    assertThat(outcome.looked()).isFalse();
    assertThat(guard.calls.all()).doesNotContain("template", "live", "state");
    assertThat(guard.alerted()).singleElement().asString().startsWith("RESOLVED");
    assertThat(guard.open()).isZero();

    guard.policy(Policy.Mode.REPAIR);
    guard.run();
    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).singleElement().asString().startsWith("OPENED Put under guard");
  }

  @Test
  void whileThePolicyCannotBeReadAGuardedStackStaysOne() {
    guard.run();
    guard.policies.set(Policy.unreadable("the policy could not be read"));

    var outcome = guard.run();

    assertThat(outcome.looked()).isTrue();
    assertThat(guard.ledger.adoption(Deployed.STACK)).isPresent();
  }

  @Test
  void theHashOfAPlanKnowsItsCallsAndNoWording() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    var before = plan().hash();
    assertThat(before).matches("[0-9a-f]{16}");
    guard.policy(
        Policy.Mode.REPAIR,
        new Policy.Rule("AWS::EC2::Instance", null, null, Policy.Treatment.REPORT));
    guard.run();
    assertThat(plan().hash()).isEqualTo(before);

    guard.world.the("WebGroup").remove("Ingress", FROM_WORLD);
    guard.world.the("WebGroup").add("Ingress", "ingress tcp 5001 from 0.0.0.0/0");
    assertThat(plan().hash()).isNotEqualTo(before);
  }
}
