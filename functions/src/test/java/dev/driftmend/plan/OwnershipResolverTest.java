package dev.driftmend.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Limits;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose an extra member is, is asked before it is removed, and of a mass of them not of each. */
class OwnershipResolverTest {
  /** The limit, the one beyond it, and what is asked along with that one. */
  private static final int MOST = 24;

  private static final Owner FMS =
      new Owner.Another(Owner.Sort.SERVICE, "the AWS service fms.amazonaws.com");

  private static final Owner BLOGS = new Owner.Another(Owner.Sort.STACK, "the stack blog");

  private final Guard guard = new Guard();

  private static String rule(int port) {
    return "ingress tcp " + (8000 + port) + " from 192.0.2.0/24";
  }

  private void open(int rules) {
    IntStream.range(0, rules).forEach(i -> guard.world.the("WebGroup").add("Ingress", rule(i)));
  }

  private void claim(int from, int to, Owner owner) {
    IntStream.range(from, to).forEach(i -> guard.owners.put(rule(i), owner));
  }

  private List<String> extras() {
    return guard.world.the("WebGroup").keys("Ingress").stream()
        .filter(key -> key.startsWith("ingress tcp 8"))
        .toList();
  }

  private Plan plan() {
    return guard.reconciler().plan(Deployed.STACK).orElseThrow();
  }

  private static Policy reporting() {
    var rule = new Policy.Rule("AWS::EC2::SecurityGroup", "EXTRA", null, Policy.Treatment.REPORT);
    return new Policy(
        Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(rule), List.of());
  }

  private void accept(String plan) {
    guard.ledger.accept(Deployed.STACK, new Acceptance(plan, "ann", guard.now()));
  }

  @Test
  void oneRuleIsAskedForAndRevoked() {
    open(1);
    guard.run();
    assertThat(guard.questions).containsOnlyKeys(rule(0));
    assertThat(extras()).isEmpty();
  }

  @Test
  void aMassOfRulesIsHeldAndAlertedAsOneWithoutAskingForEach() {
    open(500);

    var outcome = guard.run();

    assertThat(guard.questions).hasSizeLessThanOrEqualTo(MOST);
    assertThat(guard.world.writes()).isEmpty();
    assertThat(outcome.plan().findings()).hasSize(500);
    assertThat(outcome.plan().permission().why())
        .isEqualTo(
            "the plan undoes 500 drifts, more than the 20 of the policy's limits.writes (there are"
                + " too many to ask whose each is: 476 of them are asked for once it is accepted),"
                + " so a person has to accept it: driftmend accept --stack shop --plan "
                + outcome.plan().hash());
    var alert = guard.only();
    assertThat(alert.incident().kind()).isEqualTo(Incident.Kind.GUARD);
    assertThat(alert.incident().title()).startsWith("Too much to repair unasked: 500 writes wait");
    assertThat(alert.next()).contains("too many to ask whose each is");
  }

  @Test
  void anAcceptedMassIsAskedForWholeAndRevoked() {
    open(500);
    accept(plan().hash());

    guard.run();

    assertThat(guard.questions).hasSize(500);
    assertThat(extras()).isEmpty();
  }

  @Test
  void aPersonIsShownAndAcceptsWhatIsKnownOfEveryOne() {
    open(100);
    claim(90, 95, BLOGS);
    assertThat(plan().writes()).isEqualTo(95);
    accept(plan().hash());

    guard.runByHand();

    assertThat(extras())
        .containsExactlyInAnyOrder(rule(90), rule(91), rule(92), rule(93), rule(94));
  }

  @Test
  void anAcceptedPlanThatNamesAnotherStacksRuleIsNotExecuted() {
    open(100);
    claim(90, 95, BLOGS);
    guard.run();
    accept(guard.run().plan().hash());

    guard.run();

    assertThat(extras()).hasSize(100);
  }

  @Test
  void aMassThatIsNotRepairedAnywayKeepsNoNewDriftFromBeingRepaired() {
    open(60);
    claim(0, 60, new Owner.Unknown("nobody knows who made it"));
    guard.run();
    guard.world.the("WebGroup").add("Ingress", "ingress tcp 22 from 0.0.0.0/0");

    var outcome = guard.run();

    assertThat(guard.world.writes()).containsExactly("RevokeSecurityGroupIngress");
    assertThat(extras()).hasSize(60);
    assertThat(outcome.plan().permission().why()).isNull();
  }

  @Test
  void aMassThatThePolicyOnlyReportsIsAskedForWholeSoThatNobodyElsesIsAlerted() {
    guard.policies.set(reporting());
    open(60);
    claim(30, 60, BLOGS);

    var plan = guard.run().plan();

    assertThat(plan.findings()).hasSize(30);
    assertThat(guard.questions).hasSize(60);
  }

