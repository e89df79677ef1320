package dev.driftmend.event;

import static dev.driftmend.testing.Payloads.ELB;
import static dev.driftmend.testing.Payloads.bytes;
import static dev.driftmend.testing.Payloads.ec2;
import static dev.driftmend.testing.Payloads.elb;
import static dev.driftmend.testing.Payloads.envelope;
import static dev.driftmend.testing.Payloads.inSns;
import static dev.driftmend.testing.Payloads.inSqs;
import static dev.driftmend.testing.Payloads.record;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands wherever in a payload, there is a decision and no exception. */
class AnyPayloadTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:33Z");

  private static final List<String> EVENTS =
      List.of(
          ec2(
              "AuthorizeSecurityGroupIngress",
              "{\"groupId\": \"sg-0aaaaaaaaaaaaaaa1\", \"ipPermissions\": {\"items\": [{\"groups\":"
                  + " {}}]}}",
              "{\"securityGroupRuleSet\": {\"items\": [{\"securityGroupRuleId\":"
                  + " \"sgr-0ccccccccccccccc3\"}]}}",
              "\"errorCode\": null"),
          elb("DeleteListener", "{\"listenerArn\": \"" + ELB + "listener/app/a/b/c\"}", "null"),
          envelope(
              "aws.config",
              "Config Configuration Item Change",
              "{\"configurationItem\": {\"resourceId\": \"i-0aaaaaaaaaaaaaaff\", \"relationships\":"
                  + " [{\"name\": \"Is contained in Vpc\", \"resourceId\":"
                  + " \"vpc-0bbbbbbbbbbbbbbba\"}]}}"),
          envelope(
              "aws.cloudformation",
              "CloudFormation Stack Status Change",
              "{\"stack-id\": \"arn:aws:cloudformation:eu-west-1:111122223333:stack/web/u\","
                  + " \"status-details\": {\"status\": \"UPDATE_COMPLETE\"}}"),
          envelope(
              "aws.ec2",
              "EC2 Instance State-change Notification",
              "{\"instance-id\": \"i-0aaaaaaaaaaaaaaff\", \"state\": \"stopped\"}",
              "arn:aws:ec2:eu-west-1:111122223333:instance/i-0aaaaaaaaaaaaaaff"),
          envelope(
              "aws.cloudwatch",
              "CloudWatch Alarm State Change",
              "{\"alarmName\": \"a\", \"state\": {\"value\": \"ALARM\"}, \"configuration\":"
                  + " {\"metrics\": [{\"metricStat\": {\"metric\": {\"dimensions\":"
                  + " {\"TargetGroup\": \"targetgroup/a/b\"}}}}]}}",
              "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a"),
          "{\"alarmArn\": \"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a\", \"alarmData\":"
              + " {\"alarmName\": \"a\", \"state\": {\"value\": \"ALARM\"}}}",
          "{\"AlarmName\": \"a\", \"NewStateValue\": \"ALARM\", \"Trigger\": {\"Dimensions\":"
              + " [{\"name\": \"InstanceId\", \"value\": \"i-0aaaaaaaaaaaaaaff\"}]}}",
          envelope("aws.scheduler", "Scheduled Event", "\"{}\""),
          inSns(envelope("driftmend.schedule", "Sweep", "{}")),
          inSqs(envelope("driftmend.schedule", "Sweep", "{}"), "x"),
          "{\"requestContext\": {}, \"requestPayload\": {\"Records\": ["
              + record("ec2", "StopInstances", "{}", "null")
              + "]}}");

  @Property(tries = 3_000)
  void anyValueInAnyPlaceIsDecided(
      @ForAll("events") String event, @ForAll int place, @ForAll("json") String value)
      throws IOException {
    var payload = MAPPER.readTree(event);
    var places = places(payload, new ArrayList<>());
    places.get(Math.floorMod(place, places.size())).put(MAPPER.readTree(value));
    assertThat(Signals.of(MAPPER.writeValueAsBytes(payload), NOW)).isNotEmpty();
  }

  @Property(tries = 500)
  void anyTruncationIsDecided(@ForAll("events") String event, @ForAll int at) {
    var cut = event.substring(0, Math.floorMod(at, event.length()));
    assertThat(Signals.of(bytes(cut), NOW)).isNotEmpty();
  }

  @Property(tries = 500)
  void anyBytesAreDecided(@ForAll byte[] payload) {
    assertThat(Signals.of(payload, NOW)).isNotEmpty();
  }

  @Provide
  Arbitrary<String> events() {
    return Arbitraries.of(EVENTS);
  }

  @Provide
  Arbitrary<String> json() {
    var leaves =
        Arbitraries.of(
            "null",
            "true",
            "-1",
            "1e400",
            "12345678901234567890123",
            "\"\"",
            "\" \"",
            "\"{}\"",
            "\"[{\\\"detail-type\\\":1}]\"",
            "\"arn:\"",
            "\"arn:::::/\"",
            "\"arn:aws:elasticloadbalancing:::listener/\"",
            "\"arn:aws:elasticloadbalancing:::listener-rule/x\"",
            "\"+1000000000-12-31T23:59:59Z\"",
            "\"2026-13-45T99:99:99Z\"",
            "\"i-\"",
            "\"\\u0000\\ud800\"",
            "\"arn:aws:cloudformation:a:b:stack//\"");
    return Arbitraries.lazyOf(
        () -> leaves,
        () -> leaves.list().ofMaxSize(3).map(l -> "[" + String.join(",", l) + "]"),
        () -> leaves.map(v -> "{\"items\":" + v + ",\"name\":" + v + ",\"value\":[" + v + "]}"),
        () -> leaves.map(v -> "{\"Sns\":" + v + ",\"body\":" + v + "}"));
  }

  private static List<Place> places(JsonNode node, List<Place> found) {
    switch (node) {
      case ObjectNode object ->
          object
              .propertyStream()
              .toList()
              .forEach(
                  field -> {
                    found.add(value -> object.set(field.getKey(), value));
                    places(field.getValue(), found);
                  });
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          var index = i;
          found.add(value -> array.set(index, value));
          places(array.get(i), found);
        }
      }
      default -> {}
    }
    return found;
  }

  private interface Place {
    void put(JsonNode value);
  }
}
