package dev.driftmend.reconcile;

import dev.driftmend.model.Adoption;
import dev.driftmend.model.Drift;
import dev.driftmend.model.Finding;
import dev.driftmend.model.Hold;
import dev.driftmend.model.Limits;
import dev.driftmend.model.Plan;
import dev.driftmend.model.Repair;
import dev.driftmend.model.StackRef;
import dev.driftmend.model.Step;
import dev.driftmend.model.StepResult;
import dev.driftmend.model.StepResult.Result;
import dev.driftmend.port.Consents;
import dev.driftmend.port.Ledger.Remembered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the ledger whether a plan may be acted, and remembers what became of the answer. */
final class Consenting {
  private static final String DEFAULT_GUARD = "driftmend";

  private final Consents consents;
  private final StackRef own;

  /**
   * @param own the guard's own stack, which its deployment adopted
   */
  Consenting(Consents consents, StackRef own) {
    this.consents = consents;
    this.own = own;
  }

  record Considered(Plan plan, Consent consent) {
    static Considered unasked(Plan plan) {
      return new Considered(plan, Consent.unasked(plan));
    }
  }

  boolean isOwn(StackRef stack) {
    return stack.equals(own);
  }

  /**
   * The plan that may be acted, out of those that there would be: nothing is removed by it unless
   * it was asked whose that is.
   *
   * @param plans the plan with these drifts held, by what is known of whose each extra is
   * @param meant the holds that apply, of these that are remembered, and those that begin because a
   *     drift may be meant
   * @param guarded how many resources of the stack are guarded
   */
  Considered consider(
      Function<Holds, Plan> plans,
      UnaryOperator<List<Hold>> meant,
      Whose whose,
      Remembered remembered,
      int guarded,
      Limits limits,
      Instant now) {
    var considered = once(plans, meant, whose, remembered, guarded, limits, now);
    while (considered.consent().held() == null && whose.ask(considered.plan())) {
      considered = once(plans, meant, whose, remembered, guarded, limits, now);
    }
    return considered;
  }

  private Considered once(
      Function<Holds, Plan> plans,
      UnaryOperator<List<Hold>> meant,
      Whose whose,
      Remembered remembered,
      int guarded,
      Limits limits,
      Instant now) {
    var offered = plans.apply(Holds.NONE);
    var stack = offered.stack();
    var holds = new ArrayList<>(meant.apply(remembered.holds()));
    var begun = new ArrayList<>(holds);
    begun.removeAll(remembered.holds());
    var fights = begun(offered, holds, remembered, limits, now);
    begun.addAll(fights);
    holds.addAll(fights);
    var command = command(stack, offered.hash());
    var plan =
        holds.isEmpty()
            ? offered
            : plans.apply(Holds.of(holds, "to have it repaired after all: " + command));
    var adopted = isOwn(stack) || remembered.adoption().isPresent();
    var notAsked = whose.notAskedOf(offered).size();
    var held =
        Gate.held(
            plan, offered, notAsked, whose.changedUnasked(plan), guarded, limits, adopted, command);
    if (held.isEmpty() && plan.steps().equals(offered.steps())) {
      return new Considered(offered, new Consent(offered, adopted, holds, begun, null, null));
    }
    var acceptance = consents.acceptance(stack, offered.hash(), now);
    if (acceptance.isPresent()) {
      return new Considered(
          offered, new Consent(offered, adopted, holds, List.of(), acceptance.get(), null));
    }
    var why = plan.standAside() != null ? plan.standAside() : held.map(Gate.Held::why).orElse(null);
    return new Considered(
        plan.held(why, offered.hash()),
        new Consent(offered, adopted, holds, begun, null, held.orElse(null)));
  }

  private static List<Hold> begun(
      Plan offered, List<Hold> holds, Remembered remembered, Limits limits, Instant now) {
    var known = holds.stream().map(Hold::fingerprint).collect(Collectors.toSet());
    return Fights.begun(offered, remembered.repairs(), limits, now).stream()
        .filter(h -> !known.contains(h.fingerprint()))
        .toList();
  }

  /** As it is typed; the guard is named where the command line would not find it. */
  private String command(StackRef stack, String plan) {
    var guard = isOwn(stack) || own.name().equals(DEFAULT_GUARD) ? "" : " --guard " + own.name();
    return "driftmend accept --stack " + stack.name() + guard + " --plan " + plan;
  }

