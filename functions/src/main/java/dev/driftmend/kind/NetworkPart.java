package dev.driftmend.kind;

import java.util.Set;

/**
 * What one resource adds to the network that has to be read, once a drift depends on it.
 *
 * @param groups security groups that are resources themselves
 * @param carried security groups that the resource carries
 * @param subnets by id
 * @param vpcs by id
 * @param prefixLists that its rules name: not the drifting rules' alone, for other rules decide
 *     whether they let anything more through
 */
public record NetworkPart(
    Set<String> groups,
    Set<String> carried,
    Set<String> subnets,
    Set<String> vpcs,
    Set<String> prefixLists) {
  public static final NetworkPart NONE =
      new NetworkPart(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

  public NetworkPart {
    groups = Set.copyOf(groups);
    carried = Set.copyOf(carried);
    subnets = Set.copyOf(subnets);
    vpcs = Set.copyOf(vpcs);
    prefixLists = Set.copyOf(prefixLists);
  }

  public static NetworkPart groups(Set<String> ids, Set<String> prefixLists) {
    return new NetworkPart(ids, Set.of(), Set.of(), Set.of(), prefixLists);
  }

  public static NetworkPart carried(Set<String> ids) {
    return new NetworkPart(Set.of(), ids, Set.of(), Set.of(), Set.of());
  }

  public static NetworkPart subnet(String id) {
    return new NetworkPart(Set.of(), Set.of(), Set.of(id), Set.of(), Set.of());
  }

  public static NetworkPart vpc(String id) {
    return new NetworkPart(Set.of(), Set.of(), Set.of(), Set.of(id), Set.of());
  }
}
