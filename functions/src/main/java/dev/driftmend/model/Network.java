package dev.driftmend.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of the live network that exposure is computed from.
 *
 * @param interfaces those that carry a guarded group
 * @param internetSubnets ids of subnets whose route table leads to an internet gateway (0.0.0.0/0
 *     or ::/0 and wider unions)
 * @param prefixLists the CIDRs of each prefix list that a rule names
 */
public record Network(
    List<Interface> interfaces,
    Set<String> internetSubnets,
    Map<String, List<String>> prefixLists) {
  public Network {
    interfaces = List.copyOf(interfaces);
    internetSubnets = Set.copyOf(internetSubnets);
    prefixLists = Map.copyOf(prefixLists);
  }

  /**
   * @param owner the instance, or the description that its AWS service gave it
   * @param publicAddresses IPv4 public addresses and all IPv6 addresses
   */
  public record Interface(
      String id,
      String owner,
      @Nullable String instanceId,
      String subnetId,
      Set<String> groups,
      Set<String> publicAddresses) {
    public Interface {
      groups = Set.copyOf(groups);
      publicAddresses = Set.copyOf(publicAddresses);
    }
  }
}
