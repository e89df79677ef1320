package dev.driftmend.reconcile;

import dev.driftmend.incident.Incidents;
import dev.driftmend.incident.Incidents.Case;
import dev.driftmend.model.Cause;
import dev.driftmend.model.Inverse;
import dev.driftmend.model.Outcome;
import dev.driftmend.model.Plan;
import dev.driftmend.model.Policy;
import dev.driftmend.model.Severity;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import dev.driftmend.model.StepResult;
import dev.driftmend.model.StepResult.Result;
import dev.driftmend.model.Trigger;
import dev.driftmend.port.Actuator;
import dev.driftmend.port.Alerts;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Ledger;
import dev.driftmend.port.Ledger.Remembered;
import dev.driftmend.port.LiveStates;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.Policies;
import dev.driftmend.port.Templates;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.port.Waits;
import dev.driftmend.reconcile.Acting.Acted;
import dev.driftmend.reconcile.TakingBack.Taken;
import dev.driftmend.template.UnreadableTemplate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The whole way: look at a stack, plan, write down, act, prove, remember, tell. */
public final class Reconciler {
  /**
   * How long a stack may stand unguarded (a hanging deployment, a failed rollback) before that is
   * an incident.
   */
  private static final Duration UNGUARDED = Duration.ofMinutes(30);

  private final Templates templates;
  private final Policies policies;
  private final Ledger ledger;
  private final Alerts alerts;
  private final InstantSource clock;
  private final Consenting consenting;
  private final Examiner examiner;
  private final Acting acting;
  private final Undoing undoing;
  private final TakingBack takingBack;
  private final Proof proof;
  private final Incidents incidents;

  /**
   * @param own the guard's own stack: guarded whatever the policy says, and adopted
   */
  public Reconciler(
      StackRef own,
      Templates templates,
      LiveStates liveStates,
      Claims claims,
      Policies policies,
      Actuator actuator,
      Ledger ledger,
      Alerts alerts,
      InstantSource clock,
      Waits waits) {
    this.templates = templates;
    this.policies = policies;
    this.ledger = ledger;
    this.alerts = alerts;
    this.clock = clock;
    this.consenting = new Consenting(ledger, own);
    this.examiner = new Examiner(templates, liveStates, claims, consenting);
    this.acting = new Acting(actuator);
    this.undoing = new Undoing(ledger, acting);
    this.takingBack = new TakingBack(undoing, ledger, templates);
    this.proof = new Proof(liveStates, waits);
    this.incidents = new Incidents(ledger, alerts);
  }

  /**
   * What would be done now; nothing is written anywhere. Empty if there is no such stack.
   *
   * @throws UnreadableTemplate if the deployed template cannot be understood
   */
  public Optional<Plan> plan(StackRef stack) {
    return offer(stack).map(Offer::now);
  }

  /** The same, with what a person's acceptance would add to it. */
  public Optional<Offer> offer(StackRef stack) {
    var known = known(stack);
    return examiner
        .examine(stack, List.of(), known.policy(), known.remembered(), clock.instant())
        .map(examined -> stands(examined) ? examined : moved(examined))
        .map(examined -> new Offer(examined.plan(), examined.consent().offered()));
  }

