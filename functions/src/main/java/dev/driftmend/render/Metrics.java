package dev.driftmend.render;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.driftmend.render.json.JsonLine;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * CloudWatch metrics as log lines.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class Metrics {
  public static final String NAMESPACE = "Driftmend";

  private static final int MOST_METRICS = 100;
  private static final int MOST_DIMENSIONS = 30;
  private static final int LONGEST_DIMENSION = 1_024;

  private Metrics() {}

  /**
   * One log line that CloudWatch turns into these metrics.
   *
   * @param time when it was measured
   * @param metrics value by name; a name that ends in {@code Ms} is in milliseconds, the others are
   *     counts
   * @param dimensions value by name, all of them one dimension set
   * @throws IllegalArgumentException for what the format does not take: no metric or more than 100,
   *     more than 30 dimensions, a number that is none, a blank dimension value, a name used twice
   */
  public static String line(
      Instant time, Map<String, ? extends Number> metrics, Map<String, String> dimensions) {
    var sortedMetrics = new TreeMap<String, Number>(metrics);
    var sortedDimensions = new TreeMap<>(dimensions);
    check(sortedMetrics, sortedDimensions);
    return JsonLine.object(
        json -> {
          json.writeObjectFieldStart("_aws");
          json.writeNumberField("Timestamp", time.toEpochMilli());
          json.writeArrayFieldStart("CloudWatchMetrics");
          JsonLine.object(json, d -> directive(d, sortedMetrics, sortedDimensions));
          json.writeEndArray();
          json.writeEndObject();
          for (var dimension : sortedDimensions.entrySet()) {
            json.writeStringField(dimension.getKey(), dimensionValue(dimension.getValue()));
          }
          for (var metric : sortedMetrics.entrySet()) {
            number(json, metric.getKey(), metric.getValue());
          }
        });
  }

  private static void directive(
      JsonGenerator json, Map<String, Number> metrics, Map<String, String> dimensions)
      throws IOException {
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    json.writeStartArray();
    for (var name : dimensions.keySet()) {
      json.writeString(name);
    }
    json.writeEndArray();
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (var name : metrics.keySet()) {
      JsonLine.object(
          json,
          m -> {
            m.writeStringField("Name", name);
            m.writeStringField("Unit", name.endsWith("Ms") ? "Milliseconds" : "Count");
          });
    }
    json.writeEndArray();
  }

  private static void number(JsonGenerator json, String name, Number value) throws IOException {
    if (value.doubleValue() == value.longValue()) {
      json.writeNumberField(name, value.longValue());
    } else {
      json.writeNumberField(name, value.doubleValue());
    }
  }

  /** ASCII only, as CloudWatch takes it. */
  private static String dimensionValue(String value) {
    return Plain.cut(Plain.ascii(value), LONGEST_DIMENSION);
  }

  private static void check(Map<String, Number> metrics, Map<String, String> dimensions) {
    if (metrics.isEmpty() || metrics.size() > MOST_METRICS) {
      throw new IllegalArgumentException(
          "a metrics line holds 1 to " + MOST_METRICS + " metrics, not " + metrics.size());
    }
    if (dimensions.size() > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "a metrics line holds at most "
              + MOST_DIMENSIONS
              + " dimensions, not "
              + dimensions.size());
    }
    metrics.forEach(
        (name, value) -> {
          if (!Double.isFinite(value.doubleValue())) {
            throw new IllegalArgumentException(name + " is " + value + ", no number");
          }
          if (dimensions.containsKey(name)) {
            throw new IllegalArgumentException(name + " is a metric and a dimension");
          }
        });
    dimensions.forEach(
        (name, value) -> {
          if (value.isBlank()) {
            throw new IllegalArgumentException("dimension " + name + " has no value");
          }
        });
  }
}
