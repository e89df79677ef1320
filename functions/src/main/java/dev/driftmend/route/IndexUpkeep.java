package dev.driftmend.route;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.StackIndex;
import dev.driftmend.port.Templates;
import java.util.Arrays;
import java.util.stream.Stream;

/** Keeps the index as young as the stacks, reading a stack only when it has changed. */
final class IndexUpkeep {
  private final StackIndex index;
  private final Templates templates;

  IndexUpkeep(StackIndex index, Templates templates) {
    this.index = index;
    this.templates = templates;
  }

  /** Indexes a stack that came to rest. */
  void renew(StackRef stack) {
    templates.state(stack).filter(IndexUpkeep::atRest).ifPresent(state -> read(stack, state));
  }

  /**
   * Indexes a stack whose index is missing or older than the stack. One that is changing is left
   * alone: its resources are not complete, nothing in it would be repaired now, and its end is
   * announced by an event that CloudFormation delivers durably.
   */
  void renewIfOld(StackRef stack) {
    var state = templates.state(stack);
    if (state.isEmpty()) {
      index.indexed(stack).ifPresent(i -> index.forget(stack));
      return;
    }
    state
        .filter(IndexUpkeep::atRest)
        .filter(now -> isOlder(stack, now))
        .ifPresent(now -> read(stack, now));
  }

  private boolean isOlder(StackRef stack, StackState now) {
    return index.indexed(stack).filter(i -> !i.asOf().isBefore(now.lastUpdated())).isEmpty();
  }

  private void read(StackRef stack, StackState state) {
    var ids = templates.resources(stack).stream().flatMap(IndexUpkeep::ids).distinct().toList();
    index.index(stack, state.lastUpdated(), ids);
  }

  /**
   * What events may call a resource: its physical id, the ids in one that is made of several parts
   * by bars ({@code rtb-…|0.0.0.0/0}), and for what has only a name that name with what it is of.
   */
  private static Stream<String> ids(ResourceRef resource) {
    var id = resource.physicalId();
    return switch (resource.type()) {
      case "AWS::IAM::Role" -> Stream.of(id, "role/" + id);
      case "AWS::IAM::InstanceProfile" -> Stream.of(id, "instance-profile/" + id);
      default ->
          id.contains("|")
              ? Stream.concat(Stream.of(id), Arrays.stream(id.split("\\|")).filter(IdClass::isId))
              : Stream.of(id);
    };
  }

  private static boolean atRest(StackState state) {
    return !state.status().endsWith("_IN_PROGRESS");
  }
}
