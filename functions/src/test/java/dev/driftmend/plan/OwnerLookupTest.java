package dev.driftmend.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.incident.DrillRule;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger.Remembered;
import dev.driftmend.port.TransientFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whose a drift is by the calls that started the run and by what is remembered, before anybody is
 * asked.
 */
class OwnerLookupTest {
  private static final StackRef STACK =
      new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5f6a3c30-1111");
  private static final Instant NOW = Instant.parse("2026-11-01T03:00:00Z");
  private static final ResourceRef GROUP =
      new ResourceRef("WebGroup", "AWS::EC2::SecurityGroup", "sg-0aaa");
  private static final ResourceRef WEB = new ResourceRef("Web", "AWS::EC2::Instance", "i-0aaa");
  private static final ResourceRef TARGETS =
      new ResourceRef(
          "Targets",
          "AWS::ElasticLoadBalancingV2::TargetGroup",
          "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0a1b");
  private static final Drift OPENED =
      new Drift.Extra(
          GROUP,
          "Ingress",
          new Item("ingress tcp 5000 from 10.0.7.0/24", new TreeMap<>(), "sgr-1"));
  private static final Drift LOST =
      new Drift.Missing(GROUP, "Ingress", Item.of("ingress tcp 443 from 10.0.0.0/16"));
  private static final Drift UNREGISTERED =
      new Drift.Missing(TARGETS, "Targets", Item.of("i-0aaa:5000"));
  private static final Drift ATTACHED = new Drift.Extra(WEB, Instance.GROUPS, Item.of("sg-0fms"));
  private static final Policy POLICY =
      new Policy(
          Policy.Mode.REPAIR,
          WritePermission.GRANTED,
          List.of(),
          List.of(),
          List.of("role/lb-controller"));
  private static final String PERSON = "arn:aws:iam::111122223333:user/ann";
  private static final String ROLE = "arn:aws:iam::111122223333:role/contractor";
  private static final String CONTROLLER = "arn:aws:iam::111122223333:role/lb-controller";
  private static final String LINKED =
      "arn:aws:iam::111122223333:role/aws-service-role/fms.amazonaws.com/AWSServiceRoleForFMS";
  private static final Owner FMS =
      new Owner.Another(Owner.Sort.SERVICE, "the AWS service behind " + LINKED);

  private Remembered remembered = Remembered.NOTHING;
  private Policy policy = POLICY;
  private Instant now = NOW;
  private Claims claims = question -> new Claim(Owner.NOBODY, question.knownCall());

  @Test
  void whatAServiceOrAControllerDidIsTheirsWhetherItAddedLostOrAttachedIt() {
    assertThat(owner(OPENED, call(LINKED, null, "AuthorizeSecurityGroupIngress", "sgr-1")))
        .hasValue(FMS);
    assertThat(owner(LOST, call(LINKED, null, "RevokeSecurityGroupIngress", "sg-0aaa")))
        .as("a person may have revoked this rule, and the service another one")
        .isEmpty();
    assertThat(owner(ATTACHED, call(LINKED, null, "ModifyInstanceAttribute", "i-0aaa")))
        .hasValue(FMS);
    assertThat(
            owner(
                UNREGISTERED,
                call(CONTROLLER, null, "DeregisterTargets", TARGETS.physicalId(), "i-0aaa")))
        .hasValue(new Owner.Another(Owner.Sort.CONTROLLER, "the controller " + CONTROLLER));
    assertThat(
            owner(
                OPENED,
                call(
                    "autoscaling.amazonaws.com",
                    "autoscaling.amazonaws.com",
                    "AuthorizeSecurityGroupIngress",
                    "sgr-1")))
        .get()
        .isInstanceOf(Owner.Another.class);
  }