  @Test
  void howeverManyAreAnotherStacksTheOneThatIsNotIsFoundAndRevoked() {
    open(60);
    claim(0, 59, BLOGS);

    guard.run();

    assertThat(guard.questions).hasSize(60);
    assertThat(extras()).hasSize(59).doesNotContain(rule(59));
    assertThat(guard.run().plan().findings()).isEmpty();
  }

  @Test
  void whatWouldBeRevokedBesideAMassThatIsNotIsAskedForFirst() {
    open(30);
    claim(0, 21, new Owner.Undecided("a lookup was denied"));
    claim(24, 27, BLOGS);

    guard.run();

    assertThat(guard.questions).hasSize(30);
    assertThat(extras()).hasSize(24).doesNotContain(rule(21), rule(23), rule(27), rule(29));
  }

  @Test
  void whereNothingIsWrittenForWantOfAPolicyAllAreAskedForSoThatNobodyElsesIsAlerted() {
    guard.policies.set(Policy.unreadable("no policy"));
    open(100);
    claim(50, 100, BLOGS);

    assertThat(guard.run().plan().findings()).hasSize(50);
    assertThat(guard.questions).hasSize(100);
  }

  /** So many target groups, each asked for its health at another path than the template says. */
  private static Guard changed(int resources) {
    var template =
        IntStream.range(0, resources)
            .mapToObj(
                i ->
                    """
                      Targets%s:
                        Type: AWS::ElasticLoadBalancingV2::TargetGroup
                        Properties: {Port: 80, HealthCheckPath: /health}
                    """
                        .formatted(i))
            .collect(Collectors.joining("", "Resources:\n", ""));
    var guard = new Guard(template);
    IntStream.range(0, resources)
        .forEach(i -> guard.world.the("Targets" + i).set("HealthCheckPath", "/"));
    return guard;
  }

  private static String id(int i) {
    return Deployed.id("Targets" + i, TargetGroup.TYPE);
  }

  private static Policy limits(int writes) {
    return new Policy(
        Policy.Mode.REPAIR,
        WritePermission.GRANTED,
        List.of(),
        List.of(),
        List.of(),
        new Limits(writes, 1, 3, 60),
        true);
  }

  @Test
  void aMassOfChangesByAServiceIsNotRevertedBecauseThereAreMany() {
    var guard = changed(30);
    IntStream.range(0, 30).forEach(i -> guard.owners.put(id(i), FMS));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void ofAMassOfChangesThoseThatAreNobodysAreRevertedWithinTheLimits() {
    var guard = changed(30);
    IntStream.range(0, 25).forEach(i -> guard.owners.put(id(i), FMS));

    guard.run();

    assertThat(guard.world.writes()).hasSize(5);
    assertThat(guard.questions).hasSize(30);
  }

  @Test
  void whatIsHeldAnywayIsNotAskedForAndTheAlertSaysOfHowMany() {
    var guard = changed(50);

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.questions).hasSize(20);
    assertThat(guard.only().next()).contains("30 of them are asked for once it is accepted");
  }

  @Test
  void changesOfMoreResourcesThanCanBeAskedForAreHeldWhateverTheLimits() {
    var guard = changed(50);
    guard.policies.set(limits(500));

    guard.run();

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.only().next())
        .contains("changes of 30 resources of which it was not asked who made them");

    guard.ledger.accept(
        Deployed.STACK,
        new Acceptance(
            guard.reconciler().plan(Deployed.STACK).orElseThrow().hash(), "ann", guard.now()));
    guard.runByHand();
    assertThat(guard.world.writes()).hasSize(50);
    assertThat(guard.questions).hasSize(50);
  }

  @Test
  void whatOfAMassCannotBeAskedForNowWaitsAndIsInNoPlan() {
    var guard = changed(30);
    IntStream.range(0, 20).forEach(i -> guard.owners.put(id(i), FMS));
    guard.busy.addAll(IntStream.range(20, 30).mapToObj(OwnershipResolverTest::id).toList());

    assertThatThrownBy(guard::run).isInstanceOf(TransientFailure.class);

    assertThat(guard.world.writes()).isEmpty();
    assertThat(guard.alerted()).isEmpty();
  }

  @Test
  void whatTheCallThatStartedTheRunClaimsIsNotAskedFor() {
    open(100);
    guard.run("AuthorizeSecurityGroupIngress", "arn:aws:iam::111122223333:role/aws-service-role/x");
    assertThat(guard.questions).isEmpty();
    assertThat(extras()).hasSize(100);
  }
}
