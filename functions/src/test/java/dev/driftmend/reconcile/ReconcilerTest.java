package dev.driftmend.reconcile;

import static dev.driftmend.testing.Guard.FROM_BALANCER;
import static dev.driftmend.testing.Guard.FROM_WORLD;
import static dev.driftmend.testing.Guard.LOST_FROM_BALANCER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Mode;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one look at a stack does, leaves alone and tells. */
class ReconcilerTest {
  private static final String OPENED = "WebGroup: not in the template: " + FROM_WORLD;

  private final Guard guard = new Guard();

  @Test
  void aStackThatIsAsItsTemplateSaysIsReadOnceAndNothingIsAlerted() {
    var outcome = guard.run();

    assertThat(outcome.plan().findings()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.calls.all()).containsExactly("template", "live", "state");
  }

  @Test
  void anOpenedPortIsClosedProvedAndAlertedOnceWithWhoDidIt() {
    var declared = guard.world.the("WebGroup").handle("Ingress", FROM_BALANCER);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    var outcome = guard.run("AuthorizeSecurityGroupIngress", "arn:aws:iam::111122223333:user/ann");

    assertThat(guard.world.the("WebGroup").keys("Ingress")).containsExactly(FROM_BALANCER);
    assertThat(guard.world.the("WebGroup").handle("Ingress", FROM_BALANCER)).isEqualTo(declared);
    assertThat(outcome.proved()).isTrue();
    assertThat(outcome.repaired()).hasSize(1);
    var alert = guard.only();
    assertThat(alert.incident().state()).isEqualTo(Incident.State.RESOLVED);
    assertThat(alert.incident().title()).isEqualTo(OPENED);
    assertThat(Objects.requireNonNull(alert.incident().cause()).caller())
        .extracting(c -> c.principal())
        .isEqualTo("arn:aws:iam::111122223333:user/ann");
    assertThat(alert.eventToFix()).isEqualTo(Duration.ofSeconds(10));
    assertThat(alert.next()).startsWith("Nothing.");
    assertThat(guard.open()).isZero();
  }

