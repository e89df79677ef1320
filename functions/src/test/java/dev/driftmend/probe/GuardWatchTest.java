package dev.driftmend.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident.State;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.GuardParts;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.FixedPolicies;
import dev.driftmend.testing.InMemoryLedger;
import dev.driftmend.testing.InMemoryTemplates;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardWatchTest {
  private static final Instant NOW = Instant.parse("2026-11-01T03:00:00Z");
  private static final StackRef GUARD =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/guard/5f6a3c30-1111");
  private static final StackRef SHOP =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/6a7b8c90-2222");

  private final InMemoryTemplates templates = new InMemoryTemplates();
  private final FixedPolicies policies = new FixedPolicies();
  private final Parts parts = new Parts();
  private final List<Alert> alerts = new ArrayList<>();
  private final GuardWatch watch =
      new GuardWatch(
          templates, parts, policies, new InMemoryLedger(), alerts::add, InstantSource.fixed(NOW));

  GuardWatchTest() {
    deploy("UPDATE_COMPLETE");
    mode(Policy.Mode.REPAIR, WritePermission.GRANTED);
  }

  @Test
  void aRuleThatWasSwitchedOffIsSwitchedOnAndAlertedOnce() {
    parts.fault = "the rule is disabled";
    watch.watch(GUARD);
    assertThat(parts.enabled).containsExactly("guard-SecurityGroupCalls");
    assertThat(alerts).hasSize(1);
    assertThat(alerts.getFirst().incident().state()).isEqualTo(State.RESOLVED);

    parts.fault = null;
    watch.watch(GUARD);
    assertThat(alerts).hasSize(1);
  }

  @Test
  void whatCannotBeSwitchedOnIsAlertedOnceAndOnceMoreWhenItWorks() {
    parts.fault = "no confirmed subscription: nobody hears the alerts";
    parts.repairable = false;
    watch.watch(GUARD);
    watch.watch(GUARD);
    assertThat(alerts).hasSize(1);
    parts.fault = null;
    watch.watch(GUARD);
    watch.watch(GUARD);
    assertThat(alerts).hasSize(2);
    assertThat(alerts.getLast().incident().state()).isEqualTo(State.RESOLVED);
  }

  @Test
  void whatMayNotBeSwitchedOnIsAlerted() {
    parts.fault = "the rule is disabled";
    parts.denied = true;
    watch.watch(GUARD);
    assertThat(alerts).hasSize(1);
    assertThat(alerts.getFirst().next())
        .contains("Switch guard-SecurityGroupCalls on again")
        .contains("events:EnableRule was refused");
    assertThat(alerts.getFirst().incident().state()).isEqualTo(State.OPENED);
  }

  @Test
  void nothingIsSwitchedOnWhilePausedOrOnlyObserving() {
    parts.fault = "the rule is disabled";
    mode(Policy.Mode.REPAIR, WritePermission.withheld("paused by on-call"));
    watch.watch(GUARD);
    mode(Policy.Mode.OBSERVE, WritePermission.GRANTED);
    watch.watch(GUARD);
    assertThat(parts.enabled).isEmpty();
    assertThat(alerts).hasSize(1);
  }

  @Test
  void aNameInGuardedStacksThatIsNoStacksIsAlertedOnceAndOnceMoreWhenItIs() {
    policies.set(
        new Policy(
            Policy.Mode.REPAIR, WritePermission.GRANTED, List.of("shpo"), List.of(), List.of()));
    watch.watch(GUARD);
    watch.watch(GUARD);
    assertThat(alerts).hasSize(1);
    assertThat(alerts.getFirst().incident().title()).contains("shpo", "GuardedStacks");

    mode(Policy.Mode.REPAIR, WritePermission.GRANTED);
    watch.watch(GUARD);
    assertThat(alerts).hasSize(2);
  }

  @Test
  void aNameThatIsNoStacksIsNotOverBecauseThePolicyCannotBeRead() {
    policies.set(FixedPolicies.naming("shpo"));
    watch.watch(GUARD);
    policies.set(Policy.unreadable("it is not JSON"));
    watch.watch(GUARD);
    assertThat(alerts).hasSize(1);
    assertThat(alerts.getFirst().incident().state()).isEqualTo(State.OPENED);
  }

  @Test
  void manyNamesThatAreNoStacksAreOneAlertTogether() {
    policies.set(FixedPolicies.naming("a", "b", "c", "d", "e", "f", "g"));
    watch.watch(GUARD);
    watch.watch(GUARD);
    assertThat(alerts)
        .singleElement()
        .extracting(a -> a.incident().title())
        .asString()
        .contains("GuardedStacks", "7 names", "a, b, c, d, e and 2 more");
  }

  @Test
  void aDeployedNameThatSomebodyTookOutOfThePolicyByHandIsAlertedOnceUntilItIsBack() {
    deploy("UPDATE_COMPLETE", Map.of("GuardedStacks", "shop, billing"));
    templates.put(SHOP, "CREATE_COMPLETE", NOW);
    policies.set(FixedPolicies.naming("shop"));
    watch.watch(GUARD);
    watch.watch(GUARD);
    assertThat(alerts)
        .singleElement()
        .extracting(a -> a.incident().title())
        .asString()
        .contains("PolicyParameter", "does not name billing");

    deploy("UPDATE_COMPLETE", Map.of("GuardedStacks", "shop"));
    watch.watch(GUARD);
    assertThat(alerts).hasSize(2);
    assertThat(alerts.getLast().incident().state()).isEqualTo(State.RESOLVED);
  }

  @Test
  void whatIsAddedToThePolicyByHandIsNobodysTrouble() {
    deploy("UPDATE_COMPLETE", Map.of("GuardedStacks", ""));
    templates.put(SHOP, "CREATE_COMPLETE", NOW);
    rules("shop", new Policy.Rule(null, "EXTRA", null, Policy.Treatment.IGNORE));
    watch.watch(GUARD);
    assertThat(alerts).isEmpty();
  }

  @Test
  void aRuleThatIgnoresEveryDriftIsAlerted() {
    templates.put(SHOP, "CREATE_COMPLETE", NOW);
    rules("shop", new Policy.Rule(null, null, null, Policy.Treatment.IGNORE));
    watch.watch(GUARD);
    assertThat(alerts)
        .singleElement()
        .extracting(a -> a.incident().title())
        .asString()
        .contains("ignores every drift");
  }

  @Test
  void aStackThatMayNotBeLookedUpIsAlertedAndHidesNoPart() {
    policies.set(FixedPolicies.naming("shop"));
    templates.deny("shop");
    parts.fault = "the rule is disabled";
    watch.watch(GUARD);
    assertThat(parts.enabled).hasSize(1);
    assertThat(alerts)
        .extracting(a -> a.incident().title())
        .anySatisfy(title -> assertThat(title).contains("shop", "could not be looked at"));
  }

  @Test
  void whatFailsForAWhileIsAlertedAndTriedAgain() {
    parts.fault = "the rule is disabled";
    parts.throttled = true;
    watch.watch(GUARD);
    assertThat(alerts).hasSize(1);
    assertThat(alerts.getFirst().incident().state()).isEqualTo(State.OPENED);
    parts.throttled = false;
    watch.watch(GUARD);
    assertThat(parts.enabled).hasSize(1);
    assertThat(alerts).hasSize(2);
    assertThat(alerts.getLast().incident().state()).isEqualTo(State.RESOLVED);
  }

  @Test
  void aDeploymentMayHaveItsPartsOff() {
    parts.fault = "the schedule is disabled";
    deploy("UPDATE_IN_PROGRESS");
    assertThat(watch.watch(GUARD)).isEmpty();
    assertThat(alerts).isEmpty();
  }

  private void mode(Policy.Mode mode, WritePermission permission) {
    policies.set(new Policy(mode, permission, List.of(), List.of(), List.of()));
  }

  private void rules(String guarded, Policy.Rule... rules) {
    policies.set(
        new Policy(
            Policy.Mode.REPAIR,
            WritePermission.GRANTED,
            List.of(guarded),
            List.of(rules),
            List.of()));
  }

  private void deploy(String status) {
    deploy(status, Map.of());
  }

  private void deploy(String status, Map<String, String> parameters) {
    templates.put(
        new StackSnapshot(
            GUARD,
            status,
            NOW,
            "{}",
            parameters,
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Map.of()));
  }

  private static final class Parts implements GuardParts {
    private final List<String> enabled = new ArrayList<>();
    private @Nullable String fault;
    private boolean repairable = true;
    private boolean denied;
    private boolean throttled;

    @Override
    public List<Part> look(StackSnapshot guard) {
      return List.of(
          new Part(
              "SecurityGroupCalls",
              "AWS::Events::Rule",
              "guard-SecurityGroupCalls",
              fault,
              repairable));
    }

    @Override
    public void enable(Part part) {
      if (denied) {
        throw new DeniedFailure("events:EnableRule", new IllegalStateException("not authorized"));
      }
      if (throttled) {
        throw new TransientFailure("events:EnableRule", new IllegalStateException("Rate exceeded"));
      }
      enabled.add(part.physicalId());
    }
  }
}
