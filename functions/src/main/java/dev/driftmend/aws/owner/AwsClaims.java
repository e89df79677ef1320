package dev.driftmend.aws.owner;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Claim;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.drift.Owner;
import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Claims;
import dev.driftmend.port.DeniedFailure;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@link Claims} from tags, from the other stacks of the account and from its event history; the
 * cheapest question comes first.
 */
public final class AwsClaims implements Claims {
  private final StackOwners stacks;
  private final EventHistory history;
  private final String ownSession;
  private final BiFunction<StackRef, ResourceRef, Set<String>> foreignMembers;
  private volatile Run run;

  /**
   * @param ownSession the name of Driftmend's own session, whose calls are nobody's deed: in
   *     Lambda, the name of the function
   * @param foreignMembers the keys of the members that the deployed template of another stack gives
   *     to a resource, by that stack; whatever it throws makes the claim undecided
   */
  public AwsClaims(
      Clients clients,
      String ownSession,
      BiFunction<StackRef, ResourceRef, Set<String>> foreignMembers,
      InstantSource clock) {
    this.ownSession = ownSession;
    this.stacks = new StackOwners(clients, clock);
    this.history = new EventHistory(clients);
    this.foreignMembers = foreignMembers;
    this.run = newRun(null);
  }

  /** What one run has asked already: a run reads the policy once for all its questions. */
  private record Run(@Nullable Policy policy, StackClaims stacks, CallClaims calls) {}

  private Run newRun(@Nullable Policy policy) {
    return new Run(
        policy, new StackClaims(stacks, foreignMembers), new CallClaims(history, ownSession));
  }

  @Override
  public Claim claim(Question question) {
    begin(question.policy());
    return kept(question.remembered(), answer(question));
  }

  /** What the history does not know otherwise stays as it was known. */
  private static Claim kept(@Nullable KnownOwner remembered, Claim answer) {
    return remembered != null
            && (answer.owner() instanceof Owner.Unknown
                || answer.owner() instanceof Owner.Undecided)
        ? new Claim(remembered.owner(), answer.cause())
        : answer;
  }

  private Claim answer(Question question) {
    try {
      return question.finding().drift() instanceof Drift.Extra extra
          ? ofExtra(question, extra.resource(), extra.item())
          : ofChange(question);
    } catch (DeniedFailure e) {
      return question.finding().drift() instanceof Drift.Extra
          ? new Claim(new Owner.Undecided(Failures.explain(e)), question.knownCall())
          : new Claim(Owner.NOBODY, question.knownCall());
    }
  }

  private synchronized void begin(Policy policy) {
    if (run.policy() != policy) {
      run = newRun(policy);
    }
  }

  /** First what says so itself, then the stacks, and the history last. */
  private Claim ofExtra(Question asked, ResourceRef resource, Item extra) {
    var mark = mark(asked.stack(), resource, extra).filter(run.stacks()::stands);
    if (mark.isPresent() && (!mark.get().anybodys() || !asked.finding().isOpenToInternet())) {
      return new Claim(mark.get().owner(), asked.knownCall());
    }
    var stack = run.stacks().stackOf(asked, resource, extra);
    if (stack.isPresent()) {
      return new Claim(stack.get(), asked.knownCall());
    }
    var made =
        asked.knownCall() == null
            ? run.calls().madeBy(asked, resource, extra)
            : CallClaims.byCaller(asked, asked.knownCall());
    var deployed = run.stacks().deployedBy(asked, resource, extra, made);
    if (deployed.isPresent()) {
      return new Claim(deployed.get(), made.cause());
    }
    return mark.isPresent() && !(made.owner() instanceof Owner.Another)
        ? new Claim(new Owner.Undecided(doubted(mark.get(), made)), made.cause())
        : made;
  }

  private static Optional<ForeignMarks.Mark> mark(
      StackRef stack, ResourceRef resource, Item extra) {
    return resource.type().equals(SecurityGroup.TYPE)
        ? ForeignMarks.ofDescription(extra.fields().get("description"))
            .or(() -> ForeignMarks.ofTags(extra.tags(), stack))
        : Optional.empty();
  }

  private static String doubted(ForeignMarks.Mark mark, Claim made) {
    var maker = made.caller();
    return "it is open to the internet and says to belong to "
        + mark.owner().name()
        + ", but "
        + (maker == null
            ? "who made it is not known"
            : maker.principal() + " made it, which the policy's controllers do not name");
  }

  private Claim ofChange(Question asked) {
    return run.stacks()
        .ofAnotherStack(asked.stack(), StackClaims.associations(asked).stream())
        .map(stack -> new Claim(stack, asked.knownCall()))
        .orElseGet(() -> run.calls().changedBy(asked));
  }
}
