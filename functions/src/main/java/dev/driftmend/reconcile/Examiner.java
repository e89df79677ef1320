package dev.driftmend.reconcile;

import dev.driftmend.kind.Repairs;
import dev.driftmend.model.Claim;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Hold;
import dev.driftmend.model.Live;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Plan;
import dev.driftmend.model.Policy;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.model.Trigger;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger.Remembered;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Templates;
import dev.driftmend.port.UnexpectedAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at a stack and writes nothing: desired, live, drifts, plan. */
final class Examiner {
  private final Templates templates;
  private final LiveStates liveStates;
  private final Claims claims;
  private final Consenting consenting;
  private final KnownDesireds desireds = new KnownDesireds();

  Examiner(Templates templates, LiveStates liveStates, Claims claims, Consenting consenting) {
    this.templates = templates;
    this.liveStates = liveStates;
    this.claims = claims;
    this.consenting = consenting;
  }

  /**
   * Empty if there is no such stack.
   *
   * @param triggers why; empty if a person asks
   */
  Optional<Examination> examine(
      StackRef stack, List<Trigger> triggers, Policy policy, Remembered remembered, Instant now) {
    return templates
        .read(stack)
        .filter(s -> !s.state().gone())
        .map(snapshot -> examine(snapshot, triggers, policy, remembered, now));
  }

  private Examination examine(
      StackSnapshot snapshot,
      List<Trigger> triggers,
      Policy policy,
      Remembered remembered,
      Instant now) {
    var whole = desireds.of(snapshot);
    var look = new Look(snapshot, whole, triggers, policy, remembered, now);
    var adopted = consenting.isOwn(snapshot.stack()) || remembered.adoption().isPresent();
    return Scope.of(triggers, remembered, adopted)
        .map(types -> examine(look, whole.only(types)))
        .filter(e -> Scope.isEnough(e.plan(), e.consent(), e.worlds()))
        .orElseGet(() -> examine(look, whole));
  }

  /**
   * What one look starts from.
   *
   * @param whole all that is guarded of the stack, whatever is looked at
   */
  private record Look(
      StackSnapshot snapshot,
      Desired whole,
      List<Trigger> triggers,
      Policy policy,
      Remembered remembered,
      Instant now) {}

  private Examination examine(Look look, Desired desired) {
    var policy = look.policy();
    var state = look.snapshot().state();
    var live = liveStates.read(desired);
    var judged = judge(look, desired, live);
    var findings = judged.findings();
    var whose = whose(look, desired, live, findings);
    var standAside =
        state.settled() ? standAside(desired.stack(), policy) : "the stack is in " + state.status();
    var meant = new Meant(desired, live, policy, judged.destinations(), judged.worlds());
    UnaryOperator<List<Hold>> standing =
        holds ->
            meant.standing(
                holds,
                findings,
                d -> Optional.ofNullable(whose.known().getOrDefault(d, Claim.NONE).caller()),
                look.now());
    Function<Holds, Plan> plans =
        holds ->
            Planner.plan(
                    desired,
                    live,
                    meant.judged(
                        findings.stream()
                            .filter(f -> !whose.postponed().contains(f.drift()))
                            .toList(),
                        standing.apply(look.remembered().holds())),
                    policy,
                    meant.claims(whose.known(), standing.apply(look.remembered().holds())),
                    holds,
                    judged.destinations(),
                    judged.worlds(),
                    standAside)
                .waysBack(wayBack -> Repairs.filled(wayBack, look.snapshot()));
    // Where nothing is written for want of a policy, nobody is asked what may be.
    var considered =
        policy.readable()
            ? consenting.consider(
                plans,
                standing,
                whose,
                look.remembered(),
                look.whole().resources().size(),
                policy.limits(),
                look.now())
            : Consenting.Considered.unasked(plans.apply(Holds.NONE));
    return new Examination(
        look.snapshot(),
        state.settled(),
        policy,
        look.remembered(),
        desired,
        live,
        judged.destinations(),
        judged.worlds(),
        whose,
        desired.equals(look.whole()),
        considered.plan(),
        considered.consent());
  }

  /** Why the policy has nothing written to this stack now; null if it may be. */
  @Nullable String standAside(StackRef stack, Policy policy) {
    if (!guards(stack, policy)) {
      return "it is not under guard: the policy does not name " + stack.name();
    }
    if (policy.standAside() != null) {
      return policy.standAside();
    }
    return policy.mode() == Policy.Mode.OBSERVE ? "the policy's mode is observe" : null;
  }

  /** Whether the stack is under guard, as far as that is known. */
  boolean guards(StackRef stack, Policy policy) {
    return consenting.isOwn(stack) || policy.guards(stack);
  }

  /**
   * @param worlds null if no drift asks for the network, or it could not be read
   */
  record Judged(List<Finding> findings, Destinations destinations, @Nullable Worlds worlds) {}

  /** Compares and judges; the network is read only if a drift asks for it. */
  private Judged judge(Look look, Desired desired, Live live) {
    var drifts = Comparison.between(desired, live);
    var ids = Destinations.beyond(desired, live, drifts);
    var beyond =
        ids.isEmpty() ? Map.<String, Observed>of() : liveStates.destinations(desired.stack(), ids);
    var ask = Asking.about(look.whole(), desired, live, drifts);
    Worlds worlds = null;
    String unread = null;
    if (!ask.isEmpty()) {
      try {
        worlds = new Worlds(desired, live, liveStates.network(ask), drifts);
      } catch (DeniedFailure e) {
        unread = e.call() + " was refused";
      } catch (UnexpectedAnswer e) {
        unread = e.getMessage();
      }
    }
    var destinations =
        new Destinations(
            desired,
            live,
            new Destinations.Seen(beyond, look.remembered().served(), worlds, look.now()));
    var findings = new Judge(desired, live, destinations, worlds, unread).judge(drifts);
    return new Judged(findings, destinations, worlds);
  }

  /** A person who asks or has accepted, and a stack that nothing is written to, get the whole. */
  private Whose whose(Look look, Desired desired, Live live, List<Finding> findings) {
    var policy = look.policy();
    var triggers = look.triggers();
    var whole = !policy.readable() || triggers.isEmpty() || Reconciler.isByHand(triggers);
    var holds =
        look.remembered().holds().stream().map(Hold::fingerprint).collect(Collectors.toSet());
    return Whose.of(
        findings,
        whole ? Integer.MAX_VALUE : policy.limits().writes(),
        extra ->
            Planner.repairs(extra, policy) && !holds.contains(extra.fingerprint(desired.stack())),
        new Ownership(
            desired,
            live,
            triggers,
            policy,
            look.remembered(),
            claims,
            look.snapshot().state().lastUpdated(),
            look.now()));
  }
}
