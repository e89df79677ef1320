package dev.driftmend.route;

import dev.driftmend.model.plan.Policy;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Policies;
import dev.driftmend.port.StackIndex;
import dev.driftmend.port.Templates;
import dev.driftmend.port.TransientFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which stacks are under guard: the guard's own, whatever happens, and those the policy names. */
final class GuardedStacks {
  private final StackRef own;
  private final Policies policies;
  private final Templates templates;
  private final StackIndex index;

  GuardedStacks(StackRef own, Policies policies, Templates templates, StackIndex index) {
    this.own = own;
    this.policies = policies;
    this.templates = templates;
    this.index = index;
  }

  /**
   * Those of them that are guarded. The policy is read only if another than the own one is asked.
   */
  List<StackRef> among(List<StackRef> stacks) {
    if (stacks.stream().allMatch(own::equals)) {
      return stacks;
    }
    var policy = policies.read();
    return stacks.stream()
        .filter(
            s ->
                s.equals(own)
                    || policy.guardedStacks().contains(s.name())
                    || (namesNone(policy) && index.indexed(s).isPresent()))
        .toList();
  }

  /** All of them, the own one first. */
  Found all() {
    var policy = policies.read();
    var stacks = new LinkedHashSet<StackRef>();
    stacks.add(own);
    if (namesNone(policy)) {
      index.indexed().forEach(i -> stacks.add(i.stack()));
    }
    var missing = new ArrayList<String>();
    var unknown = new HashSet<String>();
    RuntimeException failure = null;
    for (var name : policy.guardedStacks()) {
      try {
        templates.find(name).ifPresentOrElse(stacks::add, () -> missing.add(name));
      } catch (DeniedFailure | TransientFailure e) {
        missing.add(name);
        unknown.add(name);
        failure = e;
      }
    }
    return new Found(
        List.copyOf(stacks),
        left(policy, stacks, unknown),
        missing,
        failure,
        policy.readable() ? null : policy.permission().why());
  }

  /**
   * Those that were guarded and are no more: the policy names them no longer, or they are gone,
   * whether or not another one has their name now.
   *
   * @param unknown names that could not be looked up
   */
  private List<StackRef> left(Policy policy, Set<StackRef> stacks, Set<String> unknown) {
    return policy.readable()
        ? index.indexed().stream()
            .map(StackIndex.Indexed::stack)
            .filter(s -> !stacks.contains(s))
            .filter(s -> !policy.guards(s) || !unknown.contains(s.name()))
            .toList()
        : List.of();
  }

  /** A policy that cannot be read names no stack: those guarded until now are in the index. */
  private static boolean namesNone(Policy policy) {
    return !policy.permission().isGranted() && policy.guardedStacks().isEmpty();
  }

  /**
   * @param left stacks that are indexed, and guarded no more or gone
   * @param missing names of the policy that no stack has, or that could not be looked up
   * @param failure why a name could not be looked up
   * @param unread why the policy names none; null if it could be read
   */
  record Found(
      List<StackRef> stacks,
      List<StackRef> left,
      List<String> missing,
      @Nullable RuntimeException failure,
      @Nullable String unread) {
    Found {
      missing = List.copyOf(missing);
    }

    String remark() {
      return (missing.isEmpty() ? "" : "; found no stack named " + String.join(", ", missing))
          + (unread == null ? "" : "; " + unread);
    }
  }
}
