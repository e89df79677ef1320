package dev.driftmend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Drill;
import dev.driftmend.model.incident.DrillRule;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.render.text.DrillText;
import dev.driftmend.testing.Golden;
import dev.driftmend.testing.InMemoryLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DrillingTest {
  private static final ResourceRef GROUP =
      new ResourceRef("DrillGroup", "AWS::EC2::SecurityGroup", "sg-0drill");
  private static final SecurityRule RULE = DrillRule.of(0);
  private static final Instant BEGIN = World.NOW;

  private final FakeDrillGround ground = new FakeDrillGround();
  private final InMemoryLedger ledger = new InMemoryLedger();
  private Instant now = BEGIN;
  private final Drilling drilling =
      new Drilling(ground, ledger, () -> now, time -> now = now.plus(time));

  private Drill hold(boolean repairs) {
    return drilling.hold(World.SHOP, GROUP, RULE, "zoe", repairs, Duration.ofMinutes(20));
  }

  private static Cause call(Cause.Origin origin, @Nullable Instant routed) {
    var cause =
        new Cause(
            origin,
            "e-1",
            "AuthorizeSecurityGroupIngress",
            BEGIN,
            new Caller("arn:aws:iam::111122223333:user/zoe", null, null, null));
    return routed == null ? cause : cause.routed(routed);
  }

  private Incident open(Cause cause, Instant openedAt) {
    var drift = new Drift.Extra(GROUP, "Ingress", Item.of(RULE.key(), Map.of()));
    var incident =
        new Incident(
            World.SHOP,
            drift.fingerprint(World.SHOP),
            Incident.Kind.DRIFT,
            Incident.State.OPENED,
            Severity.HIGH,
            "DrillGroup",
            "DRILL: DrillGroup: not in the template",
            openedAt,
            null,
            cause,
            0);
    assertThat(ledger.open(incident, openedAt)).isTrue();
    return incident;
  }

  private void resolve(Incident open, Instant at) {
    var resolved =
        new Incident(
            open.stack(),
            open.fingerprint(),
            open.kind(),
            Incident.State.RESOLVED,
            open.severity(),
            open.subject(),
            open.title(),
            open.openedAt(),
            at,
            open.cause(),
            1);
    assertThat(ledger.takeResolution(new Alert(resolved, List.of(), null, null, null, ""), at))
        .isTrue();
    assertThat(ledger.resolve(resolved)).isTrue();
  }

  /** The guard as it should be: an event after 3 s, repaired and alerted in the second after. */
  private void guardAnswers() {
    ground.guard =
        () -> {
          if (now.equals(BEGIN.plusSeconds(4))) {
            var incident =
                open(call(Cause.Origin.API_CALL, BEGIN.plusSeconds(3)), BEGIN.plusMillis(3_400));
            ground.stands = false;
            resolve(incident, BEGIN.plusMillis(3_900));
          }
        };
  }

  @Test
  void eachPartIsShownWithWhenItAnsweredAndNothingIsLeft() {
    guardAnswers();

    var drill = hold(true);

    assertThat(drill.silent()).isNull();
    assertThat(drill.stages())
        .extracting(Drill.Stage::part)
        .containsExactly("call", "Route", "Reconcile", "repaired", "alerted");
    assertThat(ground.stands).isFalse();
    assertThat(ground.done).containsExactly("open sg-0drill driftmend drill by zoe");
    Golden.check("cli/drill.txt", DrillText.write(drill));
  }

  @Test
  void anEventThatNeverCameIsNamedAndTheRuleIsTakenAway() {
    ground.faults.add("SecurityGroupCalls: the rule is disabled");

    var drill = hold(true);

    assertThat(drill.silent()).isNotNull();
    assertThat(DrillText.write(drill))
        .contains("Not proved: Route did not answer.")
        .contains("CloudTrail's event history does not have the call")
        .contains("SecurityGroupCalls: the rule is disabled");
    assertThat(ground.done).contains("close sg-0drill " + FakeDrillGround.RULE);
  }

  @Test
  void aCallThatCloudTrailHasAndNobodyHeardOfIsNotCloudTrailsFault() {
    ground.recorded = Optional.of(call(Cause.Origin.API_CALL, null));

    assertThat(DrillText.write(hold(true)))
        .contains("CloudTrail recorded the call of arn:aws:iam::111122223333:user/zoe")
        .contains("the guard's own role are recognised and ignored");
  }

  @Test
  void aDriftThatOnlyTheSweepFoundProvesNoEvent() {
    ground.guard =
        () -> {
          if (now.equals(BEGIN.plusSeconds(600))) {
            var incident = open(call(Cause.Origin.SWEEP, BEGIN.plusSeconds(599)), now);
            ground.stands = false;
            resolve(incident, now);
          }
        };

    var drill = hold(true);

    assertThat(drill.silent()).isNotNull().extracting(Drill.Stage::part).isEqualTo("Route");
  }

  @Test
  void aGuardThatMayNotWriteIsOnlyToTellAndTheRuleIsTakenAwayHere() {
    ground.guard =
        () -> {
          if (now.equals(BEGIN.plusSeconds(4))) {
            ledger.announced(open(call(Cause.Origin.API_CALL, BEGIN.plusSeconds(3)), now));
          }
        };

    var drill = hold(false);

    assertThat(drill.silent()).isNull();
    assertThat(drill.stages()).extracting(Drill.Stage::part).doesNotContain("repaired");
    assertThat(ground.done).contains("close sg-0drill " + FakeDrillGround.RULE);
  }

  @Test
  void aRepairThatIsNotAlertedNamesTheAlert() {
    ground.guard =
        () -> {
          if (now.equals(BEGIN.plusSeconds(4))) {
            open(call(Cause.Origin.API_CALL, BEGIN.plusSeconds(3)), now);
            ground.stands = false;
          }
        };

    assertThat(hold(true).silent()).isNotNull().extracting(Drill.Stage::part).isEqualTo("alerted");
  }

  @Test
  void aLookThatIsThrottledIsTakenAgain() {
    guardAnswers();
    var answers = ground.guard;
    ground.guard =
        () -> {
          if (now.equals(BEGIN.plusSeconds(2))) {
            throw new TransientFailure("ec2:Describe", new IllegalStateException("slow down"));
          }
          answers.run();
        };

    assertThat(hold(true).silent()).isNull();
  }

  @Test
  void whereTheRuleCannotBeMadeThereIsNothingToTakeAway() {
    ground.refused = true;

    assertThatThrownBy(() -> hold(true)).isInstanceOf(DeniedFailure.class);
    assertThat(ground.done).isEmpty();
  }

  @Test
  void whateverEndsTheWaitTakesTheRuleAway() {
    ground.guard =
        () -> {
          throw new IllegalStateException("the line went dead");
        };

    assertThatThrownBy(() -> hold(true)).hasMessage("the line went dead");
    assertThat(ground.stands).isFalse();
  }
}
