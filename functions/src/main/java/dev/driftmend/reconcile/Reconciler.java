package dev.driftmend.reconcile;

import dev.driftmend.incident.Incidents;
import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.WritePermission;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.plan.ApprovalGate;
import dev.driftmend.plan.PlanOffer;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.Ledger.Remembered;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.Policies;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.port.Waits;
import dev.driftmend.reconcile.AutomaticRollback.RolledBack;
import dev.driftmend.template.text.UnreadableTemplate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The whole way from a trigger to an outcome: each value is made once, from those before it. */
public final class Reconciler {
  private final CachingTemplates templates;
  private final Policies policies;
  private final Ledger ledger;
  private final Alerts alerts;
  private final InstantSource clock;
  private final WriteAccess access;
  private final StackAssessor assessor;
  private final FinalCheck finalCheck;
  private final ApprovalRecorder approvals;
  private final RecordedExecution execution;
  private final RepairVerifier verifier;
  private final Rollback rollback;
  private final AutomaticRollback automaticRollback;
  private final Incidents incidents;
  private final GuardNotices notices;

  /**
   * @param own the guard's own stack: guarded whatever the policy says, and adopted
   */
  public Reconciler(
      StackRef own,
      CachingTemplates templates,
      LiveStates liveStates,
      Claims claims,
      Policies policies,
      Actuator actuator,
      Ledger ledger,
      Alerts alerts,
      InstantSource clock,
      Waits waits) {
    var executor = new PlanExecutor(actuator);
    this.templates = templates;
    this.policies = policies;
    this.ledger = ledger;
    this.alerts = alerts;
    this.clock = clock;
    this.access = new WriteAccess(own);
    this.assessor =
        new StackAssessor(templates, liveStates, claims, new ApprovalGate(ledger, own), access);
    this.finalCheck = new FinalCheck(templates, policies, access);
    this.approvals = new ApprovalRecorder(ledger);
    this.execution = new RecordedExecution(ledger, approvals, executor);
    this.verifier = new RepairVerifier(liveStates, waits);
    this.rollback = new Rollback(ledger, executor);
    this.automaticRollback = new AutomaticRollback(rollback, ledger, templates);
    this.incidents = new Incidents(ledger, alerts);
    this.notices = new GuardNotices(incidents);
  }

  /**
   * Brings the stack to its template, as far as its state and the policy allow.
   *
   * @param triggers why, all for the same stack
   * @param received when the first of them was received
   * @throws dev.driftmend.port.TransientFailure if all of it must be tried again
   */
  public Outcome reconcile(List<Trigger> triggers, Instant received) {
    var stack = triggers.getFirst().stack();
    try {
      var known = Parallel.both(policies::read, () -> ledger.recall(stack), Known::new);
      if (!access.guards(stack, known.policy())) {
        leave(stack, known.remembered(), "Nothing: the stack is no longer under guard.");
        return Outcome.blind(stack, String.valueOf(access.permission(stack, known.policy()).why()));
      }
      var assessed =
          assessor.assess(stack, triggers, known.policy(), known.remembered(), clock.instant());
      if (assessed.isEmpty()) {
        leave(stack, known.remembered(), "Nothing: the stack is gone.");
        return Outcome.gone(stack);
      }
      var assessment = assessed.get();
      if (!assessment.settled()) {
        return standAside(assessment, List.of());
      }
      var rolledBack = Look.isByHand(triggers) ? RolledBack.NOTHING : rollBack(assessment);
      return rolledBack.changedSomething()
          ? reconcile(triggers, received)
          : repair(assessment, rolledBack.failures(), received);
    } catch (UnreadableTemplate e) {
      notices.unreadableTemplate(stack, String.valueOf(e.getMessage()), clock.instant());
      return Outcome.blind(stack, String.valueOf(e.getMessage()));
    } catch (DeniedFailure e) {
      // Trying again would not help, and would keep the stack's next message waiting.
      notices.denied(stack, e, clock.instant());
      return Outcome.blind(stack, String.valueOf(e.getMessage()));
    }
  }

  private record Known(Policy policy, Remembered remembered) {}

  private RolledBack rollBack(Assessment assessment) {
    var permission = access.permission(assessment.plan().stack(), assessment.policy());
    return permission.isGranted()
        ? automaticRollback.rollBack(assessment, clock.instant())
        : RolledBack.NOTHING;
  }

