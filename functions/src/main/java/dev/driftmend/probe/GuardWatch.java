package dev.driftmend.probe;

import dev.driftmend.incident.Incidents;
import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.GuardParts;
import dev.driftmend.port.GuardParts.Part;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.Policies;
import dev.driftmend.port.Templates;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches Driftmend's own pieces, on the probe's schedule: reconciling cannot wake itself once its
 * rules or its queue's mapping are switched off.
 */
public final class GuardWatch {
  /** How many names that are no stack's are alerted one by one. */
  private static final int MOST_ALONE = 5;

  private final Templates templates;
  private final GuardParts parts;
  private final Policies policies;
  private final Ledger ledger;
  private final Incidents incidents;
  private final InstantSource clock;

  public GuardWatch(
      Templates templates,
      GuardParts parts,
      Policies policies,
      Ledger ledger,
      Alerts alerts,
      InstantSource clock) {
    this.templates = templates;
    this.parts = parts;
    this.policies = policies;
    this.ledger = ledger;
    this.incidents = new Incidents(ledger, alerts);
    this.clock = clock;
  }

  /**
   * Looks at every piece, switches on what is off and may be switched on, and alerts; the faulty
   * pieces as they were found.
   */
  public List<Part> watch(StackRef guard) {
    var snapshot = templates.read(guard);
    // While a deployment is on its way a piece may be off because it is being made or changed.
    if (snapshot.isEmpty() || !snapshot.get().state().settled()) {
      return List.of();
    }
    var received = clock.instant();
    var policy = policies.read();
    var looked = parts.look(snapshot.get());
    var faulty = new ArrayList<>(missingStacks(policy));
    PolicyWatch.silenced(snapshot.get(), policy).ifPresent(faulty::add);
    looked.stream().filter(p -> p.fault() != null).forEach(faulty::add);
    var switchedOn = new ArrayList<Case>();
    var standing = new ArrayList<Case>();
    var mayRepair = mayRepair(policy);
    // Written down before anything is switched on: what is then cut short is still alerted.
    var due = fingerprints(incidents.open(found(guard, faulty, received), received));
    for (var part : faulty) {
      var refused = part.repairable() && mayRepair ? enable(part) : Optional.of("");
      if (refused.isEmpty()) {
        switchedOn.add(toCase(guard, part, "Nothing: Driftmend switched it on again.", received));
      } else {
        standing.add(toCase(guard, part, next(part) + refused.get(), received));
      }
    }
    incidents.repaired(switchedOn, received, clock.instant());
    incidents.stand(
        standing.stream().filter(c -> due.contains(c.incident().fingerprint())).toList());
    over(guard, faulty, policy.readable() ? null : looked);
    return List.copyOf(faulty);
  }

  /** A name that is no stack's is guarded by nobody, and a sweep alone would not show it. */
  private List<Part> missingStacks(Policy policy) {
    var missing =
        policy.guardedStacks().stream().flatMap(name -> missingStack(name).stream()).toList();
    return missing.size() <= MOST_ALONE ? missing : List.of(together(missing));
  }

  /** So many at once have one cause, such as a guard in another region than its stacks. */
  private static Part together(List<Part> missing) {
    var first =
        missing.stream().limit(MOST_ALONE).map(Part::logicalId).collect(Collectors.joining(", "));
    return stack(
        "GuardedStacks",
        missing.size()
            + " names are of no stack that can be looked at: "
            + first
            + " and "
            + (missing.size() - MOST_ALONE)
            + " more");
  }

  private Optional<Part> missingStack(String name) {
    try {
      return templates.find(name).isPresent()
          ? Optional.empty()
          : Optional.of(
              stack(
                  name,
                  "there is no stack of this name to guard: see the parameter GuardedStacks"));
    } catch (DeniedFailure e) {
      return Optional.of(stack(name, "could not be looked at: " + e.getMessage()));
    }
  }

  private static Part stack(String name, String fault) {
    return new Part(name, "AWS::CloudFormation::Stack", name, fault, false);
  }

  private static List<Case> found(StackRef guard, List<Part> faulty, Instant now) {
    return faulty.stream().map(p -> toCase(guard, p, next(p), now)).toList();
  }

  private static Set<String> fingerprints(List<Case> cases) {
    return cases.stream().map(c -> c.incident().fingerprint()).collect(Collectors.toSet());
  }

  private static boolean mayRepair(Policy policy) {
    return policy.permission().isGranted() && policy.mode() == Policy.Mode.REPAIR;
  }

  /** Empty if it is on again, else why it is not. */
  private Optional<String> enable(Part part) {
    try {
      parts.enable(part);
      return Optional.empty();
    } catch (DeniedFailure e) {
      return Optional.of(" Driftmend may not: " + e.call() + " was refused.");
    } catch (TransientFailure e) {
      return Optional.of(" Driftmend tries again with the next probe: " + e.getMessage());
    }
  }

  private static String next(Part part) {
    return part.repairable()
        ? "Switch " + part.physicalId() + " on again."
        : "Repair " + part.logicalId() + ": until then drift may go unseen or nobody hears of it.";
  }

  private static Case toCase(StackRef guard, Part part, String next, Instant now) {
    var title = part.logicalId() + " (" + part.type() + "): " + part.fault();
    return new Case(ProbeIncidents.part(guard, part.logicalId(), title, now), List.of(), next);
  }

  /**
   * @param looked the pieces that were looked at, if not all could be; null if all were
   */
  private void over(StackRef guard, List<Part> faulty, @Nullable List<Part> looked) {
    var standing = subjects(faulty);
    var known = looked == null ? null : subjects(looked);
    incidents.over(
        ledger.open(guard).stream()
            .filter(i -> i.kind() == Incident.Kind.GUARD)
            .filter(i -> i.subject().startsWith(ProbeIncidents.PART))
            .filter(i -> !standing.contains(i.subject()))
            .filter(i -> known == null || known.contains(i.subject()))
            .toList(),
        clock.instant());
  }

  private static Set<String> subjects(List<Part> parts) {
    return parts.stream().map(p -> ProbeIncidents.PART + p.logicalId()).collect(Collectors.toSet());
  }
}
