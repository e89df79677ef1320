package dev.driftmend.aws.guard;

import static dev.driftmend.aws.Stacks.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.driftmend.aws.Canned;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.GuardParts.Part;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsGuardPartsTest {
  private static final ResourceRef RULE =
      new ResourceRef("ChangeRule", "AWS::Events::Rule", "shop-ChangeRule-1");
  private static final ResourceRef SCHEDULE =
      new ResourceRef("SweepSchedule", "AWS::Scheduler::Schedule", "shop-Sweep-1");
  private static final ResourceRef MAPPING =
      new ResourceRef(
          "WorkMapping", "AWS::Lambda::EventSourceMapping", "14e0db71-5d35-4eb5-b481-8945cf9d10c2");
  private static final ResourceRef TOPIC =
      new ResourceRef(
          "AlertTopic", "AWS::SNS::Topic", "arn:aws:sns:eu-west-1:111122223333:shop-alerts");
  private static final ResourceRef TRAIL =
      new ResourceRef("Trail", "AWS::CloudTrail::Trail", "shop-trail");
  private static final ResourceRef OTHER =
      new ResourceRef("Web", "AWS::EC2::SecurityGroup", "sg-0web");

  private static final String GET_SCHEDULE = "GET /schedules/shop-Sweep-1";
  private static final String PUT_SCHEDULE = "PUT /schedules/shop-Sweep-1";
  private static final String GET_MAPPING =
      "GET /2015-03-31/event-source-mappings/" + MAPPING.physicalId();
  private static final String PUT_MAPPING =
      "PUT /2015-03-31/event-source-mappings/" + MAPPING.physicalId();

  private final Canned wire = new Canned();
  private final AwsGuardParts parts = new AwsGuardParts(wire.clients());

  @Test
  void everyPieceThatWorksIsGivenWithoutFaultAndNothingElseOfTheStackIsAskedFor() {
    wire.answer("ListRules", EventRulesTest.rules("", "shop-ChangeRule-1", "ENABLED"))
        .answer(GET_SCHEDULE, "{\"State\":\"ENABLED\"}")
        .answer(GET_MAPPING, "{\"State\":\"Enabled\"}")
        .answer("ListSubscriptionsByTopic", subscriptions("", subscription("alerts:1")))
        .answer("GetTrailStatus", "{\"IsLogging\":true}")
        .answer("GetEventSelectors", selectors(true, "All"));

    assertThat(parts.look(guard(RULE, OTHER, SCHEDULE, MAPPING, TOPIC, TRAIL)))
        .containsExactly(
            part(RULE, null, true),
            part(SCHEDULE, null, true),
            part(MAPPING, null, true),
            part(TOPIC, null, false),
            part(TRAIL, null, true));
    assertThat(wire.only("GetTrailStatus").json().path("Name").asText()).isEqualTo("shop-trail");
    assertThat(wire.requests()).hasSize(6);
  }

  @Test
  void aRuleThatIsDisabledIsAFaultAndIsSwitchedOnAgain() {
    wire.answer("ListRules", EventRulesTest.rules("", "shop-ChangeRule-1", "DISABLED"))
        .answer("EnableRule", "{}");

    var rule = look(RULE);
    assertThat(rule).isEqualTo(part(RULE, "the rule is disabled", true));
    parts.enable(rule);

    assertThat(wire.only("EnableRule").json().path("Name").asText()).isEqualTo("shop-ChangeRule-1");
  }

  @Test
  void aRuleThatIsEnabledForReadEventsTooIsEnabled() {
    var state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
    wire.answer("ListRules", EventRulesTest.rules("", "shop-ChangeRule-1", state));
    assertThat(look(RULE).fault()).isNull();
  }

  @Test
  void aScheduleThatIsDisabledIsAFaultAndAllOfItIsGivenAgainToSwitchItOn() throws Exception {
    var target =
        """
        {"Arn":"arn:aws:lambda:eu-west-1:111122223333:function:shop-Route:live",
         "RoleArn":"arn:aws:iam::111122223333:role/shop-Scheduler",
         "Input":"{\\"detail-type\\":\\"Sweep\\"}",
         "DeadLetterConfig":{"Arn":"arn:aws:sqs:eu-west-1:111122223333:shop-dlq"},
         "RetryPolicy":{"MaximumEventAgeInSeconds":60,"MaximumRetryAttempts":2}}\
        """;
    var described =
        """
        "GroupName":"default","Description":"every minute",
        "ScheduleExpression":"rate(1 minute)","ScheduleExpressionTimezone":"Europe/Stockholm",
        "FlexibleTimeWindow":{"Mode":"FLEXIBLE","MaximumWindowInMinutes":5},
        "StartDate":1772359200.0,"EndDate":1803895200.0,"ActionAfterCompletion":"DELETE",
        "KmsKeyArn":"arn:aws:kms:eu-west-1:111122223333:key/1", "Target":%s\
        """
            .formatted(target);
    var disabled =
        """
        {"Name":"shop-Sweep-1","State":"DISABLED","CreationDate":1772359200,
         "Arn":"arn:aws:scheduler:eu-west-1:111122223333:schedule/default/shop-Sweep-1",%s}\
        """
            .formatted(described);
    wire.answer(GET_SCHEDULE, disabled)
        .answer(GET_SCHEDULE, disabled)
        .answer(PUT_SCHEDULE, "{\"ScheduleArn\":\"arn\"}");

    var schedule = look(SCHEDULE);
    assertThat(schedule).isEqualTo(part(SCHEDULE, "the schedule is disabled", true));
    parts.enable(schedule);

    var sent = (ObjectNode) wire.only(PUT_SCHEDULE).json();
    sent.remove("ClientToken");
    assertThat(sent)
        .isEqualTo(new ObjectMapper().readTree("{\"State\":\"ENABLED\"," + described + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Disabled", "Disabling"})
  void aMappingThatDoesNotReadTheQueueIsAFaultAndIsSwitchedOnAgain(String state) {
    wire.answer(GET_MAPPING, "{\"State\":\"" + state + "\"}")
        .answer(PUT_MAPPING, "{\"State\":\"Enabling\"}");

    var mapping = look(MAPPING);
    assertThat(mapping).isEqualTo(part(MAPPING, "the queue is not read: " + state, true));
    parts.enable(mapping);

    assertThat(wire.only(PUT_MAPPING).body()).isEqualTo("{\"Enabled\":true}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Enabled", "Enabling", "Creating", "Updating"})
  void aMappingThatReadsTheQueueOrIsAboutToIsNoFault(String state) {
    wire.answer(GET_MAPPING, "{\"State\":\"" + state + "\"}");
    assertThat(look(MAPPING).fault()).isNull();
  }

  @Test
  void aTopicThatNobodyConfirmedIsAFaultThatOnlyAPersonCanMend() {
    var nobody = part(TOPIC, "no confirmed subscription: nobody hears the alerts", false);
    wire.answer(
            "ListSubscriptionsByTopic",
            subscriptions("", "PendingConfirmation", "Deleted", "PendingConfirmation"))
        .answer("ListSubscriptionsByTopic", subscriptions(""));
    assertThat(look(TOPIC)).isEqualTo(nobody);
    assertThat(look(TOPIC)).isEqualTo(nobody);
    assertThatThrownBy(() -> parts.enable(nobody))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AWS::SNS::Topic");
  }

  @Test
  void oneConfirmedSubscriptionIsEnoughOnWhateverPageItStands() {
    wire.answer(
            "ListSubscriptionsByTopic",
            subscriptions("<NextToken>page-2</NextToken>", "PendingConfirmation"))
        .answer(
            "ListSubscriptionsByTopic",
            "NextToken",
            "page-2",
            subscriptions("", "PendingConfirmation", subscription("alerts:2")));
    assertThat(look(TOPIC).fault()).isNull();
    assertThat(wire.requests("ListSubscriptionsByTopic"))
        .hasSize(2)
        .allSatisfy(r -> assertThat(r.arguments()).containsEntry("TopicArn", TOPIC.physicalId()));
  }

  @Test
  void aPieceThatMayNotBeLookedAtIsAFaultOfItsOwnAndHidesNoOther() {
    wire.failJson("ListRules", 400, "AccessDeniedException", "User is not authorized")
        .failJson(GET_SCHEDULE, 404, "ResourceNotFoundException", "Schedule does not exist")
        .answer(GET_MAPPING, "{\"State\":\"Disabled\"}")
        .failQuery("ListSubscriptionsByTopic", 403, "AuthorizationError", "not authorized")
        .failJson("GetTrailStatus", 400, "AccessDeniedException", "User is not authorized");

    var seen = parts.look(guard(RULE, SCHEDULE, MAPPING, TOPIC, TRAIL));

    assertThat(seen).extracting(Part::repairable).containsExactly(false, false, true, false, false);
    assertThat(fault(seen.get(0)))
        .startsWith("could not be looked at: events:ListRules")
        .contains("User is not authorized");
    assertThat(fault(seen.get(1)))
        .startsWith("could not be looked at: scheduler:GetSchedule")
        .contains("Schedule does not exist");
    assertThat(seen.get(2).fault()).isEqualTo("the queue is not read: Disabled");
    assertThat(fault(seen.get(3)))
        .startsWith("could not be looked at: sns:ListSubscriptionsByTopic");
    assertThat(fault(seen.get(4))).startsWith("could not be looked at: cloudtrail:GetTrailStatus");
  }

  @Test
  void throttlingIsThrownSinceThePieceMayWell() {
    wire.failJson("ListRules", 400, "ThrottlingException", "Rate exceeded");
    assertThatThrownBy(() -> parts.look(guard(RULE, TRAIL)))
        .isInstanceOf(TransientFailure.class)
        .hasMessageContaining("events:ListRules");
  }

  @Test
  void aPieceThatMayNotBeSwitchedOnIsDenied() {
    wire.failJson("EnableRule", 400, "AccessDeniedException", "User is not authorized");
    assertThatThrownBy(() -> parts.enable(part(RULE, "the rule is disabled", true)))
        .isInstanceOf(DeniedFailure.class)
        .hasMessageContaining("events:EnableRule");
  }

  private Part look(ResourceRef piece) {
    wire.answer("GetTrailStatus", "{\"IsLogging\":true}")
        .answer("GetEventSelectors", selectors(true, "All"));
    return parts.look(guard(piece, TRAIL)).getFirst();
  }

  private static String fault(Part part) {
    return String.valueOf(part.fault());
  }

  private static Part part(ResourceRef piece, @Nullable String fault, boolean repairable) {
    return new Part(piece.logicalId(), piece.type(), piece.physicalId(), fault, repairable);
  }

  static StackSnapshot guard(ResourceRef... resources) {
    return new StackSnapshot(
        SHOP,
        "CREATE_COMPLETE",
        Instant.EPOCH,
        "{}",
        Map.of(),
        List.of(resources),
        List.of(),
        Map.of(),
        Map.of(),
        Map.of());
  }

  static String selectors(boolean management, String readWrite) {
    return """
    {"EventSelectors":[{"IncludeManagementEvents":%s,"ReadWriteType":"%s","DataResources":[]}]}\
    """
        .formatted(management, readWrite);
  }

  private static String subscription(String ending) {
    return "arn:aws:sns:eu-west-1:111122223333:" + ending;
  }

  private static String subscriptions(String next, String... arns) {
    var members = new StringBuilder();
    for (var arn : arns) {
      members.append("<member><SubscriptionArn>" + arn + "</SubscriptionArn></member>");
    }
    return """
    <ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>%s
    </Subscriptions>%s</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>\
    """
        .formatted(members, next);
  }
}
