package dev.driftmend.network;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.network.Exposures.Exposed;
import java.util.Collection;
import java.util.List;

/** Why a rule that differs makes nothing flow otherwise, and what is missing for it to do so. */
public final class RuleExposures {
  private final Network live;
  private final Traffic traffic;

  public RuleExposures(Network live) {
    this.live = live;
    this.traffic = new Traffic(live.prefixLists());
  }

  /**
   * A rule that the template does not have, and by which nobody on the internet gets in.
   *
   * @param desired the rules that the template gives to the group
   */
  public Exposed extra(String group, SecurityRule rule, Collection<SecurityRule> desired) {
    var carriers = carriers(group);
    var declared = List.of("declared", group);
    if (traffic.coveredBy(rule, declared, desired)) {
      return new Exposed(Exposure.NONE, "the template allows the same by another rule");
    }
    if (rule.direction() == Direction.EGRESS) {
      return carriers.isEmpty()
          ? new Exposed(Exposure.NONE, "no interface carries the group")
          : new Exposed(Exposure.LATENT, "lets " + carriers.getFirst().owner() + " send there");
    }
    if (rule.peer() instanceof Peer.Group peer) {
      return new Exposed(Exposure.LATENT, "open to whatever carries " + peer.text());
    }
    var opened =
        traffic.addresses(rule).minus(traffic.covering(rule, declared, desired)).publicPart();
    return new Exposed(
        Exposure.LATENT,
        opened.isEmpty()
            ? "open to private addresses only"
            : "open from " + breadth(group, rule) + ", but " + whyNot(carriers));
  }

  /** A rule that the template has and live does not, and without which nothing is cut. */
  public Exposed missing(String group, SecurityRule rule) {
    if (traffic.coveredBy(rule, group, live.groups().getOrDefault(group, List.of()))) {
      return new Exposed(Exposure.NONE, "another live rule still lets the same through");
    }
    return new Exposed(
        Exposure.NONE,
        carriers(group).isEmpty()
            ? "no interface carries the group"
            : "nothing that flows now comes by it");
  }

  private List<Network.Interface> carriers(String group) {
    return live.interfaces().stream().filter(i -> i.groups().contains(group)).toList();
  }

  private String breadth(String group, SecurityRule rule) {
    var rules = live.groups().getOrDefault(group, List.of());
    var all = traffic.covering(rule, group, rules).plus(traffic.addresses(rule));
    var whole =
        all.containsAll(AddressSet.ALL.family(false))
            || all.containsAll(AddressSet.ALL.family(true));
    return whole ? "the whole internet" : rule.peer().text();
  }

  private static String whyNot(Collection<Network.Interface> carriers) {
    if (carriers.isEmpty()) {
      return "no interface carries the group";
    }
    return carriers.stream().allMatch(i -> i.publicAddresses().isEmpty())
        ? "what carries the group has no public address"
        : "no route or no network ACL lets the internet get to it";
  }
}
