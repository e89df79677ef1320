package dev.driftmend.aws.owner;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.kind.Kind;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.role.Role;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
  private static final String NOBODY_KNOWN = "the account's event history does not say who made it";

  private final StackOwners stacks;
  private final EventHistory history;
  private final String ownSession;
  private final BiFunction<StackRef, ResourceRef, Set<String>> foreignMembers;
  private volatile Run run = new Run(null);

  /**
   * @param ownSession the name of Driftmend's own session, whose calls are nobody's deed: in
   *     Lambda, the name of the function
   * @param foreignMembers the keys of the members that the deployed template of another stack gives
   *     to a resource, by that stack; whatever it throws makes the claim undecided
   */
  public AwsClaims(
      Clients clients,
      String ownSession,
      BiFunction<StackRef, ResourceRef, Set<String>> foreignMembers,
      InstantSource clock) {
    this.ownSession = ownSession;
    this.stacks = new StackOwners(clients, clock);
    this.history = new EventHistory(clients);
    this.foreignMembers = foreignMembers;
  }

  /** What one run has asked already: a run reads the policy once for all its questions. */
  private record Run(
      @Nullable Policy policy,
      Map<String, List<CloudTrailRecord>> changes,
      Map<String, List<StackRef>> naming,
      Map<String, Optional<StackRef>> owners,
      Map<StackRef, Boolean> standing) {
    Run(@Nullable Policy policy) {
      this(
          policy,
          new HashMap<>(),
          new HashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>());
    }
  }

  @Override
  public Claim claim(Question question) {
    begin(question.policy());
    return kept(question.remembered(), answer(question));
  }

  /** What the history does not know otherwise stays as it was known. */
  private static Claim kept(@Nullable KnownOwner remembered, Claim answer) {
    return remembered != null
            && (answer.owner() instanceof Owner.Unknown
                || answer.owner() instanceof Owner.Undecided)
        ? new Claim(remembered.owner(), answer.cause())
        : answer;
  }

  private Claim answer(Question question) {
    try {
      return question.finding().drift() instanceof Drift.Extra extra
          ? ofExtra(question, extra.resource(), extra.item())
          : ofChange(question);
    } catch (DeniedFailure e) {
      return question.finding().drift() instanceof Drift.Extra
          ? new Claim(new Owner.Undecided(Failures.explain(e)), question.knownCall())
          : new Claim(Owner.NOBODY, question.knownCall());
    }
  }

  private synchronized void begin(Policy policy) {
    if (run.policy() != policy) {
      run = new Run(policy);
    }
  }

  /** First what says so itself, then the stacks, and the history last. */
  private Claim ofExtra(Question asked, ResourceRef resource, Item extra) {
    var mark = mark(asked.stack(), resource, extra).filter(this::stands);
    if (mark.isPresent() && (!mark.get().anybodys() || !asked.finding().isOpenToInternet())) {
      return new Claim(mark.get().owner(), asked.knownCall());
    }
    var stack = stackOf(asked, resource, extra);
    if (stack.isPresent()) {
      return new Claim(stack.get(), asked.knownCall());
    }
    var made =
        asked.knownCall() == null
            ? madeBy(asked, resource, extra)
            : byCaller(asked, asked.knownCall());
    var deployed = deployedBy(asked, resource, extra, made);
    if (deployed.isPresent()) {
      return new Claim(deployed.get(), made.cause());
    }
    return mark.isPresent() && !(made.owner() instanceof Owner.Another)
        ? new Claim(new Owner.Undecided(doubted(mark.get(), made)), made.cause())
        : made;
  }

  /** The tags of a stack stay on what was left behind when it was deleted. */
  private boolean stands(ForeignMarks.Mark mark) {
    var stack = mark.stack();
    return stack == null || run.standing().computeIfAbsent(stack, stacks::stands);
  }

  private static Optional<ForeignMarks.Mark> mark(
      StackRef stack, ResourceRef resource, Item extra) {
    return resource.type().equals(SecurityGroup.TYPE)
        ? ForeignMarks.ofDescription(extra.fields().get("description"))
            .or(() -> ForeignMarks.ofTags(extra.tags(), stack))
        : Optional.empty();
  }

  private static String doubted(ForeignMarks.Mark mark, Claim made) {
    var maker = made.caller();
    return "it is open to the internet and says to belong to "
        + mark.owner().name()
        + ", but "
        + (maker == null
            ? "who made it is not known"
            : maker.principal() + " made it, which the policy's controllers do not name");
  }

  private Optional<Owner.Another> stackOf(Question asked, ResourceRef resource, Item extra) {
    var stack = asked.stack();
    return switch (resource.type()) {
      case SecurityGroup.TYPE ->
          ofAnotherStack(stack, Stream.of(extra.handle()))
              .or(() -> ofContent(stack, resource, extra));
      case RouteTable.TYPE ->
          // The physical id of a route is made of its table's and its destination.
          ofAnotherStack(stack, Stream.of(resource.physicalId() + "|" + extra.key()));
      case Instance.TYPE ->
          extra.key().startsWith("sg-")
              ? Optional.empty()
              : ofAnotherStack(stack, Stream.of(extra.key(), extra.handle()));
      // The physical ids of an entry and of a policy beside its role are not documented.
      case NetworkAcl.TYPE -> ofContent(stack, resource, extra);
      case Vpc.TYPE ->
          AclEntries.isKey(extra.key())
              ? lists(asked).flatMap(l -> ofContent(stack, l, extra).stream()).findFirst()
              : ofAnotherStack(stack, Stream.of(extra.key()));
      case Role.TYPE -> ofAttaching(stack, resource, extra);
      case Listener.TYPE -> ofAnotherStack(stack, Stream.of(extra.key()));
      default -> Optional.empty();
    };
  }

  /** The network lists that entries of a VPC are in: its default one. */
  private static Stream<ResourceRef> lists(Question asked) {
    var drift = asked.finding().drift();
    return asked.live() == null
        ? Stream.of()
        : kind(drift).names(drift, asked.live()).stream()
            .map(id -> new ResourceRef(drift.resource().logicalId(), NetworkAcl.TYPE, id));
  }

  /** Whose a managed policy is says not who attached it: its stack has to name the role, too. */
  private Optional<Owner.Another> ofAttaching(StackRef stack, ResourceRef role, Item policy) {
    var owner = policy.key().startsWith("arn:") ? owner(policy.key()) : Optional.<StackRef>empty();
    return owner
        .filter(other -> !other.equals(stack))
        .flatMap(other -> declaring(List.of(other), role, policy))
        .or(() -> ofContent(stack, role, policy));
  }

  /**
   * A stack that names by a literal id what it adds to: one of those that were being deployed when
   * CloudFormation made it.
   */
  private synchronized Optional<Owner.Another> deployedBy(
      Question asked, ResourceRef resource, Item extra, Claim made) {
    var maker = made.caller();
    var cause = made.cause();
    if (maker == null || cause == null || !maker.isCloudFormation()) {
      return Optional.empty();
    }
    var parts =
        resource.type().equals(Vpc.TYPE) && AclEntries.isKey(extra.key())
            ? lists(asked)
            : Stream.of(resource);
    return parts
        .flatMap(
            part -> declaring(stacks.deployedAt(cause.time(), asked.stack()), part, extra).stream())
        .findFirst();
  }

  private static Claim byCaller(Question asked, Cause knownCall) {
    var caller = knownCall.caller();
    Optional<Owner.Another> owner =
        caller == null ? Optional.empty() : asked.policy().ownerBehind(caller);
    return new Claim(owner.<Owner>map(o -> o).orElse(Owner.NOBODY), knownCall);
  }

  private Claim madeBy(Question asked, ResourceRef resource, Item extra) {
    var id = resource.physicalId();
    return switch (resource.type()) {
      case SecurityGroup.TYPE -> authorOfRule(asked, id, extra);
      case RouteTable.TYPE ->
          ofAuthors(
              asked, life(asked, r -> r.shapedRoute(extra.key()), r -> r.endedRoute(extra.key())));
      case NetworkAcl.TYPE -> ofEntry(asked, extra);
      case Vpc.TYPE -> AclEntries.isKey(extra.key()) ? ofEntry(asked, extra) : ofCalls(asked);
      case TargetGroup.TYPE -> {
        var target = TargetGroup.targetId(extra.key());
        yield ofAuthors(
            asked,
            life(
                asked,
                r -> r.name().equals("RegisterTargets") && r.targets().contains(target),
                r -> r.name().equals("DeregisterTargets") && r.targets().contains(target)));
      }
      default -> {
        var made = ofCalls(asked);
        // The calls of IAM are in the history of one region only, which may be another one.
        yield made.owner() instanceof Owner.Unknown && resource.type().equals(Role.TYPE)
            ? new Claim(Owner.NOBODY)
            : made;
      }
    };
  }

  private Claim ofCalls(Question asked) {
    return ofAuthors(asked, authors(asked, null, r -> canMake(r, asked)));
  }

  private Claim ofEntry(Question asked, Item extra) {
    return ofAuthors(
        asked, life(asked, r -> r.shapedEntry(extra.key()), r -> r.endedEntry(extra.key())));
  }

  /** Who lost or changed something of a resource: the last one whose call can have done it. */
  private Claim ofChange(Question asked) {
    var stack = ofAnotherStack(asked.stack(), associations(asked).stream());
    if (stack.isPresent()) {
      return new Claim(stack.get(), asked.knownCall());
    }
    var drift = asked.finding().drift();
    var unnamed = kind(drift).isUnnamed(drift);
    if (asked.knownCall() != null && !unnamed) {
      return byCaller(asked, asked.knownCall());
    }
    var known = asked.remembered();
    var calls =
        authors(asked, asked.since(), r -> canMake(r, asked) && concerns(r, drift)).stream()
            .filter(r -> !r.caller().isCloudFormation())
            // It was so already when it became known.
            .filter(r -> known == null || !r.time().isAfter(known.since()))
            .map(CloudTrailRecord::cause)
            .map(cause -> byCaller(asked, cause));
    var all =
        Stream.concat(Stream.ofNullable(asked.knownCall()).map(t -> byCaller(asked, t)), calls)
            .toList();
    if (all.isEmpty()) {
      return new Claim(new Owner.Unknown(NOBODY_KNOWN));
    }
    return unnamed ? ofRevokers(all) : all.getFirst();
  }

  /**
   * A rule that is gone has no id that a call could be held against: it is a service's only if no
   * person has revoked anything of the group, and a person's only if it was one alone.
   */
  private static Claim ofRevokers(List<Claim> calls) {
    var people = calls.stream().filter(c -> !(c.owner() instanceof Owner.Another)).toList();
    if (people.isEmpty()) {
      return calls.getFirst();
    }
    var callers = people.stream().map(Claim::caller).distinct().count();
    return callers == 1 ? people.getFirst() : new Claim(Owner.NOBODY);
  }

  /** Which table or list a subnet has is a resource that another stack may have. */
  private static Set<String> associations(Question asked) {
    var drift = asked.finding().drift();
    return drift instanceof Drift.Changed
            && drift.resource().type().equals(Subnet.TYPE)
            && asked.live() != null
        ? kind(drift).names(drift, asked.live())
        : Set.of();
  }

  private static Kind kind(Drift drift) {
    return Kinds.of(drift.resource().type()).orElseThrow();
  }

  private static boolean canMake(CloudTrailRecord call, Question asked) {
    var drift = asked.finding().drift();
    return kind(drift).calls(drift).contains(call.name());
  }

  /** Of a set whether the call was about this member; of all else it is about the resource. */
  private static boolean concerns(CloudTrailRecord call, Drift drift) {
    var key = drift.memberKey();
    if (key == null) {
      return true;
    }
    return switch (drift.resource().type()) {
      case TargetGroup.TYPE -> call.targets().contains(TargetGroup.targetId(key));
      case RouteTable.TYPE -> call.names(key);
      case NetworkAcl.TYPE -> call.isOfEntry(key);
      case Vpc.TYPE -> !AclEntries.isKey(key) || call.isOfEntry(key);
      default -> true;
    };
  }

  private Optional<Owner.Another> ofAnotherStack(
      StackRef stack, Stream<? extends @Nullable String> physicalIds) {
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
      var found = stacks.withOthersOf(physicalId);
      found.forEach((id, stack) -> owners.putIfAbsent(id, Optional.of(stack)));
      known = Optional.ofNullable(found.get(physicalId));
      owners.put(physicalId, known);
    }
    return known;
  }

  /**
   * A rule that CloudFormation made and that is another one now was changed by somebody since; that
   * call may not be in the history yet.
   */
  private Claim authorOfRule(Question asked, String groupId, Item extra) {
    var ruleId = extra.handle();
    if (ruleId == null) {
      return Claim.NONE;
    }
    var authors = authors(asked, null, r -> r.shapedRule(ruleId));
    var changed =
        authors.stream()
            .findFirst()
            .filter(r -> r.caller().isCloudFormation())
            .flatMap(r -> r.madeRule(ruleId, asked.stack().account()))
            .filter(made -> !made.isSame(SecurityRule.parse(extra.key())))
            .isPresent();
    return changed
        ? new Claim(
            new Owner.Unknown(
                "CloudFormation made it otherwise, and the account's event history does not say"
                    + " who changed it"))
        : ofAuthors(asked, authors);
  }

  private synchronized Optional<Owner.Another> ofContent(
      StackRef stack, ResourceRef resource, Item extra) {
    var id = resource.physicalId();
    var naming = run.naming().get(id);
    if (naming == null) {
      naming = stacks.thatCanName(id, stack);
      run.naming().put(id, naming);
    }
    return declaring(naming, resource, extra);
  }

  private synchronized Optional<Owner.Another> declaring(
      List<StackRef> stacks, ResourceRef resource, Item extra) {
    return stacks.stream()
        .filter(
            other ->
                membersOf(other, resource).stream()
                    .anyMatch(key -> Item.of(key).identity().equals(extra.identity())))
        .findFirst()
        .map(AwsClaims::named);
  }

  private Set<String> membersOf(StackRef other, ResourceRef resource) {
    try {
      return foreignMembers.apply(other, resource);
    } catch (DeniedFailure | TransientFailure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DeniedFailure("reading the template of " + other.name(), e);
    }
  }

  private static Owner.Another named(StackRef other) {
    return new Owner.Another(Owner.Sort.STACK, "the stack " + other.name());
  }

  /**
   * The calls that shaped just this, newest first, but for our own. The history is asked by the
   * resource's id, and by those of its interfaces and associations.
   */
  private List<CloudTrailRecord> authors(
      Question asked, @Nullable Instant since, Predicate<CloudTrailRecord> shaped) {
    return calls(asked, since, shaped).filter(r -> !isOwn(r)).toList();
  }

  /**
   * The calls that shaped just this since it was made last, newest first, but for our own: what was
   * deleted before is another one, whosever it was.
   */
  private List<CloudTrailRecord> life(
      Question asked, Predicate<CloudTrailRecord> shaped, Predicate<CloudTrailRecord> ended) {
    var life = new ArrayList<CloudTrailRecord>();
    for (var call : calls(asked, null, shaped.or(ended)).toList()) {
      if (ended.test(call)) {
        break;
      }
      if (!isOwn(call)) {
        life.add(call);
      }
      if (call.begins()) {
        break;
      }
    }
    return life;
  }

  private boolean isOwn(CloudTrailRecord call) {
    return call.session().endsWith("/" + ownSession);
  }

  private Stream<CloudTrailRecord> calls(
      Question asked, @Nullable Instant since, Predicate<CloudTrailRecord> about) {
    var drift = asked.finding().drift();
    var ids = new LinkedHashSet<String>();
    ids.add(drift.resource().physicalId());
    // A listener beside the declared ones is named by its own ARN.
    if (drift instanceof Drift.Extra e && e.item().key().startsWith("arn:")) {
      ids.add(e.item().key());
    }
    if (asked.live() != null) {
      ids.addAll(kind(drift).names(drift, asked.live()));
    }
    return ids.stream()
        .flatMap(id -> changes(id, since).stream())
        .filter(about)
        .sorted(Comparator.comparing(CloudTrailRecord::time).reversed());
  }

  private synchronized List<CloudTrailRecord> changes(String resourceId, @Nullable Instant since) {
    var key = resourceId + " " + since;
    var changes = run.changes().get(key);
    if (changes == null) {
      changes = history.changes(resourceId, since);
      run.changes().put(key, changes);
    }
    return changes;
  }

  /**
   * It is whoever's made it or had a hand in it; a person who changes it does not make it theirs,
   * nor what the history has forgotten the making of.
   */
  private static Claim ofAuthors(Question asked, List<CloudTrailRecord> authors) {
    if (authors.isEmpty()) {
      return new Claim(new Owner.Unknown(NOBODY_KNOWN));
    }
    var owned =
        authors.stream()
            .filter(r -> !r.caller().isCloudFormation())
            .map(r -> byCaller(asked, r.cause()))
            .filter(c -> c.owner() instanceof Owner.Another)
            .findFirst();
    if (owned.isPresent()) {
      return owned.get();
    }
    var last = authors.getFirst();
    var remembered = asked.remembered();
    if (remembered != null && authors.stream().noneMatch(CloudTrailRecord::makes)) {
      return new Claim(remembered.owner(), last.cause());
    }
    return last.caller().isCloudFormation()
        ? new Claim(
            new Owner.Undecided("CloudFormation made it, for no stack that has it now"),
            last.cause())
        : byCaller(asked, last.cause());
  }
}
