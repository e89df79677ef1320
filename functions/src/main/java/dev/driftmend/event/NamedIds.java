package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.watch.WatchedCalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a call is about, found by the look of their ids and not by the place where
 * they stand: the same call logs its request as a list, flat, wrapped or collapsed, depending on
 * the client and the year.
 *
 * <p>What a call merely refers to (the source group of a rule, the target group of an action, the
 * groups set on an interface) is left out: it does not say whose resource was changed.
 *
 * <p>Which forms of ids there are, and which is the more specific, is in {@link WatchedCalls}.
 *
 * <p>IAM names its things by names that could be anybody's; they are given as the last part of
 * their ARN, {@code role/NAME} and {@code instance-profile/NAME}.
 */
final class NamedIds {
  private static final Pattern EC2_ID = Pattern.compile("([a-z]+(?:-[a-z]+)*-)[0-9a-f]{8,17}");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final Pattern ELB_ARN =
      Pattern.compile(
          "(arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:)"
              + "(loadbalancer|listener|listener-rule|targetgroup)/(.+)");
  private static final Pattern IAM_ARN =
      Pattern.compile("arn:[^:]+:iam::[^:]*:(role|instance-profile)/(?:.*/)?([^/]+)");

  /** What a call merely refers to, whichever call it is. */
  private static final Set<String> REFERENCES =
      Set.of(
          "ippermissions",
          "groups",
          "groupset",
          "securitygroups",
          "securitygroupids",
          "referencedgroupid",
          "referencedgroupinfo",
          "subnets",
          "subnetmappings",
          "availabilityzones",
          "iaminstanceprofile",
          "targets",
          "defaultactions",
          "actions",
          "networkinterfaceset",
          "filterset",
          "tagset",
          "tags",
          "tagspecification",
          "tagspecificationset",
          "description",
          "userdata",
          "clienttoken",
          "requestid");

  private static final List<String> DESTINATIONS =
      List.of("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId");

  private NamedIds() {}

  /** Ids and ARNs, the most specific first, then what holds them; no id twice. */
  static List<String> of(String eventName, JsonNode request, JsonNode response) {
    var found = new ArrayList<Id>();
    found.addAll(within(request, eventName));
    found.addAll(within(response, eventName));
    return ordered(found);
  }

  /**
   * What a call is about: its ids, and what tells one member of a set from another: targets, the
   * destination of a route, and an entry of a network ACL as {@code ingress 100}.
   */
  static Set<String> about(String eventName, JsonNode request, JsonNode response) {
    var about = new HashSet<>(of(eventName, request, response));
    request.path("targets").forEach(target -> add(about, PayloadJson.text(target, "id")));
    for (var destination : DESTINATIONS) {
      var text = PayloadJson.text(request, destination);
      add(about, text == null || text.startsWith("pl-") ? text : block(text));
    }
    if (request.path("ruleNumber").isInt()) {
      var direction = request.path("egress").asBoolean() ? "egress " : "ingress ";
      about.add(direction + request.path("ruleNumber").intValue());
    }
    return about;
  }

  private static void add(Set<String> about, @Nullable String text) {
    if (text != null) {
      about.add(text);
    }
  }

  private static String block(String text) {
    try {
      return Cidr.parse(text).text();
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** The same of ids that stand in no payload. */
  static List<String> of(Stream<String> ids) {
    return ordered(ids.flatMap(NamedIds::read).toList());
  }

  /** Whether a call may name several of its kind, each of them another stack's. */
  static boolean isListed(String id) {
    var form = EC2_ID.matcher(id);
    return form.matches() && WatchedCalls.isListed(form.group(1));
  }

  static boolean isInstance(String id) {
    return id.startsWith("i-");
  }

  static boolean isInstanceOrAddress(String id) {
    return isInstance(id) || IPV4.matcher(id).matches();
  }

  private static List<String> ordered(List<Id> ids) {
    return ids.stream().sorted(Comparator.comparingInt(Id::rank)).map(Id::id).distinct().toList();
  }

  /** Level by level, so that of two equals the one that the call names itself comes first. */
  private static List<Id> within(JsonNode root, String eventName) {
    var found = new ArrayList<Id>();
    var open = new ArrayDeque<JsonNode>();
    open.add(root);
    while (!open.isEmpty()) {
      var node = open.remove();
      if (node.isTextual()) {
        read(node.textValue()).forEach(found::add);
      } else if (node.isObject()) {
        named(node).forEach(found::add);
        node.propertyStream()
            .filter(field -> !refersOnly(field.getKey(), eventName))
            .forEach(field -> open.add(field.getValue()));
      } else {
        node.forEach(open::add);
      }
    }
    return found;
  }

  private static Stream<Id> named(JsonNode node) {
    return Stream.concat(
        named(node, "instanceProfileName", "instance-profile"), named(node, "roleName", "role"));
  }

  private static Stream<Id> named(JsonNode node, String field, String sort) {
    var name = PayloadJson.text(node, field);
    return name == null ? Stream.empty() : ranked(sort + "/" + name, sort);
  }

  private static boolean refersOnly(String field, String eventName) {
    var name = field.toLowerCase(Locale.ROOT);
    return REFERENCES.contains(name) || WatchedCalls.isMention(eventName, name);
  }

  private static Stream<Id> read(String text) {
    if (text.startsWith("arn:")) {
      return arn(text);
    }
    if (IPV4.matcher(text).matches()) {
      return ranked(text, "ip");
    }
    var id = EC2_ID.matcher(text);
    return id.matches() ? ranked(text, id.group(1)) : Stream.empty();
  }

  private static Stream<Id> arn(String text) {
    var named = IAM_ARN.matcher(text);
    if (named.matches()) {
      return ranked(named.group(1) + "/" + named.group(2), named.group(1));
    }
    var arn = ELB_ARN.matcher(text);
    if (!arn.matches()) {
      var last = text.substring(text.lastIndexOf('/') + 1);
      return last.equals(text) ? Stream.empty() : read(last);
    }
    var prefix = arn.group(1);
    var path = arn.group(3).split("/");
    return switch (arn.group(2)) {
      case "listener-rule" ->
          Stream.of(
                  ranked(text, "listener-rule"),
                  ranked(prefix + "listener/" + upTo(path, 4), "listener"),
                  ranked(prefix + "loadbalancer/" + upTo(path, 3), "loadbalancer"))
              .flatMap(id -> id);
      case "listener" ->
          Stream.concat(
              ranked(text, "listener"),
              ranked(prefix + "loadbalancer/" + upTo(path, 3), "loadbalancer"));
      default -> ranked(text, arn.group(2));
    };
  }

  private static String upTo(String[] path, int parts) {
    return String.join("/", List.of(path).subList(0, Math.min(parts, path.length)));
  }

  private static Stream<Id> ranked(String id, String sort) {
    return WatchedCalls.form(sort).map(form -> new Id(id, form.rank())).stream();
  }

  private record Id(String id, int rank) {}
}
