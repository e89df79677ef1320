package dev.driftmend.port;

import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.watch.WideLook;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which guarded stack a resource belongs to. */
public interface StackIndex {

  /** The stacks of the first of these ids that is indexed; empty if none is. */
  List<StackRef> stacksOf(List<String> resourceIds);

  /** Replaces the index of one stack. */
  void index(StackRef stack, Instant stackAsOf, Collection<String> resourceIds);

  /** The stacks that are indexed. */
  List<Indexed> indexed();

  /** The last look at every guarded stack; empty if there was none lately. */
  Optional<WideLook> lastWideLook();

  /**
   * Notes a look at every guarded stack, before it is made.
   *
   * @param last the look that was the last one when this was decided
   * @return false if another one came between: decide again
   */
  boolean beginWideLook(WideLook look, Optional<WideLook> last);

  /** Drops a stack that is gone. */
  void forget(StackRef stack);

  /**
   * @param asOf the age of the stack (its last update) when it was indexed
   */
  record Indexed(StackRef stack, Instant asOf) {}

  /** The indexed entry of one stack. */
  default Optional<Indexed> indexed(StackRef stack) {
    return indexed().stream().filter(i -> i.stack().equals(stack)).findFirst();
  }
}
