package dev.driftmend.port;

import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Driftmend remembers. */
public interface Ledger extends Consents {

  /**
   * What there is to know of a stack before it is looked at, all at once and as of one moment. What
   * is resolved or settled is not in it.
   */
  default Remembered recall(StackRef stack) {
    return new Remembered(
        adoption(stack),
        holds(stack),
        repairs(stack),
        open(stack),
        unsettled(stack),
        claims(stack),
        served(stack));
  }

  /**
   * Writes the plan down before it is executed.
   *
   * @param inverses the calls that would take it back, in their order
   * @return the id under which it is settled
   */
  String intend(Plan plan, List<Inverse> inverses, Instant now);

  /**
   * Writes down what became of it, and what that makes the repairs of these drifts: all or nothing.
   *
   * @param inverses of the calls that were made
   * @param repairs all that count of a drift, in order, by its fingerprint; those of other drifts
   *     stay as they are
   */
  void settle(
      String intent,
      Outcome outcome,
      List<Inverse> inverses,
      Map<String, List<Repair>> repairs,
      Instant now);

  /** What was repaired since then and could be taken back. */
  List<Repaired> repaired(StackRef stack, Instant since);

  /**
   * Intents of this stack that were never settled: a run that died halfway. Reported, never
   * repeated.
   */
  List<Unsettled> unsettled(StackRef stack);

  /** Marks an unsettled intent as reported, so that it is reported once. */
  void abandon(StackRef stack, String intent, Instant now);

  /**
   * Remembers whose something is, in place of what was remembered of it, because the account's
   * event history forgets who made it. It is remembered for as long as it stands and nothing is
   * known to the contrary, see {@link #disclaim}.
   *
   * @param id of the member, or what stands for it, see {@link
   *     dev.driftmend.model.drift.Drift#claimedAs}
   */
  void claim(StackRef stack, String id, KnownOwner owner);

  /** All claims on what differs of this stack, by id. */
  Map<String, KnownOwner> claims(StackRef stack);

  /** Forgets a claim: what it was on does not stand any more, or is another's. */
  void disclaim(StackRef stack, String id);

  /** All incidents of this stack that are open. */
  List<Incident> open(StackRef stack);

  Optional<Incident> incident(StackRef stack, String fingerprint);

  /**
   * Opens an incident, if it is not open yet: what it is about is there, whatever a run was to
   * alert of its resolution.
   *
   * @return whether an alert is due: it is new, or was opened by a run that died before {@link
   *     #announced}
   */
  boolean open(Incident incident, Instant now);

  /** The alert of an open incident has been raised. */
  void announced(Incident incident);

  /** Whether an incident has been alerted: that it is open, or that it is over. */
  boolean isAnnounced(StackRef stack, String fingerprint);

  /** Overwrites an incident that is open. */
  void update(Incident incident);

  /**
   * Gives back the right to alert an open incident, because this run could not: the next one has it
   * at once.
   */
  void giveBack(Incident incident);

  /**
   * Takes the right to alert that an open incident is resolved, for a short while: of two runs at
   * once only one does. The alert is kept, in case that the run ends before it.
   *
   * @param resolved of an incident that is resolved
   * @return false if it is not open, or another run has the right
   */
  boolean takeResolution(Alert resolved, Instant now);

  /**
   * The alert of the resolution of an open incident that a run could not send; empty if none was,
   * or what it is about was seen again since.
   */
  Optional<Alert> unsentResolution(Incident open);

  /**
   * Resolves an incident.
   *
   * @return false if it was not open: then no alert is due
   */
  boolean resolve(Incident incident);

  /** Which targets were healthy, by the ARN of their target group. */
  Map<String, Served> served(StackRef stack);

  /** In place of what was remembered of that group. */
  void serve(StackRef stack, Served served);

  /**
   * Counts consecutive failures or successes of a probe, or anything that must be seen several
   * times in a row.
   *
   * @param outcome what was seen now; another outcome than last time starts at one
   * @return how often it has been seen in a row, this time included
   */
  int streak(StackRef stack, String subject, String outcome, Instant now);

  /**
   * @param inverses the calls that take it back, in their order; never empty
   */
  record Repaired(Instant at, List<Inverse> inverses) {
    public Repaired {
      inverses = List.copyOf(inverses);
    }
  }

  record Unsettled(String intent, Instant since, String summary) {}

  /**
   * @param adoption empty if the stack is only observed so far
   * @param repairs by fingerprint, in order
   * @param open incidents
   * @param claims whose something is, by id
   * @param served by the ARN of a target group
   */
  record Remembered(
      Optional<Adoption> adoption,
      List<Hold> holds,
      Map<String, List<Repair>> repairs,
      List<Incident> open,
      List<Unsettled> unsettled,
      Map<String, KnownOwner> claims,
      Map<String, Served> served) {
    public static final Remembered NOTHING =
        new Remembered(
            Optional.empty(), List.of(), Map.of(), List.of(), List.of(), Map.of(), Map.of());

    public Remembered {
      holds = List.copyOf(holds);
      repairs = Map.copyOf(repairs);
      open = List.copyOf(open);
      unsettled = List.copyOf(unsettled);
      claims = Map.copyOf(claims);
      served = Map.copyOf(served);
    }
  }
}
