package dev.driftmend.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.model.Caller;
import dev.driftmend.model.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.model.Event;

/**
 * One call from the account's event history.
 *
 * @param session the ARN of the identity that made the call, for a role with the session's name;
 *     empty if there is none
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">Record
 *     contents</a>
 */
record CloudTrailRecord(
    String id,
    String name,
    Instant time,
    boolean changedSomething,
    String session,
    Caller caller,
    JsonNode request,
    JsonNode response) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SINGLE_SIGN_ON = ":role/aws-reserved/sso.amazonaws.com/";

  /** Empty if the event has no record that can be read. */
  static Optional<CloudTrailRecord> of(Event event) {
    if (event.cloudTrailEvent() == null || event.eventTime() == null) {
      return Optional.empty();
    }
    try {
      var record = JSON.readTree(event.cloudTrailEvent());
      var identity = record.path("userIdentity");
      return Optional.of(
          new CloudTrailRecord(
              or(event.eventId(), ""),
              or(event.eventName(), record.path("eventName").asText()),
              event.eventTime(),
              !record.hasNonNull("errorCode") && !"true".equals(event.readOnly()),
              identity.path("arn").asText(),
              new Caller(
                  principal(identity),
                  text(record, "sourceIPAddress"),
                  text(record, "userAgent"),
                  text(identity, "invokedBy")),
              record.path("requestParameters"),
              record.path("responseElements")));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The role behind a session; with single sign-on the session, which is the person. */
  private static String principal(JsonNode identity) {
    var arn = text(identity, "arn");
    var issuer = identity.path("sessionContext").path("sessionIssuer");
    var role = "Role".equals(text(issuer, "type")) ? text(issuer, "arn") : null;
    if (role != null && role.contains(SINGLE_SIGN_ON) && arn != null) {
      return arn;
    }
    return Stream.of(role, arn, text(identity, "userName"), text(identity, "invokedBy"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("unknown");
  }

  Cause cause() {
    return new Cause(Cause.Origin.API_CALL, id, name, time, caller);
  }

  /** The ids of the security group rules that the call made; CloudTrail has them since 2021. */
  List<String> madeRules() {
    return ids(response.path("securityGroupRuleSet").path("items"), "securityGroupRuleId");
  }

  /** The ids of the targets that the call named. */
  List<String> targets() {
    return ids(request.path("targets"), "id");
  }

  private static List<String> ids(JsonNode items, String field) {
    var ids = new ArrayList<String>();
    items.forEach(i -> ids.add(i.path(field).asText()));
    return ids;
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).isTextual() ? json.path(name).textValue() : null;
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
