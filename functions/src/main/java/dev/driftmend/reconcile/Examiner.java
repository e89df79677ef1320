package dev.driftmend.reconcile;

import dev.driftmend.kind.Repairs;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Live;
import dev.driftmend.model.Plan;
import dev.driftmend.model.Policy;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.model.Trigger;
import dev.driftmend.port.Claims;
import dev.driftmend.port.Claims.Claim;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Templates;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.UnreadableTemplate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks at a stack and writes nothing: desired, live, drifts, plan. */
final class Examiner {
  private final Templates templates;
  private final LiveStates liveStates;
  private final Claims claims;
  private final Consenting consenting;

  Examiner(Templates templates, LiveStates liveStates, Claims claims, Consenting consenting) {
    this.templates = templates;
    this.liveStates = liveStates;
    this.claims = claims;
    this.consenting = consenting;
  }

  /** Empty if there is no such stack. */
  Optional<Examination> examine(
      StackRef stack, List<Trigger> triggers, Policy policy, Instant now) {
    return templates
        .read(stack)
        .filter(s -> !s.state().gone())
        .map(snapshot -> examine(snapshot, triggers, policy, now));
  }

  private Examination examine(
      StackSnapshot snapshot, List<Trigger> triggers, Policy policy, Instant now) {
    var desired = Desireds.of(Resolver.resolve(snapshot));
    var live = liveStates.read(desired);
    var moving = moving(snapshot);
    var judged = judge(desired, live);
    var findings = judged.findings();
    var claimed = claimsOf(desired, findings, policy, triggers);
    var standAside = moving != null ? moving : standAside(snapshot.stack(), policy);
    Function<Holds, Plan> plans =
        holds ->
            Planner.plan(
                    desired, live, findings, policy, claimed, holds, judged.worlds(), standAside)
                .waysBack(wayBack -> Repairs.filled(wayBack, snapshot));
    // Where nothing is written for want of a policy, nobody is asked what may be.
    var considered =
        policy.readable()
            ? consenting.consider(plans, desired.resources().size(), policy.limits(), now)
            : Consenting.Considered.unasked(plans.apply(Holds.NONE));
    return new Examination(
        snapshot.state(),
        moving == null,
        policy,
        desired,
        live,
        judged.worlds(),
        considered.plan(),
        considered.consent());
  }

  /** Why what was read may be half of one state and half of another; null if it stood still. */
  private @Nullable String moving(StackSnapshot snapshot) {
    var state = snapshot.state();
    if (!state.settled()) {
      return "the stack is in " + state.status();
    }
    return templates.state(snapshot.stack()).filter(state::equals).isPresent()
        ? null
        : "the stack changed while it was read";
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
  record Judged(List<Finding> findings, @Nullable Worlds worlds) {}

  /** Compares and judges; the network is read only if a drift asks for it. */
  Judged judge(Desired desired, Live live) {
    var drifts = Comparison.between(desired, live);
    var ask = Asking.about(desired, live, drifts);
    Worlds worlds = null;
    String unread = null;
    if (!ask.isEmpty()) {
      try {
        worlds = new Worlds(desired, live, liveStates.network(ask), drifts);
      } catch (DeniedFailure e) {
        unread = e.call() + " was refused";
      }
    }
    return new Judged(new Judge(desired, live, worlds, unread).judge(drifts), worlds);
  }

  private Map<Drift, Claim> claimsOf(
      Desired desired, List<Finding> findings, Policy policy, List<Trigger> triggers) {
    var claimed = new HashMap<Drift, Claim>();
    for (var finding : findings) {
      if (finding.drift() instanceof Drift.Extra e) {
        claimed.put(
            e,
            Tellers.claim(e, triggers, policy)
                .orElseGet(() -> Tellers.attribute(e, triggers, claim(desired, e, policy))));
      }
    }
    return claimed;
  }

  private Claim claim(Desired desired, Drift.Extra extra, Policy policy) {
    try {
      return claims.claim(desired.stack(), extra.resource(), extra.item(), policy);
    } catch (DeniedFailure | UnreadableTemplate e) {
      return new Claim.Undecided(String.valueOf(e.getMessage()));
    }
  }
}
