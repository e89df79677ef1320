package dev.driftmend.testing;

import dev.driftmend.model.drift.KnownOwner;
import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.network.Served;
import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Outcome;
import dev.driftmend.model.plan.Plan;
import dev.driftmend.model.plan.Repair;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ledger as its contract says it; what was written can be looked at. */
public final class InMemoryLedger extends InMemoryConsents implements Ledger {
  private static final Duration ANNOUNCING = Duration.ofSeconds(20);

  private final Map<Key, Entry> incidents = new LinkedHashMap<>();
  private final Map<Key, KnownOwner> claims = new HashMap<>();
  private final Map<Key, Instant> resolving = new HashMap<>();
  private final Map<Key, Alert> unsentResolution = new HashMap<>();
  private final Map<Key, Streak> streaks = new LinkedHashMap<>();
  private final Map<String, Intent> intents = new LinkedHashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Map<StackRef, Map<String, Served>> served = new HashMap<>();
  private final Map<StackRef, List<Repaired>> repaired = new HashMap<>();

  @Override
  public String intend(Plan plan, List<Inverse> inverses, Instant now) {
    var id = "intent-" + (intents.size() + 1);
    intents.put(id, new Intent(plan, now, false));
    return id;
  }

  @Override
  public void settle(
      String intent,
      Outcome outcome,
      List<Inverse> inverses,
      Map<String, List<Repair>> repairs,
      Instant now) {
    count(outcome.plan().stack(), repairs);
    intents.computeIfPresent(intent, (id, i) -> i.concluded());
    outcomes.add(outcome);
    if (!inverses.isEmpty()) {
      repaired
          .computeIfAbsent(outcome.plan().stack(), s -> new ArrayList<>())
          .add(new Repaired(now, inverses));
    }
  }

  @Override
  public List<Repaired> repaired(StackRef stack, Instant since) {
    return repaired.getOrDefault(stack, List.of()).stream()
        .filter(r -> !r.at().isBefore(since))
        .toList();
  }

  @Override
  public List<Unsettled> unsettled(StackRef stack) {
    return intents.entrySet().stream()
        .filter(e -> !e.getValue().done() && e.getValue().plan().stack().equals(stack))
        .map(
            e ->
                new Unsettled(
                    e.getKey(), e.getValue().at(), String.valueOf(e.getValue().plan().calls())))
        .toList();
  }

  @Override
  public void abandon(StackRef stack, String intent, Instant now) {
    intents.computeIfPresent(intent, (id, i) -> i.concluded());
  }

  @Override
  public void claim(StackRef stack, String id, KnownOwner owner) {
    claims.put(new Key(stack, id), owner);
  }

  @Override
  public Map<String, KnownOwner> claims(StackRef stack) {
    var own = new HashMap<String, KnownOwner>();
    claims.forEach(
        (key, owner) -> {
          if (key.stack().equals(stack)) {
            own.put(key.name(), owner);
          }
        });
    return own;
  }

  @Override
  public void disclaim(StackRef stack, String id) {
    claims.remove(new Key(stack, id));
  }

  @Override
  public void forgetConsents(StackRef stack) {
    super.forgetConsents(stack);
    served.remove(stack);
    claims.keySet().removeIf(key -> key.stack().equals(stack));
  }

  @Override
  public List<Incident> open(StackRef stack) {
    return incidents.values().stream()
        .filter(e -> e.open() && e.incident().stack().equals(stack))
        .map(Entry::incident)
        .toList();
  }

  @Override
  public Optional<Incident> incident(StackRef stack, String fingerprint) {
    return Optional.ofNullable(incidents.get(new Key(stack, fingerprint))).map(Entry::incident);
  }

  @Override
  public boolean open(Incident incident, Instant now) {
    var key = key(incident);
    unsentResolution.remove(key);
    var old = incidents.get(key);
    var announceBy = now.plus(ANNOUNCING);
    if (old == null || !old.open()) {
      incidents.put(key, new Entry(incident, true, false, announceBy));
      return true;
    }
    if (old.announced() || !old.announceBy().isBefore(now)) {
      return false;
    }
    incidents.put(key, new Entry(old.incident(), true, false, announceBy));
    return true;
  }

  @Override
  public boolean isAnnounced(StackRef stack, String fingerprint) {
    return incidents.entrySet().stream()
        .filter(e -> e.getValue().incident().stack().equals(stack))
        .filter(e -> e.getValue().incident().fingerprint().equals(fingerprint))
        .anyMatch(e -> e.getValue().announced() || !e.getValue().open());
  }

  @Override
  public void announced(Incident incident) {
    incidents.computeIfPresent(
        key(incident), (k, e) -> new Entry(e.incident(), e.open(), true, e.announceBy()));
  }

  @Override
  public void update(Incident incident) {
    incidents.computeIfPresent(
        key(incident),
        (k, e) -> e.open() ? new Entry(incident, true, e.announced(), e.announceBy()) : e);
  }

  @Override
  public void giveBack(Incident incident) {
    resolving.remove(key(incident));
    incidents.computeIfPresent(
        key(incident), (k, e) -> new Entry(e.incident(), e.open(), e.announced(), Instant.MIN));
  }

  @Override
  public boolean takeResolution(Alert resolved, Instant now) {
    var key = key(resolved.incident());
    var entry = incidents.get(key);
    if (entry == null || !entry.open() || resolving.getOrDefault(key, now).isAfter(now)) {
      return false;
    }
    resolving.put(key, now.plus(ANNOUNCING));
    unsentResolution.put(key, resolved);
    return true;
  }

  @Override
  public Optional<Alert> unsentResolution(Incident open) {
    return Optional.ofNullable(unsentResolution.get(key(open)));
  }

  @Override
  public boolean resolve(Incident incident) {
    resolving.remove(key(incident));
    unsentResolution.remove(key(incident));
    var old = incidents.get(key(incident));
    if (old == null || !old.open()) {
      return false;
    }
    incidents.put(key(incident), new Entry(incident, false, false, old.announceBy()));
    return true;
  }

  @Override
  public Map<String, Served> served(StackRef stack) {
    return served.getOrDefault(stack, Map.of());
  }

  @Override
  public void serve(StackRef stack, Served group) {
    served.computeIfAbsent(stack, s -> new HashMap<>()).put(group.targetGroup(), group);
  }

  @Override
  public int streak(StackRef stack, String subject, String outcome, Instant now) {
    return streaks
        .merge(
            new Key(stack, subject),
            new Streak(outcome, 1),
            (old, one) -> old.outcome().equals(outcome) ? old.longer() : one)
        .inARow();
  }

  /** What was settled, in order. */
  public List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  private static Key key(Incident incident) {
    return new Key(incident.stack(), incident.fingerprint());
  }

  private record Key(StackRef stack, String name) {}

  private record Entry(Incident incident, boolean open, boolean announced, Instant announceBy) {}

  private record Streak(String outcome, int inARow) {
    Streak longer() {
      return new Streak(outcome, inARow + 1);
    }
  }

  private record Intent(Plan plan, Instant at, boolean done) {
    Intent concluded() {
      return new Intent(plan, at, true);
    }
  }
}
