package dev.driftmend.aws.client;

import java.util.Map;
import java.util.TreeMap;

/** Counts requests, and remembers which call the current thread makes. */
final class ApiCalls {
  private Map<String, Integer> counts = new TreeMap<>();
  private final ThreadLocal<String> begun = new ThreadLocal<>();

  void begin(String call) {
    begun.set(call);
  }

  /** What this thread began last. */
  String begun() {
    return begun.get();
  }

  synchronized void count(String call) {
    counts.merge(call, 1, Integer::sum);
  }

  synchronized Map<String, Integer> take() {
    var taken = counts;
    counts = new TreeMap<>();
    return taken;
  }
}