  @Test
  void aPersonOrARoleBehindAServiceIsThatPersonOrRole() {
    for (var service :
        List.of("ssm.amazonaws.com", "states.amazonaws.com", "scheduler.amazonaws.com")) {
      assertThat(owner(LOST, call(ROLE, service, "RevokeSecurityGroupIngress", "sg-0aaa")))
          .hasValue(Owner.NOBODY);
      assertThat(owner(OPENED, call(ROLE, service, "AuthorizeSecurityGroupIngress", "sgr-1")))
          .as("which stack may have it is asked")
          .isEmpty();
    }
  }

  @Test
  void aRoleThatOnlyLooksLikeAServicesIsAnOrdinaryRole() {
    var named = "arn:aws:iam::111122223333:role/AWSServiceRoleForNobody";
    var session = "AROAEXAMPLE:evil.amazonaws.com";
    assertThat(POLICY.ownerBehind(new Caller(named, null, null, null))).isEmpty();
    assertThat(POLICY.ownerBehind(new Caller(session, null, null, "ssm.amazonaws.com"))).isEmpty();
  }

  @Test
  void aCallOnAnotherGroupOrRuleSaysNothingOfThisOne() {
    var otherGroup = call(LINKED, null, "AuthorizeSecurityGroupIngress", "sg-0bbb", "sgr-7");
    var otherRule = call(LINKED, null, "AuthorizeSecurityGroupIngress", "sg-0aaa", "sgr-7");
    assertThat(owner(OPENED, otherGroup)).isEmpty();
    assertThat(owner(OPENED, otherRule)).isEmpty();
    assertThat(callsBehind(OPENED, otherGroup, otherRule)).isEmpty();
    assertThat(
            callsBehind(LOST, call(PERSON, null, "RevokeSecurityGroupIngress", "sg-0bbb", "sgr-3")))
        .isEmpty();
    assertThat(
            callsBehind(
                UNREGISTERED,
                call(PERSON, null, "DeregisterTargets", TARGETS.physicalId(), "i-0bbb")))
        .isEmpty();
  }

  @Test
  void aRuleIsKnownByTheAnswerThatMadeItWhateverElseTheCallNames() {
    var made =
        new Cause(
            Cause.Origin.API_CALL,
            "e1",
            "AuthorizeSecurityGroupIngress",
            NOW,
            new Caller(LINKED, null, null, null),
            Set.of("sgr-1"),
            Set.of());
    assertThat(owner(OPENED, new Trigger(STACK, made))).hasValue(FMS);
  }

  @Test
  void aCallOnAnInterfaceOfAnInstanceIsAboutTheInstance() {
    var live =
        new Observed.Found(
            Map.of(Instance.INTERFACE_IDS, Property.Members.of(List.of(Item.of("eni-0aaa")))));
    var call = call(LINKED, null, "ModifyNetworkInterfaceAttribute", "eni-0aaa");
    assertThat(Attribution.callsBehind(ATTACHED, null, live, List.of(call))).hasSize(1);
    assertThat(Attribution.callsBehind(ATTACHED, null, new Observed.Found(Map.of()), List.of(call)))
        .isEmpty();
  }

  @Test
  void aCallOnAnAssociationThatIsGoneIsAboutTheSubnetByTheIdThatTheTemplateKnows() {
    var ref = new ResourceRef("Private", Subnet.TYPE, "subnet-0aaa");
    var lost = new Drift.Changed(ref, Subnet.ROUTE_TABLE, null, null, "rtb-1", Subnet.MAIN, null);
    var declared =
        new Resource(ref, Map.of(), false, Map.of(), Map.of(Subnet.ROUTE_TABLE, "rtbassoc-0aaa"));
    var call = call(PERSON, null, "DisassociateRouteTable", "rtbassoc-0aaa");
    assertThat(Attribution.callsBehind(lost, declared, null, List.of(call))).hasSize(1);
    var another = call(PERSON, null, "DisassociateRouteTable", "rtbassoc-0bbb");
    assertThat(Attribution.callsBehind(lost, declared, null, List.of(another))).isEmpty();
  }