  private Outcome repair(Assessment assessment, List<Case> failures, Instant received) {
    var check = finalCheck.of(assessment);
    if (!check.unchanged()) {
      return standAside(FinalCheck.moved(assessment), failures);
    }
    var own = access.isOwn(assessment.plan().stack());
    var recorder = IncidentRecorder.of(assessment, own, ledger, alerts);
    templates.keep(assessment.look().snapshot());
    TargetHealthMemory.changed(assessment, clock.instant())
        .forEach(served -> ledger.serve(assessment.plan().stack(), served));
    try {
      recorder.open(clock.instant());
      return repair(assessment, recorder, check.permission(), failures, received);
    } catch (TransientFailure | DeniedFailure e) {
      recorder.giveBack(e);
      throw e;
    }
  }

  private Outcome repair(
      Assessment assessment,
      IncidentRecorder recorder,
      WritePermission permission,
      List<Case> failures,
      Instant received) {
    var held = new HashSet<>(approvals.remember(assessment, clock.instant()));
    held.addAll(assessment.postponed());
    OwnerMemory.of(assessment, clock.instant()).write(assessment.plan().stack(), ledger);
    var executed = execution.execute(assessment, recorder, permission, clock);
    var remaining =
        executed.wrote()
            ? verifier.remaining(assessment, executed.results())
            : assessment.plan().findings();
    var outcome =
        new Outcome(
            assessment.plan(), executed.results(), remaining, executed.wrote(), recorder.fresh());
    recorder.close(outcome, held, failures, received, clock.instant());
    if (executed.interrupted() != null) {
      throw executed.interrupted();
    }
    if (assessment.ownership().failure() != null) {
      throw assessment.ownership().failure();
    }
    return outcome;
  }

  /** A stack that moves is looked at and left alone; for too long, that is an incident. */
  private Outcome standAside(Assessment assessment, List<Case> failures) {
    incidents.stand(incidents.open(failures, clock.instant()));
    notices.unguarded(assessment, clock.instant());
    var plan = assessment.plan();
    var withheld = PlanExecutor.withheld(plan, String.valueOf(plan.permission().why()));
    return new Outcome(plan, withheld, plan.findings(), false);
  }

  /** Closes what is open, and forgets what people agreed to of this stack. */
  private void leave(StackRef stack, Remembered remembered, String next) {
    incidents.left(remembered.open(), next, clock.instant());
    ledger.forgetConsents(stack);
    templates.forget(stack);
  }

  /**
   * What would be done now; nothing is written anywhere. Empty if there is no such stack.
   *
   * @throws UnreadableTemplate if the deployed template cannot be understood
   */
  public Optional<Plan> plan(StackRef stack) {
    return offer(stack).map(PlanOffer::now);
  }

  /** The same, with what a person's acceptance would add to it. */
  public Optional<PlanOffer> offer(StackRef stack) {
    var known = knownToAPerson(stack);
    return assessor
        .assess(stack, List.of(), known.policy(), known.remembered(), clock.instant())
        .map(a -> finalCheck.isUnchanged(a) ? a : FinalCheck.moved(a))
        .map(a -> new PlanOffer(a.plan(), a.approval().offered()));
  }

  /**
   * What a person's look starts from. A policy or a ledger that does not answer holds back what
   * would be written, and not what is seen; without a policy nothing is remembered of the stack.
   */
  private Known knownToAPerson(StackRef stack) {
    try {
      var policy = policies.read();
      return new Known(policy, policy.readable() ? ledger.recall(stack) : Remembered.NOTHING);
    } catch (TransientFailure | DeniedFailure e) {
      return new Known(Policy.unreadable(String.valueOf(e.getMessage())), Remembered.NOTHING);
    }
  }

  /** Why nothing may be rolled back now; empty if it may. */
  public Optional<String> refusal(StackRef stack) {
    var policy = policies.read();
    var state = templates.state(stack);
    if (state.isEmpty()) {
      return Optional.of("there is no such stack");
    }
    return state.get().settled()
        ? Optional.ofNullable(access.permission(stack, policy).why())
        : Optional.of("the stack is in " + state.get().status());
  }

  /** The calls that roll back the last repair of this incident's drift; none if none is known. */
  public List<Step.Call> undoable(StackRef stack, String incident) {
    return templates
        .state(stack)
        .map(s -> rollback.of(stack, incident, s.lastUpdated(), clock.instant()))
        .orElse(List.of());
  }

  /** Rolls a repair back, as a person wants it; its drift is held from then on. */
  public Outcome undo(StackRef stack, List<Step.Call> calls, String who) {
    return rollback.rollBack(stack, calls, "its repair was taken back by " + who, clock.instant());
  }
}
