package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.scene.Backend;
import dev.driftmend.kind.instance.Instance;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.ResourceRef;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One target of a group on the path.
 *
 * @param key as in the group: {@code id:port}
 * @param port where it is asked; 0 if that is not known
 * @param wanted the port by which the template registers it; the same if it does not say
 * @param group the ARN of its target group
 * @param registered false for one that the template declares and the group does not have
 * @param declared whether the template registers it, on whatever port
 * @param health its state and reason code; empty if not known
 * @param instance null if it is none
 * @param live of the instance; null if it was not looked at
 * @param interfaces of the instance, as far as they are known
 * @param subnet where it stands; null if that is not known
 * @param backend what registers such targets once the template is deployed; null for a target by
 *     itself
 */
public record PathTarget(
    String key,
    String id,
    int port,
    int wanted,
    String group,
    boolean registered,
    boolean declared,
    String state,
    String reason,
    @Nullable ResourceRef instance,
    @Nullable Observed live,
    List<Interface> interfaces,
    @Nullable String subnet,
    @Nullable Backend backend) {

  /** Null if not known. */
  public @Nullable Set<String> groups() {
    if (interfaces.size() > 1) {
      // Which of them is the first one, which load balancers ask, is not known.
      var all = interfaces.stream().map(Interface::groups).distinct().toList();
      return all.size() == 1 ? all.getFirst() : null;
    }
    var own = Read.keys(live, Instance.GROUPS);
    if (own.isPresent()) {
      return Read.openBecause(live, Instance.GROUPS) == null ? own.get() : null;
    }
    return interfaces.isEmpty() ? null : interfaces.getFirst().groups();
  }

  /** Whether it is asked on a port that is only given when it starts. */
  public boolean dynamic() {
    return backend != null && backend.dynamic();
  }

  /** Whether it stands for a machine: an instance, or those of an Auto Scaling group. */
  public boolean isMachine() {
    return backend == null ? id.startsWith("i-") : backend.kind() == Backend.Kind.FLEET;
  }

  /** Empty if not known. */
  public Set<String> addresses() {
    return interfaces.size() == 1 ? interfaces.getFirst().privateAddresses() : Set.of();
  }

  public boolean running() {
    return "running".equals(Read.text(live, Instance.STATE));
  }
}
