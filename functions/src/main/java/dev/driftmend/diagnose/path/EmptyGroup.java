package dev.driftmend.diagnose.path;

import dev.driftmend.diagnose.Read;
import dev.driftmend.diagnose.check.GroupRules;
import dev.driftmend.diagnose.scene.Backends;
import dev.driftmend.diagnose.scene.Candidate;
import dev.driftmend.diagnose.scene.Candidates;
import dev.driftmend.diagnose.scene.Registrars;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Declared;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a target group for which a template registers nothing may have targets all the same. It has
 * none for sure where the template has what should serve, and neither that nor anybody else is seen
 * to register.
 */
public final class EmptyGroup {
  private static final int ANY = 80;

  private final Path path;
  private final Registrars registrars;

  public EmptyGroup(Path path) {
    this.path = path;
    this.registrars = new Registrars(path.scene().declared());
  }

  /** Null if there is no such reason. */
  public @Nullable String excuse(String group) {
    var declared = path.declared(group).orElse(null);
    if (declared == null) {
      return path.name(group) + " is not of this template";
    }
    var handed = registrars.handedTo(declared.ref().logicalId());
    if (handed != null) {
      return handed + ": this template does not say who registers in it";
    }
    var anybody = registrars.anybody();
    if (anybody != null) {
      return anybody;
    }
    var leftOut = leftOut(group);
    if (leftOut != null) {
      return leftOut + " hangs on a condition that does not hold, as the parameters are";
    }
    var shared = shared();
    var candidates = new Candidates(path.scene().declared()).of(declared);
    var certain =
        candidates.stream().anyMatch(c -> lets(c, shared != null || c.isInstance(), declared));
    if (certain) {
      return null;
    }
    return shared != null
        ? shared
            + ": "
            + path.name(group)
            + " may be a placeholder for what no rule of theirs takes"
        : "nothing of this template is there to be registered in "
            + path.name(group)
            + ": others may be";
  }

  /** What would register in it and a condition leaves out; null if there is nothing. */
  private @Nullable String leftOut(String group) {
    return path.scene().declared().leftOut().stream()
        .filter(d -> Backends.feeds(d, group))
        .map(d -> d.ref().logicalId())
        .findFirst()
        .orElse(null);
  }

  /** Who may add listeners or rules of their own; null if nobody is seen to. */
  private @Nullable String shared() {
    var balancer = path.balancer();
    var own = balancer == null ? null : registrars.handedTo(balancer.logicalId());
    return own != null
        ? own
        : path.scene()
            .declared()
            .ofType(Listener.TYPE)
            .map((Declared l) -> registrars.handedTo(l.ref().logicalId()))
            .filter(why -> why != null)
            .findFirst()
            .orElse(null);
  }

  /** Whether its groups let the load balancer in, as those of a server behind it do. */
  private boolean lets(Candidate candidate, boolean surely, Declared group) {
    var groups = candidate.groups();
    if (groups.unsure() != null
        || groups.ids().isEmpty()
        || !path.scene().network().groups().keySet().containsAll(groups.ids())) {
      return !surely;
    }
    return ports(candidate, group)
        .map(
            port ->
                new GroupRules(path)
                    .let(groups.ids(), Direction.INGRESS, port, path.balancerGroups(), Set.of()))
        .anyMatch(let -> surely ? let == GroupRules.Let.ALL : let != GroupRules.Let.NONE);
  }

  /**
   * The group's own, for what is registered on it; a container may have any that it is asked on.
   */
  private Stream<Integer> ports(Candidate candidate, Declared group) {
    var port = PathFinder.number(Read.text(group, "Port"), 0);
    return candidate.isMachine() && port != 0
        ? Stream.of(port)
        : candidate.groups().ids().stream()
            .flatMap(g -> path.scene().network().groups().getOrDefault(g, List.of()).stream())
            .filter(r -> r.direction() == Direction.INGRESS)
            .map(r -> r.from() == null || r.from() == 0 ? ANY : r.from())
            .distinct();
  }
}
