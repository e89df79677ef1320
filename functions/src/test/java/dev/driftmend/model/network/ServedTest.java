package dev.driftmend.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.network.Served.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedTest {
  private static final String GROUP =
      "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1";
  private static final Instant NOW = Instant.parse("2026-11-01T03:00:00Z");
  private static final Instant BEFORE = NOW.minusSeconds(60);
  private static final String ID = "i-0aaa:5000";
  private static final Served KNOWN = new Served(GROUP, Set.of(ID), BEFORE, false);

  @Test
  void whatIsHealthyIsRemembered() {
    assertThat(Served.after(GROUP, List.of(target("healthy", "")), null, NOW))
        .hasValue(new Served(GROUP, Set.of(ID), NOW, false));
  }

  @ParameterizedTest
  @CsvSource({
    "unhealthy, Target.FailedHealthChecks",
    "unhealthy, Target.Timeout",
    "initial, Elb.RegistrationInProgress",
    "unused, Target.InvalidState",
    "unavailable, Elb.InternalError"
  })
  void whatIsInUseAndDoesNotServeIsForgotten(String state, String reason) {
    assertThat(Served.after(GROUP, List.of(target(state, reason)), KNOWN, NOW))
        .hasValue(new Served(GROUP, Set.of(), NOW, false, BEFORE));
  }

  @Test
  void aFunctionWithoutHealthCheckServes() {
    var function = target("unavailable", "Target.HealthCheckDisabled");
    assertThat(Served.after(GROUP, List.of(function), null, NOW)).hasValueSatisfying(this::serves);
  }

  @Test
  void whatIsNotUsedAnyMoreWasAsItWasSeenLast() {
    assertThat(Served.after(GROUP, List.of(target("unused", "Target.NotInUse")), KNOWN, NOW))
        .hasValue(new Served(GROUP, Set.of(ID), BEFORE, true, BEFORE));
  }

  @Test
  void ofWhatWasNeverSeenInUseNothingIsKnown() {
    assertThat(Served.after(GROUP, List.of(target("unused", "Target.NotInUse")), null, NOW))
        .isEmpty();
  }

  @Test
  void anEmptyGroupAndOneThatIsBeingDrainedTellNothing() {
    assertThat(Served.after(GROUP, List.of(), KNOWN, NOW)).isEmpty();
    var going = target("draining", "Target.DeregistrationInProgress");
    assertThat(Served.after(GROUP, List.of(going), KNOWN, NOW)).isEmpty();
  }

  @Test
  void theSameIsWrittenDownAgainAfterHalfAnHourOnly() {
    var same = List.of(target("healthy", ""));
    assertThat(Served.after(GROUP, same, KNOWN, NOW)).isEmpty();
    assertThat(Served.after(GROUP, same, KNOWN, BEFORE.plus(Duration.ofMinutes(31))))
        .hasValueSatisfying(this::serves);
  }

  private void serves(Served served) {
    assertThat(served.healthy()).containsExactly(ID);
  }

  private static Target target(String state, String reason) {
    return new Target(ID, state, reason);
  }
}
