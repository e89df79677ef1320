package dev.driftmend.plan;

import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger.Remembered;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.template.text.UnreadableTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose a drift is, from the nearest source that knows: the call that started this run, what the
 * ledger remembers, and only then the services, see {@link Claims}. The account's event history
 * would say the same as the call, but minutes later, and forgets it after 90 days. Until then it
 * may know better than what is remembered: it is asked again once it has caught up, and every day.
 */
public final class OwnerLookup {
  /** Which stack that is, the next sweep knows: by then CloudFormation has its resources. */
  private static final Owner DEPLOYED =
      new Owner.Another(Owner.Sort.STACK, "a stack that CloudFormation is deploying");

  /**
   * When the event history has caught up: it shows a call within some 15 minutes.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html">Event
   *     history</a>
   */
  private static final Duration CAUGHT_UP = Duration.ofMinutes(30);

  private static final Duration AGAIN = Duration.ofDays(1);

  private final StackRef stack;
  private final Desired desired;
  private final Live live;
  private final List<Trigger> triggers;
  private final Policy policy;
  private final Remembered remembered;
  private final Map<String, Incident> open;
  private final Claims claims;
  private final Instant since;
  private final Instant now;

  /**
   * @param triggers all that led to this look
   * @param since the stack's last update
   */
  public OwnerLookup(
      Desired desired,
      Live live,
      List<Trigger> triggers,
      Policy policy,
      Remembered remembered,
      Claims claims,
      Instant since,
      Instant now) {
    this.stack = desired.stack();
    this.desired = desired;
    this.live = live;
    this.triggers = triggers;
    this.policy = policy;
    this.remembered = remembered;
    this.open =
        remembered.open().stream()
            .collect(Collectors.toMap(Incident::fingerprint, Function.identity(), (a, b) -> a));
    this.claims = claims;
    this.since = since;
    this.now = now;
  }

  /** What is known without asking a service; empty if nothing is. */
  Optional<Claim> known(Finding finding) {
    var drift = finding.drift();
    if (drift instanceof Drift.Unreadable) {
      return Optional.of(Claim.NONE);
    }
    var calls = callsBehind(drift);
    var cause = Attribution.cause(drift, calls).orElse(null);
    var owners = calls.stream().flatMap(c -> owner(c).stream()).toList();
    var others = !owners.isEmpty() && owners.size() == calls.size();
    // Who else revoked rules of the group, only the history knows.
    if (others && !isUnnamed(drift)) {
      return Optional.of(new Claim(owners.getFirst(), cause));
    }
    var remembers = remembers(drift);
    if (remembers.isPresent() && (!owners.isEmpty() || !isRecreated(drift, calls))) {
      return Optional.of(
          new Claim(remembers.get().owner(), cause == null ? causeOfIncident(drift) : cause));
    }
    if (drift instanceof Drift.Extra
        && !calls.isEmpty()
        && calls.stream().allMatch(OwnerLookup::isDeployment)) {
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
    if (Kinds.of(drift.resource()).isAssociation(drift)) {
      return Optional.empty();
    }
    if (!calls.isEmpty()) {
      return others ? Optional.empty() : Optional.of(new Claim(Owner.NOBODY, cause));
    }
    var incident = open.get(drift.fingerprint(stack));
    return incident == null
        ? Optional.empty()
        : Optional.of(new Claim(ownerBehind(incident.cause()), incident.cause()));
  }

  /** Whose it was known to be, if that owner is one still. */
  private Optional<KnownOwner> remembers(Drift drift) {
    return Optional.ofNullable(remembered.claims().get(drift.claimedAs()))
        .filter(known -> policy.knows(known.owner()));
  }

  /**
   * Whether a call came after what is remembered and made just this: it is not what it was. Of a
   * rule that was lost before, a later call on its group says nothing.
   */
  private static boolean isRecreated(Drift drift, List<Cause> calls) {
    return drift instanceof Drift.Extra extra
        ? calls.stream().anyMatch(call -> Attribution.isMaking(call, extra))
        : !calls.isEmpty() && !isUnnamed(drift);
  }

  private static boolean isUnnamed(Drift drift) {
    return Kinds.of(drift.resource()).isUnnamed(drift);
  }

  /** When it was last asked for, if it is remembered and it is time to ask again. */
  Optional<Instant> due(Drift drift) {
    return remembers(drift)
        .filter(
            known ->
                !now.isBefore(
                    known.asked().plus(known.asked().equals(known.since()) ? CAUGHT_UP : AGAIN)))
        .map(KnownOwner::asked);
  }

  /** Asks again for what is remembered; empty if nobody can tell now. */
  Optional<Claim> askAgain(Finding finding) {
    var drift = finding.drift();
    try {
      return Optional.of(
          claims.claim(
              new Claims.Question(
                  stack,
                  finding,
                  live(drift),
                  policy,
                  null,
                  since,
                  remembers(drift).orElse(null))));
    } catch (DeniedFailure | UnreadableTemplate | TransientFailure e) {
      return Optional.empty();
    }
  }

  /**
   * Asks the services.
   *
   * @param many whether so much was changed at once that it may well be one other's doing
   * @throws TransientFailure of an addition, which may be somebody's, and of a change among many,
   *     unless a person asks; else what was lost or changed goes back whosever it is, if that
   *     cannot be asked
   */
  Claim ask(Finding finding, boolean many) {
    var drift = finding.drift();
    var cause = Attribution.cause(drift, callsBehind(drift)).orElse(null);
    try {
      return claims.claim(
          new Claims.Question(stack, finding, live(drift), policy, cause, since, null));
    } catch (DeniedFailure | UnreadableTemplate e) {
      return unanswered(drift, e, cause);
    } catch (TransientFailure e) {
      var waits = drift instanceof Drift.Extra || (many && !(drift instanceof Drift.Missing));
      if (waits && !isAskedByAPerson()) {
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

  private List<Cause> callsBehind(Drift drift) {
    var declared =
        desired.resources().stream().filter(r -> r.ref().equals(drift.resource())).findFirst();
    return Attribution.callsBehind(drift, declared.orElse(null), live(drift), triggers);
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
