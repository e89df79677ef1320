package dev.driftmend.reconcile;

import dev.driftmend.kind.Instance;
import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.LoadBalancer;
import dev.driftmend.kind.SecurityGroup;
import dev.driftmend.model.Claim;
import dev.driftmend.model.Desired;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Exposure;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Live;
import dev.driftmend.model.NotCovered;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Owner;
import dev.driftmend.model.Plan;
import dev.driftmend.model.Policy;
import dev.driftmend.model.Policy.Treatment;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.ResourceRef;
import dev.driftmend.model.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From findings to the steps that bring live to desired: restores, then changes, then removals.
 * Pure.
 */
public final class Planner {
  private Planner() {}

  /**
   * @param claims whose each drift is, and by which call it came; one that is not in it is taken
   *     for nobody's, see {@link Whose}
   * @param holds what is reported although its kind could repair it
   * @param destinations whether that works which a repair leads traffic to
   * @param worlds in which each step is proved to cut nothing; null if the network has no say in
   *     these drifts, or could not be read: then restoring before removing has to do
   * @param standAside why nothing may be written, whatever the steps; null if it may
   */
  public static Plan plan(
      Desired desired,
      Live live,
      List<Finding> findings,
      Policy policy,
      Map<Drift, Claim> claims,
      Holds holds,
      Destinations destinations,
      @Nullable Worlds worlds,
      @Nullable String standAside) {
    var covered = new ArrayList<Finding>();
    var notCovered = new ArrayList<>(notCompared(desired, live));
    for (var finding : findings) {
      var owned = finding.ownedBy(owner(finding.drift(), claims));
      if (owned.owner() instanceof Owner.Another another && !isToldAllTheSame(owned)) {
        notCovered.add(claimed(finding.drift(), another));
      } else if (treatment(finding.drift(), policy) != Treatment.IGNORE) {
        covered.add(owned);
      }
    }
    var unrestored = unrestored(desired, live, findings, policy, claims, holds, destinations);
    var steps = new ArrayList<Step>();
    for (var resource : desired.resources()) {
      var drifts =
          covered.stream()
              .map(Finding::drift)
              .filter(d -> d.resource().equals(resource.ref()))
              .toList();
      if (!drifts.isEmpty()) {
        steps.addAll(
            steps(
                desired, resource, live, drifts, policy, claims, holds, destinations, unrestored));
      }
    }
    var once = once(steps);
    once.sort(Comparator.comparingInt(Planner::order));
    var proved = worlds == null ? once : new Safety(worlds, live).proved(once);
    return new Plan(desired.stack(), standAside, covered, proved, notCovered);
  }

  private static Owner owner(Drift drift, Map<Drift, Claim> claims) {
    return claims.getOrDefault(drift, Claim.NONE).owner();
  }

  /**
   * What is somebody else's is told all the same, once, if it is open to the internet, whoever made
   * it, or if a service cut what the template allows.
   */
  private static boolean isToldAllTheSame(Finding finding) {
    return finding.isOpenToInternet()
        || (finding.exposure() == Exposure.OUTAGE
            && finding.owner() instanceof Owner.Another another
            && another.sort().isKnownByCalls());
  }

