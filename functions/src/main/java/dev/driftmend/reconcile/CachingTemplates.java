package dev.driftmend.reconcile;

import dev.driftmend.model.Latest;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.Templates;
import dev.driftmend.template.Desireds;
import dev.driftmend.template.Resolver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Templates} that neither read nor resolve again what they have: a stack that is in the same
 * state as when it was kept has the same template and the same resources. It is kept in the process
 * and nowhere else: what is right is for CloudFormation to say, and not for whoever may write to a
 * table.
 */
public final class CachingTemplates implements Templates {
  /** Of how many stacks it is kept; each takes some 100 KB. */
  private static final int STACKS = 32;

  private final Templates origin;
  private final Map<StackRef, StackSnapshot> kept = new Latest<>(STACKS);
  private final Map<StackRef, Resolved> resolved = new Latest<>(STACKS);

  private record Resolved(StackSnapshot snapshot, Desired desired) {}

  public CachingTemplates(Templates origin) {
    this.origin = origin;
  }

  @Override
  public Optional<StackState> state(StackRef stack) {
    return origin.state(stack);
  }

  @Override
  public Optional<StackRef> find(String name) {
    return origin.find(name);
  }

  @Override
  public Optional<StackSnapshot> read(StackRef stack) {
    return read(stack, kept(stack));
  }

  @Override
  public Optional<StackSnapshot> read(StackRef stack, @Nullable StackSnapshot before) {
    return origin.read(stack, before);
  }

  @Override
  public List<ResourceRef> resources(StackRef stack) {
    return origin.resources(stack);
  }

  private synchronized @Nullable StackSnapshot kept(StackRef stack) {
    return kept.get(stack);
  }

  /**
   * Keeps a snapshot of a stack that stood still while it was read. One of which something was
   * refused is not kept: it may be readable the next time.
   */
  synchronized void keep(StackSnapshot read) {
    if (read.complete()) {
      kept.put(read.stack(), read);
    }
  }

  /**
   * @throws dev.driftmend.template.text.UnreadableTemplate if the template cannot be understood
   */
  synchronized Desired desired(StackSnapshot snapshot) {
    var before = resolved.get(snapshot.stack());
    if (before != null && before.snapshot().equals(snapshot)) {
      return before.desired();
    }
    var desired = Desireds.withParts(Resolver.resolve(snapshot));
    resolved.put(snapshot.stack(), new Resolved(snapshot, desired));
    return desired;
  }

  /** The stack is gone, or no longer guarded. */
  synchronized void forget(StackRef stack) {
    kept.remove(stack);
    resolved.remove(stack);
  }
}
