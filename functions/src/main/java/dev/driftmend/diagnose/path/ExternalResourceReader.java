package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.loadbalancing.TargetGroup;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.port.LiveStates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a path leads to that is not of the stack. */
public final class ExternalResourceReader {
  /** From a listener to a foreign group, from that to its instances. */
  private static final int ROUNDS = 2;

  private final LiveStates live;

  public ExternalResourceReader(LiveStates live) {
    this.live = live;
  }

  /** Looks at it, and puts it among the resources by its own id. */
  public List<Resource> read(Desired desired, Map<String, Observed> resources) {
    var own = new HashSet<String>();
    desired.resources().forEach(r -> own.add(r.ref().physicalId()));
    var external = new ArrayList<Resource>();
    for (var round = 0; round < ROUNDS; round++) {
      var next = new ArrayList<Resource>();
      for (var ref : named(desired, resources)) {
        if (own.add(ref.physicalId())) {
          next.add(new Resource(ref, Map.of()));
        }
      }
      if (next.isEmpty()) {
        break;
      }
      external.addAll(next);
      resources.putAll(
          live.read(new Desired(desired.stack(), desired.asOf(), next, List.of())).resources());
    }
    return external;
  }

  private static Set<ResourceRef> named(Desired desired, Map<String, Observed> resources) {
    var named = new LinkedHashSet<ResourceRef>();
    desired.resources().stream()
        .filter(r -> r.ref().type().equals(Listener.TYPE))
        .map(r -> PathFinder.balancerOf(r.ref().physicalId()))
        .filter(arn -> arn.contains(":loadbalancer/"))
        .forEach(arn -> named.add(new ResourceRef(arn, LoadBalancer.TYPE, arn)));
    for (var observed : resources.values()) {
      actions(observed).forEach(arn -> named.add(new ResourceRef(arn, TargetGroup.TYPE, arn)));
      Read.keys(observed, TargetGroup.TARGETS).orElse(Set.of()).stream()
          .filter(key -> key.startsWith("i-"))
          .map(key -> key.replaceFirst(":\\d+$", ""))
          .forEach(id -> named.add(new ResourceRef(id, Instance.TYPE, id)));
    }
    return named;
  }

  /** The target groups to which a listener or one of its rules forwards. */
  private static Set<String> actions(Observed observed) {
    var texts = new ArrayList<String>();
    var own = Read.text(observed, Listener.DEFAULT_ACTIONS);
    if (own != null) {
      texts.add(own);
    }
    Read.items(observed, Listener.OTHER_RULES)
        .orElse(List.of())
        .forEach(r -> texts.add(r.fields().getOrDefault(Listener.RULE_ACTIONS, "")));
    var arns = new LinkedHashSet<String>();
    for (var text : texts) {
      var actions = ListenerRouting.actions(text);
      if (actions != null) {
        actions.forEach(a -> arns.addAll(PathFinder.forwarded(a)));
      }
    }
    return arns;
  }
}
