package dev.driftmend.drift;

import dev.driftmend.kind.Kind.NetworkUse;
import dev.driftmend.kind.Kinds;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Live;
import dev.driftmend.port.LiveStates.Ask;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which part of the network must be read to judge drifts, and to prove their repair safe. Pure. */
public final class NetworkQuery {
  private NetworkQuery() {}

  /** Whether the network has a say in what this drift means. */
  static boolean asks(Drift drift) {
    return use(drift) != NetworkUse.NONE;
  }

  private static NetworkUse use(Drift drift) {
    return Kinds.of(drift.resource()).networkUse(drift);
  }

  /**
   * Nothing, if no drift asks.
   *
   * @param whole all that is guarded of the stack: where its VPCs are known from
   * @param desired what of it was looked at
   */
  public static Ask about(Desired whole, Desired desired, Live live, List<Drift> drifts) {
    var ends = RepairDestinations.ends(desired, live, drifts);
    if (drifts.stream().noneMatch(NetworkQuery::asks) && ends.isEmpty()) {
      return new Ask(Set.of(), Set.of(), Set.of(), Set.of());
    }
    var read = new TreeSet<String>();
    var groups = new TreeSet<String>();
    var subnets = new TreeSet<String>();
    var prefixLists = new TreeSet<String>();
    for (var resource : desired.resources()) {
      var observed = live.resources().get(resource.ref().logicalId());
      var part = Kinds.of(resource.ref()).networkPart(resource, observed);
      read.addAll(part.groups());
      groups.addAll(part.groups());
      groups.addAll(part.carried());
      subnets.addAll(part.subnets());
      prefixLists.addAll(part.prefixLists());
    }
    var vpcs = new TreeSet<String>();
    whole.resources().forEach(r -> vpcs.addAll(Kinds.of(r.ref()).networkPart(r, null).vpcs()));
    var paths = drifts.stream().anyMatch(d -> use(d) == NetworkUse.PATHS);
    return new Ask(groups, paths ? subnets : Set.of(), vpcs, prefixLists, read, ends);
  }
}
