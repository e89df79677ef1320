package dev.driftmend.plan;

import dev.driftmend.drift.Comparison;
import dev.driftmend.drift.RepairDestinations;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * From findings to the steps that bring live to desired: restores, then changes, then removals.
 * Pure.
 */
public final class Planner {
  private final PlanRequest request;
  private final Desired desired;
  private final Live live;
  private final Policy policy;
  private final Holds holds;
  private final RepairDestinations destinations;

  private Planner(PlanRequest request) {
    this.request = request;
    this.desired = request.desired();
    this.live = request.live();
    this.policy = request.policy();
    this.holds = request.holds();
    this.destinations = request.destinations();
  }

  public static Plan plan(PlanRequest request) {
    return new Planner(request).plan();
  }

  private Plan plan() {
    var covered = new ArrayList<Finding>();
    var notCovered = new ArrayList<>(notCompared());
    for (var finding : request.findings()) {
      var owned = finding.ownedBy(owner(finding.drift()));
      if (owned.owner() instanceof Owner.Another another && !isReportedAnyway(owned)) {
        notCovered.add(claimed(finding.drift(), another));
      } else if (treatment(finding.drift(), policy) != Treatment.IGNORE) {
        covered.add(owned);
      }
    }
    var unrestored = unrestored();
    var steps = new ArrayList<Step>();
    for (var resource : desired.resources()) {
      var drifts =
          covered.stream()
              .map(Finding::drift)
              .filter(d -> d.resource().equals(resource.ref()))
              .toList();
      if (!drifts.isEmpty()) {
        steps.addAll(steps(resource, drifts, unrestored));
      }
    }
    var once = once(steps);
    once.sort(Comparator.comparingInt(Planner::order));
    var simulation = request.simulation();
    var proved = simulation == null ? once : new ReachabilityGuard(simulation, live).proved(once);
    return new Plan(desired.stack(), request.permission(), covered, proved, notCovered);
  }

  private Owner owner(Drift drift) {
    return request.claims().getOrDefault(drift, Claim.NONE).owner();
  }

  /**
   * What is somebody else's is reported anyway, once, if it is open to the internet, whoever made
   * it, or if a service cut what the template allows.
   */
  private static boolean isReportedAnyway(Finding finding) {
    return finding.isOpenToInternet()
        || (finding.exposure() == Exposure.OUTAGE
            && finding.owner() instanceof Owner.Another another
            && another.sort().isKnownByCalls());
  }

  /** What the template alone says is not compared, with what is live in its place where it is. */
  private List<NotCovered> notCompared() {
    var open = Comparison.open(desired, live);
    var all = new ArrayList<NotCovered>();
    desired.notCovered().stream()
        .filter(n -> open.stream().noneMatch(o -> isSame(o, n)))
        .forEach(all::add);
    all.addAll(open);
    return all;
  }

  private static boolean isSame(NotCovered one, NotCovered less) {
    return one.logicalId().equals(less.logicalId())
        && one.property().equals(less.property())
        && one.why().endsWith(less.why());
  }

  /** Two drifts may ask for the same call, as rules that have changed places: it is made once. */
  private static List<Step> once(List<Step> steps) {
    var once = new LinkedHashMap<Object, Step>();
    for (var step : steps) {
      var what = step instanceof Step.Call c ? List.of(c.operation(), c.arguments()) : new Object();
      if (once.get(what) instanceof Step.Call first) {
        var both = new ArrayList<>(first.fingerprints());
        both.addAll(step.fingerprints());
        once.put(
            what,
            new Step.Call(
                both,
                first.phase(),
                first.resource(),
                first.operation(),
                first.arguments(),
                first.why()));
      } else {
        once.put(what, step);
      }
    }
    return new ArrayList<>(once.values());
  }

  private List<Step> steps(Resource resource, List<Drift> drifts, List<Drift> unrestored) {
    var steps = new ArrayList<Step>();
    var repairable = new ArrayList<Drift>();
    for (var drift : drifts) {
      var print = drift.fingerprint(desired.stack());
      var held = holds.why(print);
      var reason =
          hold(resource, drift)
              .or(() -> claim(drift))
              // Of what is held the hold says why, and what a person does about all of it.
              .or(() -> held.isPresent() ? Optional.empty() : need(drift, unrestored))
              .or(() -> destinations.hindrance(drift));
      if (reason.isPresent()) {
        steps.add(
            new Step.Report(
                List.of(print), drift.resource(), reason.get(), remediation(resource, drift)));
      } else if (held.isPresent()) {
        steps.add(
            new Step.Report(
                List.of(print), drift.resource(), held.get(), holds.remediation(drift, print)));
      } else {
        repairable.add(drift);
      }
    }
    if (!repairable.isEmpty()) {
      repair(resource, repairable).stream().map(this::possible).forEach(steps::add);
    }
    return steps;
  }

  /** A call that needs what is gone would be refused at every look: that has to come back first. */
  private Step possible(Step step) {
    return Preconditions.gone(desired, live, step)
        .<Step>map(
            gone ->
                new Step.Report(
                    step.fingerprints(),
                    ((Step.Call) step).resource(),
                    "it needs " + gone.ref().logicalId() + ", which does not exist any more",
                    remediation(gone, new Drift.Gone(gone.ref()))))
        .or(() -> beyond(step))
        .orElse(step);
  }

