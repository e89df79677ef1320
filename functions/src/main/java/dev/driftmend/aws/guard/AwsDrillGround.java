package dev.driftmend.aws.guard;

import dev.driftmend.aws.client.Chunks;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.owner.CloudTrailRecord;
import dev.driftmend.aws.owner.EventHistory;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.aws.resource.ec2.Rules;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.port.DrillGround;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;

/** {@link DrillGround} on EC2 and CloudTrail. */
public final class AwsDrillGround implements DrillGround {
  private static final Set<String> GONE =
      Set.of("InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound");

  private final Clients clients;
  private final EventHistory history;
  private final Supplier<Optional<StackSnapshot>> guard;

  /**
   * @param guard its stack, asked for only if something does not answer
   */
  public AwsDrillGround(Clients clients, Supplier<Optional<StackSnapshot>> guard) {
    this.clients = clients;
    this.history = new EventHistory(clients);
    this.guard = guard;
  }

  @Override
  public Set<String> carried(Set<String> groups) {
    var carried = new HashSet<String>();
    for (var chunk : Chunks.of(List.copyOf(groups), Observations.FILTER_VALUES)) {
      clients.ec2(
          ec2 -> {
            ec2
                .describeNetworkInterfacesPaginator(
                    r ->
                        r.filters(Observations.filter("group-id", chunk))
                            .maxResults(Observations.PAGE))
                .networkInterfaces()
                .stream()
                .flatMap(i -> i.groups().stream())
                .map(GroupIdentifier::groupId)
                .forEach(carried::add);
            return carried;
          });
    }
    carried.retainAll(groups);
    return carried;
  }

  @Override
  public String open(String group, SecurityRule rule, String description) {
    return clients
        .ec2(
            ec2 ->
                ec2.authorizeSecurityGroupIngress(
                    r -> r.groupId(group).ipPermissions(Rules.write(rule, description))))
        .securityGroupRules()
        .getFirst()
        .securityGroupRuleId();
  }

  @Override
  public boolean stands(String ruleId) {
    return !clients
        .ec2(
            ec2 ->
                ec2.describeSecurityGroupRules(
                    r -> r.filters(Observations.filter("security-group-rule-id", List.of(ruleId)))))
        .securityGroupRules()
        .isEmpty();
  }

  @Override
  public void close(String group, String ruleId) {
    Observations.unless(
        GONE,
        () ->
            clients.ec2(
                ec2 ->
                    ec2.revokeSecurityGroupIngress(
                        r -> r.groupId(group).securityGroupRuleIds(ruleId))));
  }

  @Override
  public Optional<Cause> recorded(String group, String ruleId, Instant since) {
    return history.changes(group, since).stream()
        .filter(r -> r.shapedRule(ruleId))
        .findFirst()
        .map(CloudTrailRecord::cause);
  }

  @Override
  public List<String> faults() {
    return guard.get().map(new AwsGuardParts(clients)::look).orElse(List.of()).stream()
        .filter(p -> p.fault() != null)
        .map(p -> p.logicalId() + ": " + p.fault())
        .toList();
  }
}