  @Test
  void whoMadeARuleIsWhoseCallMadeItAndNotWhoeverCalledBeside() {
    var made =
        new Trigger(
            STACK,
            new Cause(
                Cause.Origin.API_CALL,
                "e1",
                "AuthorizeSecurityGroupIngress",
                NOW,
                new Caller(ROLE, null, null, null),
                Set.of("sgr-1"),
                Set.of("sg-0aaa", "sgr-1")));
    var changed = call(PERSON, null, "ModifySecurityGroupRules", "sg-0aaa", "sgr-1");
    var calls = Attribution.callsBehind(OPENED, null, null, List.of(made, changed));
    assertThat(Attribution.cause(OPENED, calls))
        .map(Cause::caller)
        .hasValue(new Caller(ROLE, null, null, null));
  }

  @Test
  void ofTwoPeopleWhoChangedOneGroupNeitherIsBlamed() {
    var calls =
        Attribution.callsBehind(
            LOST,
            null,
            null,
            List.of(
                call(PERSON, null, "RevokeSecurityGroupIngress", "sg-0aaa"),
                call(ROLE, null, "RevokeSecurityGroupIngress", "sg-0aaa")));
    assertThat(calls).hasSize(2);
    assertThat(Attribution.cause(LOST, calls)).isEmpty();
  }

  @Test
  void aPersonAndAServiceAtTheSameTimeLeaveAnAdditionUndecidedAndRestoreALoss() {
    var service = call(LINKED, null, "ModifyInstanceAttribute", "i-0aaa");
    var person = call(PERSON, null, "ModifyInstanceAttribute", "i-0aaa");
    assertThat(owner(ATTACHED, service, person)).get().isInstanceOf(Owner.Undecided.class);
    assertThat(
            owner(
                LOST,
                call(LINKED, null, "RevokeSecurityGroupIngress", "sg-0aaa"),
                call(PERSON, null, "RevokeSecurityGroupIngress", "sg-0aaa")))
        .hasValue(Owner.NOBODY);
  }

  @Test
  void whatCloudFormationAddsIsAnotherStacksWhichTheNextSweepKnows() {
    var call =
        call(PERSON, "cloudformation.amazonaws.com", "AuthorizeSecurityGroupIngress", "sgr-1");
    assertThat(owner(OPENED, call))
        .hasValueSatisfying(
            o ->
                assertThat(o)
                    .isEqualTo(
                        new Owner.Another(
                            Owner.Sort.STACK, "a stack that CloudFormation is deploying")));
  }

  @Test
  void whatIsRememberedIsNotAskedAndAnotherMemberOfTheSameContentIsAnother() {
    remembered = remembering(OPENED, FMS);
    assertThat(owner(OPENED)).hasValue(FMS);
    var again =
        new Drift.Extra(
            GROUP,
            "Ingress",
            new Item("ingress tcp 5000 from 10.0.7.0/24", new TreeMap<>(), "sgr-2"));
    assertThat(owner(again)).isEmpty();
  }

  @Test
  void aChangeThatIsRememberedAsAServicesIsAPersonsOnceAPersonChangesIt() {
    var changed = new Drift.Changed(WEB, "SourceDestCheck", null, null, "true", "false", null);
    remembered = remembering(changed, FMS);
    assertThat(owner(changed)).hasValue(FMS);
    assertThat(owner(changed, call(PERSON, null, "ModifyInstanceAttribute", "i-0aaa")))
        .hasValue(Owner.NOBODY);
  }