  @Test
  void theSameEventTwiceMakesNoSecondWriteAndNoSecondAlert() {
    guard.world.the("WebGroup").remove("Ingress", FROM_BALANCER);
    guard.run();
    assertThat(guard.alerted()).containsExactly("RESOLVED " + LOST_FROM_BALANCER);
    guard.calls.forget();

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "CREATE_FAILED",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_FAILED",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_FAILED",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "IMPORT_ROLLBACK_IN_PROGRESS",
        "SOMETHING_NEW"
      })
  void aStackThatIsNotSettledIsLookedAtAndLeftAlone(String status) {
    guard.world.status(status, guard.now().minusSeconds(60));
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    var outcome = guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
    assertThat(outcome.plan().permission().why()).isEqualTo("the stack is in " + status);
    assertThat(outcome.plan().findings()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "IMPORT_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE"
      })
  void aSettledStackIsRepaired(String status) {
    guard.world.status(status, guard.now().minusSeconds(60));
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    guard.run();

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
  }

  @Test
  void aDeploymentThatBeginsWhileLiveIsReadStopsEverything() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("live", 1, () -> guard.world.status("UPDATE_IN_PROGRESS", guard.now()));

    var outcome = guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
    assertThat(outcome.plan().permission().why()).isEqualTo("the stack changed while it was read");
  }

  @Test
  void aWholeDeploymentBetweenTheTwoReadsIsNoticedByItsTime() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("live", 1, () -> guard.world.status("UPDATE_COMPLETE", guard.now()));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void aDeploymentThatBeginsRightBeforeTheFirstWriteStopsIt() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("state", 1, () -> guard.world.status("UPDATE_IN_PROGRESS", guard.now()));

    var outcome = guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(outcome.results())
        .extracting(r -> r.result())
        .containsExactly(new Result.Planned("the stack changed while it was read"));
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.open()).isZero();
  }

  @Test
  void inObserveModeEverythingIsPlannedAndAlertedAndNothingWritten() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    guard.run();
    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().incident().state()).isEqualTo(Incident.State.OPENED);
    assertThat(guard.only().next())
        .isEqualTo(
            "Driftmend would call RevokeSecurityGroupIngress, but the policy's mode is observe");

    guard.alerted();
    guard.policy(Mode.REPAIR);
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + OPENED);
  }

  @Test
  void aPauseBetweenPlanAndWriteStopsTheWrite() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at("live", 1, guard::pause);

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().next()).endsWith("but paused");
  }

  @Test
  void aPolicyThatSaysSomethingElseRightBeforeTheFirstWriteStopsIt() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.calls.at(
        "live",
        1,
        () -> guard.policy(Mode.REPAIR, new Policy.Rule(null, "EXTRA", null, Treatment.IGNORE)));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
  }

  /** Else thirty guarded stacks would be thirty alerts of one mistake. */
  @Test
  void aPolicyThatCannotBeReadIsAlertedWithTheGuardsOwnStackAndWithNoOther() {
    var other = Guard.ofAnother(Guard.SHOP);
    other.run();
    other.policies.set(Policy.unreadable("not JSON"));
    other.world.the("WebGroup").add("Ingress", FROM_WORLD);

    other.run();

    assertThat(other.world.writes()).isEmpty();
    assertThat(other.alerted()).containsExactly("OPENED " + OPENED);
  }

  @Test
  void aPolicyThatCannotBeReadIsAlertedOnceAndNothingIsWritten() {
    guard.policies.set(Policy.unreadable("not JSON"));
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    guard.run();
    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted())
        .containsExactly(
            "OPENED " + OPENED, "OPENED The policy cannot be used, so nothing is repaired");

    guard.policy(Mode.REPAIR);
    guard.run();

    assertThat(guard.alerted())
        .containsExactly(
            "RESOLVED " + OPENED, "RESOLVED The policy cannot be used, so nothing is repaired");
  }

  @Test
  void ownershipThatCannotBeDecidedIsReported() {
    guard.owners.put(FROM_WORLD, new Owner.Undecided("a lookup was denied"));
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED);
  }

  @Test
  void whatMayBeAMemberThatIsNotKnownIsNeitherAlertedNorTouchedAndAllElseIsRepaired() {
    var unsure = withAnOfficeThatIsNotKnown();
    unsure.world.the("WebGroup").add("Ingress", "ingress tcp 5000 from 198.51.100.0/24");
    unsure.world.the("WebGroup").add("Ingress", "ingress tcp 22 from 198.51.100.0/24");

    unsure.run();

    assertThat(unsure.alerted())
        .containsExactly(
            "RESOLVED WebGroup: not in the template: ingress tcp 22 from 198.51.100.0/24");
    assertThat(unsure.world.the("WebGroup").keys("Ingress"))
        .contains("ingress tcp 5000 from 198.51.100.0/24")
        .doesNotContain("ingress tcp 22 from 198.51.100.0/24");
  }

  @Test
  void ofMoreThanOneThatMayBeItBothAreReportedAndNeitherIsTouched() {
    var unsure = withAnOfficeThatIsNotKnown();
    unsure.world.the("WebGroup").add("Ingress", "ingress tcp 5000 from 198.51.100.0/24");
    unsure.world.the("WebGroup").add("Ingress", "ingress tcp 5000 from 192.0.2.0/24");

    unsure.run();

    assertThat(unsure.world.writes()).isEmpty();
    assertThat(unsure.alerted())
        .containsExactlyInAnyOrder(
            "OPENED WebGroup: may be too many: ingress tcp 5000 from 198.51.100.0/24",
            "OPENED WebGroup: may be too many: ingress tcp 5000 from 192.0.2.0/24");
  }

  private static Guard withAnOfficeThatIsNotKnown() {
    return new Guard(
        Guard.SHOP.replace(
            "SourceSecurityGroupId: !Ref BalancerGroup", "CidrIp: !ImportValue office"));
  }

  @Test
  void ofTwoDriftsOneIsRepairedAndTheOtherReported() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.world.the("Web").set("State", "stopped");

    guard.run();

    assertThat(guard.alerted())
        .containsExactly(
            "RESOLVED " + OPENED,
            "OPENED Web: State is \"stopped\", the template says \"running\"");
    assertThat(guard.open()).isOne();
  }

  @Test
  void aDriftThatIsGoneByItselfIsResolvedOnce() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.world.the("WebGroup").remove("Ingress", FROM_WORLD);

    guard.run();
    guard.run();

    assertThat(guard.alerted()).containsExactly("OPENED " + OPENED, "RESOLVED " + OPENED);
  }

  @Test
  void whatCannotBeLookedAtIsAlertedAndItsOpenIncidentStaysOpen() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.alerted();
    guard.world.the("WebGroup").hide("denied");

    guard.run();

    assertThat(guard.alerted()).containsExactly("OPENED WebGroup: could not be read: denied");
    assertThat(guard.open()).isEqualTo(2);

    guard.world.the("WebGroup").show();
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED WebGroup: could not be read: denied");
    assertThat(guard.open()).isOne();
  }

  @Test
  void theIncidentsOfADeletedStackAreOver() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.alerted();
    guard.world.delete();

    guard.run();

    assertThat(guard.only().next()).isEqualTo("Nothing: the stack is gone.");
    assertThat(guard.alerted()).containsExactly("RESOLVED " + OPENED);
    assertThat(guard.open()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE_IN_PROGRESS", "DELETE_FAILED", "DELETE_COMPLETE"})
  void aStackThatIsBeingDeletedIsLeftAlone(String status) {
    guard.world.the("WebGroup").vanish();
    guard.world.status(status, guard.now());

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void aStackThatCouldNotBeDeletedStillStandsAndIsAlertedAsUnguarded() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.alerted();
    guard.world.status("DELETE_FAILED", guard.now().minus(Duration.ofMinutes(31)));

    guard.run();

    assertThat(guard.alerted())
        .singleElement()
        .asString()
        .startsWith("OPENED Not guarded for more than 30 minutes");
    assertThat(guard.open()).isEqualTo(2);
  }

  @Test
  void aChangeThatADeploymentMakesLegitimateIsNotWrittenAndItsIncidentIsOver() {
    guard.policy(Mode.OBSERVE);
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);
    guard.run();
    guard.alerted();
    guard.policy(Mode.REPAIR);

    guard.world.deploy(
        Deployed.snapshot(
            Guard.SHOP
                + """
                  Everybody:
                    Type: AWS::EC2::SecurityGroupIngress
                    Properties: {GroupId: !Ref WebGroup, IpProtocol: tcp, FromPort: 5000, ToPort: 5000, CidrIp: 0.0.0.0/0}
                """));
    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).containsExactly("RESOLVED " + OPENED);
  }

  @Test
  void aHangingStackIsAlertedOnceAndOverWhenItIsSettled() {
    guard.world.status("UPDATE_ROLLBACK_FAILED", guard.now().minus(Duration.ofMinutes(31)));
    var title = "Not guarded for more than 30 minutes: the stack is in UPDATE_ROLLBACK_FAILED";

    guard.run();
    guard.run();

    assertThat(guard.only().next()).contains("continue-update-rollback");
    assertThat(guard.alerted()).containsExactly("OPENED " + title);

    guard.world.status("UPDATE_ROLLBACK_COMPLETE", guard.now());
    guard.run();

    assertThat(guard.alerted()).containsExactly("RESOLVED " + title);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE_FAILED, delete it again",
    "ROLLBACK_COMPLETE, deploy it again",
    "REVIEW_IN_PROGRESS, first change set",
    "UPDATE_FAILED, continue-update-rollback"
  })
  void aHangingStackIsAlertedWithTheWayOutOfItsStatus(String status, String way) {
    guard.world.status(status, guard.now().minus(Duration.ofMinutes(31)));

    guard.run();

    assertThat(guard.only().next()).contains(way);
  }

  @Test
  void anOldSettledStackThatMovesOnceIsNotCalledUnguarded() {
    guard.calls.at("live", 1, () -> guard.world.status("UPDATE_IN_PROGRESS", guard.now()));

    guard.run();

    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void aTemplateThatCannotBeUnderstoodIsAlertedOnce() {
    guard.world.template("Resources: [");

    guard.run();
    guard.run();

    assertThat(guard.alerted())
        .containsExactly("OPENED The deployed template cannot be understood");

    guard.world.template(Guard.SHOP);
    guard.run();

    assertThat(guard.alerted())
        .containsExactly("RESOLVED The deployed template cannot be understood");
  }

  @Test
  void planningWritesNothingAnywhere() {
    guard.world.the("WebGroup").add("Ingress", FROM_WORLD);

    var plan = guard.reconciler().plan(Deployed.STACK).orElseThrow();

    assertThat(plan.calls()).hasSize(1);
    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
    assertThat(guard.open()).isZero();
  }

  @Test
  void whoDidWhatNoEventReportedComesFromTheHistory() {
    var bob =
        new Cause(Cause.Origin.API_CALL, "e-1", "RevokeSecurityGroupIngress", guard.now(), null);
    guard.history.put("sg-webgroup", bob);
    guard.world.the("WebGroup").remove("Ingress", FROM_BALANCER);

    guard.run("ModifyListener", "arn:aws:iam::111122223333:user/ann");

    assertThat(guard.only().incident().cause()).isEqualTo(bob);
  }

  @Test
  void nobodyIsBlamedForWhatCannotBeRead() {
    guard.history.put(
        "sg-webgroup",
        new Cause(Cause.Origin.API_CALL, "e-1", "RevokeSecurityGroupIngress", guard.now(), null));
    guard.world.the("WebGroup").hide("denied");

    guard.run();

    assertThat(guard.only().incident().cause()).isNull();
  }

  @Test
  void driftsAreListedInTheOrderOfTheTemplate() {
    guard.world.the("Web").set("State", "stopped");
    guard.world.the("BalancerGroup").add("Ingress", "ingress tcp 22 from 0.0.0.0/0");

    assertThat(guard.drifts())
        .extracting(d -> d.resource().logicalId())
        .isEqualTo(List.of("BalancerGroup", "Web"));
  }
}
