package dev.driftmend.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A plan beyond the policy's limits is held until a person accepts it. */
class PlanLimitsTest {
  private final Guard guard = new Guard(groups(12));

  private static String groups(int count) {
    var template = new StringBuilder("Resources:\n");
    for (var i = 0; i < count; i++) {
      template
          .append("  Group" + i + ":\n    Type: AWS::EC2::SecurityGroup\n")
          .append("    Properties:\n      GroupDescription: one of many\n");
    }
    return template.toString();
  }

  private void limits(int writes, double share) {
    guard.policies.set(
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.GRANTED,
            List.of(),
            List.of(),
            List.of(),
            new Limits(writes, share, 3, 60),
            true));
  }

  private void open(String group, int ports) {
    IntStream.range(0, ports)
        .forEach(
            port ->
                guard
                    .world
                    .the(group)
                    .add("Ingress", "ingress tcp " + (8000 + port) + " from 192.0.2.0/24"));
  }

  private Plan plan() {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow();
  }

  @Test
  void twentyRulesAreRevokedAndTwentyOneAreNotAlthoughItIsOneCall() {
    open("Group0", 20);
    guard.run();
    assertThat(guard.world.writes()).hasSize(1);

    open("Group0", 21);
    guard.alerted();
    var outcome = guard.run();
    guard.run();

    assertThat(guard.world.writes()).hasSize(1);
    assertThat(outcome.plan().permission().why())
        .isEqualTo(
            "the plan undoes 21 drifts, more than the 20 of the policy's limits.writes, so a person"
                + " has to accept it: driftmend accept --stack shop --plan "
                + plan().hash());
    var alert = guard.only();
    assertThat(alert.incident().kind()).isEqualTo(Incident.Kind.GUARD);
    assertThat(alert.incident().title()).startsWith("Too much to repair unasked: 21 writes wait");
  }

  @Test
  void anAcceptedPlanIsExecutedHoweverMuchItIs() {
    open("Group0", 30);
    guard.run();
    guard.ledger.accept(Deployed.STACK, new Acceptance(plan().hash(), "ann", guard.now()));

    guard.run();

    assertThat(guard.world.the("Group0").keys("Ingress")).isEmpty();
    assertThat(guard.open()).isZero();
    open("Group0", 30);
    guard.run();
    assertThat(guard.world.the("Group0").keys("Ingress")).hasSize(30);
  }

  @Test
  void aPlanThatTouchesMoreThanItsShareOfTheStackIsHeld() {
    IntStream.range(0, 6).forEach(i -> open("Group" + i, 1));
    guard.run();
    assertThat(guard.world.writes()).hasSize(6);

    IntStream.range(0, 7).forEach(i -> open("Group" + i, 1));
    var outcome = guard.run();

    assertThat(guard.world.writes()).hasSize(6);
    assertThat(outcome.plan().permission().why())
        .startsWith(
            "the plan touches 7 of 12 guarded resources, more than the policy's limits.share of"
                + " 0.5");
  }

  @Test
  void fiveResourcesMayAlwaysBeTouched() {
    limits(20, 0.01);
    IntStream.range(0, 5).forEach(i -> open("Group" + i, 1));
    guard.run();
    assertThat(guard.world.writes()).hasSize(5);
  }

  @Test
  void limitsThatChangeRightBeforeTheFirstWriteStopIt() {
    open("Group0", 3);
    guard.calls.at("live", 1, () -> limits(2, 0.5));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
  }
}
