package dev.driftmend.aws.owner;

import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.role.Role;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.Claims.Question;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whose something is by the calls that made or changed it; each question is asked once. */
final class CallClaims {
  private static final String NOBODY_KNOWN = "the account's event history does not say who made it";

  private final EventHistory history;
  private final String ownSession;
  private final Map<String, List<CloudTrailRecord>> known = new HashMap<>();

  CallClaims(EventHistory history, String ownSession) {
    this.history = history;
    this.ownSession = ownSession;
  }

  /** Who lost or changed something of a resource: the last one whose call can have done it. */
  Claim changedBy(Question asked) {
    var drift = asked.finding().drift();
    var unnamed = Kinds.of(drift.resource()).isUnnamed(drift);
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

  Claim madeBy(Question asked, ResourceRef resource, Item extra) {
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

  static Claim byCaller(Question asked, Cause knownCall) {
    var caller = knownCall.caller();
    Optional<Owner.Another> owner =
        caller == null ? Optional.empty() : asked.policy().ownerBehind(caller);
    return new Claim(owner.<Owner>map(o -> o).orElse(Owner.NOBODY), knownCall);
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
      ids.addAll(Kinds.of(drift.resource()).names(drift, asked.live()));
    }
    return ids.stream()
        .flatMap(id -> changes(id, since).stream())
        .filter(about)
        .sorted(Comparator.comparing(CloudTrailRecord::time).reversed());
  }

  private synchronized List<CloudTrailRecord> changes(String resourceId, @Nullable Instant since) {
    var key = resourceId + " " + since;
    var changes = known.get(key);
    if (changes == null) {
      changes = history.changes(resourceId, since);
      known.put(key, changes);
    }
    return changes;
  }

  private static boolean canMake(CloudTrailRecord call, Question asked) {
    var drift = asked.finding().drift();
    return Kinds.of(drift.resource()).calls(drift).contains(call.name());
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
}
