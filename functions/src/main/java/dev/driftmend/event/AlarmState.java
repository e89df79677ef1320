package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A CloudWatch alarm that began. It names the alarm, which may itself be a resource of a stack, and
 * by its metrics' dimensions what it watches.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html">Alarm
 *     events and EventBridge</a>
 */
final class AlarmState implements EventParser {
  static final String DETAIL_TYPE = "CloudWatch Alarm State Change";

  /** Where the forms that come without an envelope carry the alarm's ARN. */
  static final String ARN = "alarmArn";

  @Override
  public List<Signal> parse(Envelope event) {
    var alarm = event.detail();
    var name = PayloadJson.text(alarm, "alarmName");
    if (name == null) {
      return Why.UNPARSABLE.because("an alarm without a name");
    }
    var state = PayloadJson.text(alarm.path("state"), "value");
    if (state == null || state.equals("OK")) {
      return Why.RECOVERED.because(name);
    }
    var ids = new ArrayList<String>();
    ids.add(name);
    ids.addAll(NamedIds.of(watched(alarm, arn(event))));
    var cause =
        new Cause(Cause.Origin.ALARM, event.id(), name + " is " + state, event.time(), null);
    return List.of(new Signal.Resources(ids, cause));
  }

  private static @Nullable String arn(Envelope event) {
    var arn = PayloadJson.text(event.detail(), ARN);
    return arn != null || event.resources().isEmpty() ? arn : event.resources().getFirst();
  }

  /** A load balancer's dimensions are the ends of ARNs whose beginning the alarm's own ARN has. */
  private static Stream<String> watched(JsonNode alarm, @Nullable String alarmArn) {
    var configuration = alarm.path("configuration");
    var metrics =
        Stream.concat(
            PayloadJson.elements(configuration.path("metrics"))
                .map(m -> PayloadJson.at(m, "metricStat", "metric", "dimensions")),
            Stream.of(configuration.path("Dimensions")));
    return metrics.flatMap(AlarmState::dimensions).flatMap(d -> id(d, alarmArn));
  }

  /** {@code {"InstanceId": "i-…"}} in events, {@code [{"name": …, "value": …}]} in messages. */
  private static Stream<Dimension> dimensions(JsonNode node) {
    return node.isObject()
        ? node.propertyStream()
            .map(field -> new Dimension(field.getKey(), field.getValue().asText("")))
        : PayloadJson.elements(node)
            .map(
                d ->
                    new Dimension(
                        PayloadJson.textOr(d, "name", ""), PayloadJson.textOr(d, "value", "")));
  }

  private static Stream<String> id(Dimension dimension, @Nullable String alarmArn) {
    return switch (dimension.name()) {
      case "InstanceId" -> Stream.of(dimension.value());
      case "TargetGroup" -> loadBalancing(alarmArn, dimension.value());
      case "LoadBalancer" -> loadBalancing(alarmArn, "loadbalancer/" + dimension.value());
      default -> Stream.empty();
    };
  }

  private static Stream<String> loadBalancing(@Nullable String alarmArn, String resource) {
    var parts = alarmArn == null ? new String[0] : alarmArn.split(":", 6);
    return parts.length < 6
        ? Stream.empty()
        : Stream.of(
            String.join(
                ":", "arn", parts[1], "elasticloadbalancing", parts[3], parts[4], resource));
  }

  private record Dimension(String name, String value) {}
}
