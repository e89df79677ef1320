package dev.driftmend.route;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Signal;
import dev.driftmend.model.drift.Trigger;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.watch.WideLook;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Policies;
import dev.driftmend.port.StackIndex;
import dev.driftmend.port.Templates;
import dev.driftmend.port.TransientFailure;
import dev.driftmend.port.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which guarded stacks a signal is about and puts them on the queue.
 *
 * <p>Driftmend's own repairs come back as events and are routed like anybody's: the stack is read
 * once more, is found as declared, and nothing is written, so there is no loop, and a change that
 * somebody made right after the repair is seen. The caller stays in the trigger; whoever names a
 * culprit must leave out the guard's own role.
 *
 * <p>A {@code TransientFailure} of a port leaves this class: the same event must be delivered
 * again, and what it had queued already is not queued twice within five minutes.
 */
public final class Router {
  /** How long an unknown id is taken as foreign without asking CloudFormation again. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  /** What one stack adds to the time between two wide looks, and the most that it gets to be. */
  private static final Duration A_LOOK = Duration.ofSeconds(6);

  private static final Duration MOST_SPELL = Duration.ofMinutes(1);

  /** How often the right to a wide look may be lost to others until it is left to the sweep. */
  private static final int RACES = 5;

  private final StackIndex index;
  private final WorkQueue queue;
  private final GuardedStacks guarded;
  private final IndexUpkeep upkeep;

  /**
   * When every guarded stack's index was last seen to be as young as its stack. A stack that
   * changes after that announces its new rest by a durable event, which indexes it and has it
   * looked at, so that a burst of other people's calls does not become a burst of DescribeStacks.
   */
  private volatile Instant fresh = Instant.MIN;

  /**
   * @param own the stack that the guard itself is part of
   */
  public Router(
      StackRef own, StackIndex index, Templates templates, Policies policies, WorkQueue queue) {
    this.index = index;
    this.queue = queue;
    this.guarded = new GuardedStacks(own, policies, templates, index);
    this.upkeep = new IndexUpkeep(index, templates);
  }

  public Decision route(Signal signal, Instant now) {
    return switch (signal) {
      case Signal.Ignored(var reason) -> Decision.ignored(reason);
      case Signal.Resources(var ids, var cause) -> resources(ids, cause, now);
      case Signal.Stack(var stack, var cause) -> stack(stack, cause);
      case Signal.AllStacks(var cause) ->
          switch (cause.origin()) {
            case SWEEP, CLI -> sweep(cause);
            case API_CALL, CONFIG_CHANGE, STACK_STATUS, INSTANCE_STATE, ALARM, HEALTH ->
                wideLook(cause.event() + " names no resource", cause, now);
          };
    };
  }

  /**
   * By the most specific id that is indexed; an unknown one is looked up once more before it is
   * dropped.
   */
  private Decision resources(List<String> ids, Cause cause, Instant now) {
    var stacks = index.stacksOf(ids);
    var indexes = Indexes.FRESH;
    if (stacks.isEmpty() && now.isAfter(fresh.plus(FRESH))) {
      indexes = renew(now);
      stacks = index.stacksOf(ids);
    }
    if (!stacks.isEmpty()) {
      var wide = alsoAnothers(ids) ? openLook(ids, cause, now) : Decision.ignored("");
      return wide.stacks().containsAll(stacks) ? wide : indexed(stacks, cause);
    }
    var what = ids.getFirst() + " (" + cause.event() + ")";
    return switch (indexes) {
      case FRESH ->
          IdClass.leaveOpen(ids)
              ? openLook(ids, cause, now)
              : Decision.ignored("not guarded: " + what);
      case INCOMPLETE -> wideLook("a stack may not be read to look for " + what, cause, now);
    };
  }

  /**
   * Whether a call that named a stack's resource may have changed another's too: a list of one
   * stack put on a subnet of another, and only the association is named.
   */
  private boolean alsoAnothers(List<String> ids) {
    var withoutOwner = IdClass.withoutOwner(ids);
    return !withoutOwner.isEmpty() && index.stacksOf(List.of(withoutOwner.getFirst())).isEmpty();
  }

  private Decision openLook(List<String> ids, Cause cause, Instant now) {
    var what = ids.getFirst() + " (" + cause.event() + ")";
    return wideLook(what + " does not tell whose it is", cause, now);
  }

