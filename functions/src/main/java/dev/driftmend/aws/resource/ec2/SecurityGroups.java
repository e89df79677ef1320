package dev.driftmend.aws.resource.ec2;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ResourceAdapter;
import dev.driftmend.kind.Argument;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRule;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRuleDescription;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * Security groups and their rules. Looked up by filter, because a filter leaves out a group that is
 * gone where an id would fail the call for all.
 */
public final class SecurityGroups implements ResourceAdapter {
  private static final Set<String> EXISTS_ALREADY = Set.of("InvalidPermission.Duplicate");
  private static final Set<String> GONE_ALREADY =
      Set.of(
          "InvalidPermission.NotFound",
          "InvalidSecurityGroupRuleId.NotFound",
          "InvalidSecurityGroupRule.NotFound");

  private final Clients clients;

  public SecurityGroups(Clients clients) {
    this.clients = clients;
  }

  @Override
  public String type() {
    return SecurityGroup.TYPE;
  }

  @Override
  public Map<String, Observed> observe(
      StackRef stack, Collection<Resource> resources, Answers answers) {
    var ids =
        resources.stream()
            .map(r -> r.ref().physicalId())
            .filter(SecurityGroups::isId)
            .distinct()
            .toList();
    try {
      return found(stack, resources, rulesOf(ids));
    } catch (DeniedFailure e) {
      return Observations.unreadable(resources, e);
    }
  }

  private Map<String, Observed> found(
      StackRef stack, Collection<Resource> resources, Map<String, List<SecurityGroupRule>> rules) {
    var observed = new HashMap<String, Observed>();
    for (var resource : resources) {
      var id = resource.ref().physicalId();
      observed.put(
          resource.ref().logicalId(),
          !isId(id)
              ? knownByName()
              : rules.containsKey(id) ? found(stack, rules.get(id)) : new Observed.Gone());
    }
    return observed;
  }

  /** Without a VPC a group's physical id is its name, which no call about rules takes. */
  private static boolean isId(String physicalId) {
    return physicalId.startsWith("sg-");
  }

  private static Observed knownByName() {
    var unknown = new Property.Unknown("a group outside a VPC is known by its name only");
    return new Observed.Found(
        Map.of(SecurityGroup.INGRESS, unknown, SecurityGroup.EGRESS, unknown));
  }

  private static Observed found(StackRef stack, List<SecurityGroupRule> rules) {
    return new Observed.Found(
        Map.of(
            SecurityGroup.INGRESS, members(stack, rules, Direction.INGRESS),
            SecurityGroup.EGRESS, members(stack, rules, Direction.EGRESS)));
  }

  private static Property members(
      StackRef stack, List<SecurityGroupRule> rules, Direction direction) {
    return Property.Members.of(
        rules.stream()
            .filter(r -> Rules.direction(r) == direction)
            .map(r -> item(stack, r))
            .toList());
  }

