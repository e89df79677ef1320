package dev.driftmend.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.ResourceNames.Name;
import dev.driftmend.model.stack.ResourceNames.Source;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Consents;
import dev.driftmend.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
  void whichTargetsWereHealthyIsKnownByTheirGroupUntilTheStackLeavesTheGuard() {
    var group = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/1";
    var served = new Served(group, Set.of("i-1:5000"), NOW, false);
    ledger.serve(SHOP, served);
    assertThat(ledger.served(SHOP)).containsExactly(Map.entry(group, served));
    assertThat(ledger.recall(SHOP).served()).containsExactly(Map.entry(group, served));
    assertThat(ledger.served(BLOG)).isEmpty();

    var idle = new Served(group, Set.of(), NOW, true, NOW.minusSeconds(60));
    ledger.serve(SHOP, idle);
    assertThat(ledger.served(SHOP)).containsExactly(Map.entry(group, idle));

    ledger.forgetConsents(SHOP);
    assertThat(ledger.served(SHOP)).isEmpty();
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
  void anIncidentIsAlertedOnceItWasAnnouncedOrResolved() {
    assertThat(ledger.isAnnounced(SHOP, "f1")).isFalse();
    open(incident(SHOP, "f1", NOW, null));
    assertThat(ledger.isAnnounced(SHOP, "f1")).isFalse();
    ledger.announced(incident(SHOP, "f1", NOW, null));
    assertThat(ledger.isAnnounced(SHOP, "f1")).isTrue();
    assertThat(ledger.isAnnounced(BLOG, "f1")).isFalse();

    open(incident(SHOP, "f2", NOW, null));
    ledger.resolve(incident(SHOP, "f2", NOW, NOW.plusSeconds(1)));
    assertThat(ledger.isAnnounced(SHOP, "f2")).isTrue();
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
  void aClaimIsRememberedByIdUntilItIsForgotten() {
    var eks =
        new KnownOwner(
            new Owner.Another(Owner.Sort.SERVICE, "the AWS service eks.amazonaws.com"),
            "sg-0aaa",
            NOW,
            NOW.plusSeconds(90));
    var lbc =
        new KnownOwner(
            new Owner.Another(Owner.Sort.CONTROLLER, "the controller lbc"), "", NOW, NOW);
    ledger.claim(SHOP, "sgr-0a1b2c3d4e5f60718", eks);
    ledger.claim(SHOP, "0123456789abcdef", eks);
    ledger.claim(SHOP, "0123456789abcdef", lbc);
    assertThat(ledger.claims(SHOP))
        .isEqualTo(Map.of("sgr-0a1b2c3d4e5f60718", eks, "0123456789abcdef", lbc));
    assertThat(ledger.recall(SHOP).claims()).isEqualTo(ledger.claims(SHOP));
    assertThat(ledger.claims(BLOG)).isEmpty();

    ledger.disclaim(SHOP, "sgr-0a1b2c3d4e5f60718");
    assertThat(ledger.claims(SHOP)).isEqualTo(Map.of("0123456789abcdef", lbc));
    ledger.forgetConsents(SHOP);
    assertThat(ledger.claims(SHOP)).isEmpty();
  }

  @Test
  void ofTwoRunsAtOnceOnlyOneTellsThatAnIncidentIsResolved() {
    var incident = incident(SHOP, "f1", NOW, null);
    assertThat(ledger.takeResolution(resolution(incident), NOW)).isFalse();
    open(incident);
    assertThat(ledger.takeResolution(resolution(incident), NOW.plusSeconds(1))).isTrue();
    assertThat(ledger.takeResolution(resolution(incident), NOW.plusSeconds(2))).isFalse();
    assertThat(ledger.takeResolution(resolution(incident), NOW.plusSeconds(60))).isTrue();
    ledger.resolve(incident(SHOP, "f1", NOW, NOW.plusSeconds(61)));
    assertThat(ledger.takeResolution(resolution(incident), NOW.plusSeconds(600))).isFalse();
    open(incident(SHOP, "f1", NOW.plusSeconds(900), null));
    assertThat(ledger.takeResolution(resolution(incident), NOW.plusSeconds(901))).isTrue();
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
    assertThat(ledger.takeResolution(resolution(incident), NOW.plusSeconds(2))).isTrue();
    ledger.giveBack(incident);
    assertThat(ledger.takeResolution(resolution(incident), NOW.plusSeconds(3))).isTrue();
    assertThat(open(later)).isFalse();
    ledger.resolve(incident(SHOP, "f1", NOW, NOW.plusSeconds(4)));
    ledger.giveBack(incident);
    assertThat(ledger.open(SHOP)).isEmpty();
  }

  @Test
  void theAlertOfAResolutionIsKeptUntilItIsSentOrTheDriftIsSeenAgain() {
    var incident = incident(SHOP, "f1", NOW, null);
    assertThat(ledger.unsentResolution(incident)).isEmpty();
    open(incident);
    var resolution = resolution(incident);
    assertThat(ledger.takeResolution(resolution, NOW)).isTrue();
    assertThat(ledger.unsentResolution(incident)).hasValue(resolution);
    ledger.giveBack(incident);
    assertThat(ledger.unsentResolution(incident)).hasValue(resolution);
    open(incident);
    assertThat(ledger.unsentResolution(incident)).isEmpty();

    assertThat(ledger.takeResolution(resolution, NOW.plusSeconds(1))).isTrue();
    ledger.resolve(resolution.incident());
    assertThat(ledger.unsentResolution(incident)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("drifts")
  void whateverWasToBeAlertedIsReadBackAsItWas(Drift drift) {
    var incident = incident(SHOP, "f1", NOW, null);
    open(incident);
    var finding = new Finding(drift, Exposure.LATENT, "nobody carries it", Severity.HIGH);
    var resource = drift.resource();
    var steps =
        List.of(
            new StepResult(plan(SHOP).steps().getFirst(), new StepResult.Result.Done()),
            new StepResult(
                new Step.Report(List.of("f1"), resource, "why", "way back"),
                new StepResult.Result.Planned("left to you")),
            new StepResult(plan(SHOP).steps().getFirst(), new StepResult.Result.Failed("no")),
            new StepResult(plan(SHOP).steps().getFirst(), new StepResult.Result.Skipped("later")));
    var lines = new ArrayList<>(steps.stream().map(s -> new Alert.Line(finding, s)).toList());
    lines.add(new Alert.Line(finding, null));
    var alert =
        new Alert(
            incident(SHOP, "f1", NOW, NOW.plusSeconds(5)),
            lines,
            Duration.ofMillis(1500),
            null,
            Duration.ofSeconds(2),
            "Nothing for sg-0stranger.",
            null,
            ResourceNames.of(
                List.of(resource), Map.of("sg-0stranger", new Name("open-debug", Source.TAG))));

    assertThat(alert.names().byId()).containsKeys("sg-0web", "sg-0stranger");
    assertThat(ledger.takeResolution(alert, NOW)).isTrue();

    assertThat(ledger.unsentResolution(incident)).hasValue(alert);
  }

  static List<Drift> drifts() {
    var group = new ResourceRef("WebSecurityGroup", "AWS::EC2::SecurityGroup", "sg-0web");
    var rule =
        new Item(
            "ingress tcp 5000 from 0.0.0.0/0",
            new TreeMap<>(Map.of("description", "by hand")),
            "sgr-1");
    return List.of(
        new Drift.Extra(group, "Ingress", rule),
        new Drift.Missing(group, "Ingress", Item.of("ingress tcp 80 from 192.0.2.0/24")),
        new Drift.Changed(group, "Ingress", "k", "description", "was", "", "sgr-1"),
        new Drift.Changed(group, "HealthCheckPath", null, null, "/health", "/", null),
        new Drift.Gone(group),
        new Drift.Unreadable(group, "*", "denied"));
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
        Map.of(),
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
            true,
            new Inverse.Suspicion(Set.of("i-1:5000", "i-2:5000"), Set.of("Target.Timeout"), true));
    var outcome = new Outcome(plan, List.of(), List.of(), true);
    settle(plan, outcome, List.of(inverse), NOW);
    settle(plan, outcome, List.of(), NOW.plusSeconds(60));

    assertThat(ledger.repaired(SHOP, NOW.minusSeconds(1)))
        .containsExactly(new Ledger.Repaired(NOW, List.of(inverse)));
    assertThat(ledger.repaired(SHOP, NOW.plusSeconds(1))).isEmpty();
    assertThat(ledger.repaired(BLOG, NOW.minusSeconds(1))).isEmpty();
  }

  private void settle(Plan plan, Outcome outcome, List<Inverse> inverses, Instant now) {
    ledger.settle(ledger.intend(plan, inverses, now), outcome, inverses, Map.of(), now);
  }

  @Test
  void theRepairsOfADriftAreThoseThatWereSettledLastUntilItIsReleasedOrItsStackLeaves() {
    var first = new Repair(NOW, "arn:aws:iam::111122223333:user/ann");
    var second = new Repair(NOW.plusSeconds(60), null);
    settle(SHOP, Map.of("f1", List.of(first), "f2", List.of(first)));
    settle(SHOP, Map.of("f1", List.of(first, second)));
    settle(BLOG, Map.of("f1", List.of(second)));
    assertThat(ledger.repairs(SHOP))
        .isEqualTo(Map.of("f1", List.of(first, second), "f2", List.of(first)));

    ledger.release(SHOP, "f1");
    assertThat(ledger.repairs(SHOP)).containsOnlyKeys("f2");
    ledger.forgetConsents(SHOP);
    assertThat(ledger.repairs(SHOP)).isEmpty();
    assertThat(ledger.repairs(BLOG)).hasSize(1);
  }

  private void settle(StackRef stack, Map<String, List<Repair>> repairs) {
    var plan = plan(stack);
    var outcome = new Outcome(plan, List.of(), List.of(), true);
    ledger.settle(ledger.intend(plan, List.of(), NOW), outcome, List.of(), repairs, NOW);
  }

  @Test
  void allThatThereIsToKnowOfAStackIsRecalledAtOnce() {
    assertThat(ledger.recall(SHOP)).isEqualTo(Ledger.Remembered.NOTHING);

    var adoption = new Adoption(NOW, "ann");
    var hold = new Hold("f3", Hold.Sort.UNDONE, "its repair cut the path", NOW);
    var repairs = Map.of("f1", List.of(new Repair(NOW, null)));
    ledger.adopt(SHOP, adoption);
    ledger.accept(SHOP, new Acceptance("p1", "ann", NOW));
    ledger.hold(SHOP, hold);
    settle(SHOP, repairs);
    open(incident(SHOP, "f1", NOW, null));
    open(incident(SHOP, "f2", NOW, null));
    ledger.resolve(incident(SHOP, "f2", NOW, NOW.plusSeconds(5)));
    var intent = ledger.intend(plan(SHOP), List.of(), NOW.plusSeconds(9));
    ledger.streak(SHOP, "probe/endpoint", "failed", NOW);
    open(incident(BLOG, "f4", NOW, null));

    var recalled = ledger.recall(SHOP);
    assertThat(recalled.adoption()).hasValue(adoption);
    assertThat(recalled.holds()).containsExactly(hold);
    assertThat(recalled.repairs()).isEqualTo(repairs);
    assertThat(recalled.open()).containsExactly(incident(SHOP, "f1", NOW, null));
    assertThat(recalled.unsettled()).isEqualTo(ledger.unsettled(SHOP));
    assertThat(recalled.unsettled()).extracting(Ledger.Unsettled::intent).containsExactly(intent);
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

  /** The alert of the end of an incident. */
  private static Alert resolution(Incident i) {
    var resolved = incident(i.stack(), i.fingerprint(), i.openedAt(), i.openedAt().plusSeconds(5));
    return new Alert(resolved, List.of(), null, null, Duration.ofSeconds(5), "Nothing.");
  }

  private static Plan plan(StackRef stack) {
    return new Plan(
        stack,
        WritePermission.GRANTED,
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