  /**
   * Writes down what this look found: fights that begin or are over, a stack that needs nothing.
   *
   * @return the fingerprints of the drifts that are held now
   */
  Set<String> remember(Examination examined, Instant now) {
    var stack = examined.plan().stack();
    var consent = examined.consent();
    if (!consent.adopted()
        && examined.postponed().isEmpty()
        && examined.plan().findings().stream().allMatch(Finding::isAnothers)) {
      consents.adopt(stack, new Adoption(now, Adoption.EMPTY_PLAN));
    }
    consent.begun().forEach(hold -> consents.hold(stack, hold));
    var seen =
        examined.plan().findings().stream()
            .map(f -> f.drift().fingerprint(stack))
            .collect(Collectors.toCollection(HashSet::new));
    // What could not be looked at or asked for is not over.
    seen.addAll(examined.postponed());
    if (isBlind(examined)) {
      consent.holds().stream()
          .filter(hold -> hold.sort() == Hold.Sort.MEANT)
          .map(Hold::fingerprint)
          .forEach(seen::add);
    }
    var standing = Fights.standing(consent.holds(), seen, examined.policy().limits(), now);
    standing.stream()
        .filter(hold -> !consent.holds().contains(hold))
        .forEach(hold -> consents.hold(stack, hold));
    var held = standing.stream().map(Hold::fingerprint).collect(Collectors.toSet());
    Stream.concat(consent.holds().stream(), examined.remembered().holds().stream())
        .map(Hold::fingerprint)
        .distinct()
        .filter(fingerprint -> !held.contains(fingerprint))
        .forEach(fingerprint -> consents.release(stack, fingerprint));
    return held;
  }

  private static boolean isBlind(Examination examined) {
    return examined.plan().findings().stream().anyMatch(f -> f.drift() instanceof Drift.Unreadable);
  }

  /**
   * Uses up the acceptance by which this plan is acted, if it needs one. The stack is adopted by
   * it, and what was held is released.
   *
   * @return why it may not be acted after all; null if it may
   */
  @Nullable String use(Examination examined, Instant now) {
    var consent = examined.consent();
    var acceptance = consent.acceptance();
    if (acceptance == null) {
      return null;
    }
    var stack = examined.plan().stack();
    if (!consents.use(stack, acceptance, now)) {
      return "its acceptance was used or has expired since it was planned";
    }
    if (!consent.adopted()) {
      consents.adopt(stack, new Adoption(now, acceptance.who() + " accepted its first plan"));
    }
    var acted =
        examined.plan().calls().stream()
            .map(Step.Call::fingerprints)
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    consent.holds().stream()
        .map(Hold::fingerprint)
        .filter(acted::contains)
        .forEach(fingerprint -> consents.release(stack, fingerprint));
    return null;
  }

  /**
   * The repairs that count of what was repaired now, this time included, so that a fight is
   * noticed. With an acceptance the count of what was held begins anew.
   *
   * @param culprit the principal behind a drift, by fingerprint; null if not known
   */
  static Map<String, List<Repair>> counted(
      Examination examined,
      List<StepResult> results,
      Function<String, @Nullable String> culprit,
      Instant now) {
    var forget = now.minus(examined.policy().limits().time());
    var released =
        examined.consent().acceptance() == null
            ? Set.<String>of()
            : examined.consent().holds().stream()
                .map(Hold::fingerprint)
                .collect(Collectors.toSet());
    var counted = new LinkedHashMap<String, List<Repair>>();
    results.stream()
        .filter(r -> r.result() instanceof Result.Done)
        .flatMap(r -> r.step().fingerprints().stream())
        .forEach(
            fingerprint -> {
              var before = examined.remembered().repairs().getOrDefault(fingerprint, List.of());
              var all = new ArrayList<>(released.contains(fingerprint) ? List.of() : before);
              all.removeIf(r -> r.at().isBefore(forget));
              all.add(new Repair(now, culprit.apply(fingerprint)));
              counted.put(fingerprint, all);
            });
    return counted;
  }

  /** The stack is gone, or no longer guarded. */
  void forget(StackRef stack) {
    consents.forgetConsents(stack);
  }
}
