package dev.driftmend.testing;

import java.nio.charset.StandardCharsets;

/** Payloads in the shapes that AWS sends, with invented contents. */
public final class Payloads {
  public static final String ACCOUNT = "111122223333";
  public static final String CALL_ID = "5f1d7c5e-0a61-4d3c-9b0e-2f7a41c0d9aa";
  public static final String ENVELOPE_ID = "9c2b7e14-6a55-4a0f-8f6e-1c9c2b6d7e11";
  public static final String CALL_TIME = "2026-03-01T10:15:30Z";
  public static final String ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";

  public static final String USER =
      """
      {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::111122223333:user/operator",
       "accountId": "111122223333", "userName": "operator"}\
      """;

  private Payloads() {}

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A CloudTrail record as it stands under {@code detail}; the more fields come last. */
  public static String record(
      String source, String name, String request, String response, String... more) {
    return """
    {"eventVersion": "1.11", "userIdentity": %s, "eventTime": "%s", "eventSource": "%s.amazonaws.com",
     "eventName": "%s", "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.7",
     "userAgent": "aws-cli/2.31.0", "requestParameters": %s, "responseElements": %s,
     "eventID": "%s", "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true%s}\
    """
        .formatted(
            USER,
            CALL_TIME,
            source,
            name,
            request,
            response,
            CALL_ID,
            more.length == 0 ? "" : ", " + String.join(", ", more));
  }

  public static String ec2(String name, String request, String response, String... more) {
    return envelope(
        "aws.ec2", "AWS API Call via CloudTrail", record("ec2", name, request, response, more));
  }

  public static String elb(String name, String request, String response, String... more) {
    return envelope(
        "aws.elasticloadbalancing",
        "AWS API Call via CloudTrail",
        record(
            "elasticloadbalancing",
            name,
            request,
            response,
            more.length == 0 ? new String[] {"\"apiVersion\": \"2015-12-01\""} : more));
  }

  public static String iam(String name, String request) {
    return envelope("aws.iam", "AWS API Call via CloudTrail", record("iam", name, request, "null"));
  }

  public static String envelope(
      String source, String detailType, String detail, String... resources) {
    return """
    {"version": "0", "id": "%s", "detail-type": "%s", "source": "%s", "account": "111122223333",
     "time": "2026-03-01T10:15:30Z", "region": "eu-west-1", "resources": [%s], "detail": %s}\
    """
        .formatted(
            ENVELOPE_ID,
            detailType,
            source,
            resources.length == 0 ? "" : "\"" + String.join("\", \"", resources) + "\"",
            detail);
  }

  /** A text as a JSON string, the way a carrier holds it. */
  public static String quoted(String text) {
    return new com.fasterxml.jackson.databind.node.TextNode(text).toString();
  }

  public static String inSns(String message) {
    return """
    {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0",
      "Sns": {"Type": "Notification", "MessageId": "m-1", "Message": %s}}]}\
    """
        .formatted(quoted(message));
  }

  public static String snsText(String message) {
    return "{\"Type\": \"Notification\", \"MessageId\": \"m-1\", \"Message\": "
        + quoted(message)
        + "}";
  }

  public static String inSqs(String... bodies) {
    return java.util.Arrays.stream(bodies)
        .map(
            body ->
                "{\"messageId\": \"m-1\", \"eventSource\": \"aws:sqs\", \"body\": "
                    + quoted(body)
                    + "}")
        .collect(java.util.stream.Collectors.joining(", ", "{\"Records\": [", "]}"));
  }
}
