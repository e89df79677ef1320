package dev.driftmend.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;

/** What the services answer to the questions whose an extra member is, in the order asked. */
public final class ClaimAnswers {
  /** When calls were made, unless something else is said. */
  public static final Instant WHEN = Instant.ofEpochSecond(1772359200);

  private final Canned wire = new Canned();

  public Canned wire() {
    return wire;
  }

  public ClaimAnswers owner(String resource) {
    if (resource.isEmpty()) {
      wire.failQuery(
          "DescribeStackResources", 400, "ValidationError", "Stack for sgr-1 does not exist");
    } else {
      wire.answer(
          "DescribeStackResources",
          """
          <DescribeStackResourcesResponse><DescribeStackResourcesResult><StackResources>%s
          </StackResources></DescribeStackResourcesResult></DescribeStackResourcesResponse>\
          """
              .formatted(resource));
    }
    return this;
  }

  public static String resource(String physicalId, String stackId) {
    return """
    <member><PhysicalResourceId>%s</PhysicalResourceId><StackId>%s</StackId></member>\
    """
        .formatted(physicalId, stackId);
  }

  public ClaimAnswers exports(String members) {
    wire.answer(
        "ListExports",
        "<ListExportsResponse><ListExportsResult><Exports>%s</Exports></ListExportsResult></ListExportsResponse>"
            .formatted(members));
    return this;
  }

  public ClaimAnswers stacks(String members, String next) {
    wire.answer("DescribeStacks", stacksBody(members, next));
    return this;
  }

  public static String stacksBody(String members, String next) {
    return """
    <DescribeStacksResponse><DescribeStacksResult><Stacks>%s</Stacks>%s</DescribeStacksResult>
    </DescribeStacksResponse>\
    """
        .formatted(members, next);
  }

  public static String stack(String id, String parameter) {
    return stack(id, parameter, Instant.EPOCH);
  }

  public static String stack(String id, String parameter, Instant made) {
    return """
    <member><StackId>%s</StackId><StackName>%s</StackName><CreationTime>%s</CreationTime>
    <StackStatus>CREATE_COMPLETE</StackStatus><Parameters><member><ParameterKey>P</ParameterKey>
    <ParameterValue>%s</ParameterValue></member></Parameters></member>\
    """
        .formatted(id, new StackRef(id).name(), made, parameter);
  }

  public void events(String... events) {
    wire.answer("LookupEvents", "{\"Events\":[" + String.join(",", events) + "]}");
  }

  public static String authorize(String ruleId, String identity) {
    return event(
        "AuthorizeSecurityGroupIngress",
        identity,
        "{\"groupId\":\"sg-0web\"}",
        "{\"securityGroupRuleSet\":{\"items\":[{\"securityGroupRuleId\":\"%s\"}]}}"
            .formatted(ruleId));
  }

  public static String person(String more) {
    return "{%s\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111122223333:user/dev\"}"
        .formatted(more);
  }

  /** An AWS service that calls for itself: it has no session of the account. */
  public static String service(String name) {
    return "{\"type\":\"AWSService\",\"invokedBy\":\"%s\"}".formatted(name);
  }

  public static String role(String arn) {
    return """
    {"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/x/session",
     "sessionContext":{"sessionIssuer":{"type":"Role","arn":"%s"}}}\
    """
        .formatted(arn);
  }

  public static String event(String name, String identity, String request, String response) {
    return event(name, identity, request, response, WHEN);
  }

  /** The same at another time. */
  public static String event(
      String name, String identity, String request, String response, Instant at) {
    var record =
        """
        {"eventName":"%s","userIdentity":%s,"requestParameters":%s,"responseElements":%s}\
        """
            .formatted(name, identity, request, response);
    return new ObjectMapper()
        .createObjectNode()
        .put("EventId", "e-1")
        .put("EventName", name)
        .put("ReadOnly", "false")
        .put("EventTime", at.getEpochSecond())
        .put("CloudTrailEvent", record)
        .toString();
  }
}
