package dev.driftmend.model.watch;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A guarded type as calls change it and name it.
 *
 * @param ids how calls name the resources of the type and their parts; the first is the resource's
 *     own
 * @param calls what can make a drift of the type, by the names that CloudTrail has for them
 * @param mentions what some of these calls name beside what they change
 */
public record WatchedType(
    String type, Service service, List<IdForm> ids, Set<String> calls, List<Mentioned> mentions) {

  public WatchedType {
    ids = List.copyOf(ids);
    calls = Set.copyOf(calls);
    mentions = List.copyOf(mentions);
    if (ids.isEmpty() || calls.isEmpty()) {
      throw new IllegalArgumentException(
          type + " needs the form of its ids and a call in WatchedCalls, or no event finds it");
    }
  }

  static WatchedType of(String type, Service service, List<IdForm> ids, String... calls) {
    return new WatchedType(type, service, ids, Set.of(calls), List.of());
  }

  WatchedType mentioning(Set<String> calls, String... fields) {
    return new WatchedType(type, service, ids, this.calls, List.of(Mentioned.of(calls, fields)));
  }

  /** Whose API has the calls. */
  public enum Service {
    EC2,
    ELASTICLOADBALANCING,
    IAM;

    /** As CloudTrail says it, e.g. {@code ec2.amazonaws.com}. */
    public String eventSource() {
      return name().toLowerCase(Locale.ROOT) + ".amazonaws.com";
    }
  }

  /**
   * What a call merely refers to: not the resource that it changes.
   *
   * @param fields of the request and the response, in lower case
   */
  public record Mentioned(Set<String> calls, Set<String> fields) {
    private static Mentioned of(Set<String> calls, String... fields) {
      var lower = new HashSet<String>();
      for (var field : fields) {
        lower.add(field.toLowerCase(Locale.ROOT));
      }
      return new Mentioned(Set.copyOf(calls), Set.copyOf(lower));
    }

    boolean has(String call, String field) {
      return fields.contains(field) && calls.contains(call);
    }
  }
}
