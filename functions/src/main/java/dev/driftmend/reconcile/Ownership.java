package dev.driftmend.reconcile;

import dev.driftmend.kind.Subnet;
import dev.driftmend.model.Cause;
import dev.driftmend.model.Claim;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Incident;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Owner;
import dev.driftmend.model.Policy;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Trigger;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger.Remembered;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.template.UnreadableTemplate;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose a drift is, from the nearest source that knows: the call that told us, what the ledger
 * remembers, and only then the services, see {@link Claims}. The account's event history would say
 * the same as the call, but minutes later, and forgets it after 90 days.
 */
final class Ownership {
  /** Which stack that is, the next sweep knows: by then CloudFormation has its resources. */
  private static final Owner DEPLOYED =
      new Owner.Another(Owner.Sort.STACK, "a stack that CloudFormation is deploying");

  private final StackRef stack;
  private final Live live;
  private final List<Trigger> triggers;
  private final Policy policy;
  private final Remembered remembered;
  private final Map<String, Incident> open;
  private final Claims claims;
  private final Instant since;

  /**
   * @param triggers all that led to this look
   * @param since the stack's last update
   */
  Ownership(
      StackRef stack,
      Live live,
      List<Trigger> triggers,
      Policy policy,
      Remembered remembered,
      Claims claims,
      Instant since) {
    this.stack = stack;
    this.live = live;
    this.triggers = triggers;
    this.policy = policy;
    this.remembered = remembered;
    this.open =
        remembered.open().stream()
            .collect(Collectors.toMap(Incident::fingerprint, Function.identity(), (a, b) -> a));
    this.claims = claims;
    this.since = since;
  }

  /** What is known without asking a service; empty if nothing is. */
  Optional<Claim> known(Finding finding) {
    var drift = finding.drift();
    if (drift instanceof Drift.Unreadable) {
      return Optional.of(Claim.NONE);
    }
    var told = told(drift);
    var cause = Attribution.cause(drift, told).orElse(null);
    var owners = told.stream().flatMap(c -> owner(c).stream()).toList();
    var others = !owners.isEmpty() && owners.size() == told.size();
    // Who else revoked rules of the group, only the history knows.
    if (others && !drift.isLostRule()) {
      return Optional.of(new Claim(owners.getFirst(), cause));
    }
    var remembers = remembered.claims().get(drift.claimedAs());
    if (remembers != null
        && (told.isEmpty() || !owners.isEmpty() || drift instanceof Drift.Extra)) {
      return Optional.of(new Claim(remembers, cause == null ? causeOfIncident(drift) : cause));
    }
    if (drift instanceof Drift.Extra
        && !told.isEmpty()
        && told.stream().allMatch(Ownership::isDeployment)) {
      return Optional.of(new Claim(DEPLOYED, cause));
    }
    if (drift instanceof Drift.Extra) {
      return owners.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Claim(
                  new Owner.Undecided(
                      "a person and " + owners.getFirst().name() + " changed it at the same time"),
                  cause));
    }
    if (isOfAnAssociation(drift)) {
      return Optional.empty();
    }
    if (!told.isEmpty()) {
      return others ? Optional.empty() : Optional.of(new Claim(Owner.NOBODY, cause));
    }
    var incident = open.get(drift.fingerprint(stack));
    return incident == null
        ? Optional.empty()
        : Optional.of(new Claim(ownerBehind(incident.cause()), incident.cause()));
  }

  /**
   * Asks the services.
   *
   * @throws TransientFailure of an addition, which may be somebody's, unless a person asks; what
   *     was lost or changed goes back whosever it is, if that cannot be asked
   */
  Claim ask(Finding finding) {
    var drift = finding.drift();
    var cause = Attribution.cause(drift, told(drift)).orElse(null);
    try {
      return claims.claim(new Claims.Question(stack, finding, live(drift), policy, cause, since));
    } catch (DeniedFailure | UnreadableTemplate e) {
      return unanswered(drift, e, cause);
    } catch (TransientFailure e) {
      if (drift instanceof Drift.Extra && !isAskedByAPerson()) {
        throw e;
      }
      return unanswered(drift, e, cause);
    }
  }

  private static Claim unanswered(Drift drift, RuntimeException why, @Nullable Cause cause) {
    return drift instanceof Drift.Extra
        ? new Claim(new Owner.Undecided(String.valueOf(why.getMessage())), cause)
        : new Claim(Owner.NOBODY, cause);
  }

  /** Who waits at a terminal is shown all the rest now, not asked to come again. */
  private boolean isAskedByAPerson() {
    return triggers.isEmpty();
  }

  /** What became known of calls in this look, and has to be remembered. */
  static Map<String, Owner.Another> learned(Map<Drift, Claim> known, Remembered remembered) {
    var learned = new HashMap<String, Owner.Another>();
    known.forEach(
        (drift, claim) -> {
          if (claim.owner() instanceof Owner.Another another
              && another.sort().isKnownByCalls()
              && !another.equals(remembered.claims().get(drift.claimedAs()))) {
            learned.put(drift.claimedAs(), another);
          }
        });
    return learned;
  }

  /** Which table or list a subnet has is an association, a resource that another stack may have. */
  private static boolean isOfAnAssociation(Drift drift) {
    return drift instanceof Drift.Changed
        && drift.resource().type().equals(Subnet.TYPE)
        && (drift.property().equals(Subnet.ROUTE_TABLE)
            || drift.property().equals(Subnet.NETWORK_ACL));
  }

  /** What is remembered of something that a whole look does not find any more. */
  static Set<String> over(Examination examined) {
    var claims = examined.remembered().claims();
    var all = examined.whose().all();
    var blind = all.stream().anyMatch(Drift.Unreadable.class::isInstance);
    if (claims.isEmpty() || !examined.whole() || blind) {
      return Set.of();
    }
    var over = new HashSet<>(claims.keySet());
    all.forEach(drift -> over.remove(drift.claimedAs()));
    return over;
  }

  private List<Cause> told(Drift drift) {
    return Attribution.told(drift, live(drift), triggers);
  }

  private @Nullable Observed live(Drift drift) {
    return live.resources().get(drift.resource().logicalId());
  }

  private @Nullable Cause causeOfIncident(Drift drift) {
    var incident = open.get(drift.fingerprint(stack));
    return incident == null ? null : incident.cause();
  }

  private Owner ownerBehind(@Nullable Cause cause) {
    return cause == null ? Owner.NOBODY : owner(cause).<Owner>map(o -> o).orElse(Owner.NOBODY);
  }

  private static boolean isDeployment(Cause cause) {
    return cause.caller() != null && cause.caller().isCloudFormation();
  }

  private Optional<Owner.Another> owner(Cause cause) {
    return cause.caller() == null ? Optional.empty() : policy.ownerBehind(cause.caller());
  }
}
