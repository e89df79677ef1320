package dev.driftmend.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Instant TIME = Instant.ofEpochMilli(1_772_331_248_250L);

  @Test
  void aLineIsTheEmbeddedMetricFormat() {
    var line =
        Metrics.line(
            TIME,
            Map.of("SweepCompleted", 1, "EventToFixMs", 2500.5),
            Map.of("Guard", "driftmend"));

    assertThat(line)
        .isEqualTo(
            """
            {"_aws":{"Timestamp":1772331248250,"CloudWatchMetrics":[{"Namespace":"Driftmend",\
            "Dimensions":[["Guard"]],"Metrics":[{"Name":"EventToFixMs","Unit":"Milliseconds"},\
            {"Name":"SweepCompleted","Unit":"Count"}]}]},"Guard":"driftmend",\
            "EventToFixMs":2500.5,"SweepCompleted":1}\
            """);
  }

  @Test
  void aLineMayHaveNoDimension() {
    assertThat(Metrics.line(TIME, Map.of("ApiCalls", 3L), Map.of()))
        .contains("\"Dimensions\":[[]]");
  }

  @Test
  void aDimensionOfForeignTextStaysOneAsciiLine() {
    assertThat(Metrics.line(TIME, Map.of("DriftFound", 1), Map.of("Kind", "é\n")))
        .contains("\"Kind\":\"e<U+000A>\"");
  }

  @Test
  void whatTheFormatDoesNotTakeIsRefusedByName() {
    var tooMany =
        IntStream.range(0, 101).boxed().collect(Collectors.toMap(i -> "Metric" + i, i -> i));

    assertThatThrownBy(() -> Metrics.line(TIME, Map.of(), Map.of()))
        .hasMessage("a metrics line holds 1 to 100 metrics, not 0");
    assertThatThrownBy(() -> Metrics.line(TIME, tooMany, Map.of()))
        .hasMessage("a metrics line holds 1 to 100 metrics, not 101");
    assertThatThrownBy(() -> Metrics.line(TIME, Map.of("ApiCalls", Double.NaN), Map.of()))
        .hasMessage("ApiCalls is NaN, no number");
    assertThatThrownBy(() -> Metrics.line(TIME, Map.of("Kind", 1), Map.of("Kind", "x")))
        .hasMessage("Kind is a metric and a dimension");
    assertThatThrownBy(() -> Metrics.line(TIME, Map.of("ApiCalls", 1), Map.of("Guard", " ")))
        .hasMessage("dimension Guard has no value");
  }
}