  /**
   * What a person's look starts from. A policy or a ledger that does not answer holds back what
   * would be written, and not what is seen; without a policy nothing is remembered of the stack.
   */
  private Told known(StackRef stack) {
    try {
      var policy = policies.read();
      return new Told(policy, policy.readable() ? ledger.recall(stack) : Remembered.NOTHING);
    } catch (TransientFailure | DeniedFailure e) {
      return new Told(Policy.unreadable(String.valueOf(e.getMessage())), Remembered.NOTHING);
    }
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
      var told = Parallel.both(policies::read, () -> ledger.recall(stack), Told::new);
      var policy = told.policy();
      if (!examiner.guards(stack, policy)) {
        leave(stack, told.remembered(), "Nothing: the stack is no longer under guard.");
        return Outcome.blind(stack, String.valueOf(examiner.standAside(stack, policy)));
      }
      var examined = examiner.examine(stack, triggers, policy, told.remembered(), clock.instant());
      if (examined.isEmpty()) {
        leave(stack, told.remembered(), "Nothing: the stack is gone.");
        return nothing(stack, "there is no such stack (any more)");
      }
      if (!examined.get().settled()) {
        return standAside(examined.get(), List.of());
      }
      var taken = isByHand(triggers) ? Taken.NOTHING : takeBack(examined.get());
      if (taken.some()) {
        return reconcile(triggers, received);
      }
      return settle(examined.get(), taken.troubles(), received);
    } catch (UnreadableTemplate e) {
      var why = String.valueOf(e.getMessage());
      tell(stack, "template", "The deployed template cannot be understood", why);
      return Outcome.blind(stack, why);
    } catch (DeniedFailure e) {
      // Trying again would not help, and would keep the stack's next message waiting.
      var why = String.valueOf(e.getMessage());
      tell(
          stack,
          "denied/" + e.call(),
          "Driftmend was refused " + e.call() + ", so the stack is not guarded",
          "Allow " + e.call() + " to the role of the function that logged this: " + why);
      return Outcome.blind(stack, why);
    }
  }

  private record Told(Policy policy, Remembered remembered) {}

  /** A person does what was shown, and nothing besides. */
  static boolean isByHand(List<Trigger> triggers) {
    return triggers.stream().anyMatch(t -> t.cause().origin() == Cause.Origin.CLI);
  }

  private Taken takeBack(Examination examined) {
    var why = examiner.standAside(examined.plan().stack(), examined.policy());
    return why == null ? takingBack.take(examined, clock.instant()) : Taken.NOTHING;
  }

  /** Why nothing may be taken back now; empty if it may. */
  public Optional<String> refusal(StackRef stack) {
    var policy = policies.read();
    var state = templates.state(stack);
    if (state.isEmpty()) {
      return Optional.of("there is no such stack");
    }
    return state.get().settled()
        ? Optional.ofNullable(examiner.standAside(stack, policy))
        : Optional.of("the stack is in " + state.get().status());
  }

  /** The calls that take back the last repair of this incident's drift; none if none is known. */
  public List<Step.Call> undoable(StackRef stack, String incident) {
    return templates
        .state(stack)
        .map(s -> undoing.of(stack, incident, s.lastUpdated(), clock.instant()))
        .orElse(List.of());
  }

  /** Takes a repair back, as a person wants it; its drift is held from then on. */
  public Outcome undo(StackRef stack, List<Step.Call> calls, String who) {
    return undoing.takeBack(stack, calls, "its repair was taken back by " + who, clock.instant());
  }

  /** What is open is over, and what people agreed to of this stack is forgotten. */
  private void leave(StackRef stack, Remembered remembered, String next) {
    incidents.left(remembered.open(), next, clock.instant());
    consenting.forget(stack);
    templates.forget(stack);
  }

  private Outcome settle(Examination examined, List<Case> troubles, Instant received) {
    var book = CaseBook.of(examined, ledger, alerts);
    var last = lastLook(examined);
    if (!last.stands()) {
      return standAside(moved(examined), troubles);
    }
    templates.keep(examined.snapshot());
    Remembering.changed(
            examined.desired(), examined.live(), examined.remembered().served(), clock.instant())
        .forEach(served -> ledger.serve(examined.plan().stack(), served));
    try {
      book.open(clock.instant());
      return settle(examined, book, last.withheld(), troubles, received);
    } catch (TransientFailure | DeniedFailure e) {
      book.giveBack(e);
      throw e;
    }
  }

  private Outcome settle(
      Examination examined,
      CaseBook book,
      @Nullable String withheld,
      List<Case> troubles,
      Instant received) {
    var held = new HashSet<>(consenting.remember(examined, clock.instant()));
    held.addAll(examined.postponed());
    remember(examined);
    var acted = act(examined, book, withheld);
    var wrote = acted.results().stream().anyMatch(r -> r.result() instanceof Result.Done);
    var remaining = wrote ? proof.remaining(examined, acted.results()) : examined.plan().findings();
    var outcome = new Outcome(examined.plan(), acted.results(), remaining, wrote, book.fresh());
    book.close(outcome, held, troubles, received, clock.instant());
    if (acted.interrupted() != null) {
      throw acted.interrupted();
    }
    if (examined.whose().failure() != null) {
      throw examined.whose().failure();
    }
    return outcome;
  }

  /** The event history forgets whose something is; what is gone may be forgotten here too. */
  private void remember(Examination examined) {
    var stack = examined.plan().stack();
    var owners = Owners.of(examined, clock.instant());
    owners.learned().forEach((id, owner) -> ledger.claim(stack, id, owner));
    owners.over().forEach(id -> ledger.disclaim(stack, id));
  }

  /**
   * Intent before act: what is about to be called is written down first, and settled whatever
   * becomes of it.
   */
  private Acted act(Examination examined, CaseBook book, @Nullable String withheldNow) {
    var plan = examined.plan();
    var withheld = plan.standAside() != null ? plan.standAside() : withheldNow;
    if (withheld == null) {
      withheld = consenting.use(examined, clock.instant());
    }
    if (withheld != null) {
      return new Acted(Acting.withheld(plan, withheld), null);
    }
    if (plan.calls().isEmpty()) {
      return acting.act(plan, null);
    }
    var inverses =
        Inverses.of(plan, examined.desired(), examined.live(), examined.worlds()).stream()
            .map(i -> examined.consent().acceptance() == null ? i : unsuspected(i))
            .toList();
    var intent = ledger.intend(plan, inverses, clock.instant());
    var acted = acting.act(plan, examined.worlds());
    ledger.settle(
        intent,
        new Outcome(plan, acted.results(), plan.findings(), false),
        made(inverses, acted.results()),
        Consenting.counted(examined, acted.results(), book::culprit, clock.instant()),
        clock.instant());
    return acted;
  }

  /** What a person accepted only a person takes back. */
  private static Inverse unsuspected(Inverse inverse) {
    return new Inverse(inverse.call(), inverse.exposes(), Inverse.Suspicion.NONE);
  }

  /** The inverses of the steps that were made. */
  private static List<Inverse> made(List<Inverse> inverses, List<StepResult> results) {
    var made =
        results.stream()
            .filter(r -> r.result() instanceof Result.Done)
            .flatMap(r -> r.step().fingerprints().stream())
            .collect(Collectors.toSet());
    return inverses.stream().filter(i -> made.containsAll(i.call().fingerprints())).toList();
  }

  /**
   * Right before anything is written, be it to the ledger: does the stack stand as it was read, and
   * is it still allowed?
   *
   * @param withheld why nothing may be repaired; null if it may, or if nothing is to be
   */
  private record LastLook(boolean stands, @Nullable String withheld) {}

  private LastLook lastLook(Examination examined) {
    if (examined.plan().calls().isEmpty() || examined.plan().standAside() != null) {
      return new LastLook(stands(examined), null);
    }
    return Parallel.both(
        () -> stands(examined),
        policies::read,
        (stands, policy) -> new LastLook(stands, withheld(examined, policy)));
  }

  private boolean stands(Examination examined) {
    return templates.state(examined.plan().stack()).filter(examined.state()::equals).isPresent();
  }

  private static Examination moved(Examination examined) {
    return examined.settled() ? examined.moving("the stack changed while it was read") : examined;
  }

  private @Nullable String withheld(Examination examined, Policy now) {
    var why = examiner.standAside(examined.plan().stack(), now);
    return why == null && !sameSay(now, examined.policy())
        ? "the policy changed right before the first write"
        : why;
  }

  private static boolean sameSay(Policy one, Policy other) {
    return one.rules().equals(other.rules())
        && one.controllers().equals(other.controllers())
        && one.limits().equals(other.limits());
  }

  /**
   * A stack that moves is looked at and left alone; one that moves for too long is an incident of
   * its own.
   */
  private Outcome standAside(Examination examined, List<Case> troubles) {
    incidents.stand(incidents.open(troubles, clock.instant()));
    var plan = examined.plan();
    var why = String.valueOf(plan.standAside());
    var state = examined.state();
    if (!state.settled() && state.lastUpdated().plus(UNGUARDED).isBefore(clock.instant())) {
      tell(
          plan.stack(),
          "unguarded",
          "Not guarded for more than " + UNGUARDED.toMinutes() + " minutes: " + why,
          "Bring the stack to a settled state: finish the update, or aws cloudformation"
              + " continue-update-rollback --stack-name "
              + plan.stack().name());
    }
    return new Outcome(plan, Acting.withheld(plan, why), plan.findings(), false);
  }

  private void tell(StackRef stack, String subject, String title, String next) {
    List<Case> cases =
        List.of(Cases.trouble(stack, subject, Severity.HIGH, title, next, clock.instant()));
    incidents.stand(incidents.open(cases, clock.instant()));
  }

  private static Outcome nothing(StackRef stack, String why) {
    var plan = new Plan(stack, why, List.of(), List.of(), List.of());
    return new Outcome(plan, List.of(), List.of(), false);
  }
}
