package dev.driftmend.testing;

import dev.driftmend.model.plan.Acceptance;
import dev.driftmend.model.plan.Adoption;
import dev.driftmend.model.plan.Hold;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Consents;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people agreed to and what is held, as the contract says it. */
class InMemoryConsents implements Consents {
  private final Map<StackRef, Adoption> adoptions = new LinkedHashMap<>();
  private final Map<Key, Acceptance> acceptances = new LinkedHashMap<>();
  private final Map<Key, Hold> holds = new LinkedHashMap<>();
  private final Map<Key, List<Repair>> repairs = new LinkedHashMap<>();

  @Override
  public Optional<Adoption> adoption(StackRef stack) {
    return Optional.ofNullable(adoptions.get(stack));
  }

  @Override
  public void adopt(StackRef stack, Adoption adoption) {
    adoptions.putIfAbsent(stack, adoption);
  }

  @Override
  public void accept(StackRef stack, Acceptance acceptance) {
    acceptances.put(new Key(stack, acceptance.plan()), acceptance);
  }

  @Override
  public Optional<Acceptance> acceptance(StackRef stack, String plan, Instant now) {
    return Optional.ofNullable(acceptances.get(new Key(stack, plan)))
        .filter(a -> a.expires().isAfter(now));
  }

  @Override
  public boolean use(StackRef stack, Acceptance acceptance, Instant now) {
    return acceptance(stack, acceptance.plan(), now).isPresent()
        && acceptances.remove(new Key(stack, acceptance.plan())) != null;
  }

  @Override
  public void hold(StackRef stack, Hold hold) {
    var key = new Key(stack, hold.fingerprint());
    var old = holds.get(key);
    var since = old != null && old.sort() == hold.sort() ? old.since() : hold.since();
    holds.put(
        key,
        new Hold(
            hold.fingerprint(), hold.sort(), hold.why(), since, hold.goneSince(), hold.about()));
  }

  @Override
  public List<Hold> holds(StackRef stack) {
    return holds.entrySet().stream()
        .filter(e -> e.getKey().stack().equals(stack))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public void release(StackRef stack, String fingerprint) {
    holds.remove(new Key(stack, fingerprint));
    repairs.remove(new Key(stack, fingerprint));
  }

  void count(StackRef stack, Map<String, List<Repair>> counted) {
    counted.forEach((fingerprint, all) -> repairs.put(new Key(stack, fingerprint), all));
  }

  @Override
  public Map<String, List<Repair>> repairs(StackRef stack) {
    var found = new LinkedHashMap<String, List<Repair>>();
    repairs.forEach(
        (key, all) -> {
          if (key.stack().equals(stack)) {
            found.put(key.name(), List.copyOf(all));
          }
        });
    return found;
  }

  @Override
  public void forgetConsents(StackRef stack) {
    adoptions.remove(stack);
    List.of(acceptances, holds, repairs)
        .forEach(all -> all.keySet().removeIf(k -> k.stack().equals(stack)));
  }

  private record Key(StackRef stack, String name) {}
}
