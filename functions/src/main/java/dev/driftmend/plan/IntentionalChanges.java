package dev.driftmend.plan;

import dev.driftmend.drift.NetworkSimulation;
import dev.driftmend.drift.RepairDestinations;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.drift.Caller;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Policy.Treatment;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Drifts that may well be meant, whatever the template says: a containment, a deployment that moves
 * traffic, a way round what does not work. They are held for as long as they stand, reported once,
 * and reverted when a person accepts that. Pure.
 */
public final class IntentionalChanges {
  /** What moves traffic between target groups, and targets out of them and in again, by itself. */
  private static final Set<String> DEPLOYING =
      Set.of("codedeploy.amazonaws.com", "ecs.amazonaws.com", "elasticbeanstalk.amazonaws.com");

  private final Desired desired;
  private final Live live;
  private final Policy policy;
  private final RepairDestinations destinations;
  private final Containment containment;

  /**
   * @param simulation null if the network has no say, or could not be read
   */
  public IntentionalChanges(
      Desired desired,
      Live live,
      Policy policy,
      RepairDestinations destinations,
      @Nullable NetworkSimulation simulation) {
    this.desired = desired;
    this.live = live;
    this.policy = policy;
    this.destinations = destinations;
    this.containment = new Containment(desired, live, simulation);
  }

  /**
   * The holds that apply: those that are known, but for those about something else than is there,
   * and those that begin now.
   *
   * @param callers who made a drift, as far as it is known
   */
  public List<Hold> standing(
      List<Hold> known,
      List<Finding> findings,
      Function<Drift, Optional<Caller>> callers,
      Instant now) {
    var standing = new ArrayList<Hold>();
    known.stream().filter(h -> holds(h, findings)).forEach(standing::add);
    var prints = standing.stream().map(Hold::fingerprint).collect(Collectors.toSet());
    begun(findings, callers, now).stream()
        .filter(h -> !prints.contains(h.fingerprint()))
        .forEach(standing::add);
    return standing;
  }

  /** The drifts that would have to be held from now on. */
  private List<Hold> begun(
      List<Finding> findings, Function<Drift, Optional<Caller>> callers, Instant now) {
    var begun = new ArrayList<Hold>();
    for (var finding : findings) {
      var drift = finding.drift();
      // A rule of the policy that names the type is a person's word, given before.
      if (policy.treatment(drift, true) == Treatment.REPORT && !policy.saysReport(drift)) {
        why(drift, callers)
            .ifPresent(
                why ->
                    begun.add(
                        new Hold(
                            drift.fingerprint(desired.stack()),
                            Hold.Sort.MEANT,
                            why,
                            now,
                            null,
                            about(drift))));
      }
    }
    return begun;
  }

  private Optional<String> why(Drift drift, Function<Drift, Optional<Caller>> callers) {
    return containment
        .why(drift)
        .or(() -> failover(drift))
        .or(
            () ->
                moving(drift)
                    ? callers.apply(drift).flatMap(c -> deployment(drift, c))
                    : Optional.empty());
  }

  /** What a hold is about: it holds for as long as the drift is about the same. */
  private String about(Drift drift) {
    return switch (drift) {
      case Drift.Changed c -> c.live();
      case Drift.Extra _, Drift.Missing _ -> containment.about(drift);
      case Drift.Gone _, Drift.Unreadable _ -> "";
    };
  }

  /** Whether a hold still is about what is there, or about what is not there any more. */
  private boolean holds(Hold hold, List<Finding> findings) {
    return hold.about() == null
        || findings.stream()
            .map(Finding::drift)
            .filter(d -> d.fingerprint(desired.stack()).equals(hold.fingerprint()))
            .allMatch(d -> about(d).equals(hold.about()));
  }

  private Optional<String> failover(Drift drift) {
    return drift instanceof Drift.Changed c
            && c.resource().type().equals(RouteTable.TYPE)
            && RouteTable.TARGET.equals(c.field())
            && destinations.isBetterNow(drift)
        ? Optional.of(
            "it was sent to "
                + c.live()
                + " while "
                + c.desired()
                + " did not work, and whoever sent it there may send it back")
        : Optional.empty();
  }

