package dev.driftmend.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the stack's list of resources tells of the conditions that resources hang on. */
public final class Presence {
  private final Map<String, String> listed = new HashMap<>();
  private final Set<String> missing = new HashSet<>();

  public Presence(Map<String, Template.Entry> resources, Set<String> existing) {
    resources.forEach(
        (name, entry) -> {
          if (entry.condition() == null) {
            return;
          }
          if (existing.contains(name)) {
            listed.putIfAbsent(entry.condition(), name);
          } else {
            missing.add(entry.condition());
          }
        });
  }

  /** A resource that hangs on the condition and exists; null if there is none. */
  @Nullable String listed(String condition) {
    return listed.get(condition);
  }

  /** Whether the condition holds; null if nothing hangs on it or the list contradicts itself. */
  @Nullable Boolean verdict(String condition) {
    var holds = listed.containsKey(condition);
    return holds == missing.contains(condition) ? null : holds;
  }
}
