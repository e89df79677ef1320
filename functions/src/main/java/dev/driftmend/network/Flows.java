package dev.driftmend.network;

import dev.driftmend.network.Reachability.Flow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What flows, or a difference of what flows: never an entry without traffic. */
public record Flows(Map<Flow, TrafficSet> by) {
  public Flows {
    by = Map.copyOf(by);
  }

  public Flows minus(Flows other) {
    var left = new HashMap<Flow, TrafficSet>();
    by.forEach(
        (flow, traffic) -> {
          var rest = traffic.minus(other.by.getOrDefault(flow, TrafficSet.NONE));
          if (!rest.isEmpty()) {
            left.put(flow, rest);
          }
        });
    return new Flows(left);
  }

  public Flows and(Flows other) {
    var both = new HashMap<Flow, TrafficSet>();
    by.forEach(
        (flow, traffic) -> {
          var shared = traffic.and(other.by.getOrDefault(flow, TrafficSet.NONE));
          if (!shared.isEmpty()) {
            both.put(flow, shared);
          }
        });
    return new Flows(both);
  }

  public Flows plus(Flows other) {
    var all = new HashMap<>(by);
    other.by.forEach((flow, traffic) -> all.merge(flow, traffic, TrafficSet::plus));
    return new Flows(all);
  }

  public boolean isEmpty() {
    return by.isEmpty();
  }

  /** One of them, always the same, for a person. */
  Optional<Map.Entry<Flow, TrafficSet>> first() {
    return by.entrySet().stream().min(Comparator.comparing(e -> e.getKey().toString()));
  }

  /** One of them in words, and how many more there are. */
  public String text() {
    var more = by.size() > 1 ? " and " + (by.size() - 1) + " more" : "";
    return first()
        .map(e -> e.getValue().ports() + " from " + e.getKey().from() + " to " + e.getKey().to())
        .map(text -> text + more)
        .orElse("nothing");
  }
}
