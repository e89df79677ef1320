package dev.driftmend.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.aws.messaging.WorkMessage;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.LiveStates.Ask;
import dev.driftmend.port.Templates;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.reconcile.CachingTemplates;
import dev.driftmend.reconcile.Reconciler;
import dev.driftmend.testing.FixedPolicies;
import dev.driftmend.testing.InMemoryLedger;
import dev.driftmend.testing.LoggingContext;
import dev.driftmend.testing.RecordingWorkQueue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcileHandlerTest {
  private static final Instant NOW = Instant.parse("2026-11-01T03:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(7);
  private static final StackRef SHOP = stack("shop");
  private static final StackRef BLOG = stack("blog");

  private final Stacks stacks = new Stacks();
  private final FixedPolicies policies = new FixedPolicies();
  private final RecordingWorkQueue queue = new RecordingWorkQueue();
  private final LoggingContext context = new LoggingContext();
  private final List<String> metrics = new ArrayList<>();
  private final ReconcileHandler handler =
      new ReconcileHandler(
          new Reconciler(
              SHOP,
              new CachingTemplates(stacks),
              new NothingLive(),
              question -> new Claim(Owner.NOBODY, question.knownCall()),
              policies,
              call -> new Result.Done(),
              new InMemoryLedger(),
              alert -> {},
              InstantSource.fixed(NOW),
              time -> {}),
          queue,
          new ReconcileMetrics("shop", () -> Map.of("ec2:DescribeVpcs", 3), metrics::add),
          InstantSource.fixed(NOW),
          () -> SOON);

  @BeforeEach
  void guardBoth() {
    policies.set(FixedPolicies.naming("blog"));
  }

  @Test
  void aMessageOfAStackThatLeftTheGuardIsDroppedWithAWord() throws IOException {
    policies.set(FixedPolicies.naming());
    stacks.put(BLOG);

    assertThat(failed(handle(Map.of("1", message(BLOG, "a"))))).isEmpty();

    assertThat(stacks.reads).isEmpty();
    assertThat(context.lines())
        .anyMatch(line -> line.contains("it is not under guard: the policy does not name blog"));
    assertThat(metrics).noneMatch(line -> line.contains("SweepCompleted"));
  }

  @Test
  void oneStacksTroubleStopsNoneOfTheOthersInABatchOfTen() throws IOException {
    var many = IntStream.range(0, 10).mapToObj(i -> stack("many-" + i)).toList();
    policies.set(FixedPolicies.naming(many.stream().map(StackRef::name).toArray(String[]::new)));
    many.forEach(stacks::put);
    stacks.misdeclare(many.get(1));
    stacks.deny(many.get(3));
    stacks.throttle(many.get(5));
    stacks.breakDown(many.get(7));
    var messages = new LinkedHashMap<String, String>();
    many.forEach(stack -> messages.put(stack.name(), message(stack, "sweep")));

    assertThat(failed(handle(messages))).containsExactly("many-5", "many-7");

    for (var number : List.of(0, 2, 4, 6, 8, 9)) {
      assertThat(stacks.reads.get(many.get(number))).isEqualTo(1);
    }
    assertThat(context.lines()).hasSize(10);
  }

  @Test
  void allMessagesOfOneStackAreOneReconcile() throws IOException {
    stacks.put(SHOP);
    var answer = handle(Map.of("1", message(SHOP, "a"), "2", message(SHOP, "b")));
    assertThat(answer.path("batchItemFailures")).isEmpty();
    assertThat(stacks.reads.get(SHOP)).isEqualTo(1);
    assertThat(context.lines()).hasSize(1);
    assertThat(context.lines().getFirst()).contains("Stack reconciled").contains("shop");
  }

  @Test
  void whatFailsForAWhileGoesBackWithAllMessagesOfItsStackAndNoOthers() throws IOException {
    stacks.put(BLOG);
    stacks.throttle(SHOP);
    var messages = new LinkedHashMap<String, String>();
    messages.put("1", message(SHOP, "a"));
    messages.put("2", message(BLOG, "b"));
    messages.put("3", message(SHOP, "c"));
    assertThat(failed(handle(messages))).containsExactly("1", "3");
    assertThat(queue.returned())
        .containsOnly(Map.entry("receipt-1", SOON), Map.entry("receipt-3", SOON));
  }

  @Test
  void whatFailsForGoodGoesBackTooAndSoToTheDeadLetterQueue() throws IOException {
    stacks.breakDown(SHOP);
    assertThat(failed(handle(Map.of("1", message(SHOP, "a"))))).containsExactly("1");
    assertThat(queue.returned()).containsOnly(Map.entry("receipt-1", SOON));
    assertThat(context.lines().getFirst()).contains("Reconcile failed").contains("at");
  }

  @Test
  void aMessageThatCannotBeReadFailsAloneSaysWhyAndHoldsNothingUp() throws IOException {
    stacks.put(SHOP);
    var messages = Map.of("1", "{\"schema\": \"driftmend.work/v9\"}", "2", message(SHOP, "a"));
    assertThat(failed(handle(messages))).containsExactly("1");
    assertThat(queue.returned()).containsOnly(Map.entry("receipt-1", Duration.ZERO));
    assertThat(context.lines()).anyMatch(l -> l.contains("driftmend.work/v9"));
  }

  @Test
  void whatFailsOfACallByHandIsOnlyNamed() throws IOException {
    stacks.throttle(SHOP);
    var event = new ObjectMapper().createObjectNode();
    var records = event.putArray("Records");
    records.addObject().put("messageId", "1").put("body", message(SHOP, "a"));
    records.addObject().put("messageId", "2").put("body", "no work");
    var output = new ByteArrayOutputStream();
    handler.handleRequest(stream(event.toString()), output, context);
    assertThat(failed(new ObjectMapper().readTree(output.toByteArray())))
        .containsExactlyInAnyOrder("1", "2");
    assertThat(queue.returned()).isEmpty();
  }

  @Test
  void anEventThatIsNoBatchSaysWhatToInvokeInstead() {
    assertThatThrownBy(
            () -> handler.handleRequest(stream("{}"), new ByteArrayOutputStream(), context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Records")
        .hasMessageContaining("RouteFunction");
  }

  @Test
  void aSweepIsCountedForTheAlarmThatMissesIt() throws IOException {
    stacks.put(SHOP);
    handle(Map.of("1", message(SHOP, "a", Cause.Origin.SWEEP)));
    var line = new ObjectMapper().readTree(metrics.getFirst());
    assertThat(line.path("SweepCompleted").intValue()).isEqualTo(1);
    assertThat(line.path("MissedEvents").intValue()).isZero();
    assertThat(line.path("Guard").textValue()).isEqualTo("shop");
    assertThat(line.path("ApiCalls").intValue()).isEqualTo(3);
  }

  @Test
  void aStackThatMayNotBeReadIsAcknowledgedAndCountsAsNoSweep() throws IOException {
    stacks.deny(SHOP);
    var answer = handle(Map.of("1", message(SHOP, "a", Cause.Origin.SWEEP)));
    assertThat(answer.path("batchItemFailures")).isEmpty();
    assertThat(metrics.getFirst()).doesNotContain("SweepCompleted");
  }

  private JsonNode handle(Map<String, String> bodies) throws IOException {
    var event = new ObjectMapper().createObjectNode();
    var records = event.putArray("Records");
    bodies.forEach(
        (id, body) ->
            records
                .addObject()
                .put("messageId", id)
                .put("receiptHandle", "receipt-" + id)
                .put("body", body));
    var output = new ByteArrayOutputStream();
    handler.handleRequest(stream(event.toString()), output, context);
    return new ObjectMapper().readTree(output.toByteArray());
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static List<String> failed(JsonNode answer) {
    var failed = new ArrayList<String>();
    answer.path("batchItemFailures").forEach(f -> failed.add(f.path("itemIdentifier").asText()));
    return failed;
  }

  private static StackRef stack(String name) {
    return new StackRef(
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/" + name + "/" + name + "-uuid");
  }

  private static String message(StackRef stack, String eventId) {
    return message(stack, eventId, Cause.Origin.API_CALL);
  }

  private static String message(StackRef stack, String eventId, Cause.Origin origin) {
    return WorkMessage.write(new Trigger(stack, new Cause(origin, eventId, "X", NOW, null)));
  }

  /** Settled stacks without resources; one may be throttled or broken. */
  private static final class Stacks implements Templates {
    private final Map<StackRef, StackSnapshot> known = new HashMap<>();
    private final Map<StackRef, RuntimeException> failing = new HashMap<>();
    private final Map<StackRef, Integer> reads = new HashMap<>();

    void put(StackRef stack) {
      put(stack, "{\"Resources\": {}}");
    }

    private void put(StackRef stack, String template) {
      known.put(
          stack,
          new StackSnapshot(
              stack,
              "UPDATE_COMPLETE",
              NOW,
              template,
              Map.of(),
              List.of(),
              List.of(),
              Map.of(),
              Map.of(),
              Map.of()));
    }

    /** Its template can be read, but not be understood. */
    void misdeclare(StackRef stack) {
      put(stack, "not: [a template");
    }

    void throttle(StackRef stack) {
      failing.put(
          stack,
          new TransientFailure("cloudformation:DescribeStacks", new IOException("Rate exceeded")));
    }

    void deny(StackRef stack) {
      failing.put(
          stack, new DeniedFailure("cloudformation:GetTemplate", new IOException("no permission")));
    }

    void breakDown(StackRef stack) {
      failing.put(stack, new IllegalStateException("a bug"));
    }

    @Override
    public Optional<StackState> state(StackRef stack) {
      return Optional.ofNullable(known.get(stack)).map(StackSnapshot::state);
    }

    @Override
    public Optional<StackRef> find(String name) {
      return known.keySet().stream().filter(s -> s.name().equals(name)).findFirst();
    }

    @Override
    public Optional<StackSnapshot> read(StackRef stack) {
      if (failing.containsKey(stack)) {
        throw failing.get(stack);
      }
      reads.merge(stack, 1, Integer::sum);
      return Optional.ofNullable(known.get(stack));
    }
  }

  private static final class NothingLive implements LiveStates {
    @Override
    public Map<String, Observed> destinations(StackRef stack, Set<String> ids) {
      return Map.of();
    }

    @Override
    public Live read(Desired desired) {
      return new Live(desired.stack(), Map.of());
    }

    @Override
    public Live read(Desired desired, Collection<Resource> only) {
      return read(desired);
    }

    @Override
    public Network network(Ask ask) {
      throw new AssertionError("nothing asks for the network");
    }
  }
}