  /** What the template alone says is not compared, with what is live in its place where it is. */
  private static List<NotCovered> notCompared(Desired desired, Live live) {
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

  private static List<Step> steps(
      Desired desired,
      Resource resource,
      Live live,
      List<Drift> drifts,
      Policy policy,
      Map<Drift, Claim> claims,
      Holds holds,
      Destinations destinations,
      List<Drift> unrestored) {
    var steps = new ArrayList<Step>();
    var repairable = new ArrayList<Drift>();
    for (var drift : drifts) {
      var print = drift.fingerprint(desired.stack());
      var held = holds.why(print);
      var reason =
          hold(resource, drift, policy)
              .or(() -> claim(drift, claims))
              // Of what is held the hold says why, and what a person does about all of it.
              .or(() -> held.isPresent() ? Optional.empty() : need(drift, unrestored))
              .or(() -> destinations.hindrance(drift));
      if (reason.isPresent()) {
        steps.add(
            new Step.Report(
                List.of(print),
                drift.resource(),
                reason.get(),
                wayBack(desired, resource, live, drift, policy)));
      } else if (held.isPresent()) {
        steps.add(
            new Step.Report(
                List.of(print), drift.resource(), held.get(), holds.wayBack(drift, print)));
      } else {
        repairable.add(drift);
      }
    }
    if (!repairable.isEmpty()) {
      repair(desired, resource, live, repairable).stream()
          .map(step -> possible(desired, live, step, policy))
          .forEach(steps::add);
    }
    return steps;
  }

  /** A call that needs what is gone would be refused at every look: that has to come back first. */
  private static Step possible(Desired desired, Live live, Step step, Policy policy) {
    return Preconditions.gone(desired, live, step)
        .<Step>map(
            gone ->
                new Step.Report(
                    step.fingerprints(),
                    ((Step.Call) step).resource(),
                    "it needs " + gone.ref().logicalId() + ", which does not exist any more",
                    wayBack(desired, gone, live, new Drift.Gone(gone.ref()), policy)))
        .or(() -> beyond(desired, live, step, policy))
        .orElse(step);
  }

  /** So would one that the role may not make. */
  private static Optional<Step> beyond(Desired desired, Live live, Step step, Policy policy) {
    var reach = policy.reach();
    if (reach == null || !(step instanceof Step.Call call)) {
      return Optional.empty();
    }
    return Reaching.beyond(desired, live, call, reach)
        .map(
            beyond ->
                new Step.Report(
                    call.fingerprints(),
                    call.resource(),
                    beyond.why(),
                    "deploy Driftmend with %s added, or by hand: %s %s"
                        .formatted(beyond.parameter(), call.operation(), call.arguments())));
  }

  private static List<Step> repair(
      Desired desired, Resource resource, Live live, List<Drift> drifts) {
    var observed =
        live.resources()
            .getOrDefault(
                resource.ref().logicalId(), new Observed.Unreadable("it was not looked at"));
    var kind = Kinds.of(resource.ref().type()).orElseThrow();
    return kind.repair(desired.stack(), resource, observed, drifts);
  }

  /** What the kind would do, for the person who decides. */
  private static String wayBack(
      Desired desired, Resource resource, Live live, Drift drift, Policy policy) {
    return repair(desired, resource, live, List.of(drift)).stream()
        .map(
            step ->
                switch (step) {
                  case Step.Call c -> release(drift, policy) + c.operation() + " " + c.arguments();
                  case Step.Report r -> r.wayBack();
                })
        .collect(Collectors.joining("; "));
  }

  private static String release(Drift drift, Policy policy) {
    return onlyByPolicy(drift) && !policy.saysReport(drift)
        ? "a rule in the policy: " + Policy.repairing(drift) + "; or by hand: "
        : "once you are sure: ";
  }

  /** Whether the policy has it undone, if it is nobody's. */
  static boolean repairs(Drift drift, Policy policy) {
    return treatment(drift, policy) == Treatment.REPAIR;
  }

  private static Treatment treatment(Drift drift, Policy policy) {
    return policy.treatment(drift, onlyByPolicy(drift));
  }

  private static boolean onlyByPolicy(Drift drift) {
    return Kinds.of(drift.resource().type()).orElseThrow().onlyByPolicy(drift);
  }

  /** Why this drift is not repaired although its kind could; empty if nothing holds it. */
  private static Optional<String> hold(Resource resource, Drift drift, Policy policy) {
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

  private static Optional<String> claim(Drift drift, Map<Drift, Claim> claims) {
    return switch (owner(drift, claims)) {
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
  private static List<Drift> unrestored(
      Desired desired,
      Live live,
      List<Finding> findings,
      Policy policy,
      Map<Drift, Claim> claims,
      Holds holds,
      Destinations destinations) {
    var resources = new HashMap<ResourceRef, Resource>();
    desired.resources().forEach(r -> resources.put(r.ref(), r));
    return findings.stream()
        .map(Finding::drift)
        .filter(Drift.Missing.class::isInstance)
        .filter(
            d ->
                treatment(d, policy) == Treatment.IGNORE
                    || claim(d, claims).isPresent()
                    || holds.why(d.fingerprint(desired.stack())).isPresent()
                    || destinations.hindrance(d).isPresent()
                    || hold(Objects.requireNonNull(resources.get(d.resource())), d, policy)
                        .isPresent()
                    || repair(desired, resources.get(d.resource()), live, List.of(d)).stream()
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

  /** A stranger's group on an instance or load balancer may let in what another one has lost. */
  private static boolean mayCarry(Drift extra, Drift lost) {
    var sameSet =
        extra.resource().equals(lost.resource()) && extra.property().equals(lost.property());
    return sameSet
        || ((extra.property().equals(Instance.GROUPS)
                || extra.property().equals(LoadBalancer.GROUPS))
            && lost.resource().type().equals(SecurityGroup.TYPE));
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
