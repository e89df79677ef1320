package dev.driftmend.testing;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.model.stack.StackState;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Templates;
import dev.driftmend.port.TransientFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stacks that a test deploys, updates and deletes; it counts what was asked of it. */
public final class InMemoryTemplates implements Templates {
  private final Map<StackRef, StackSnapshot> stacks = new LinkedHashMap<>();
  private final Set<String> denied = new HashSet<>();
  private final Set<String> throttled = new HashSet<>();
  private final List<String> calls = new ArrayList<>();

  /** A stack without a template, whose resources are named by their physical ids. */
  public void put(StackRef stack, String status, Instant lastUpdated, String... physicalIds) {
    var resources =
        java.util.Arrays.stream(physicalIds)
            .map(id -> new ResourceRef("Logical" + id, "AWS::Test::Type", id))
            .toList();
    put(stack, status, lastUpdated, resources);
  }

  /** A stack without a template. */
  public void put(StackRef stack, String status, Instant lastUpdated, List<ResourceRef> resources) {
    put(
        new StackSnapshot(
            stack,
            status,
            lastUpdated,
            "{}",
            Map.of(),
            resources,
            List.of(),
            Map.of(),
            Map.of(),
            Map.of()));
  }

  public void put(StackSnapshot snapshot) {
    stacks.put(snapshot.stack(), snapshot);
  }

  public void delete(StackRef stack) {
    stacks.remove(stack);
  }

  /** Refuses every call about the stack of this name. */
  public void deny(String stackName) {
    denied.add(stackName);
  }

  /** Throttles every call about the stack of this name. */
  public void throttle(String stackName) {
    throttled.add(stackName);
  }

  /** What was asked, e.g. {@code state web}, in order. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public Optional<StackState> state(StackRef stack) {
    asked("state", stack.name());
    return Optional.ofNullable(stacks.get(stack)).map(StackSnapshot::state);
  }

  @Override
  public Optional<StackRef> find(String name) {
    asked("find", name);
    return stacks.keySet().stream().filter(s -> s.name().equals(name)).findFirst();
  }

  @Override
  public Optional<StackSnapshot> read(StackRef stack) {
    asked("read", stack.name());
    return Optional.ofNullable(stacks.get(stack));
  }

  private void asked(String what, String name) {
    calls.add(what + " " + name);
    if (throttled.contains(name)) {
      throw new TransientFailure(
          "cloudformation:DescribeStacks", new IllegalStateException("throttled"));
    }
    if (denied.contains(name)) {
      throw new DeniedFailure("cloudformation:DescribeStacks", new IllegalStateException("denied"));
    }
  }
}
