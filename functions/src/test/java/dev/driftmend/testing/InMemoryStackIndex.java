package dev.driftmend.testing;

import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.StackIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The index as its contract says it. */
public final class InMemoryStackIndex implements StackIndex {
  private final Map<StackRef, Entry> entries = new LinkedHashMap<>();
  private Instant wideLookTakenUntil = Instant.MIN;

  @Override
  public List<StackRef> stacksOf(List<String> resourceIds) {
    return resourceIds.stream()
        .map(
            id ->
                entries.entrySet().stream()
                    .filter(e -> e.getValue().ids().contains(id))
                    .map(Map.Entry::getKey)
                    .toList())
        .filter(stacks -> !stacks.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  @Override
  public void index(StackRef stack, Instant stackAsOf, Collection<String> resourceIds) {
    entries.put(stack, new Entry(stackAsOf, Set.copyOf(resourceIds)));
  }

  @Override
  public List<Indexed> indexed() {
    return entries.entrySet().stream()
        .map(e -> new Indexed(e.getKey(), e.getValue().asOf()))
        .toList();
  }

  @Override
  public boolean takeWideLook(Instant now, Duration spell) {
    if (now.isBefore(wideLookTakenUntil)) {
      return false;
    }
    wideLookTakenUntil = now.plus(spell);
    return true;
  }

  @Override
  public void forget(StackRef stack) {
    entries.remove(stack);
  }

  private record Entry(Instant asOf, Set<String> ids) {}
}
