package dev.driftmend.port;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.StackState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What CloudFormation says of stacks. Reads only. */
public interface Templates {

  /** Status and age now; empty if there is no such stack (or it was deleted). */
  Optional<StackState> state(StackRef stack);

  /** The stack of this name that is not deleted; empty if there is none. */
  Optional<StackRef> find(String name);

  /**
   * All that the resolver needs, with every page of the resource list. Not atomic: compare {@link
   * StackSnapshot#state()} with a later {@link #state}. Empty if there is no such stack.
   */
  Optional<StackSnapshot> read(StackRef stack);

  /**
   * The same, for less: what only a deployment changes is taken from a snapshot of the same state.
   *
   * @param before an earlier snapshot of the stack that stood still and is complete; null if there
   *     is none
   */
  default Optional<StackSnapshot> read(StackRef stack, @Nullable StackSnapshot before) {
    return read(stack);
  }

  /** The resources of a stack that exists, all pages: what {@link #read} says, for less. */
  default List<ResourceRef> resources(StackRef stack) {
    return read(stack).map(StackSnapshot::resources).orElse(List.of());
  }
}