  private static Item item(StackRef stack, SecurityGroupRule rule) {
    var described = rule.description() != null && !rule.description().isEmpty();
    return new Item(
        Rules.read(rule, stack.account()).key(),
        Item.of("", described ? Map.of("description", rule.description()) : Map.of()).fields(),
        rule.securityGroupRuleId(),
        rule.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value, (one, other) -> one)));
  }

  /** By group id; a group that exists without any rule has an empty list, one that is gone none. */
  private Map<String, List<SecurityGroupRule>> rulesOf(List<String> ids) {
    var rules = new HashMap<String, List<SecurityGroupRule>>();
    all(clients, ids)
        .forEach(rule -> rules.computeIfAbsent(rule.groupId(), g -> new ArrayList<>()).add(rule));
    var silent = new ArrayList<>(ids);
    silent.removeAll(rules.keySet());
    existing(silent).forEach(id -> rules.put(id, List.of()));
    return rules;
  }

  /** All rules of these groups; nothing of a group that is gone. */
  static List<SecurityGroupRule> all(Clients clients, List<String> groups) {
    return Observations.listed(
        groups,
        some ->
            clients.ec2(
                ec2 ->
                    ec2
                        .describeSecurityGroupRulesPaginator(
                            r ->
                                r.filters(Observations.filter("group-id", some))
                                    .maxResults(Observations.PAGE))
                        .securityGroupRules()
                        .stream()
                        .toList()));
  }

  private List<String> existing(List<String> ids) {
    return Observations.listed(
        ids,
        some ->
            clients.ec2(
                ec2 ->
                    ec2
                        .describeSecurityGroupsPaginator(
                            r ->
                                r.filters(Observations.filter("group-id", some))
                                    .maxResults(Observations.PAGE))
                        .securityGroups()
                        .stream()
                        .map(g -> g.groupId())
                        .toList()));
  }

  @Override
  public void execute(Step.Call call) {
    switch (call.operation()) {
      case "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress" -> authorize(call);
      case "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress" ->
          revoke(
              call,
              ids(
                  call.argument(Argument.GROUP),
                  call.arguments().getOrDefault(Argument.RULE_IDS, List.of())));
      case "UpdateSecurityGroupRuleDescriptionsIngress",
          "UpdateSecurityGroupRuleDescriptionsEgress" ->
          describe(call);
      default -> throw Observations.unknownOperation(call);
    }
  }

  private void authorize(Step.Call call) {
    var rule = SecurityRule.parse(call.argument(Argument.RULE));
    var permission = Rules.write(rule, Observations.optional(call, Argument.DESCRIPTION));
    var group = call.argument(Argument.GROUP);
    Observations.unless(
        EXISTS_ALREADY,
        () ->
            switch (rule.direction()) {
              case INGRESS ->
                  clients.ec2(
                      ec2 ->
                          ec2.authorizeSecurityGroupIngress(
                              r -> r.groupId(group).ipPermissions(permission)));
              case EGRESS ->
                  clients.ec2(
                      ec2 ->
                          ec2.authorizeSecurityGroupEgress(
                              r -> r.groupId(group).ipPermissions(permission)));
            });
  }

  /** A rule that is known by what it says only is looked up now; one that is gone has no id. */
  private List<String> ids(String group, List<String> idsOrRules) {
    if (idsOrRules.stream().allMatch(SecurityGroups::isRuleId)) {
      return idsOrRules;
    }
    var ids = new ArrayList<>(idsOrRules.stream().filter(SecurityGroups::isRuleId).toList());
    var said = idsOrRules.stream().map(text -> Item.of(text).identity()).toList();
    rulesOf(List.of(group)).getOrDefault(group, List.of()).stream()
        .filter(
            r ->
                said.contains(
                    Item.of(Rules.read(r, String.valueOf(r.groupOwnerId())).key()).identity()))
        .map(SecurityGroupRule::securityGroupRuleId)
        .forEach(ids::add);
    return ids;
  }

  private static boolean isRuleId(String idOrRule) {
    return idOrRule.startsWith("sgr-");
  }

  /** One id that is gone fails the call for all of them: then each is revoked by itself. */
  private void revoke(Step.Call call, List<String> ruleIds) {
    if (ruleIds.isEmpty()) {
      return;
    }
    try {
      revokeAll(call, ruleIds);
    } catch (DeniedFailure e) {
      if (!Failures.is(e, GONE_ALREADY)) {
        throw e;
      }
      if (ruleIds.size() > 1) {
        ruleIds.forEach(id -> revoke(call, List.of(id)));
      }
    }
  }

  private void revokeAll(Step.Call call, List<String> ruleIds) {
    var group = call.argument(Argument.GROUP);
    var unused =
        call.operation().endsWith("Ingress")
            ? clients.ec2(
                ec2 ->
                    ec2.revokeSecurityGroupIngress(
                        r -> r.groupId(group).securityGroupRuleIds(ruleIds)))
            : clients.ec2(
                ec2 ->
                    ec2.revokeSecurityGroupEgress(
                        r -> r.groupId(group).securityGroupRuleIds(ruleIds)));
  }

  private void describe(Step.Call call) {
    var group = call.argument(Argument.GROUP);
    var description =
        SecurityGroupRuleDescription.builder()
            .securityGroupRuleId(call.argument(Argument.RULE_ID))
            .description(Observations.optional(call, Argument.DESCRIPTION))
            .build();
    var unused =
        call.operation().endsWith("Ingress")
            ? clients.ec2(
                ec2 ->
                    ec2.updateSecurityGroupRuleDescriptionsIngress(
                        r -> r.groupId(group).securityGroupRuleDescriptions(description)))
            : clients.ec2(
                ec2 ->
                    ec2.updateSecurityGroupRuleDescriptionsEgress(
                        r -> r.groupId(group).securityGroupRuleDescriptions(description)));
  }
}
