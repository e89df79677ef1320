package dev.driftmend.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.driftmend.model.Caller;
import dev.driftmend.model.Cause;
import dev.driftmend.model.Incident;
import dev.driftmend.model.Inverse;
import dev.driftmend.model.Outcome;
import dev.driftmend.model.Plan;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.Severity;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import dev.driftmend.model.StepResult;
import dev.driftmend.port.Consents;
import dev.driftmend.port.Ledger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Ledger} keeps to. */
public abstract class LedgerContract extends ConsentsContract {
  private final Ledger ledger = ledger();

  /** An empty one. */
  protected abstract Ledger ledger();

  @Override
  protected final Consents consents() {
    return ledger;
  }

  private boolean open(Incident incident) {
    return ledger.open(incident, incident.openedAt());
  }

  @Test
  void anIncidentIsOpenedOnceAndReadBackAsItWas() {
    var incident = incident(SHOP, "f1", NOW, null);
    assertThat(open(incident)).isTrue();
    assertThat(open(incident)).isFalse();
    assertThat(ledger.incident(SHOP, "f1")).hasValue(incident);
    assertThat(ledger.open(SHOP)).containsExactly(incident);
    assertThat(ledger.open(BLOG)).isEmpty();
    assertThat(ledger.incident(BLOG, "f1")).isEmpty();
  }

  @Test
  void anAlertThatWasNeverRaisedIsDueAgainAfterAWhileAndOneThatWasIsNot() {
    assertThat(open(incident(SHOP, "f1", NOW, null))).isTrue();
    var later = incident(SHOP, "f1", NOW.plusSeconds(60), null);
    assertThat(open(later)).isTrue();
    assertThat(open(later)).isFalse();
    ledger.announced(later);
    assertThat(open(incident(SHOP, "f1", NOW.plusSeconds(600), null))).isFalse();
    assertThat(ledger.incident(SHOP, "f1").orElseThrow().openedAt()).isEqualTo(NOW);
  }

  @Test
  void anIncidentIsResolvedOnceStaysReadableAndCanOpenAgain() {
    open(incident(SHOP, "f1", NOW, null));
    var resolved = incident(SHOP, "f1", NOW, NOW.plusSeconds(5));
    assertThat(ledger.resolve(resolved)).isTrue();
    assertThat(ledger.resolve(resolved)).isFalse();
    assertThat(ledger.open(SHOP)).isEmpty();
    assertThat(ledger.incident(SHOP, "f1")).hasValue(resolved);
    ledger.update(incident(SHOP, "f1", NOW, null));
    assertThat(ledger.open(SHOP)).isEmpty();
    var again = incident(SHOP, "f1", NOW.plusSeconds(9), null);
    assertThat(open(again)).isTrue();
    assertThat(ledger.open(SHOP)).containsExactly(again);
  }

  @Test
  void ofTwoRunsAtOnceOnlyOneTellsThatAnIncidentIsResolved() {
    var incident = incident(SHOP, "f1", NOW, null);
    assertThat(ledger.takeResolution(incident, NOW)).isFalse();
    open(incident);
    assertThat(ledger.takeResolution(incident, NOW.plusSeconds(1))).isTrue();
    assertThat(ledger.takeResolution(incident, NOW.plusSeconds(2))).isFalse();
    assertThat(ledger.takeResolution(incident, NOW.plusSeconds(60))).isTrue();
    ledger.resolve(incident(SHOP, "f1", NOW, NOW.plusSeconds(61)));
    assertThat(ledger.takeResolution(incident, NOW.plusSeconds(600))).isFalse();
    open(incident(SHOP, "f1", NOW.plusSeconds(900), null));
    assertThat(ledger.takeResolution(incident, NOW.plusSeconds(901))).isTrue();
  }

  @Test
  void whatARunCouldNotTellTheNextOneMayTellAtOnce() {
    var incident = incident(SHOP, "f1", NOW, null);
    open(incident);
    ledger.giveBack(incident);
    var later = incident(SHOP, "f1", NOW.plusSeconds(1), null);
    assertThat(open(later)).isTrue();
    assertThat(open(later)).isFalse();
    ledger.announced(later);
    assertThat(ledger.takeResolution(incident, NOW.plusSeconds(2))).isTrue();
    ledger.giveBack(incident);
    assertThat(ledger.takeResolution(incident, NOW.plusSeconds(3))).isTrue();
    assertThat(open(later)).isFalse();
    ledger.resolve(incident(SHOP, "f1", NOW, NOW.plusSeconds(4)));
    ledger.giveBack(incident);
    assertThat(ledger.open(SHOP)).isEmpty();
  }

  @Test
  void anIncidentThatWasNeverOpenedCannotBeResolved() {
    assertThat(ledger.resolve(incident(SHOP, "f1", NOW, NOW))).isFalse();
  }

