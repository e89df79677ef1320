package dev.driftmend.aws;

import dev.driftmend.kind.Instance;
import dev.driftmend.kind.Listener;
import dev.driftmend.kind.NetworkAcl;
import dev.driftmend.kind.RouteTable;
import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.kind.TargetGroup;
import dev.driftmend.kind.Vpc;
import dev.driftmend.model.Caller;
import dev.driftmend.model.Item;
import dev.driftmend.model.Policy;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.SecurityRule;
import dev.driftmend.model.StackRef;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Claims} from tags, from the other stacks of the account and from its event history; the
 * cheapest question comes first.
 */
public final class AwsClaims implements Claims {
  private static final String CLOUD_FORMATION = "cloudformation.amazonaws.com";
  private final StackOwners stacks;
  private final EventHistory history;
  private final BiFunction<StackRef, String, List<SecurityRule>> foreignRules;
  private volatile Run run = new Run(null);

  /**
   * @param foreignRules the rules that the deployed template of another stack gives to a group, by
   *     that stack and the group's id; whatever it throws makes the claim undecided
   */
  public AwsClaims(
      Clients clients,
      BiFunction<StackRef, String, List<SecurityRule>> foreignRules,
      InstantSource clock) {
    this.stacks = new StackOwners(clients, clock);
    this.history = new EventHistory(clients);
    this.foreignRules = foreignRules;
  }

  /** What one run has asked already: a run reads the policy once for all its questions. */
  private record Run(
      @Nullable Policy policy,
      Map<String, List<CloudTrailRecord>> changes,
      Map<String, List<StackRef>> naming,
      Map<String, Optional<StackRef>> owners) {
    Run(@Nullable Policy policy) {
      this(policy, new HashMap<>(), new HashMap<>(), new ConcurrentHashMap<>());
    }
  }

  @Override
  public Claim claim(
      StackRef stack, ResourceRef resource, Item extra, Policy policy, Optional<Caller> maker) {
    begin(policy);
    try {
      return decide(stack, resource, extra, policy, maker);
    } catch (DeniedFailure e) {
      return new Claim.Undecided(Failures.explain(e));
    }
  }

  private synchronized void begin(Policy policy) {
    if (run.policy() != policy) {
      run = new Run(policy);
    }
  }

  private Claim decide(
      StackRef stack, ResourceRef resource, Item extra, Policy policy, Optional<Caller> maker) {
    return switch (resource.type()) {
      case SecurityGroup.TYPE -> ofRule(stack, resource.physicalId(), extra, policy, maker);
      case TargetGroup.TYPE -> ofTarget(resource.physicalId(), extra, policy);
      case RouteTable.TYPE -> ofRoute(stack, resource.physicalId(), extra.key(), policy);
      case NetworkAcl.TYPE ->
          ofAuthors(authors(resource.physicalId(), r -> r.shapedEntry(extra.key())), policy);
      case Vpc.TYPE -> claimed(ofAnotherStack(stack, Stream.of(extra.key())));
      case Listener.TYPE -> claimed(ofAnotherStack(stack, Stream.of(extra.key())));
      case Instance.TYPE ->
          extra.key().startsWith("sg-")
              ? new Claim.Unclaimed()
              : claimed(ofAnotherStack(stack, Stream.of(extra.key(), extra.handle())));
      default -> new Claim.Unclaimed();
    };
  }

  private static Claim claimed(Optional<String> claimant) {
    return claimant.<Claim>map(Claim.Claimed::new).orElseGet(Claim.Unclaimed::new);
  }

  private Optional<String> ofAnotherStack(StackRef stack, Stream<@Nullable String> physicalIds) {
    return physicalIds
        .filter(Objects::nonNull)
        .flatMap(id -> owner(id).stream())
        .filter(owner -> !owner.equals(stack))
        .findFirst()
        .map(AwsClaims::named);
  }

  /** What one stack has is not asked for one by one: the answer tells of the others. */
  private Optional<StackRef> owner(String physicalId) {
    var owners = run.owners();
    var known = owners.get(physicalId);
    if (known == null) {
      var told = stacks.withOthersOf(physicalId);
      told.forEach((id, stack) -> owners.putIfAbsent(id, Optional.of(stack)));
      known = Optional.ofNullable(told.get(physicalId));
      owners.put(physicalId, known);
    }
    return known;
  }

