package dev.driftmend.testing;

import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.watch.WideLook;
import dev.driftmend.port.StackIndex;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The index as its contract says it. */
public final class InMemoryStackIndex implements StackIndex {
  private final Map<StackRef, Entry> entries = new LinkedHashMap<>();
  private Optional<WideLook> wideLook = Optional.empty();

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
  public Optional<WideLook> lastWideLook() {
    return wideLook;
  }

  @Override
  public boolean beginWideLook(WideLook look, Optional<WideLook> last) {
    if (!last.map(WideLook::began).equals(wideLook.map(WideLook::began))) {
      return false;
    }
    wideLook = Optional.of(look);
    return true;
  }

  @Override
  public void forget(StackRef stack) {
    entries.remove(stack);
  }

  private record Entry(Instant asOf, Set<String> ids) {}
}
