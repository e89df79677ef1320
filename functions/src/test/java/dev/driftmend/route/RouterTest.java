package dev.driftmend.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Cause.Origin;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.watch.WideLook;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.FixedPolicies;
import dev.driftmend.testing.InMemoryStackIndex;
import dev.driftmend.testing.InMemoryTemplates;
import dev.driftmend.testing.RecordingWorkQueue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
  private static final Instant DEPLOYED = Instant.parse("2026-03-01T09:00:00Z");
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:33Z");
  private static final StackRef OWN = stack("driftmend", "aaaa");
  private static final StackRef SHOP = stack("shop", "bbbb");
  private static final StackRef OTHER = stack("other", "cccc");
  private static final String OWN_GROUP = "sg-0aaaaaaaaaaaaaaa1";
  private static final String SHOP_GROUP = "sg-0bbbbbbbbbbbbbbb2";
  private static final String FOREIGN_GROUP = "sg-0ffffffffffffffff";
  private static final String ASSOCIATION = "rtbassoc-0eeeeeeeeeeeeeee5";

  private final InMemoryStackIndex index = new InMemoryStackIndex();
  private final InMemoryTemplates templates = new InMemoryTemplates();
  private final FixedPolicies policies = new FixedPolicies();
  private final RecordingWorkQueue queue = new RecordingWorkQueue();
  private final Router router = new Router(OWN, index, templates, policies, queue);

  @BeforeEach
  void twoStacksAreGuardedAndIndexed() {
    templates.put(OWN, "UPDATE_COMPLETE", DEPLOYED, OWN_GROUP, "vpc-0aaaaaaaaaaaaaaa1");
    templates.put(SHOP, "CREATE_COMPLETE", DEPLOYED, SHOP_GROUP, "vpc-0bbbbbbbbbbbbbbb2");
    policies.set(FixedPolicies.naming("shop"));
    index.index(OWN, DEPLOYED, List.of(OWN_GROUP, "vpc-0aaaaaaaaaaaaaaa1"));
    index.index(SHOP, DEPLOYED, List.of(SHOP_GROUP, "vpc-0bbbbbbbbbbbbbbb2"));
  }

  @Nested
  class AKnownResource {
    @Test
    void queuesItsStackWithTheCauseUnchanged() {
      var cause = call("AuthorizeSecurityGroupIngress");
      assertThat(router.route(new Signal.Resources(List.of(OWN_GROUP), cause), NOW))
          .isEqualTo(Decision.enqueued("indexed: AuthorizeSecurityGroupIngress", List.of(OWN)));
      assertThat(queue.sent()).containsExactly(new Trigger(OWN, cause));
    }

    @Test
    void ofTheOwnStackAsksNeitherPolicyNorCloudFormation() {
      route(OWN_GROUP);
      assertThat(queue.stacks()).containsExactly(OWN);
      assertThat(policies.reads()).isZero();
      assertThat(templates.calls()).isEmpty();
    }

    @Test
    void isFoundByWhatHoldsItIfItIsNewItself() {
      route("sgr-0ccccccccccccccc3", SHOP_GROUP);
      assertThat(queue.stacks()).containsExactly(SHOP);
    }

    @Test
    void ofAStackThatThePolicyNoLongerNamesIsForgottenAfterALastMessage() {
      policies.set(FixedPolicies.naming());
      assertThat(route(SHOP_GROUP).reason())
          .isEqualTo("not guarded: the policy no longer names shop");
      assertThat(index.indexed(SHOP)).isEmpty();
      assertThat(queue.stacks()).containsExactly(SHOP);
      route(SHOP_GROUP);
      assertThat(queue.sent()).hasSize(1);
    }

    @Test
    void ofAGuardedStackIsQueuedAlsoWhileThePolicyCannotBeRead() {
      policies.set(Policy.unreadable("denied"));
      route(SHOP_GROUP);
      assertThat(queue.stacks()).containsExactly(SHOP);
    }

    @Test
    void changedByDriftmendItselfIsLookedAtOnceMoreAndKeepsItsCaller() {
      var self =
          new Caller("arn:aws:iam::111122223333:role/driftmend-ReconcileRole", null, null, null);
      var cause = new Cause(Origin.API_CALL, "e-1", "RevokeSecurityGroupIngress", NOW, self);
      router.route(new Signal.Resources(List.of(OWN_GROUP), cause), NOW);
      assertThat(queue.sent()).containsExactly(new Trigger(OWN, cause));
    }
  }

  @Nested
  class AnUnknownResource {
    @Test
    void isDroppedIfEveryIndexIsAsYoungAsItsStack() {
      assertThat(route(FOREIGN_GROUP))
          .isEqualTo(Decision.ignored("not guarded: " + FOREIGN_GROUP + " (Changed)"));
      assertThat(templates.calls())
          .contains("state driftmend", "state shop")
          .doesNotContain("read driftmend", "read shop");
    }

    @Test
    void isFoundIfItsStackWasUpdatedSinceItWasIndexed() {
      templates.put(SHOP, "UPDATE_COMPLETE", DEPLOYED.plusSeconds(60), SHOP_GROUP, FOREIGN_GROUP);
      route(FOREIGN_GROUP);
      assertThat(queue.stacks()).containsExactly(SHOP);
      assertThat(index.indexed(SHOP).orElseThrow().asOf()).isEqualTo(DEPLOYED.plusSeconds(60));
    }

    @Test
    void isFoundIfItsStackWasNeverIndexed() {
      index.forget(SHOP);
      route(SHOP_GROUP);
      assertThat(queue.stacks()).containsExactly(SHOP);
    }

    @Test
    void doesNotHaveAStackIndexedThatIsBeingChanged() {
      templates.put(SHOP, "UPDATE_IN_PROGRESS", DEPLOYED.plusSeconds(60), SHOP_GROUP);
      assertThat(route(FOREIGN_GROUP).reason()).startsWith("not guarded: ");
      assertThat(index.indexed(SHOP).orElseThrow().asOf()).isEqualTo(DEPLOYED);
    }

    @Test
    void hasADeletedStackForgotten() {
      templates.delete(SHOP);
      policies.set(Policy.unreadable("denied"));
      route(FOREIGN_GROUP);
      assertThat(index.indexed(SHOP)).isEmpty();
    }

    @Test
    void doesNotAskCloudFormationAgainWithinAMinute() {
      route(FOREIGN_GROUP);
      var asked = templates.calls().size();
      for (int second = 0; second < 60; second++) {
        router.route(resources(FOREIGN_GROUP), NOW.plusSeconds(second));
      }
      assertThat(templates.calls()).hasSize(asked);
      router.route(resources(FOREIGN_GROUP), NOW.plusSeconds(61));
      assertThat(templates.calls().size()).isGreaterThan(asked);
    }

    @Test
    void isNotCalledForeignIfAStackMayNotBeRead() {
      templates.deny("shop");
      assertThat(route(FOREIGN_GROUP).reason())
          .isEqualTo(
              "wide look: a stack may not be read to look for "
                  + FOREIGN_GROUP
                  + " (Changed); found no stack named shop");
      assertThat(queue.stacks()).contains(OWN);
    }
  }

  @Nested
  class AnIdThatNoIndexCanHold {
    @Test
    void queuesEveryGuardedStack() {
      assertThat(route(ASSOCIATION))
          .isEqualTo(
              Decision.enqueued(
                  "wide look: " + ASSOCIATION + " (Changed) does not tell whose it is",
                  List.of(OWN, SHOP)));
      assertThat(queue.stacks()).containsExactly(OWN, SHOP);
    }

    @Test
    void isSeenByALookThatBeganAfterItHappened() {
      router.route(open(1, NOW), NOW.plusSeconds(60));
      assertThat(router.route(open(2, NOW.plusSeconds(55)), NOW.plusSeconds(300)))
          .isEqualTo(
              Decision.ignored(
                  "seen already: rtbassoc-2 (Changed) does not tell whose it is;"
                      + " a look at every stack began after it happened"));
      assertThat(queue.sent()).hasSize(2);
    }

    @Test
    void isLookedAtIfItHappenedAfterTheLastLookBegan() {
      router.route(open(1, NOW), NOW);
      assertThat(router.route(open(2, NOW), NOW.plusSeconds(1)).stacks())
          .containsExactly(OWN, SHOP);
    }

    @Test
    void isLeftToTheSweepAfterThreeLooksAtOnceAndLookedAtAgainASpellLater() {
      for (int i = 1; i <= 3; i++) {
        assertThat(router.route(open(i, NOW), NOW).stacks()).isNotEmpty();
      }
      assertThat(router.route(open(4, NOW), NOW.plusSeconds(11)))
          .isEqualTo(
              Decision.ignored(
                  "left to the sweep: rtbassoc-4 (Changed) does not tell whose it is;"
                      + " every stack was looked at more than once within the last 24 seconds"));
      assertThat(router.route(open(5, NOW.plusSeconds(12)), NOW.plusSeconds(12)).stacks())
          .containsExactly(OWN, SHOP);
    }

    @Test
    void isLookedAtAgainIfTheSameEventComesAgain() {
      router.route(open(1, NOW), NOW.plusSeconds(60));
      assertThat(router.route(open(1, NOW), NOW.plusSeconds(120)).stacks())
          .containsExactly(OWN, SHOP);
    }

    private static Signal open(int number, Instant happened) {
      var cause = new Cause(Origin.API_CALL, "e-" + number, "Changed", happened, null);
      return new Signal.Resources(List.of("rtbassoc-" + number), cause);
    }

    @Test
    void isLookedForTheMoreRarelyTheMoreStacksThereAre() {
      var names = IntStream.range(0, 30).mapToObj(i -> "s" + i).toArray(String[]::new);
      for (var name : names) {
        templates.put(stack(name, name), "CREATE_COMPLETE", DEPLOYED);
      }
      policies.set(FixedPolicies.naming(names));
      IntStream.range(0, 3).forEach(i -> router.route(open(i, NOW), NOW));
      assertThat(router.route(open(3, NOW.plusSeconds(59)), NOW.plusSeconds(59)).reason())
          .endsWith("within the last 120 seconds");
      assertThat(router.route(open(3, NOW.plusSeconds(60)), NOW.plusSeconds(60)).stacks())
          .hasSize(31);
    }

    @Test
    void isFoundWithoutAWideLookIfTheTemplateMadeIt() {
      index.index(SHOP, DEPLOYED, List.of(ASSOCIATION));
      route(ASSOCIATION);
      assertThat(queue.stacks()).containsExactly(SHOP);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "rtbassoc-0eeeeeeeeeeeeeee5 rtb-0fffffffffffffff6",
          "aclassoc-0eeeeeeeeeeeeeee5 acl-0fffffffffffffff6",
          "eipassoc-0fffffffffffffee eipalloc-0dddddddddddddcc eni-0eeeeeeeeeeeeedd",
          "eipassoc-0fffffffffffffee i-0bbbbbbbbbbbbbb00 eipalloc-0dddddddddddddcc",
          "eipalloc-0dddddddddddddcc",
          "acl-0fffffffffffffff6",
          "pcx-0eeeeeeeeeeeeedd",
          "eigw-0eeeeeeeeeeeeedd",
          "eni-0eeeeeeeeeeeeedd",
          "eni-attach-0eeeeeeeeeeeeedd",
          "iip-assoc-0eeeeeeeeeeeeedd",
          "some-alarm"
        })
    void isNotDecidedByWhatDoesNotHoldIt(String ids) {
      assertThat(route(ids.split(" ")).reason()).startsWith("wide look: ");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "rtbassoc-0eeeeeeeeeeeeeee5 subnet-0aaaaaaaaaaaaaaa7 rtb-0fffffffffffffff6",
          "eipassoc-0fffffffffffffee i-0bbbbbbbbbbbbbb00 198.51.100.9",
          "acl-0fffffffffffffff6 vpc-0ffffffffffffffff",
          "eni-0eeeeeeeeeeeeedd i-0bbbbbbbbbbbbbb00",
          "tgw-attach-0eeeeeeeeeeeee5 vpc-0ffffffffffffffff",
          "vpc-0ffffffffffffffff vgw-0eeeeeeeeeeeee5",
          "role/somebodys-role",
          "instance-profile/somebodys role/somebodys-role",
          "sgr-0ccccccccccccccc3 sg-0ffffffffffffffff",
          "some-alarm"
              + " arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/x/0123456789abcdef",
          "198.51.100.9"
        })
    void isForeignIfWhatHoldsItIs(String ids) {
      assertThat(route(ids.split(" ")).reason()).startsWith("not guarded: ");
    }
  }

  @Nested
  class ACallOnTwoThings {
    private static final String LIST = "acl-0bbbbbbbbbbbbbbb2";

    @BeforeEach
    void theListIsAStacks() {
      index.index(SHOP, DEPLOYED, List.of(LIST, "i-0bbbbbbbbbbbbbbb2", ASSOCIATION));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "aclassoc-0eeeeeeeeeeeeeee5 " + LIST,
          "eipassoc-0fffffffffffffee i-0bbbbbbbbbbbbbbb2 eipalloc-0dddddddddddddcc"
        })
    void isAWideLookIfTheOtherOneMayBeAnotherStacks(String ids) {
      assertThat(route(ids.split(" ")).reason()).startsWith("wide look: ");
      assertThat(queue.stacks()).containsExactly(OWN, SHOP);
    }

    @Test
    void isStillALookAtTheStackThatIsKnownIfAllWereLookedAtJustNow() {
      index.beginWideLook(new WideLook("e-1", NOW.plusSeconds(5), NOW), Optional.empty());
      assertThat(route("aclassoc-0eeeeeeeeeeeeeee5", LIST))
          .isEqualTo(Decision.enqueued("indexed: Changed", List.of(SHOP)));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          LIST,
          ASSOCIATION + " rtbassoc-0aaaaaaaaaaaaaaa8 rtb-0bbbbbbbbbbbbbbb2",
          "eipassoc-0fffffffffffffee i-0bbbbbbbbbbbbbbb2"
        })
    void isALookAtOneStackIfTheIndexTellsWhoseItIs(String ids) {
      assertThat(route(ids.split(" ")).stacks()).containsExactly(SHOP);
      assertThat(queue.stacks()).containsExactly(SHOP);
    }
  }

  @Nested
  class WhatIsIndexedOfAStack {
    @Test
    void isWhatEventsCallItsResources() {
      templates.put(
          SHOP,
          "UPDATE_COMPLETE",
          DEPLOYED.plusSeconds(60),
          List.of(
              new ResourceRef("Route", "AWS::EC2::Route", "rtb-0bbbbbbbbbbbbbbb2|0.0.0.0/0"),
              new ResourceRef("Role", "AWS::IAM::Role", "shop-web"),
              new ResourceRef("Profile", "AWS::IAM::InstanceProfile", "shop-profile"),
              new ResourceRef("Queue", "AWS::SQS::Queue", "shop-queue")));
      for (var id :
          List.of("rtb-0bbbbbbbbbbbbbbb2", "role/shop-web", "instance-profile/shop-profile")) {
        assertThat(route(id).stacks()).as(id).containsExactly(SHOP);
      }
      assertThat(route("role/shop-queue").reason()).startsWith("not guarded: ");
      assertThat(index.stacksOf(List.of("0.0.0.0/0"))).isEmpty();
    }
  }

  @Nested
  class APayloadWithoutIds {
    @Test
    void isAWideLook() {
      var signal = new Signal.AllStacks(call("Changed"));
      assertThat(router.route(signal, NOW.plusSeconds(60)).stacks()).containsExactly(OWN, SHOP);
      assertThat(router.route(new Signal.AllStacks(call("Another")), NOW.plusSeconds(61)).reason())
          .startsWith("seen already: Another names no resource");
    }

    @ParameterizedTest
    @EnumSource(
        value = Origin.class,
        names = {"SWEEP", "CLI"})
    void isNeverRefusedToTheScheduleOrAPerson(Origin origin) {
      for (int i = 0; i < 3; i++) {
        var cause = new Cause(origin, "sweep-" + i, "Sweep", NOW, null);
        assertThat(router.route(new Signal.AllStacks(cause), NOW).stacks())
            .containsExactly(OWN, SHOP);
      }
      assertThat(queue.sent()).hasSize(6);
    }
  }

  @Nested
  class ASweep {
    private final Signal sweep =
        new Signal.AllStacks(new Cause(Origin.SWEEP, "s", "Sweep", NOW, null));

    @Test
    void saysWhichNamedStackDoesNotExist() {
      policies.set(FixedPolicies.naming("shop", "typo"));
      assertThat(router.route(sweep, NOW).reason())
          .isEqualTo("sweep: Sweep; found no stack named typo");
      assertThat(queue.stacks()).containsExactly(OWN, SHOP);
    }

    @Test
    void sendsALastMessageToAStackThatIsGoneWhetherOrNotAnotherOneHasItsName() {
      var again = stack("shop", "dddd");
      templates.delete(SHOP);
      templates.put(again, "CREATE_COMPLETE", DEPLOYED, FOREIGN_GROUP);
      router.route(sweep, NOW);
      assertThat(queue.stacks()).containsExactly(OWN, again, SHOP);
      assertThat(index.indexed(SHOP)).isEmpty();

      templates.delete(again);
      router.route(new Signal.AllStacks(new Cause(Origin.SWEEP, "t", "Sweep", NOW, null)), NOW);
      assertThat(queue.stacks()).containsExactly(OWN, again, SHOP, OWN, again);
    }

    @Test
    void takesNoStackForGoneThatMayNotBeLookedUp() {
      templates.deny("shop");
      assertThatThrownBy(() -> router.route(sweep, NOW)).isInstanceOf(DeniedFailure.class);
      assertThat(queue.stacks()).containsExactly(OWN);
      assertThat(index.indexed(SHOP)).isPresent();
    }

    @Test
    void looksAtTheOthersAndThenFailsIfAStackMayNotBeLookedUp() {
      policies.set(FixedPolicies.naming("other", "shop"));
      templates.deny("other");
      assertThatThrownBy(() -> router.route(sweep, NOW)).isInstanceOf(DeniedFailure.class);
      assertThat(queue.stacks()).containsExactly(OWN, SHOP);
    }

    @Test
    void looksAtWhatWasGuardedWhileThePolicyCannotBeReadAndSaysSo() {
      policies.set(Policy.unreadable("ssm:GetParameters was refused"));
      var decision = router.route(sweep, NOW);
      assertThat(queue.stacks()).containsExactly(OWN, SHOP);
      assertThat(decision.reason()).contains("ssm:GetParameters was refused");
    }

    @Test
    void looksAtTheOwnStackEvenIfNothingIsKnown() {
      index.forget(OWN);
      index.forget(SHOP);
      policies.set(Policy.unreadable("denied"));
      router.route(sweep, NOW);
      assertThat(queue.stacks()).containsExactly(OWN);
    }

    @Test
    void renewsAnOldIndex() {
      templates.put(SHOP, "UPDATE_COMPLETE", DEPLOYED.plusSeconds(60), SHOP_GROUP, FOREIGN_GROUP);
      router.route(sweep, NOW);
      assertThat(index.stacksOf(List.of(FOREIGN_GROUP))).containsExactly(SHOP);
    }
  }

  @Nested
  class AStackThatCameToRest {
    @ParameterizedTest
    @ValueSource(strings = {"UPDATE_COMPLETE", "UPDATE_ROLLBACK_FAILED", "CREATE_COMPLETE"})
    void isQueuedAndIndexedAnew(String status) {
      templates.put(SHOP, status, DEPLOYED, FOREIGN_GROUP);
      assertThat(rest(SHOP, status))
          .isEqualTo(Decision.enqueued("stack status: " + status, List.of(SHOP)));
      assertThat(queue.stacks()).containsExactly(SHOP);
      assertThat(index.stacksOf(List.of(FOREIGN_GROUP))).containsExactly(SHOP);
      assertThat(index.stacksOf(List.of(SHOP_GROUP))).isEmpty();
    }

    @Test
    void isIgnoredIfNobodyGuardsIt() {
      templates.put(OTHER, "CREATE_COMPLETE", DEPLOYED, FOREIGN_GROUP);
      assertThat(rest(OTHER, "CREATE_COMPLETE"))
          .isEqualTo(Decision.ignored("not guarded: stack other"));
      assertThat(index.indexed(OTHER)).isEmpty();
    }

    @Test
    void isForgottenIfItWasDeletedAfterALastMessageThatClosesWhatIsOpen() {
      assertThat(rest(SHOP, "DELETE_COMPLETE"))
          .isEqualTo(Decision.enqueued("deleted: stack shop", List.of(SHOP)));
      assertThat(index.indexed(SHOP)).isEmpty();
      assertThat(rest(SHOP, "DELETE_COMPLETE")).isEqualTo(Decision.ignored("deleted: stack shop"));
      assertThat(queue.stacks()).containsExactly(SHOP);
    }

    @Test
    void isIgnoredIfItWasDeletedAndNobodyGuardedIt() {
      assertThat(rest(OTHER, "DELETE_COMPLETE"))
          .isEqualTo(Decision.ignored("deleted: stack other"));
      assertThat(queue.sent()).isEmpty();
    }

    @Test
    void isQueuedEvenIfItCannotBeIndexed() {
      templates.deny("shop");
      assertThatThrownBy(() -> rest(SHOP, "UPDATE_COMPLETE")).isInstanceOf(DeniedFailure.class);
      assertThat(queue.stacks()).containsExactly(SHOP);
    }
  }

  @Test
  void anIgnoredSignalKeepsItsReason() {
    var decision = router.route(new Signal.Ignored("dry run: StopInstances"), NOW);
    assertThat(decision).isEqualTo(Decision.ignored("dry run: StopInstances"));
    assertThat(decision.reasonClass()).isEqualTo("dry run");
  }

  @Test
  void whatFailsForAWhileIsThrownToBeDeliveredAgain() {
    queue.breakDown();
    assertThatThrownBy(() -> route(OWN_GROUP)).isInstanceOf(TransientFailure.class);
  }

  @Test
  void decisionsOnOnePayloadAreAnsweredAsOne() {
    assertThat(
            Decision.together(
                List.of(
                    Decision.ignored("read only: A"),
                    Decision.enqueued("indexed: B", List.of(OWN)),
                    Decision.enqueued("indexed: B", List.of(OWN, SHOP)))))
        .isEqualTo(Decision.enqueued("read only: A; indexed: B", List.of(OWN, SHOP)));
    assertThat(Decision.together(List.of(Decision.ignored("unknown: x"))))
        .isEqualTo(Decision.ignored("unknown: x"));
  }

  private Decision route(String... ids) {
    return router.route(resources(ids), NOW);
  }

  private Decision rest(StackRef stack, String status) {
    var cause = new Cause(Origin.STACK_STATUS, "e-9", status, NOW, null);
    return router.route(new Signal.Stack(stack, cause), NOW);
  }

  private static Signal resources(String... ids) {
    return new Signal.Resources(List.of(ids), call("Changed"));
  }

  private static Cause call(String name) {
    return new Cause(Origin.API_CALL, "e-" + name, name, NOW, null);
  }

  private static StackRef stack(String name, String uuid) {
    return new StackRef("arn:aws:cloudformation:eu-west-1:111122223333:stack/" + name + "/" + uuid);
  }
}
