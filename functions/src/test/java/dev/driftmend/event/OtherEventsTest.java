package dev.driftmend.event;

import static dev.driftmend.testing.Payloads.ELB;
import static dev.driftmend.testing.Payloads.bytes;
import static dev.driftmend.testing.Payloads.ec2;
import static dev.driftmend.testing.Payloads.envelope;
import static dev.driftmend.testing.Payloads.inSns;
import static dev.driftmend.testing.Payloads.inSqs;
import static dev.driftmend.testing.Payloads.record;
import static dev.driftmend.testing.Payloads.snsText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.testing.Payloads;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherEventsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:33.250Z");
  private static final String STACK =
      "arn:aws:cloudformation:eu-west-1:111122223333:stack/web/6b1a2c30-1111-2222-3333-0a58a9feac02";
  private static final String ITEM =
      """
      {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-0aaaaaaaaaaaaaaa1", "resourceName": "web",
       "ARN": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0aaaaaaaaaaaaaaa1",
       "configurationItemStatus": "OK", "configurationItemCaptureTime": "2026-03-01T10:14:00.123Z",
       "relationships": [
        {"resourceId": "eni-0eeeeeeeeeeeeedd", "resourceType": "AWS::EC2::NetworkInterface", "name": "Is associated with NetworkInterface"},
        {"resourceId": "vpc-0bbbbbbbbbbbbbbba", "resourceType": "AWS::EC2::VPC", "name": "Is contained in Vpc"}]}\
      """;

  @Nested
  class ConfigurationItems {
    @Test
    void nameTheResourceAndItsVpc() {
      var signal = (Signal.Resources) one(config("configurationItem", ITEM));
      assertThat(signal.ids()).containsExactly("sg-0aaaaaaaaaaaaaaa1", "vpc-0bbbbbbbbbbbbbbba");
      assertThat(signal.cause())
          .isEqualTo(
              new Cause(
                  Cause.Origin.CONFIG_CHANGE,
                  Payloads.ENVELOPE_ID,
                  "Config OK",
                  Instant.parse("2026-03-01T10:14:00.123Z"),
                  null));
    }

    @Test
    void tooLargeForAnEventStillNameTheResource() {
      var signal =
          (Signal.Resources)
              one(
                  config("configurationItemSummary", ITEM)
                      .replace("\"messageType\": \"", "\"messageType\": \"Oversized"));
      assertThat(signal.ids()).startsWith("sg-0aaaaaaaaaaaaaaa1");
    }

    @Test
    void ofADeletedResourceAreFollowed() {
      var signal =
          (Signal.Resources)
              one(config("configurationItem", ITEM.replace("\"OK\"", "\"ResourceDeleted\"")));
      assertThat(signal.cause().event()).isEqualTo("Config ResourceDeleted");
    }

    @Test
    void comeThroughATopicToo() {
      var message =
          """
          {"messageType": "ConfigurationItemChangeNotification", "notificationCreationTime": "2026-03-01T10:15:00Z",
           "recordVersion": "1.3", "configurationItemDiff": {"changeType": "UPDATE"}, "configurationItem": %s}\
          """
              .formatted(ITEM);
      assertThat(((Signal.Resources) one(inSns(message))).ids()).startsWith("sg-0aaaaaaaaaaaaaaa1");
      assertThat(((Signal.Resources) one(snsText(message))).ids())
          .startsWith("sg-0aaaaaaaaaaaaaaa1");
    }

    @Test
    void ofAnInterfaceMatterThroughItsInstance() {
      var attached =
          """
          {"resourceType": "AWS::EC2::NetworkInterface", "resourceId": "eni-0eeeeeeeeeeeeedd", "relationships": [
           {"resourceId": "i-0aaaaaaaaaaaaaaff", "name": "Is attached to Instance"},
           {"resourceId": "subnet-0aaaaaaaaaaaaaaa7", "name": "Is contained in Subnet"}]}\
          """;
      assertThat(((Signal.Resources) one(config("configurationItem", attached))).ids())
          .containsExactly("i-0aaaaaaaaaaaaaaff");
      assertThat(
              reason(config("configurationItem", attached.replace("i-0aaaaaaaaaaaaaaff", "none"))))
          .isEqualTo("not compared: configuration item of AWS::EC2::NetworkInterface");
    }

    @Test
    void ofAnAddressNameItAsItsStackDoes() {
      var released =
          """
          {"resourceType": "AWS::EC2::EIP", "resourceId": "eipalloc-0dddddddddddddcc", "relationships": [],
           "configuration": {"publicIp": "198.51.100.9", "allocationId": "eipalloc-0dddddddddddddcc"}}\
          """;
      assertThat(((Signal.Resources) one(config("configurationItem", released))).ids())
          .containsExactly("198.51.100.9");
    }

    @Test
    void ofARoleNameItByTheEndOfItsArn() {
      var role =
          """
          {"resourceType": "AWS::IAM::Role", "resourceId": "AROAEXAMPLE", "resourceName": "web",
           "ARN": "arn:aws:iam::111122223333:role/some/path/web"}\
          """;
      assertThat(((Signal.Resources) one(config("configurationItem", role))).ids())
          .containsExactly("role/web");
    }

    @Test
    void ofAnythingElseAreIgnored() {
      assertThat(
              reason(
                  config(
                      "configurationItem",
                      "{\"resourceType\": \"AWS::S3::Bucket\", \"resourceId\": \"logs\"}")))
          .isEqualTo("not compared: configuration item of AWS::S3::Bucket");
    }
  }

  @Nested
  class StackStatuses {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "CREATE_COMPLETE",
          "UPDATE_ROLLBACK_COMPLETE",
          "UPDATE_ROLLBACK_FAILED",
          "DELETE_COMPLETE"
        })
    void thatLastNameTheStack(String status) {
      var signal = (Signal.Stack) one(stackStatus(STACK, status));
      assertThat(signal.stack()).isEqualTo(new StackRef(STACK));
      assertThat(signal.cause().event()).isEqualTo(status);
      assertThat(signal.cause().eventId()).isEqualTo(Payloads.ENVELOPE_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"})
    void thatPassAreLeftToTheirEnd(String status) {
      assertThat(reason(stackStatus(STACK, status))).isEqualTo("in progress: " + status);
    }

    @Test
    void withoutAStackAreUnparsable() {
      assertThat(
              reason(
                  stackStatus(
                      "arn:aws:cloudformation:eu-west-1:111122223333:stack/x", "CREATE_COMPLETE")))
          .startsWith("unparsable: a stack status event about arn:aws:cloudformation");
      assertThat(reason(envelope("aws.cloudformation", "CloudFormation Stack Status Change", "{}")))
          .startsWith("unparsable: ");
    }

    @Test
    void ofResourcesAndDriftDetectionAreNotFollowed() {
      assertThat(
              reason(envelope("aws.cloudformation", "CloudFormation Resource Status Change", "{}")))
          .startsWith("not compared: ");
      assertThat(
              reason(
                  envelope(
                      "aws.cloudformation", "CloudFormation Drift Detection Status Change", "{}")))
          .startsWith("not compared: ");
    }
  }

  @Test
  void anInstanceThatStoppedIsNamed() {
    var signal =
        (Signal.Resources)
            one(
                envelope(
                    "aws.ec2",
                    "EC2 Instance State-change Notification",
                    "{\"instance-id\": \"i-0aaaaaaaaaaaaaaff\", \"state\": \"stopped\"}",
                    "arn:aws:ec2:eu-west-1:111122223333:instance/i-0aaaaaaaaaaaaaaff"));
    assertThat(signal.ids()).containsExactly("i-0aaaaaaaaaaaaaaff");
    assertThat(signal.cause().event()).isEqualTo("instance stopped");
  }

  @Nested
  class Alarms {
    private static final String ARN =
        "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-UnhealthyHosts";

    @Test
    void nameThemselvesAndWhatTheyWatch() {
      var signal =
          (Signal.Resources)
              one(
                  envelope(
                      "aws.cloudwatch",
                      "CloudWatch Alarm State Change",
                      """
                      {"alarmName": "web-UnhealthyHosts", "state": {"value": "ALARM"}, "configuration": {"metrics": [
                       {"id": "m1", "metricStat": {"metric": {"namespace": "AWS/ApplicationELB", "name": "UnHealthyHostCount",
                        "dimensions": {"TargetGroup": "targetgroup/web/fedcba9876543210",
                         "LoadBalancer": "app/web/0123456789abcdef"}}, "period": 60, "stat": "Maximum"}}]}}\
                      """,
                      ARN));
      assertThat(signal.ids())
          .containsExactly(
              "web-UnhealthyHosts",
              ELB + "targetgroup/web/fedcba9876543210",
              ELB + "loadbalancer/app/web/0123456789abcdef");
      assertThat(signal.cause().event()).isEqualTo("web-UnhealthyHosts is ALARM");
    }

    @Test
    void comeAsTheActionOfAnAlarm() {
      var signal =
          (Signal.Resources)
              one(
                  """
                  {"source": "aws.cloudwatch", "alarmArn": "%s", "accountId": "111122223333",
                   "time": "2026-03-01T10:15:46.138+0000", "region": "eu-west-1",
                   "alarmData": {"alarmName": "web-UnhealthyHosts", "state": {"value": "ALARM"}, "configuration":
                    {"metrics": [{"metricStat": {"metric": {"dimensions": {"InstanceId": "i-0aaaaaaaaaaaaaaff"}}}}]}}}\
                  """
                      .formatted(ARN));
      assertThat(signal.ids()).containsExactly("web-UnhealthyHosts", "i-0aaaaaaaaaaaaaaff");
      assertThat(signal.cause().time()).isEqualTo(Instant.parse("2026-03-01T10:15:46.138Z"));
    }

    @Test
    void comeThroughATopic() {
      var message =
          """
          {"AlarmName": "web-UnhealthyHosts", "NewStateValue": "ALARM", "AlarmArn": "%s",
           "StateChangeTime": "2026-03-01T10:15:24.006+0000", "Trigger": {"MetricName": "UnHealthyHostCount",
            "Dimensions": [{"name": "TargetGroup", "value": "targetgroup/web/fedcba9876543210"}]}}\
          """
              .formatted(ARN);
      var signal = (Signal.Resources) one(inSns(message));
      assertThat(signal.ids())
          .containsExactly("web-UnhealthyHosts", ELB + "targetgroup/web/fedcba9876543210");
      assertThat(signal.cause().time()).isEqualTo(Instant.parse("2026-03-01T10:15:24.006Z"));
    }

    @Test
    void thatEndedAreIgnored() {
      assertThat(
              reason(
                  envelope(
                      "aws.cloudwatch",
                      "CloudWatch Alarm State Change",
                      "{\"alarmName\": \"web-UnhealthyHosts\", \"state\": {\"value\": \"OK\"}}")))
          .isEqualTo("recovered: web-UnhealthyHosts");
    }
  }

  @Nested
  class Schedules {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "aws.events|Scheduled Event|{}",
          "aws.scheduler|Scheduled Event|\"{}\"",
          "driftmend.schedule|Sweep|{}"
        })
    void areSweeps(String row) {
      var parts = List.of(row.split("\\|"));
      var signal = (Signal.AllStacks) one(envelope(parts.get(0), parts.get(1), parts.get(2)));
      assertThat(signal.cause().origin()).isEqualTo(Cause.Origin.SWEEP);
      assertThat(signal.cause().eventId()).isEqualTo(Payloads.ENVELOPE_ID);
    }

    @Test
    void ofTheProbeAreNotForRoute() {
      assertThat(reason(envelope("driftmend.schedule", "Probe", "{}")))
          .isEqualTo("not compared: Probe");
    }

    @Test
    void whoseWordsWereNotFilledInStillHaveAnIdAndATime() {
      var cause =
          ((Signal.AllStacks)
                  one(
                      envelope("driftmend.schedule", "Sweep", "{}")
                          .replace(Payloads.ENVELOPE_ID, "<aws.scheduler.execution-id>")
                          .replace("2026-03-01T10:15:30Z", "<aws.scheduler.scheduled-time>")))
              .cause();
      assertThat(cause.eventId()).matches("[0-9a-f-]{36}");
      assertThat(cause.time()).isEqualTo(NOW);
    }
  }

  @Nested
  class Wrappings {
    private static final String CALL =
        ec2("DeleteSubnet", "{\"subnetId\": \"subnet-0aaaaaaaaaaaaaaa7\"}", "null");
    private static final String RECORD =
        record("ec2", "DeleteVpc", "{\"vpcId\": \"vpc-0bbbbbbbbbbbbbbba\"}", "null");

    @Test
    void areOpenedInWhateverOrderTheyAreNested() {
      for (var payload :
          List.of(
              inSns(CALL),
              inSqs(CALL),
              inSqs(snsText(CALL)),
              inSqs(inSns(CALL)),
              "{\"requestContext\": {}, \"requestPayload\": " + CALL + "}",
              inSqs("{\"requestContext\": {}, \"requestPayload\": " + inSns(CALL) + "}"))) {
        assertThat(((Signal.Resources) one(payload)).ids())
            .containsExactly("subnet-0aaaaaaaaaaaaaaa7");
      }
    }

    @Test
    void giveOneSignalForEachRecord() {
      var signals = Signals.of(bytes(inSqs(CALL, "no JSON", snsText(CALL))), NOW);
      assertThat(signals)
          .hasSize(3)
          .element(1)
          .isEqualTo(new Signal.Ignored("unparsable: no event of a known form"));
    }

    @Test
    void ofCloudTrailFilesHoldBareRecords() {
      var signals = Signals.of(bytes("{\"Records\": [" + RECORD + ", " + RECORD + "]}"), NOW);
      assertThat(signals)
          .hasSize(2)
          .allSatisfy(
              s ->
                  assertThat(((Signal.Resources) s).ids())
                      .containsExactly("vpc-0bbbbbbbbbbbbbbba"));
    }

    @Test
    void areNotOpenedForever() {
      var payload = CALL;
      for (int i = 0; i < 7; i++) {
        payload = snsText(payload);
      }
      assertThat(reason(payload)).isEqualTo("unparsable: wrapped more than 5 times");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "nonsense",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{}",
        "{} {}",
        "{\"Records\": []}",
        "{\"Records\": [null, 1, [], {\"Sns\": 3}, {\"body\": {}}]}",
        "{\"Message\": null, \"Type\": 1}",
        "{\"detail-type\": 1}",
        "{\"alarmData\": 1}",
        "{\"eventSource\": [], \"eventName\": {}}"
      })
  void whatIsNoEventIsIgnored(String payload) {
    assertThat(Signals.of(bytes(payload), NOW))
        .isNotEmpty()
        .allSatisfy(
            s -> assertThat(((Signal.Ignored) s).reason()).matches("un(parsable|known): .*"));
  }

  @Test
  void bytesThatAreNoTextAreIgnored() {
    assertThat(Signals.of(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2}, NOW))
        .singleElement()
        .isInstanceOf(Signal.Ignored.class);
  }

  @Test
  void nestingWithoutEndIsIgnored() {
    var deep = "[".repeat(100_000);
    assertThat(reason(ec2("DeleteSubnet", deep, "null"))).startsWith("unparsable: not JSON");
    assertThat(reason("{\"Records\": " + deep)).startsWith("unparsable: not JSON");
  }

  @Test
  void aMegabyteIsReadAsAnyOther() {
    var filler = "{\"ipRanges\": {\"items\": [{\"cidrIp\": \"192.0.2.1/32\"}]}},".repeat(17_000);
    var payload =
        ec2(
            "AuthorizeSecurityGroupIngress",
            "{\"ipPermissions\": {\"items\": ["
                + filler
                + "{}]}, \"groupId\": \"sg-0aaaaaaaaaaaaaaa1\"}",
            "null");
    assertThat(payload.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(900_000);
    assertThat(((Signal.Resources) one(payload)).ids()).containsExactly("sg-0aaaaaaaaaaaaaaa1");
  }

  @Test
  void anUnknownEventIsNamed() {
    assertThat(reason(envelope("aws.tag", "Tag Change on Resource", "{}")))
        .isEqualTo("unknown: \"Tag Change on Resource\" of aws.tag");
  }

  @Test
  void aReasonCannotBreakALine() {
    assertThat(reason(envelope("aws.x", "a\\nb\\u0007c", "{}")))
        .isEqualTo("unknown: \"a b c\" of aws.x");
  }

  private static String config(String field, String item) {
    return envelope(
        "aws.config",
        "Config Configuration Item Change",
        "{\"recordVersion\": \"1.3\", \"messageType\": \"ConfigurationItemChangeNotification\", \""
            + field
            + "\": "
            + item
            + "}");
  }

  private static String stackStatus(String stack, String status) {
    return envelope(
        "aws.cloudformation",
        "CloudFormation Stack Status Change",
        "{\"stack-id\": \"" + stack + "\", \"status-details\": {\"status\": \"" + status + "\"}}",
        stack);
  }

  private static Signal one(String payload) {
    var signals = Signals.of(bytes(payload), NOW);
    assertThat(signals).hasSize(1);
    return signals.getFirst();
  }

  private static String reason(String payload) {
    return ((Signal.Ignored) one(payload)).reason();
  }
}
