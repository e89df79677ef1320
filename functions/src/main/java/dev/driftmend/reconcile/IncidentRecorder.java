package dev.driftmend.reconcile;

import dev.driftmend.incident.Incidents;
import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Finding;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.StepResult;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.plan.IntentionalChanges;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.Ledger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The incidents of one run: opened before anything is done, alerted when it is known what became of
 * them.
 */
final class IncidentRecorder {
  private final Assessment assessment;
  private final boolean ofGuard;
  private final Plan plan;
  private final Ledger ledger;
  private final Incidents incidents;
  private final Map<String, Incident> known = new HashMap<>();
  private final Map<String, Cause> causes = new HashMap<>();
  private final List<Case> due = new ArrayList<>();
  private final Map<String, String> together;

  private IncidentRecorder(Assessment assessment, boolean ofGuard, Ledger ledger, Alerts alerts) {
    this.assessment = assessment;
    this.ofGuard = ofGuard;
    this.plan = assessment.plan();
    this.ledger = ledger;
    this.incidents = new Incidents(ledger, alerts);
    this.together =
        IntentionalChanges.together(
            plan.findings(), assessment.approval().holds(), assessment.desired());
  }

  /**
   * What is known of the findings of an assessment; nothing is written yet.
   *
   * @param ofGuard whether the stack is the guard's own
   */
  static IncidentRecorder of(Assessment assessment, boolean ofGuard, Ledger ledger, Alerts alerts) {
    var book = new IncidentRecorder(assessment, ofGuard, ledger, alerts);
    assessment.remembered().open().forEach(i -> book.known.put(i.fingerprint(), i));
    book.attribute();
    return book;
  }

  /**
   * Writes down every finding. The drifts of a plan that is held are one incident together, because
   * there is one thing to do: accept it, or change the template.
   */
  void open(Instant now) {
    if (assessment.approval().held() == null) {
      due.addAll(incidents.open(found(now), now));
    }
  }

  /** How many incidents this run opened. */
  int fresh() {
    return (int) fingerprints(due).stream().filter(f -> !known.containsKey(f)).count();
  }

  /** This run ends before it could alert all that it was to alert. */
  void giveBack(RuntimeException because) {
    incidents.giveBack(due, because);
  }

  /** The principal behind a drift, if it is known. */
  @Nullable String culprit(String fingerprint) {
    var cause = causes.get(fingerprint);
    return cause == null || cause.caller() == null ? null : cause.caller().principal();
  }

  /**
   * Alerts what was repaired, what stands and was not alerted yet, and what is over by itself.
   *
   * @param others troubles that this run had before it looked
   * @param held drifts whose incidents stay open although they may be gone for now
   */
  void close(Outcome outcome, Set<String> held, List<Case> others, Instant received, Instant now) {
    var cases = new HashMap<String, Case>();
    cases(outcome, now).forEach(c -> cases.put(c.incident().fingerprint(), c));
    incidents.repaired(select(cases, outcome.repaired()), received, now);
    var unalerted = fingerprints(due);
    incidents.stand(
        select(cases, outcome.remaining()).stream()
            .filter(c -> unalerted.contains(c.incident().fingerprint()))
            .toList());
    var unsettled = assessment.remembered().unsettled();
    var troubles = new ArrayList<>(others);
    troubles.addAll(troubles(unsettled, now));
    var fresh = incidents.open(troubles, now);
    incidents.stand(fresh);
    incidents.change(troubles, alertedBefore(fresh));
    unsettled.forEach(u -> ledger.abandon(plan.stack(), u.intent(), now));
    var standing = fingerprints(troubles);
    incidents.over(known.values().stream().filter(i -> isOver(i, standing, held)).toList(), now);
  }

  /** What an open incident says of who did it stays so; else the call that is known. */
  private void attribute() {
    for (var finding : plan.findings()) {
      var before = known.get(fingerprint(finding));
      var claim = assessment.ownership().claims().getOrDefault(finding.drift(), Claim.NONE);
      var cause = before != null && before.cause() != null ? before.cause() : claim.cause();
      if (cause != null) {
        causes.put(fingerprint(finding), cause);
      }
    }
  }

  /** As of now, whatever the ledger knows: it keeps the beginning of what is open already. */
  private List<Case> found(Instant now) {
    return merged(
        plan.findings().stream()
            .map(
                f ->
                    IncidentFactory.drift(
                        plan.stack(), f, null, true, causes.get(fingerprint(f)), now, plan.names()))
            .toList());
  }

  private List<Case> cases(Outcome outcome, Instant now) {
    var standing = outcome.remaining().stream().map(this::fingerprint).collect(Collectors.toSet());
    var cases = new ArrayList<Case>();
    for (var finding : plan.findings()) {
      var print = fingerprint(finding);
      var before = known.get(print);
      cases.add(
          IncidentFactory.drift(
              plan.stack(),
              finding,
              step(outcome.results(), print),
              standing.contains(print),
              causes.get(print),
              before == null ? now : before.openedAt(),
              plan.names()));
    }
    return merged(cases);
  }

