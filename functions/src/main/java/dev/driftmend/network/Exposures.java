package dev.driftmend.network;

import dev.driftmend.model.Cidr;
import dev.driftmend.model.Exposure;
import dev.driftmend.model.Network;
import dev.driftmend.model.SecurityRule;
import dev.driftmend.model.SecurityRule.Direction;
import dev.driftmend.model.SecurityRule.Peer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a drift opens or cuts, computed from who carries a group, where it stands and what other
 * rules let through.
 */
public final class Exposures {
  private final Network network;
  private final Traffic traffic;
  private final Map<String, List<SecurityRule>> desired;
  private final Map<String, List<SecurityRule>> live;

  /**
   * @param desired the rules that the template gives to each group, by group id
   * @param live the rules that each group has
   */
  public Exposures(
      Network network,
      Map<String, List<SecurityRule>> desired,
      Map<String, List<SecurityRule>> live) {
    this.network = network;
    this.traffic = new Traffic(network.prefixLists());
    this.desired = desired;
    this.live = live;
  }

  /**
   * @param why evidence for a person
   */
  public record Exposed(Exposure exposure, String why) {}

  /** A rule that the template does not have. */
  public Exposed extra(String group, SecurityRule rule) {
    var carriers = carriers(group);
    if (traffic.coveredBy(rule, rules(desired, group))) {
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
        traffic.addresses(rule).minus(traffic.covering(rule, rules(desired, group))).publicPart();
    if (opened.isEmpty()) {
      return new Exposed(Exposure.LATENT, "open to private addresses only");
    }
    var from = " from " + breadth(group, rule);
    return carriers.stream()
        .flatMap(i -> reachableAddresses(i, opened))
        .findFirst()
        .map(where -> new Exposed(Exposure.REACHABLE, "reachable now at " + where + from))
        .orElseGet(() -> new Exposed(Exposure.LATENT, "open" + from + ", but " + whyNot(carriers)));
  }

  /** A rule that the template has and live does not. */
  public Exposed missing(String group, SecurityRule rule) {
    if (traffic.coveredBy(rule, rules(live, group))) {
      return new Exposed(Exposure.NONE, "another live rule still lets the same through");
    }
    var carriers = carriers(group);
    return carriers.isEmpty()
        ? new Exposed(Exposure.NONE, "no interface carries the group")
        : new Exposed(
            Exposure.OUTAGE,
            "traffic that the template allows "
                + (rule.direction() == Direction.INGRESS ? "to " : "from ")
                + carriers.getFirst().owner()
                + " is cut");
  }

  /** A public address on an instance that the template makes private. */
  public Exposed publicAddress(String instanceId, String address) {
    var family = Cidr.parse(address).v6();
    var everywhere = AddressSet.parse(List.of(family ? "::/0" : "0.0.0.0/0"));
    var open =
        network.interfaces().stream()
            .filter(i -> instanceId.equals(i.instanceId()))
            .filter(i -> network.internetSubnets().contains(i.subnetId()))
            .flatMap(i -> i.groups().stream())
            .flatMap(g -> rules(live, g).stream())
            .filter(r -> r.direction() == Direction.INGRESS)
            .filter(r -> !traffic.addresses(r).family(family).publicPart().isEmpty())
            .toList();
    if (!open.isEmpty()) {
      var from =
          open.stream().map(traffic::addresses).reduce(AddressSet.of(List.of()), AddressSet::plus);
      return new Exposed(
          Exposure.REACHABLE,
          address
              + " leads to the instance, and its groups let in "
              + open.getFirst().key()
              + (from.containsAll(everywhere) ? "; all together the whole internet" : ""));
    }
    return new Exposed(
        Exposure.LATENT,
        address + " belongs to the instance, but no route or no rule leads there yet");
  }

  private List<Network.Interface> carriers(String group) {
    return network.interfaces().stream().filter(i -> i.groups().contains(group)).toList();
  }

  private Stream<String> reachableAddresses(Network.Interface at, AddressSet opened) {
    if (!network.internetSubnets().contains(at.subnetId())) {
      return Stream.empty();
    }
    return at.publicAddresses().stream()
        .filter(a -> !opened.family(a.contains(":")).isEmpty())
        .sorted()
        .map(a -> a + " (" + at.owner() + ")");
  }

  /**
   * How much of the internet, all live rules for the same ports together: two halves are the whole.
   */
  private String breadth(String group, SecurityRule rule) {
    var all = traffic.covering(rule, rules(live, group)).plus(traffic.addresses(rule));
    var whole =
        Stream.of("0.0.0.0/0", "::/0")
            .anyMatch(everywhere -> all.containsAll(AddressSet.parse(Set.of(everywhere))));
    return whole ? "the whole internet" : rule.peer().text();
  }

  private String whyNot(Collection<Network.Interface> carriers) {
    if (carriers.isEmpty()) {
      return "no interface carries the group";
    }
    return carriers.stream().allMatch(i -> i.publicAddresses().isEmpty())
        ? "what carries the group has no public address"
        : "no route leads from an internet gateway to it";
  }

  private static List<SecurityRule> rules(Map<String, List<SecurityRule>> byGroup, String group) {
    return byGroup.getOrDefault(group, List.of());
  }
}
