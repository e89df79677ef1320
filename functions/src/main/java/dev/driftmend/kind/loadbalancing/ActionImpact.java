package dev.driftmend.kind.loadbalancing;

import dev.driftmend.kind.Kind.Impact;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.ListenerAction;
import dev.driftmend.model.network.ListenerAction.Share;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What other actions than the declared ones mean to whoever sends requests. */
final class ActionImpact {
  private static final Set<String> ANSWERS = Set.of("forward", "redirect", "fixed-response");

  private ActionImpact() {}

  static Impact of(String desired, String live) {
    var wanted = read(desired);
    var found = read(live);
    if (asksFirst(wanted) && !asksFirst(found)) {
      return new Impact(Exposure.REACHABLE, "whoever asks gets in without logging in");
    }
    if (!asksFirst(wanted) && asksFirst(found)) {
      return new Impact(Exposure.OUTAGE, "clients have to log in where the template lets them in");
    }
    var shares = shares(found);
    if (!shares.isEmpty() && shares.values().stream().allMatch(weight -> weight == 0)) {
      return new Impact(Exposure.OUTAGE, "every target group has the weight 0: clients get 503");
    }
    return shares.isEmpty() || shares(wanted).isEmpty()
        ? elsewhere()
        : ofShares(shares(wanted), shares);
  }

  private static Impact ofShares(Map<String, Integer> wanted, Map<String, Integer> found) {
    if (!served(wanted).containsAll(served(found))) {
      return elsewhere();
    }
    return served(wanted).equals(served(found)) && wanted.equals(found)
        ? new Impact(
            Exposure.DEGRADED, "clients stay with a target group other than the template says")
        : new Impact(
            Exposure.DEGRADED, "the target groups share the requests other than the template says");
  }

  private static Impact elsewhere() {
    return new Impact(Exposure.OUTAGE, "requests do not go where the template sends them");
  }

  private static List<ListenerAction> read(String actions) {
    return ActionReader.split(actions).stream().map(ListenerAction::parse).toList();
  }

  /** Whether a client has to show who it is before it is answered. */
  private static boolean asksFirst(List<ListenerAction> actions) {
    return actions.stream().anyMatch(a -> !a.type().isEmpty() && !ANSWERS.contains(a.type()));
  }

  private static Map<String, Integer> shares(List<ListenerAction> actions) {
    var shares = new HashMap<String, Integer>();
    all(actions).forEach(s -> shares.merge(s.targetGroup(), s.weight(), Integer::sum));
    return shares;
  }

  private static Stream<Share> all(List<ListenerAction> actions) {
    return actions.stream().flatMap(a -> a.shares().stream());
  }

  private static Set<String> served(Map<String, Integer> shares) {
    var served = new HashSet<String>();
    shares.forEach(
        (group, weight) -> {
          if (weight > 0) {
            served.add(group);
          }
        });
    return served;
  }
}