  /** One cause is one incident: all groups of one resource that was isolated, say. */
  private List<Case> merged(List<Case> cases) {
    var merged = new LinkedHashMap<String, Case>();
    var first =
        cases.stream().filter(c -> !isReportedWithAnother(c.incident().fingerprint())).toList();
    first.forEach(c -> merged.put(c.incident().fingerprint(), c));
    cases.stream()
        .filter(c -> isReportedWithAnother(c.incident().fingerprint()))
        .forEach(
            c ->
                merged.computeIfPresent(
                    reportedUnder(c.incident().fingerprint()),
                    (print, one) -> IncidentFactory.together(one, c)));
    why()
        .forEach(
            (print, why) ->
                merged.computeIfPresent(print, (p, c) -> IncidentFactory.titled(c, why)));
    return List.copyOf(merged.values());
  }

  /** Why those are held that are reported together, by the fingerprint under which they are. */
  private Map<String, String> why() {
    var why = new HashMap<String, String>();
    assessment.approval().holds().stream()
        .filter(h -> h.fingerprint().equals(together.get(h.fingerprint())))
        .forEach(h -> why.put(h.fingerprint(), h.why()));
    return why;
  }

  private String reportedUnder(String fingerprint) {
    return together.getOrDefault(fingerprint, fingerprint);
  }

  /** Whether it is reported under another one's fingerprint. */
  private boolean isReportedWithAnother(String fingerprint) {
    return !reportedUnder(fingerprint).equals(fingerprint);
  }

  private static @Nullable StepResult step(List<StepResult> results, String fingerprint) {
    return results.stream()
        .filter(r -> r.step().fingerprints().contains(fingerprint))
        .findFirst()
        .orElse(null);
  }

  private List<Case> select(Map<String, Case> cases, List<Finding> findings) {
    return findings.stream()
        .map(this::fingerprint)
        .map(this::reportedUnder)
        .filter(cases::containsKey)
        .map(cases::get)
        .distinct()
        .toList();
  }

  /** What keeps Driftmend itself from its work on this stack. */
  private List<Case> troubles(List<Ledger.Unsettled> unfinished, Instant now) {
    var stack = plan.stack();
    var troubles = new ArrayList<Case>();
    // There is one policy, however many stacks are guarded: it is alerted with the guard's own.
    if (!assessment.policy().readable() && ofGuard) {
      troubles.add(
          IncidentFactory.trouble(
              stack,
              "policy",
              Severity.HIGH,
              "The policy cannot be used, so nothing is repaired",
              String.valueOf(assessment.policy().permission().why()),
              now));
    }
    var held = assessment.approval().held();
    if (held != null) {
      troubles.add(IncidentFactory.held(plan, held, now));
    }
    for (var unsettled : unfinished) {
      troubles.add(
          IncidentFactory.trouble(
              stack,
              "intent/" + unsettled.intent(),
              Severity.MEDIUM,
              "A repair begun at " + unsettled.since() + " was never finished",
              "The stack was looked at again; what still differs is reported separately. It was to"
                  + " do: "
                  + unsettled.summary(),
              now));
    }
    return troubles;
  }

  /** An incident is over only if what it is about was looked at and is as it should be. */
  private boolean isOver(Incident incident, Set<String> troubles, Set<String> held) {
    return switch (incident.kind()) {
      case HEALTH -> false;
      case GUARD ->
          incident.subject().startsWith(IncidentFactory.RECONCILING)
              && !troubles.contains(incident.fingerprint());
      case DRIFT ->
          !held.contains(incident.fingerprint())
              && plan.findings().stream().noneMatch(f -> concerns(f, incident))
              && plan.notCovered().stream().noneMatch(n -> hides(n, incident));
    };
  }

  private boolean concerns(Finding finding, Incident incident) {
    var unreadable =
        finding.drift() instanceof Drift.Unreadable
            && finding.drift().resource().logicalId().equals(incident.subject());
    return unreadable || fingerprint(finding).equals(incident.fingerprint());
  }

  /** Of a resource that cannot be resolved nothing is known, least of all that it is in sync. */
  private static boolean hides(NotCovered not, Incident incident) {
    return not.property().equals("*") && not.logicalId().equals(incident.subject());
  }

  private String fingerprint(Finding finding) {
    return finding.drift().fingerprint(plan.stack());
  }

  private List<Incident> alertedBefore(List<Case> alertedNow) {
    var now = fingerprints(alertedNow);
    return known.values().stream().filter(i -> !now.contains(i.fingerprint())).toList();
  }

  private static Set<String> fingerprints(List<Case> cases) {
    return cases.stream().map(c -> c.incident().fingerprint()).collect(Collectors.toSet());
  }
}