  @Test
  void whatIsRememberedAsAServicesIsAskedForOnceAPersonMadeItAnew() {
    var route =
        new Drift.Extra(
            new ResourceRef("Table", "AWS::EC2::RouteTable", "rtb-1"),
            "Routes",
            Item.of("10.9.0.0/16"));
    remembered = remembering(route, FMS);
    assertThat(owner(route, call(PERSON, null, "ReplaceRoute", "rtb-1", "10.9.0.0/16")))
        .as("who changes it does not make it theirs")
        .hasValue(FMS);
    assertThat(owner(route, call(PERSON, null, "CreateRoute", "rtb-1", "10.8.0.0/16")))
        .as("another route")
        .hasValue(FMS);
    assertThat(owner(route, call(PERSON, null, "CreateRoute", "rtb-1", "10.9.0.0/16"))).isEmpty();
  }

  @Test
  void aRuleThatWasLostBeforeIsNotThePersonsWhoRevokesAnotherOneOfTheGroup() {
    remembered = remembering(LOST, FMS);
    assertThat(owner(LOST, call(PERSON, null, "RevokeSecurityGroupIngress", "sg-0aaa")))
        .hasValue(FMS);
  }

  @Test
  void aControllerThatThePolicyNamesNoLongerOwnsNothing() {
    var controller = new Owner.Another(Owner.Sort.CONTROLLER, "the controller " + CONTROLLER);
    remembered = remembering(OPENED, controller);
    assertThat(owner(OPENED)).hasValue(controller);
    policy =
        new Policy(Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(), List.of());
    assertThat(owner(OPENED)).isEmpty();
  }

  @Test
  void whatIsRememberedIsAskedAgainWhenTheHistoryHasCaughtUpAndThenEveryDay() {
    remembered = remembering(OPENED, FMS);
    now = NOW.plus(Duration.ofMinutes(29));
    assertThat(ownership().due(OPENED)).isEmpty();
    now = NOW.plus(Duration.ofMinutes(30));
    assertThat(ownership().due(OPENED)).hasValue(NOW);
    var known = new KnownOwner((Owner.Another) FMS, "sg-0aaa", NOW, now);
    remembered = remembering(OPENED, known);
    now = NOW.plus(Duration.ofHours(24));
    assertThat(ownership().due(OPENED)).isEmpty();
    now = NOW.plus(Duration.ofHours(25));
    assertThat(ownership().due(OPENED)).isPresent();
    assertThat(ownership().due(ATTACHED)).as("it is not remembered").isEmpty();
  }

  @Test
  void whoCannotBeAskedAgainNowChangesNothing() {
    remembered = remembering(OPENED, FMS);
    claims =
        question -> {
          throw new TransientFailure("cloudtrail:LookupEvents", new IllegalStateException("busy"));
        };
    assertThat(ownership().askAgain(finding(OPENED))).isEmpty();
  }

  @Test
  void aCallThatNamesNothingOfItMakesNobodyTheOwnerHoweverAloneItIs() {
    for (var principal : List.of(LINKED, PERSON)) {
      assertThat(owner(UNREGISTERED, call(principal, null, "DeregisterTargets"))).isEmpty();
      assertThat(callsBehind(UNREGISTERED, call(principal, null, "DeregisterTargets"))).isEmpty();
      assertThat(callsBehind(LOST, call(principal, null, "RevokeSecurityGroupIngress", "vpc-0aaa")))
          .isEmpty();
    }
  }

  @Test
  void aChangeAmongManyWaitsUntilItCanBeAskedForAndARestoreDoesNot() {
    claims =
        question -> {
          throw new TransientFailure("cloudtrail:LookupEvents", new IllegalStateException("busy"));
        };
    var changed = new Drift.Changed(WEB, "SourceDestCheck", null, null, "true", "false", null);
    var sweep = call(PERSON, null, "ModifyVpcAttribute");
    assertThat(ownership(sweep).ask(finding(changed), false).owner()).isEqualTo(Owner.NOBODY);
    assertThatThrownBy(() -> ownership(sweep).ask(finding(changed), true))
        .isInstanceOf(TransientFailure.class);
    assertThat(ownership(sweep).ask(finding(LOST), true).owner()).isEqualTo(Owner.NOBODY);
  }

