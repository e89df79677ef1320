package dev.driftmend.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What is rehearsed in INIT is the whole work on one drift. */
@Isolated
class InitPrimingTest {
  private static final String ANEW =
      "the function no longer asks AWS for what was recorded for its rehearsal;"
          + " run `make rehearsals` and commit what it writes";

  @Test
  void routeRehearsesUpToTheMessage() {
    assertThat(played("route", Wiring::rehearsingRoute).asked()).endsWith("SendMessage");
  }

  @Test
  void reconcileRehearsesALookTheRepairItsProofAndTheAlert() {
    assertThat(played("reconcile", Wiring::rehearsingReconcile).asked())
        .containsSubsequence(
            "GetTemplate",
            "DescribeSecurityGroupRules",
            "RevokeSecurityGroupIngress",
            "DescribeSecurityGroupRules",
            "Publish");
  }

  @Test
  void probeRehearsesTheGuardsPartsAndTheTargets() {
    var played = played("probe", Wiring::rehearsingProbe);
    assertThat(played.asked()).contains("DescribeTargetHealth", "GetTrailStatus");
    assertThat(played.answer()).contains("\"verdict\":\"ok\"", "\"faultyParts\":[]");
  }

  @Test
  void aRehearsalAsksForTheSameEachTime() {
    assertThat(played("reconcile", Wiring::rehearsingReconcile).asked())
        .containsExactlyInAnyOrderElementsOf(
            played("reconcile", Wiring::rehearsingReconcile).asked());
  }

  @Test
  void nothingOfARehearsalIsSeenOutside() {
    var out = System.out;
    var err = System.err;
    var said = new ByteArrayOutputStream();
    try (var to = new PrintStream(said, true, UTF_8)) {
      System.setOut(to);
      System.setErr(to);
      played("route", Wiring::rehearsingRoute);
      played("reconcile", Wiring::rehearsingReconcile);
      played("probe", Wiring::rehearsingProbe);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(said.toString(UTF_8)).isEmpty();
  }

  @Test
  void beforeASnapshotItIsPlayedAgainAndElseOnce() {
    assertThat(played(false)).isEqualTo(1);
    assertThat(played(true)).isEqualTo(10);
  }

  private static int played(boolean snapshot) {
    var played = new AtomicInteger();
    InitPriming.attempt(
        "route",
        rehearsal -> {
          played.incrementAndGet();
          return (input, output, context) -> {};
        },
        snapshot);
    return played.get();
  }

  @Test
  void aRehearsalThatFailsKeepsNoFunctionFromStarting() {
    assertThatThrownBy(() -> InitPriming.play("route", Wiring::rehearsingReconcile))
        .isInstanceOf(RuntimeException.class);
    assertThatCode(() -> InitPriming.attempt("route", Wiring::rehearsingReconcile, true))
        .doesNotThrowAnyException();
    assertThatCode(() -> InitPriming.attempt("none", Wiring::rehearsingRoute, false))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                InitPriming.attempt(
                    "route",
                    r -> {
                      throw new NoClassDefFoundError("gone");
                    },
                    false))
        .doesNotThrowAnyException();
  }

  @Test
  void theRecordingsAreSmallAndNameNobody() throws IOException {
    for (var name : new String[] {"route", "reconcile", "probe"}) {
      var text = text(name);
      assertThat(text.length()).as(name).isLessThan(200_000);
      assertThat(text).doesNotContainPattern("A[KS]IA(?!IOSFODNN7EXAMPLE)[A-Z0-9]{16}");
      assertThat(text)
          .doesNotContainPattern("arn:aws:[a-z0-9]+:[a-z0-9-]*:(?!123456789012|aws)\\d+");
    }
  }

  private static InitPriming.Played played(
      String name, Function<InitPriming, RequestStreamHandler> handler) {
    InitPriming.Played played;
    try {
      played = InitPriming.play(name, handler);
    } catch (RuntimeException e) {
      throw new AssertionError(ANEW, e);
    }
    assertThat(played.unasked()).as(ANEW).isEmpty();
    return played;
  }

  private static String text(String name) throws IOException {
    try (InputStream in = InitPriming.class.getResourceAsStream("rehearsal-" + name + ".json")) {
      assertThat(in).as(ANEW).isNotNull();
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
