package dev.driftmend.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Cause.Origin;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.StackIndex;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.testing.FixedPolicies;
import dev.driftmend.testing.InMemoryStackIndex;
import dev.driftmend.testing.InMemoryTemplates;
import dev.driftmend.testing.RecordingWorkQueue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guard of fifty stacks. */
class ManyStacksTest {
  private static final int COUNT = 50;
  private static final Instant DEPLOYED = Instant.parse("2026-03-01T09:00:00Z");
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:33Z");
  private static final StackRef OWN = stack("driftmend", 0);

  private final List<StackRef> stacks =
      IntStream.rangeClosed(1, COUNT).mapToObj(i -> stack(name(i), i)).toList();
  private final InMemoryStackIndex index = new InMemoryStackIndex();
  private final List<String> indexReads = new ArrayList<>();
  private final InMemoryTemplates templates = new InMemoryTemplates();
  private final FixedPolicies policies = new FixedPolicies();
  private final RecordingWorkQueue queue = new RecordingWorkQueue();
  private final Router router = new Router(OWN, counted(), templates, policies, queue);

  @BeforeEach
  void fiftyStacksAreGuardedAndIndexed() {
    templates.put(OWN, "UPDATE_COMPLETE", DEPLOYED, "sg-0000000000000000");
    index.index(OWN, DEPLOYED, List.of("sg-0000000000000000"));
    for (var stack : stacks) {
      templates.put(stack, "UPDATE_COMPLETE", DEPLOYED, group(stack));
      index.index(stack, DEPLOYED, List.of(group(stack)));
    }
    policies.set(FixedPolicies.naming(stacks.stream().map(StackRef::name).toArray(String[]::new)));
  }

  private StackIndex counted() {
    return (StackIndex)
        Proxy.newProxyInstance(
            StackIndex.class.getClassLoader(),
            new Class<?>[] {StackIndex.class},
            (proxy, method, args) -> {
              indexReads.add(method.getName());
              try {
                return method.invoke(index, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static String name(int number) {
    return "stack-" + number;
  }

  private static StackRef stack(String name, int number) {
    return new StackRef(
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/%s/00000000-0000-0000-0000-%012d"
            .formatted(name, number));
  }

  private static String group(StackRef stack) {
    return "sg-" + stack.uuid().substring(stack.uuid().length() - 12) + "aaaa";
  }

  private Decision call(String... ids) {
    var cause = new Cause(Origin.API_CALL, "e" + indexReads.size(), "RevokeIt", NOW, null);
    return router.route(new Signal.Resources(List.of(ids), cause), NOW);
  }

  private Decision sweep() {
    var cause = new Cause(Origin.SWEEP, "sweep", "Sweep", NOW, null);
    return router.route(new Signal.AllStacks(cause), NOW);
  }

  @Test
  void eachEventGoesToItsStackAloneAndCostsOneReadOfTheIndexAndOneOfThePolicy() {
    for (var stack : stacks) {
      assertThat(call(group(stack)).stacks()).containsExactly(stack);
    }
    assertThat(queue.stacks()).containsExactlyElementsOf(stacks);
    assertThat(indexReads).hasSize(COUNT).containsOnly("stacksOf");
    assertThat(policies.reads()).isEqualTo(COUNT);
    assertThat(templates.calls()).isEmpty();
  }

  @Test
  void aBurstOfOthersCallsAsksCloudFormationOncePerStackAndMinute() {
    for (var i = 0; i < 30; i++) {
      assertThat(call("sg-f%015d".formatted(i)).stacks()).isEmpty();
    }
    assertThat(templates.calls()).hasSize(2 * COUNT + 1);
    assertThat(queue.sent()).isEmpty();
  }

  @Test
  void aSweepQueuesEachStackOnceAndReadsNoneThatDidNotChange() {
    assertThat(sweep().stacks()).hasSize(COUNT + 1).containsAll(stacks).contains(OWN);
    assertThat(queue.sent()).hasSize(COUNT + 1);
    assertThat(templates.calls()).hasSize(2 * COUNT + 1).noneMatch(c -> c.startsWith("read"));
  }

  @Test
  void oneStackThatMayNotBeReadKeepsNoneOfTheOthersFromBeingSweptAndIndexed() {
    templates.deny(name(7));
    templates.put(stacks.get(20), "UPDATE_COMPLETE", DEPLOYED.plusSeconds(9), "sg-1");

    assertThatThrownBy(this::sweep).isInstanceOf(DeniedFailure.class);

    assertThat(queue.sent()).hasSize(COUNT);
    assertThat(index.stacksOf(List.of("sg-1"))).containsExactly(stacks.get(20));
  }

  @Test
  void oneStackThatIsThrottledKeepsNoneOfTheOthersFromBeingSweptAndIsSweptAgain() {
    templates.throttle(name(7));
    templates.put(stacks.get(20), "UPDATE_COMPLETE", DEPLOYED.plusSeconds(9), "sg-1");

    assertThatThrownBy(this::sweep).isInstanceOf(TransientFailure.class);

    assertThat(queue.sent()).hasSize(COUNT);
    assertThat(index.stacksOf(List.of("sg-1"))).containsExactly(stacks.get(20));
  }

  @Test
  void aStackThatLeftTheGuardHasALastMessageFromTheSweepAndNoneAfter() {
    var left = stacks.get(3);
    policies.set(
        FixedPolicies.naming(
            stacks.stream()
                .filter(s -> !s.equals(left))
                .map(StackRef::name)
                .toArray(String[]::new)));

    assertThat(sweep().stacks()).doesNotContain(left);
    assertThat(queue.stacks()).hasSize(COUNT + 1).contains(left);
    assertThat(index.indexed(left)).isEmpty();

    assertThat(call(group(left)).reason()).startsWith("not guarded");
    assertThat(queue.stacks()).hasSize(COUNT + 1);
  }
}