  @Test
  void anOpenIncidentIsUpdated() {
    open(incident(SHOP, "f1", NOW, null));
    var worse =
        new Incident(
            SHOP,
            "f1",
            Incident.Kind.HEALTH,
            Incident.State.UPDATED,
            Severity.CRITICAL,
            "http://example.com/",
            "down",
            NOW,
            null,
            null,
            3);
    ledger.update(worse);
    assertThat(ledger.open(SHOP)).containsExactly(worse);
  }

  @Test
  void moreIncidentsThanFitOnOnePageAreAllFound() {
    IntStream.range(0, 40).forEach(i -> open(incident(SHOP, "f" + i, NOW, null)));
    assertThat(ledger.open(SHOP)).hasSize(40);
  }

  @Test
  void aPlanIsUnsettledUntilItIsSettledOrAbandoned() {
    var plan = plan(SHOP);
    var first = ledger.intend(plan, List.of(), NOW);
    var second = ledger.intend(plan, List.of(), NOW.plusSeconds(1));
    assertThat(ledger.unsettled(SHOP))
        .extracting(Ledger.Unsettled::intent, Ledger.Unsettled::since)
        .containsExactly(tuple(first, NOW), tuple(second, NOW.plusSeconds(1)));
    assertThat(ledger.unsettled(SHOP).getFirst().summary()).contains("RevokeSecurityGroupIngress");
    assertThat(ledger.unsettled(BLOG)).isEmpty();

    ledger.settle(
        first,
        new Outcome(
            plan,
            List.of(new StepResult(plan.steps().getFirst(), new StepResult.Result.Done())),
            List.of(),
            true),
        List.of(),
        NOW.plusSeconds(2));
    ledger.abandon(SHOP, second, NOW.plusSeconds(3));

    assertThat(ledger.unsettled(SHOP)).isEmpty();
  }

  @Test
  void whatWasRepairedSinceIsFoundWithTheCallsThatTakeItBack() {
    var plan = plan(SHOP);
    var inverse =
        new Inverse(
            new Step.Call(
                List.of("f1"),
                Step.Phase.RESTORE,
                new ResourceRef("WebSecurityGroup", "AWS::EC2::SecurityGroup", "sg-0web"),
                "AuthorizeSecurityGroupIngress",
                Map.of("group", List.of("sg-0web"), "rule", List.of("ingress tcp 22 from pl-1")),
                "take back RevokeSecurityGroupIngress"),
            true);
    var outcome = new Outcome(plan, List.of(), List.of(), true);
    settle(plan, outcome, List.of(inverse), NOW);
    settle(plan, outcome, List.of(), NOW.plusSeconds(60));

    assertThat(ledger.repaired(SHOP, NOW.minusSeconds(1)))
        .containsExactly(new Ledger.Repaired(NOW, List.of(inverse)));
    assertThat(ledger.repaired(SHOP, NOW.plusSeconds(1))).isEmpty();
    assertThat(ledger.repaired(BLOG, NOW.minusSeconds(1))).isEmpty();
  }

  private void settle(Plan plan, Outcome outcome, List<Inverse> inverses, Instant now) {
    ledger.settle(ledger.intend(plan, inverses, now), outcome, inverses, now);
  }

  @Test
  void theSameOutcomeIsCountedInARowAndAnotherStartsAtOne() {
    assertThat(ledger.streak(SHOP, "probe", "down", NOW)).isEqualTo(1);
    assertThat(ledger.streak(SHOP, "probe", "down", NOW)).isEqualTo(2);
    assertThat(ledger.streak(SHOP, "other", "down", NOW)).isEqualTo(1);
    assertThat(ledger.streak(BLOG, "probe", "down", NOW)).isEqualTo(1);
    assertThat(ledger.streak(SHOP, "probe", "up", NOW)).isEqualTo(1);
    assertThat(ledger.streak(SHOP, "probe", "down", NOW)).isEqualTo(1);
    assertThat(ledger.streak(SHOP, "probe", "down", NOW)).isEqualTo(2);
  }

  private static Incident incident(
      StackRef stack, String fingerprint, Instant openedAt, @Nullable Instant resolvedAt) {
    return new Incident(
        stack,
        fingerprint,
        Incident.Kind.DRIFT,
        resolvedAt == null ? Incident.State.OPENED : Incident.State.RESOLVED,
        Severity.HIGH,
        "WebSecurityGroup",
        "not in the template: ingress tcp 5000 from 0.0.0.0/0",
        openedAt,
        resolvedAt,
        new Cause(
            Cause.Origin.API_CALL,
            "e-1",
            "AuthorizeSecurityGroupIngress",
            NOW,
            new Caller("arn:aws:iam::111122223333:user/dev", "192.0.2.1", null, null)),
        0);
  }

  private static Plan plan(StackRef stack) {
    return new Plan(
        stack,
        null,
        List.of(),
        List.of(
            new Step.Call(
                List.of("f1"),
                Step.Phase.REMOVE,
                new ResourceRef("WebSecurityGroup", "AWS::EC2::SecurityGroup", "sg-0web"),
                "RevokeSecurityGroupIngress",
                Map.of("group", List.of("sg-0web"), "ruleIds", List.of("sgr-1")),
                "why")),
        List.of());
  }
}