  private Claim ofRule(
      StackRef stack, String groupId, Item extra, Policy policy, Optional<Caller> maker) {
    var ruleId = extra.handle();
    if (ruleId == null) {
      return new Claim.Unclaimed();
    }
    return ForeignMarks.ofDescription(extra.fields().get("description"))
        .or(() -> ForeignMarks.ofTags(extra.tags(), stack))
        .or(() -> ofAnotherStack(stack, Stream.of(ruleId)))
        .or(() -> ofContent(stack, groupId, SecurityRule.parse(extra.key())))
        .<Claim>map(Claim.Claimed::new)
        .or(() -> maker.map(caller -> claimed(policy.ownerBehind(caller))))
        .orElseGet(() -> authorOfRule(stack, groupId, ruleId, extra, policy));
  }

  /**
   * A rule that CloudFormation made and that is another one now was changed by somebody since; that
   * call may not be in the history yet.
   */
  private Claim authorOfRule(
      StackRef stack, String groupId, String ruleId, Item extra, Policy policy) {
    var authors = authors(groupId, r -> r.shapedRule(ruleId));
    var changed =
        authors.stream()
            .findFirst()
            .filter(AwsClaims::isCloudFormations)
            .flatMap(r -> r.madeRule(ruleId, stack.account()))
            .filter(made -> !made.equals(SecurityRule.parse(extra.key())))
            .isPresent();
    return changed
        ? new Claim.Unattributed(
            "CloudFormation made it otherwise, and the account's event history does not say who"
                + " changed it")
        : ofAuthors(authors, policy);
  }

  private synchronized Optional<String> ofContent(
      StackRef stack, String groupId, SecurityRule rule) {
    var naming = run.naming().get(groupId);
    if (naming == null) {
      naming = stacks.thatCanName(groupId, stack);
      run.naming().put(groupId, naming);
    }
    return naming.stream()
        .filter(other -> rulesOf(other, groupId).contains(rule))
        .findFirst()
        .map(AwsClaims::named);
  }

  private List<SecurityRule> rulesOf(StackRef other, String groupId) {
    try {
      return foreignRules.apply(other, groupId);
    } catch (DeniedFailure | TransientFailure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DeniedFailure("reading the template of " + other.name(), e);
    }
  }

  private static String named(StackRef other) {
    return "the stack " + other.name();
  }

  /** The physical id of a route is made of its table's and its destination. */
  private Claim ofRoute(StackRef stack, String table, String destination, Policy policy) {
    return ofAnotherStack(stack, Stream.of(table + "|" + destination))
        .<Claim>map(Claim.Claimed::new)
        .orElseGet(() -> ofAuthors(authors(table, r -> r.shapedRoute(destination)), policy));
  }

  private Claim ofTarget(String targetGroup, Item extra, Policy policy) {
    var id = TargetGroups.target(extra.key()).id();
    var registered =
        authors(targetGroup, r -> r.name().equals("RegisterTargets") && r.targets().contains(id));
    return ofAuthors(registered, policy);
  }

  /** The calls that made it or changed it, newest first. */
  private synchronized List<CloudTrailRecord> authors(
      String resourceId, Predicate<CloudTrailRecord> shaped) {
    var changes = run.changes().get(resourceId);
    if (changes == null) {
      changes = history.changes(resourceId, null);
      run.changes().put(resourceId, changes);
    }
    return changes.stream().filter(shaped).toList();
  }

  /**
   * It is whoever's made it or had a hand in it; a person who changes it does not make it theirs.
   */
  private static Claim ofAuthors(List<CloudTrailRecord> authors, Policy policy) {
    if (authors.isEmpty()) {
      return new Claim.Unattributed("the account's event history does not say who made it");
    }
    var owner =
        authors.stream()
            .filter(r -> !isCloudFormations(r))
            .flatMap(r -> policy.ownerBehind(r.caller()).stream())
            .findFirst();
    return owner.isEmpty() && isCloudFormations(authors.getFirst())
        ? new Claim.Undecided("CloudFormation made it, for no stack that has it now")
        : claimed(owner);
  }

  private static boolean isCloudFormations(CloudTrailRecord record) {
    return CLOUD_FORMATION.equals(record.caller().invokedBy());
  }
}
