package dev.driftmend.reconcile;

import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Live;
import dev.driftmend.model.Policy;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.StackSnapshot;
import dev.driftmend.model.Trigger;
import dev.driftmend.port.Claims;
import dev.driftmend.port.Claims.Claim;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Policies;
import dev.driftmend.port.Templates;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.UnreadableTemplate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at a stack and writes nothing: desired, live, drifts, plan. */
final class Examiner {
  private final Templates templates;
  private final LiveStates liveStates;
  private final Claims claims;
  private final Policies policies;
  private final Ledger ledger;

  Examiner(
      Templates templates, LiveStates liveStates, Claims claims, Policies policies, Ledger ledger) {
    this.templates = templates;
    this.liveStates = liveStates;
    this.claims = claims;
    this.policies = policies;
    this.ledger = ledger;
  }

  /** Empty if there is no such stack. */
  Optional<Examination> examine(StackRef stack, List<Trigger> triggers) {
    return templates
        .read(stack)
        .filter(s -> !s.state().gone())
        .map(snapshot -> examine(snapshot, triggers));
  }

  private Examination examine(StackSnapshot snapshot, List<Trigger> triggers) {
    var policy = policies.read();
    var desired = Desireds.of(Resolver.resolve(snapshot));
    var live = liveStates.read(desired);
    var moving = moving(snapshot);
    var findings = judge(desired, live);
    var plan =
        Planner.plan(
            desired,
            live,
            findings,
            policy,
            claimsOf(desired, findings, policy, triggers),
            holds(snapshot.stack(), policy),
            standAside(moving, policy));
    return new Examination(snapshot.state(), moving == null, policy, desired, live, plan);
  }

  /** Where nothing is written for want of a policy, nothing needs to be held. */
  private Holds holds(StackRef stack, Policy policy) {
    return policy.readable() ? Holds.of(ledger.holds(stack), "") : Holds.NONE;
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

  static @Nullable String standAside(@Nullable String moving, Policy policy) {
    if (moving != null) {
      return moving;
    }
    if (policy.standAside() != null) {
      return policy.standAside();
    }
    return policy.mode() == Policy.Mode.OBSERVE ? "the policy's mode is observe" : null;
  }

  /** Compares and judges; the network is read only if a drift asks for it. */
  List<Finding> judge(Desired desired, Live live) {
    var drifts = Comparison.between(desired, live);
    var question = Judge.question(desired, live, drifts);
    if (question.isEmpty()) {
      return Judge.judge(desired, live, drifts, null, null);
    }
    try {
      var network = liveStates.network(question.groups(), question.prefixLists());
      return Judge.judge(desired, live, drifts, network, null);
    } catch (DeniedFailure e) {
      return Judge.judge(desired, live, drifts, null, e.call() + " was refused");
    }
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