  /**
   * Whose each drift is, for a plan: what a deployment service moved by itself is reported like
   * what it moved through a role.
   */
  public Map<Drift, Claim> claims(Map<Drift, Claim> known, List<Hold> holds) {
    var meant =
        holds.stream()
            .filter(h -> h.sort() == Hold.Sort.MEANT)
            .map(Hold::fingerprint)
            .collect(Collectors.toSet());
    var claims = new HashMap<>(known);
    claims.replaceAll(
        (drift, claim) ->
            meant.contains(drift.fingerprint(desired.stack()))
                ? new Claim(Owner.NOBODY, claim.cause())
                : claim);
    return claims;
  }

  /** Targets that a service registers and deregisters by itself are its own. */
  private static Optional<String> deployment(Drift drift, Caller caller) {
    var service = caller.invokedBy();
    var own = caller.isService() && drift.resource().type().equals(TargetGroup.TYPE);
    return service != null && DEPLOYING.contains(service) && !own
        ? Optional.of(
            "it is where " + service + " has it, by " + caller.principal() + ": a deployment")
        : Optional.empty();
  }

  /** What a deployment changes of how requests get to an application. */
  private static boolean moving(Drift drift) {
    return switch (drift.resource().type()) {
      case Listener.TYPE -> drift.property().startsWith(Listener.DEFAULT_ACTIONS);
      case ListenerRule.TYPE -> drift.property().startsWith(ListenerRule.ACTIONS);
      case TargetGroup.TYPE -> drift.property().equals(TargetGroup.TARGETS);
      default -> false;
    };
  }

  /**
   * How bad it is, if it is meant: who isolates something has to see that it is still cut off; what
   * a deployment moved is served where it is, unless that is known not to serve.
   */
  public List<Finding> judged(List<Finding> findings, List<Hold> holds) {
    var byPrint =
        holds.stream()
            .filter(h -> h.sort() == Hold.Sort.MEANT)
            .collect(Collectors.toMap(Hold::fingerprint, Function.identity(), (a, b) -> b));
    return findings.stream()
        .map(
            f -> {
              var hold = byPrint.get(f.drift().fingerprint(desired.stack()));
              return hold == null ? f : judged(f, hold);
            })
        .toList();
  }

  private Finding judged(Finding finding, Hold hold) {
    var drift = finding.drift();
    if (containment.why(drift).isPresent()) {
      return new Finding(
          drift,
          finding.exposure(),
          finding.exposureWhy(),
          drift instanceof Drift.Missing ? Severity.CRITICAL : finding.severity());
    }
    var served =
        moving(drift)
            && (finding.exposure() == Exposure.OUTAGE || finding.exposure() == Exposure.DEGRADED)
            && !destinations.isFailingNow(drift)
            && (!drift.property().equals(TargetGroup.TARGETS) || hasOthers(drift));
    return served ? new Finding(drift, Exposure.NONE, hold.why(), Severity.LOW) : finding;
  }

  private boolean hasOthers(Drift drift) {
    return Observed.items(
            live.resources().get(drift.resource().logicalId()), TargetGroup.TARGET_HEALTH)
        .stream()
        .anyMatch(TargetGroup::serves);
  }

  /**
   * The drifts that are reported together, each by the fingerprint under which they are: all of one
   * resource that is contained.
   */
  public static Map<String, String> together(
      List<Finding> findings, List<Hold> holds, Desired desired) {
    var meant =
        holds.stream()
            .filter(h -> h.sort() == Hold.Sort.MEANT)
            .map(Hold::fingerprint)
            .collect(Collectors.toSet());
    var first = new HashMap<String, String>();
    var together = new HashMap<String, String>();
    findings.stream()
        .map(Finding::drift)
        .filter(Containment::mayBeOf)
        .sorted((a, b) -> Boolean.compare(a instanceof Drift.Extra, b instanceof Drift.Extra))
        .forEach(
            d -> {
              var print = d.fingerprint(desired.stack());
              if (meant.contains(print)) {
                together.put(print, first.computeIfAbsent(d.resource().logicalId(), r -> print));
              }
            });
    return together;
  }
}