  @Test
  void whatCannotBeAskedNowIsGivenBackIfItWasLostAndWaitsIfItWasAdded() {
    claims =
        question -> {
          throw new TransientFailure("cloudtrail:LookupEvents", new IllegalStateException("busy"));
        };
    assertThat(ownership().ask(finding(LOST), false).owner()).isEqualTo(Owner.NOBODY);
    assertThatThrownBy(
            () -> ownership(call(PERSON, null, "DeleteRoute")).ask(finding(OPENED), false))
        .isInstanceOf(TransientFailure.class);
    assertThat(ownership().ask(finding(OPENED), false).owner())
        .as("a person who asks is shown the rest now")
        .isInstanceOf(Owner.Undecided.class);
  }

  @Test
  void whatMayNotBeAskedIsGivenBackIfItWasLostAndIsUndecidedIfItWasAdded() {
    claims =
        question -> {
          throw new DeniedFailure("cloudtrail:LookupEvents", new IllegalStateException("no"));
        };
    assertThat(ownership().ask(finding(LOST), false).owner()).isEqualTo(Owner.NOBODY);
    assertThat(ownership().ask(finding(OPENED), false).owner()).isInstanceOf(Owner.Undecided.class);
  }

  @Test
  void ourOwnRepairThatComesBackIsNobodysDeed() {
    var own =
        new Caller(
            "arn:aws:iam::111122223333:role/guard", null, "aws-sdk-java/2 driftmend/0.1.0", null);
    var cause =
        new Cause(
            Cause.Origin.API_CALL,
            "e1",
            "AuthorizeSecurityGroupIngress",
            NOW,
            own,
            Set.of("sgr-1"),
            Set.of("sgr-1"));
    assertThat(Attribution.callsBehind(OPENED, null, null, List.of(new Trigger(STACK, cause))))
        .isEmpty();

    var drill =
        new Drift.Extra(
            OPENED.resource(),
            OPENED.property(),
            new Item(
                DrillRule.of(1).key(),
                new TreeMap<>(Map.of("description", DrillRule.MARK)),
                "sgr-1"));
    assertThat(Attribution.callsBehind(drill, null, null, List.of(new Trigger(STACK, cause))))
        .as("the rule of a drill is the deed of whoever holds it")
        .containsExactly(cause);
  }

  private static Remembered remembering(Drift drift, Owner owner) {
    return remembering(
        drift, new KnownOwner((Owner.Another) owner, drift.resource().physicalId(), NOW, NOW));
  }

  private static Remembered remembering(Drift drift, KnownOwner known) {
    return new Remembered(
        Optional.empty(),
        List.of(),
        Map.of(),
        List.of(),
        List.of(),
        Map.of(drift.claimedAs(), known),
        Map.of());
  }

  private Optional<Owner> owner(Drift drift, Trigger... triggers) {
    return ownership(triggers).known(finding(drift)).map(Claim::owner);
  }

  private static List<Cause> callsBehind(Drift drift, Trigger... triggers) {
    return Attribution.callsBehind(drift, null, null, List.of(triggers));
  }

  private OwnerLookup ownership(Trigger... triggers) {
    return new OwnerLookup(
        new Desired(STACK, NOW, List.of(), List.of()),
        new Live(STACK, Map.of()),
        List.of(triggers),
        policy,
        remembered,
        claims,
        NOW,
        now);
  }

  private static Finding finding(Drift drift) {
    return new Finding(drift, Exposure.LATENT, "open", Severity.HIGH);
  }

  private static Trigger call(
      String principal, @Nullable String invokedBy, String event, String... names) {
    var caller = new Caller(principal, "192.0.2.1", null, invokedBy);
    return new Trigger(
        STACK,
        new Cause(Cause.Origin.API_CALL, principal, event, NOW, caller, Set.of(), Set.of(names)));
  }
}
