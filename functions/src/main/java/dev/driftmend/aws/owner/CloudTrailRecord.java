package dev.driftmend.aws.owner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.aws.resource.ec2.Rules;
import dev.driftmend.json.JsonTree;
import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRule;

/**
 * One call from the account's event history.
 *
 * @param session the ARN of the identity that made the call, for a role with the session's name;
 *     empty if there is none
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">Record
 *     contents</a>
 */
public record CloudTrailRecord(
    String id,
    String name,
    Instant time,
    boolean changedSomething,
    String session,
    Caller caller,
    JsonNode request,
    JsonNode response) {

  /** How calls begin that make what was not there before. */
  private static final List<String> MAKING =
      List.of("Add", "Associate", "Attach", "Authorize", "Create", "Put", "Register");

  private static final String SINGLE_SIGN_ON = ":role/aws-reserved/sso.amazonaws.com/";

  /** Empty if the event has no record that can be read. */
  static Optional<CloudTrailRecord> of(Event event) {
    if (event.cloudTrailEvent() == null || event.eventTime() == null) {
      return Optional.empty();
    }
    try {
      var record = JsonTree.read(event.cloudTrailEvent());
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

  public Cause cause() {
    return new Cause(Cause.Origin.API_CALL, id, name, time, caller);
  }

  /** Whether the call made the security group rule of this id, or changed it in place. */
  public boolean shapedRule(String id) {
    return made(id).isPresent()
        || modified().anyMatch(m -> id.equals(text(m, "SecurityGroupRuleId")));
  }

  /**
   * The security group rule of this id as the call made it; empty if it did not, or what it made is
   * not known. CloudTrail has it since 2021.
   *
   * @param account whose own groups are named by id alone
   */
  Optional<SecurityRule> madeRule(String id, String account) {
    try {
      return made(id)
          .filter(rule -> rule.hasNonNull("ipProtocol"))
          .map(
              rule ->
                  Rules.read(
                      SecurityGroupRule.builder()
                          .isEgress(rule.path("isEgress").asBoolean())
                          .ipProtocol(text(rule, "ipProtocol"))
                          .fromPort(number(rule, "fromPort"))
                          .toPort(number(rule, "toPort"))
                          .cidrIpv4(text(rule, "cidrIpv4"))
                          .cidrIpv6(text(rule, "cidrIpv6"))
                          .prefixListId(text(rule, "prefixListId"))
                          .referencedGroupInfo(
                              g ->
                                  g.groupId(text(rule.path("referencedGroupInfo"), "groupId"))
                                      .userId(text(rule.path("referencedGroupInfo"), "userId")))
                          .build(),
                      account));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<JsonNode> made(String id) {
    return elements(response.path("securityGroupRuleSet").path("items"))
        .filter(rule -> id.equals(text(rule, "securityGroupRuleId")))
        .findFirst();
  }

  /** A list of one is written as its one element. */
  private Stream<JsonNode> modified() {
    var rules = request.path("ModifySecurityGroupRulesRequest").path("SecurityGroupRule");
    return rules.isArray() ? elements(rules) : Stream.of(rules);
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  /** Whether the call made the route to this destination, or sent it elsewhere. */
  boolean shapedRoute(String destination) {
    return (name.equals("CreateRoute") || name.equals("ReplaceRoute")) && names(destination);
  }

  /** Whether the call deleted the route to this destination. */
  boolean endedRoute(String destination) {
    return name.equals("DeleteRoute") && names(destination);
  }

  /** Whether it can have made what it is about, and not only changed it. */
  boolean makes() {
    return MAKING.stream().anyMatch(name::startsWith);
  }

  /** Whether it is refused if what it is about is there already. */
  boolean begins() {
    return name.equals("CreateRoute") || name.equals("CreateNetworkAclEntry");
  }

  /** Whether the call is about the route to this destination. */
  boolean names(String destination) {
    return Stream.of("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
        .map(field -> text(request, field))
        .anyMatch(said -> said != null && canonical(said).equals(destination));
  }

  private static String canonical(String destination) {
    try {
      return destination.startsWith("pl-") ? destination : Cidr.parse(destination).text();
    } catch (IllegalArgumentException e) {
      return destination;
    }
  }

  /**
   * Whether the call made this entry of a network ACL, or changed it.
   *
   * @param key direction and number, as members of network ACLs are known by
   */
  boolean shapedEntry(String key) {
    return (name.equals("CreateNetworkAclEntry") || name.equals("ReplaceNetworkAclEntry"))
        && isOfEntry(key);
  }

  /** Whether the call deleted this entry of a network ACL. */
  boolean endedEntry(String key) {
    return name.equals("DeleteNetworkAclEntry") && isOfEntry(key);
  }

  /** Whether the call is about this entry of a network ACL. */
  boolean isOfEntry(String key) {
    return request.path("ruleNumber").asInt(-1) == AclEntries.number(key)
        && request.path("egress").asBoolean() == (AclEntries.direction(key) == Direction.EGRESS);
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

  private static @Nullable Integer number(JsonNode json, String name) {
    return json.path(name).isInt() ? Integer.valueOf(json.path(name).intValue()) : null;
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).isTextual() ? json.path(name).textValue() : null;
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
