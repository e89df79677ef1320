package dev.driftmend.plan;

import static dev.driftmend.testing.Guard.FROM_WORLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who makes a drift again and again is not fought. */
class RepairLoopDetectorTest {
  private static final String ANN = "arn:aws:iam::111122223333:user/ann";

  private final Guard guard = new Guard();

  @BeforeEach
  void adopted() {
    guard.policy(Policy.Mode.REPAIR);
  }

  private void make() {
    if (!guard.world.the("WebGroup").keys("Ingress").contains(FROM_WORLD)) {
      guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    }
    guard.run("AuthorizeSecurityGroupIngress", ANN);
  }

  private void fight() {
    for (var round = 0; round < 3; round++) {
      make();
      guard.pass(Duration.ofMinutes(5));
    }
    assertThat(guard.world.writes()).hasSize(3);
    guard.alerted();
  }

  private String hash() {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow().hash();
  }

  @Test
  void theFourthTimeWithinAnHourItIsReportedAndPagedOnceNamingTheOtherParty() {
    fight();

    make();
    make();

    assertThat(guard.world.writes()).hasSize(3);
    var alert = guard.only();
    assertThat(alert.incident().kind()).isEqualTo(Incident.Kind.DRIFT);
    assertThat(alert.incident().state()).isEqualTo(Incident.State.OPENED);
    var step = Objects.requireNonNull(alert.lines().getFirst().step());
    assertThat(step.step()).isInstanceOf(Step.Report.class);
    assertThat(step.step().why())
        .isEqualTo(
            "it was repaired 3 times within 60 minutes, and " + ANN + " made it again each time");
    assertThat(alert.next()).contains("driftmend accept --stack shop --plan " + hash());
  }

  @Test
  void theOtherDriftsOfTheSameStackAreRepairedMeanwhile() {
    fight();
    guard.world.the("BalancerGroup").add("Ingress", FROM_WORLD);

    make();

    assertThat(guard.world.the("WebGroup").keys("Ingress")).contains(FROM_WORLD);
    assertThat(guard.world.the("BalancerGroup").keys("Ingress")).doesNotContain(FROM_WORLD);
  }

  @Test
  void repairsThatAreLongerApartAreNoFight() {
    for (var round = 0; round < 6; round++) {
      make();
      guard.pass(Duration.ofMinutes(31));
    }
    assertThat(guard.world.writes()).hasSize(6);
  }

  @Test
  void aDriftThatComesAndGoesIsPagedOnceAndHeldUntilItIsGoneForAnHour() {
    fight();
    make();
    assertThat(guard.alerted()).hasSize(1);

    guard.world.the("WebGroup").remove("Ingress", FROM_WORLD);
    guard.run();
    guard.pass(Duration.ofMinutes(59));
    make();
    guard.world.the("WebGroup").remove("Ingress", FROM_WORLD);
    guard.run();
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.ledger.holds(Deployed.STACK)).hasSize(1);

    guard.pass(Duration.ofMinutes(60));
    guard.run();

    assertThat(guard.ledger.holds(Deployed.STACK)).isEmpty();
    assertThat(guard.alerted()).singleElement().asString().startsWith("RESOLVED");
    make();
    assertThat(guard.world.writes()).hasSize(4);
  }

  @Test
  void aDriftThatCouldNotBeLookedAtForAnHourIsNotOverAndStaysHeld() {
    fight();
    make();
    guard.alerted();

    guard.world.the("WebGroup").hide("denied");
    for (var look = 0; look < 3; look++) {
      guard.pass(Duration.ofMinutes(45));
      guard.run();
    }
    assertThat(guard.ledger.holds(Deployed.STACK)).hasSize(1);

    guard.world.the("WebGroup").show();
    guard.run();

    assertThat(guard.world.the("WebGroup").keys("Ingress")).contains(FROM_WORLD);
    assertThat(guard.world.writes()).hasSize(3);
  }

  @Test
  void aPersonWhoAcceptsThePlanHasItRepairedAndTheCountBeginsAnew() {
    fight();
    make();
    guard.alerted();
    guard.ledger.accept(Deployed.STACK, new Acceptance(hash(), "ann", guard.now()));

    guard.run();

    assertThat(guard.world.writes()).hasSize(4);
    assertThat(guard.ledger.holds(Deployed.STACK)).isEmpty();
    assertThat(guard.alerted()).singleElement().asString().startsWith("RESOLVED");
    make();
    assertThat(guard.world.writes()).hasSize(5);
  }

  @Test
  void aPlanIsHeldUntilItIsAcceptedAndLookingAtItWritesNothing() {
    fight();
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    var plan = guard.reconciler().plan(Deployed.STACK).orElseThrow();

    assertThat(plan.held()).isTrue();
    assertThat(plan.calls()).isEmpty();
    assertThat(plan.permission().why()).isNull();
    assertThat(guard.ledger.holds(Deployed.STACK)).isEmpty();
  }

  @Test
  void whoeverIsFoughtWithIsNamedOnceAndNobodyIsInvented() {
    var limits = new Limits(20, 0.5, 1, 60);
    guard.policies.set(
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.GRANTED,
            List.of(),
            List.of(),
            List.of(),
            limits,
            true));
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();

    assertThat(guard.ledger.holds(Deployed.STACK))
        .extracting(Hold::why)
        .containsExactly(
            "it was repaired once within 60 minutes, and somebody made it again each time");
  }
}