  /** So would one that the role may not make. */
  private Optional<Step> beyond(Step step) {
    var reach = policy.reach();
    if (reach == null || !(step instanceof Step.Call call)) {
      return Optional.empty();
    }
    return RoleReach.beyond(desired, live, call, reach)
        .map(
            beyond ->
                new Step.Report(
                    call.fingerprints(),
                    call.resource(),
                    beyond.why(),
                    "deploy Driftmend with %s added, or by hand: %s %s"
                        .formatted(beyond.parameter(), call.operation(), call.arguments())));
  }

  private List<Step> repair(Resource resource, List<Drift> drifts) {
    var observed =
        live.resources()
            .getOrDefault(
                resource.ref().logicalId(), new Observed.Unreadable("it was not looked at"));
    var kind = Kinds.of(resource.ref());
    return kind.repair(desired.stack(), resource, observed, drifts);
  }

  /** What the kind would do, for the person who decides. */
  private String remediation(Resource resource, Drift drift) {
    return repair(resource, List.of(drift)).stream()
        .map(
            step ->
                switch (step) {
                  case Step.Call c -> release(drift) + c.operation() + " " + c.arguments();
                  case Step.Report r -> r.remediation();
                })
        .collect(Collectors.joining("; "));
  }

  private String release(Drift drift) {
    return requiresOptIn(drift) && !policy.saysReport(drift)
        ? "a rule in the policy: " + Policy.repairing(drift) + "; or by hand: "
        : "once you are sure: ";
  }

  /** Whether the policy has it repaired, if it is nobody's. */
  public static boolean repairs(Drift drift, Policy policy) {
    return treatment(drift, policy) == Treatment.REPAIR;
  }

  private static Treatment treatment(Drift drift, Policy policy) {
    return policy.treatment(drift, requiresOptIn(drift));
  }

  private static boolean requiresOptIn(Drift drift) {
    return Kinds.of(drift.resource()).requiresOptIn(drift);
  }

  /** Why this drift is not repaired although its kind could; empty if nothing holds it. */
  private Optional<String> hold(Resource resource, Drift drift) {
    if (treatment(drift, policy) == Treatment.REPORT) {
      return Optional.of(
          policy.saysReport(drift)
              ? "the policy says to report it only"
              : "repaired only if the policy says so");
    }
    return resource.properties().get(drift.property()) instanceof Property.Members m
        ? Optional.ofNullable(
            m.held() == null && drift instanceof Drift.Extra extra ? extra.doubt() : m.held())
        : Optional.empty();
  }

  private Optional<String> claim(Drift drift) {
    return switch (owner(drift)) {
      case Owner.Another a -> Optional.of("it is left alone, because it belongs to " + a.name());
      case Owner.Undecided u -> Optional.of("whose it is could not be decided: " + u.why());
      case Owner.Unknown u ->
          drift instanceof Drift.Extra
              ? Optional.of("whose it is could not be decided: " + u.why())
              : Optional.empty();
      case Owner.Nobody _ -> Optional.empty();
    };
  }

  /** What is lost and will not be put back: by policy, for lack of certainty, or with another. */
  private List<Drift> unrestored() {
    var resources = new HashMap<ResourceRef, Resource>();
    desired.resources().forEach(r -> resources.put(r.ref(), r));
    return request.findings().stream()
        .map(Finding::drift)
        .filter(Drift.Missing.class::isInstance)
        .filter(
            d ->
                treatment(d, policy) == Treatment.IGNORE
                    || claim(d).isPresent()
                    || holds.why(d.fingerprint(desired.stack())).isPresent()
                    || destinations.hindrance(d).isPresent()
                    || hold(Objects.requireNonNull(resources.get(d.resource())), d).isPresent()
                    || repair(resources.get(d.resource()), List.of(d)).stream()
                        .anyMatch(s -> Preconditions.gone(desired, live, s).isPresent()))
        .toList();
  }

  /** Make before break, across the plan: why an extra member has to stay while that is lost. */
  private static Optional<String> need(Drift drift, List<Drift> unrestored) {
    return drift instanceof Drift.Extra
        ? unrestored.stream()
            .filter(lost -> mayCarry(drift, lost))
            .findFirst()
            .map(lost -> "it may be all that carries what is not restored: " + lost.what())
        : Optional.empty();
  }

  /** Another group on an instance or load balancer may let in what its own group has lost. */
  private static boolean mayCarry(Drift extra, Drift lost) {
    var sameSet =
        extra.resource().equals(lost.resource()) && extra.property().equals(lost.property());
    return sameSet
        || (Kinds.of(extra.resource()).attachesSecurityGroups(extra.property())
            && Kinds.of(lost.resource()).holdsRules());
  }

  private static NotCovered claimed(Drift drift, Owner.Another owner) {
    var ref = drift.resource();
    return new NotCovered(
        ref.logicalId(),
        ref.type(),
        drift.property(),
        drift.what() + ", and belongs to " + owner.name());
  }

  private static int order(Step step) {
    return switch (step) {
      case Step.Call c -> c.phase().ordinal();
      case Step.Report r -> Step.Phase.values().length;
    };
  }
}
