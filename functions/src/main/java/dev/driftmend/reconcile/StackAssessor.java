package dev.driftmend.reconcile;

import dev.driftmend.drift.Comparison;
import dev.driftmend.drift.ExposureAssessor;
import dev.driftmend.drift.NetworkQuery;
import dev.driftmend.drift.NetworkReading;
import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.drift.RepairDestinations;
import dev.driftmend.kind.Repairs;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.ResourceNames;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.plan.ApprovalGate;
import dev.driftmend.plan.ApprovalGate.Decision;
import dev.driftmend.plan.Holds;
import dev.driftmend.plan.IntentionalChanges;
import dev.driftmend.plan.OwnerLookup;
import dev.driftmend.plan.Ownership;
import dev.driftmend.plan.OwnershipResolver;
import dev.driftmend.plan.PlanRequest;
import dev.driftmend.plan.Planner;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger.Remembered;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.UnexpectedAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at a stack and writes nothing: from its template to a plan that may be executed. */
final class StackAssessor {
  private final CachingTemplates templates;
  private final LiveStates liveStates;
  private final Claims claims;
  private final ApprovalGate gate;
  private final WriteAccess access;

  StackAssessor(
      CachingTemplates templates,
      LiveStates liveStates,
      Claims claims,
      ApprovalGate gate,
      WriteAccess access) {
    this.templates = templates;
    this.liveStates = liveStates;
    this.claims = claims;
    this.gate = gate;
    this.access = access;
  }

  /**
   * Empty if there is no such stack.
   *
   * @param triggers why; empty if a person asks
   */
  Optional<Assessment> assess(
      StackRef stack, List<Trigger> triggers, Policy policy, Remembered remembered, Instant now) {
    return templates
        .read(stack)
        .filter(s -> !s.state().gone())
        .map(s -> assess(new Look(s, templates.desired(s), triggers, policy, remembered, now)));
  }

  /** Of an event as little is looked at as can have changed, if that turns out to be enough. */
  private Assessment assess(Look look) {
    var stack = look.snapshot().stack();
    var adopted = access.isOwn(stack) || look.remembered().adoption().isPresent();
    return ReadScope.of(look.triggers(), look.remembered(), adopted)
        .map(types -> assess(look, look.whole().only(types)))
        .filter(ReadScope::isEnough)
        .orElseGet(() -> assess(look, look.whole()));
  }

  private Assessment assess(Look look, Desired desired) {
    var live = liveStates.read(desired);
    var drifts = Comparison.between(desired, live);
    var network = network(look, desired, live, drifts);
    var beyond = beyond(desired, live, drifts);
    var names = NamesOfLook.of(look.snapshot(), live, beyond, network);
    var served = look.remembered().served();
    var destinations =
        new RepairDestinations(
            desired,
            live,
            new RepairDestinations.Seen(beyond, served, network.simulation(), look.now()));
    var findings = new ExposureAssessor(desired, live, destinations, network).assess(drifts);
    var owners = new OwnershipResolver(ownerLookup(look, desired, live));
    var ownership = ownership(owners, look, findings);
    var meant =
        new IntentionalChanges(desired, live, look.policy(), destinations, network.simulation());
    var base =
        new PlanRequest(
            desired,
            live,
            findings,
            look.policy(),
            Map.of(),
            Holds.NONE,
            destinations,
            network.simulation(),
            permission(look));
    var decision = decide(look, base, meant, ownership, names);
    // A plan removes nothing whose owner was not asked: of a mass only what it turns on is asked.
    while (decision.approval().held() == null && ownership.isOpenFor(decision.plan())) {
      ownership = owners.resolveFor(decision.plan(), ownership);
      decision = decide(look, base, meant, ownership, names);
    }
    return new Assessment(look, desired, live, destinations, network, ownership, decision);
  }

  /** The network is read only if a drift asks for it. */
  private NetworkReading network(Look look, Desired desired, Live live, List<Drift> drifts) {
    var ask = NetworkQuery.about(look.whole(), desired, live, drifts);
    if (ask.isEmpty()) {
      return NetworkReading.NOT_NEEDED;
    }
    try {
      var read = liveStates.network(ask);
      return NetworkReading.of(new NetworkSimulation(desired, live, read, drifts), read.names());
    } catch (DeniedFailure e) {
      return NetworkReading.failed(e.call() + " was refused");
    } catch (UnexpectedAnswer e) {
      return NetworkReading.failed(String.valueOf(e.getMessage()));
    }
  }

  /** What is not of the stack, and traffic is led to. */
  private Map<String, Observed> beyond(Desired desired, Live live, List<Drift> drifts) {
    var ids = RepairDestinations.beyond(desired, live, drifts);
    return ids.isEmpty() ? Map.of() : liveStates.destinations(desired.stack(), ids);
  }

  private OwnerLookup ownerLookup(Look look, Desired desired, Live live) {
    return new OwnerLookup(
        desired,
        live,
        look.triggers(),
        look.policy(),
        look.remembered(),
        claims,
        look.snapshot().state().lastUpdated(),
        look.now());
  }

  private static Ownership ownership(OwnershipResolver owners, Look look, List<Finding> findings) {
    var policy = look.policy();
    var held =
        look.remembered().holds().stream().map(Hold::fingerprint).collect(Collectors.toSet());
    return owners.resolve(
        findings,
        look.asksAllOwners() ? Integer.MAX_VALUE : policy.limits().writes(),
        extra ->
            Planner.repairs(extra, policy)
                && !held.contains(extra.fingerprint(look.snapshot().stack())));
  }

  private WritePermission permission(Look look) {
    var state = look.snapshot().state();
    return state.settled()
        ? access.permission(look.snapshot().stack(), look.policy())
        : WritePermission.withheld("the stack is in " + state.status());
  }

  /** From whose each drift is to the plan offered, the plan allowed, and the approval. */
  private Decision decide(
      Look look,
      PlanRequest base,
      IntentionalChanges meant,
      Ownership ownership,
      ResourceNames names) {
    var policy = look.policy();
    var intended =
        meant.standing(
            look.remembered().holds(),
            base.findings(),
            d -> Optional.ofNullable(ownership.claims().getOrDefault(d, Claim.NONE).caller()),
            look.now());
    var asked =
        base.findings().stream().filter(f -> !ownership.postponed().contains(f.drift())).toList();
    var request =
        base.about(meant.judged(asked, intended), meant.claims(ownership.claims(), intended));
    var offered = plan(request, look.snapshot(), names);
    // Where nothing is written for want of a policy, nobody is asked what may be.
    if (!policy.readable()) {
      return Decision.unasked(offered);
    }
    var remembered = look.remembered();
    var holds = gate.withRepairLoops(intended, offered, remembered, policy.limits(), look.now());
    var allowed =
        holds.isEmpty()
            ? offered
            : plan(request.holding(gate.released(holds, offered)), look.snapshot(), names);
    var guarded = look.whole().resources().size();
    return gate.decide(
        offered, allowed, holds, ownership, remembered, guarded, policy.limits(), look.now());
  }

  private static Plan plan(PlanRequest request, StackSnapshot deployed, ResourceNames names) {
    return Planner.plan(request).remediations(r -> Repairs.filled(r, deployed)).named(names);
  }
}
