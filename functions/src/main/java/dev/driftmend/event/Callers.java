package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.model.drift.Caller;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Who made a CloudTrail call.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html">CloudTrail
 *     userIdentity element</a>
 */
final class Callers {
  private static final String SINGLE_SIGN_ON = ":role/aws-reserved/sso.amazonaws.com/";

  private Callers() {}

  static Caller of(JsonNode call) {
    var identity = call.path("userIdentity");
    return new Caller(
        principal(identity),
        PayloadJson.text(call, "sourceIPAddress"),
        PayloadJson.text(call, "userAgent"),
        PayloadJson.text(identity, "invokedBy"));
  }

  /**
   * The role behind a session, because the session's own name changes with each run. With single
   * sign-on the session's name is the person, and the role is shared: there it is the session.
   */
  private static String principal(JsonNode identity) {
    var arn = PayloadJson.text(identity, "arn");
    var issuer = PayloadJson.at(identity, "sessionContext", "sessionIssuer");
    var role =
        "Role".equals(PayloadJson.text(issuer, "type")) ? PayloadJson.text(issuer, "arn") : null;
    if (role != null && role.contains(SINGLE_SIGN_ON) && arn != null) {
      return arn;
    }
    return Stream.of(
            role,
            arn,
            PayloadJson.text(identity.path("onBehalfOf"), "userId"),
            PayloadJson.text(identity, "userName"),
            PayloadJson.text(identity, "principalId"),
            PayloadJson.text(identity, "invokedBy"),
            PayloadJson.text(identity, "accountId"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("unknown");
  }
}
