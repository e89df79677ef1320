package dev.driftmend.diagnose.check;

import dev.driftmend.diagnose.Scene;
import dev.driftmend.diagnose.path.Path;
import dev.driftmend.diagnose.verdict.Fault;
import dev.driftmend.diagnose.verdict.WalkState;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import java.util.TreeSet;

/** The load balancer and the instances have no group in common. */
public final class SharedGroupCheck implements HopCheck {
  @Override
  public String name() {
    return "shared-group";
  }

  @Override
  public Found look(Scene scene, Path path, WalkState before) {
    var found = new Found();
    var balancer = path.balancerGroups();
    if (balancer == null || path.instances().isEmpty()) {
      return found.unclear("not all security groups are known");
    }
    var rules = new GroupRules(path);
    for (var target : path.instances()) {
      var groups = target.groups();
      if (groups == null) {
        found.unclear("the security groups of " + path.name(target.id()) + " are not known");
        continue;
      }
      var shared = new TreeSet<>(groups);
      shared.retainAll(balancer);
      if (shared.isEmpty()) {
        found.ok(path.name(target.id()) + " has groups of its own");
      } else {
        found.fault(
            Fault.whole(
                rules.names(shared)
                    + " is on the load balancer and on "
                    + path.name(target.id())
                    + ": each is open for what only the other needs",
                Symptom.NONE,
                "give the load balancer and the instance a group each; let into the instance's only"
                    + " what comes from the load balancer's",
                path.about(target.id(), Instance.GROUPS),
                path.about(
                    path.balancer() == null ? "" : path.balancer().physicalId(),
                    LoadBalancer.GROUPS)));
      }
    }
    return found;
  }
}