  private Decision indexed(List<StackRef> stacks, Cause cause) {
    var ours = guarded.among(stacks);
    leave(stacks.stream().filter(s -> !ours.contains(s)).toList(), cause);
    return ours.isEmpty()
        ? Decision.ignored("not guarded: the policy no longer names " + names(stacks))
        : enqueue("indexed: " + cause.event(), ours, cause);
  }

  private Decision stack(StackRef stack, Cause cause) {
    if (cause.event().equals("DELETE_COMPLETE")) {
      return deleted(stack, cause);
    }
    if (guarded.among(List.of(stack)).isEmpty()) {
      return Decision.ignored("not guarded: stack " + stack.name());
    }
    var decision = enqueue("stack status: " + cause.event(), List.of(stack), cause);
    upkeep.renew(stack);
    return decision;
  }

  private Decision deleted(StackRef stack, Cause cause) {
    var why = "deleted: stack " + stack.name();
    if (index.indexed(stack).isEmpty()) {
      return Decision.ignored(why);
    }
    leave(List.of(stack), cause);
    return Decision.enqueued(why, List.of(stack));
  }

  /** The last message about stacks that are guarded no more: what is open of them is closed. */
  private void leave(List<StackRef> stacks, Cause cause) {
    for (var stack : stacks) {
      queue.send(new Trigger(stack, cause));
      index.forget(stack);
    }
  }

  /**
   * Looks at everything, and says so if a stack under guard cannot even be found. One stack's
   * trouble keeps nobody from looking at the others.
   */
  private Decision sweep(Cause cause) {
    var all = guarded.all();
    var decision = enqueue("sweep: " + cause.event() + all.remark(), all.stacks(), cause);
    leave(all.left(), cause);
    var failure = renewed(all);
    if (failure != null) {
      throw failure;
    }
    return decision;
  }

  /** Why an index may still be old; null if all are as young as their stacks. */
  private @Nullable RuntimeException renewed(GuardedStacks.Found all) {
    var failure = all.failure();
    for (var stack : all.stacks()) {
      try {
        upkeep.renewIfOld(stack);
      } catch (DeniedFailure | TransientFailure e) {
        failure = e;
      }
    }
    return failure;
  }

  /**
   * Looks at every guarded stack, unless a look that began after the change sees it, and at no more
   * than some ten a minute, or all of them once: calls that leave open whose they are can come in
   * bursts. One that comes too soon is not forgotten, only later: the sweep looks at everything.
   */
  private Decision wideLook(String why, Cause cause, Instant now) {
    var all = guarded.all();
    if (all.failure() instanceof TransientFailure t) {
      throw t;
    }
    var spell =
        Duration.ofSeconds(
            Math.min(A_LOOK.toSeconds() * all.stacks().size(), MOST_SPELL.toSeconds()));
    return switch (beginWideLook(cause, now, spell)) {
      case LOOK -> enqueue("wide look: " + why + all.remark(), all.stacks(), cause);
      case SEEN ->
          Decision.ignored(
              "seen already: " + why + "; a look at every stack began after it happened");
      case LEFT_TO_SWEEP ->
          Decision.ignored(
              "left to the sweep: "
                  + why
                  + "; every stack was looked at more than once within the last "
                  + spell.multipliedBy(2).toSeconds()
                  + " seconds");
    };
  }

  private WideLook.Answer beginWideLook(Cause cause, Instant now, Duration spell) {
    for (int race = 0; race < RACES; race++) {
      var last = index.lastWideLook();
      var answer = WideLook.answer(last.orElse(null), cause.eventId(), cause.time(), now, spell);
      if (answer != WideLook.Answer.LOOK
          || index.beginWideLook(
              WideLook.after(last.orElse(null), cause.eventId(), now, spell), last)) {
        return answer;
      }
    }
    return WideLook.Answer.LEFT_TO_SWEEP;
  }

  private Decision enqueue(String reason, List<StackRef> stacks, Cause cause) {
    stacks.forEach(stack -> queue.send(new Trigger(stack, cause)));
    return Decision.enqueued(reason, stacks);
  }

  private Indexes renew(Instant now) {
    var all = guarded.all();
    return switch (renewed(all)) {
      case TransientFailure t -> throw t;
      case null -> {
        fresh = now;
        yield Indexes.FRESH;
      }
      default -> Indexes.INCOMPLETE;
    };
  }

  private static String names(List<StackRef> stacks) {
    return stacks.stream().map(StackRef::name).collect(Collectors.joining(", "));
  }

  private enum Indexes {
    FRESH,
    /** An index may be old, because its stack may not be read: no id is known to be foreign. */
    INCOMPLETE
  }
}
