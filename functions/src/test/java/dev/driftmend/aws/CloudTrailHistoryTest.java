package dev.driftmend.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.model.Caller;
import dev.driftmend.model.Cause;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CloudTrailHistoryTest {
  private static final Instant SINCE = Instant.parse("2026-03-01T09:00:00Z");
  private static final String PERSON =
      "{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111122223333:user/dev\"}";
  private static final String OURSELVES =
      """
      {"type":"AssumedRole",
       "arn":"arn:aws:sts::111122223333:assumed-role/shop-ReconcileRole/shop-Reconcile",
       "sessionContext":{"sessionIssuer":{"type":"Role",
         "arn":"arn:aws:iam::111122223333:role/shop-ReconcileRole"}}}\
      """;

  private final Canned wire = new Canned();
  private final CloudTrailHistory history = new CloudTrailHistory(wire.clients(), "shop-Reconcile");

  @Test
  void theNewestChangeThatIsNotOursNorADeploymentsIsTheCause() {
    wire.answer(
            "LookupEvents",
            events(
                ",\"NextToken\":\"more\"",
                event("RevokeSecurityGroupIngress", "false", OURSELVES, ""),
                event("DescribeSecurityGroups", "true", PERSON, ""),
                event("CreateTags", "false", PERSON, ""),
                event(
                    "AuthorizeSecurityGroupIngress",
                    "false",
                    PERSON,
                    "\"errorCode\":\"Client.UnauthorizedOperation\","),
                event(
                    "AuthorizeSecurityGroupEgress",
                    "false",
                    "{\"arn\":\"arn:aws:iam::111122223333:user/ops\","
                        + "\"invokedBy\":\"cloudformation.amazonaws.com\"}",
                    "")))
        .answer(
            "LookupEvents",
            events(
                "",
                event(
                    "AuthorizeSecurityGroupIngress",
                    "false",
                    PERSON,
                    "\"sourceIPAddress\":\"192.0.2.1\",\"userAgent\":\"aws-cli/2.0\","),
                event("ModifySecurityGroupRules", "false", PERSON, "")));

    assertThat(history.lastChange("sg-0web", SINCE))
        .hasValue(
            new Cause(
                Cause.Origin.API_CALL,
                "e-AuthorizeSecurityGroupIngress",
                "AuthorizeSecurityGroupIngress",
                Instant.parse("2026-03-01T10:00:00Z"),
                new Caller(
                    "arn:aws:iam::111122223333:user/dev", "192.0.2.1", "aws-cli/2.0", null)));
    var request = wire.requests().getFirst().json();
    assertThat(request.at("/LookupAttributes/0/AttributeKey").asText()).isEqualTo("ResourceName");
    assertThat(request.at("/LookupAttributes/0/AttributeValue").asText()).isEqualTo("sg-0web");
    assertThat(request.path("StartTime").asLong()).isEqualTo(SINCE.getEpochSecond());
    assertThat(wire.requests().getLast().json().path("NextToken").asText()).isEqualTo("more");
  }

  @Test
  void aPersonBehindSingleSignOnIsNamedAndNotTheSharedRole() {
    wire.answer(
        "LookupEvents",
        events(
            "",
            event(
                "AuthorizeSecurityGroupIngress",
                "false",
                """
                {"type":"AssumedRole",
                 "arn":"arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/dana",
                 "sessionContext":{"sessionIssuer":{"type":"Role","arn":
                 "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1"
                 }}}\
                """,
                "")));
    assertThat(history.lastChange("sg-0web", SINCE).map(Cause::caller).map(Caller::principal))
        .hasValue("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/dana");
  }

  @Test
  void aRecordThatCannotBeReadIsPassedOver() {
    wire.answer(
        "LookupEvents",
        """
        {"Events":[{"EventId":"e","EventTime":1772359200,"CloudTrailEvent":"{"},{"EventId":"f"}]}\
        """);
    assertThat(history.lastChange("sg-0web", SINCE)).isEmpty();
  }

  @Test
  void notBeingAllowedToAskOrBeingThrottledIsNotKnowing() {
    wire.failJson("LookupEvents", 400, "AccessDeniedException", "User is not authorized")
        .failJson("LookupEvents", 400, "ThrottlingException", "Rate exceeded");
    assertThat(history.lastChange("sg-0web", SINCE)).isEmpty();
    assertThat(history.lastChange("sg-0web", SINCE)).isEmpty();
  }

  private static String events(String next, String... events) {
    return "{\"Events\":[" + String.join(",", events) + "]" + next + "}";
  }

  private static String event(String name, String readOnly, String identity, String more) {
    return new ObjectMapper()
        .createObjectNode()
        .put("EventId", "e-" + name)
        .put("EventName", name)
        .put("ReadOnly", readOnly)
        .put("EventTime", 1772359200)
        .put(
            "CloudTrailEvent",
            "{%s\"eventName\":\"%s\",\"userIdentity\":%s}".formatted(more, name, identity))
        .toString();
  }
}
