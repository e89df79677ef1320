package dev.driftmend.kind.securitygroup;

import dev.driftmend.model.network.SecurityRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What rules count towards a group's quota: each direction and each address family by itself, a
 * prefix list as many as it may have, a referenced group one in either family.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-size">Security
 *     group size</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups">Quotas</a>
 */
public final class RuleQuota {
  /** Unless the account has more; no call of EC2 tells. */
  public static final int USUAL = 60;

  /** How an account gets more room, as a clause. */
  public static final String WAY_OUT =
      "the group has as many rules as its account may give it (Service Quotas, L-0EA8095F: "
          + USUAL
          + " per direction and address family unless raised; a prefix list counts as many as it"
          + " may have): have the quota raised, or declare fewer rules";

  private RuleQuota() {}

  /**
   * Whether rules of one direction are more than fit into the usual quota. Of a prefix list only
   * the entries are known, which is the least that it counts.
   *
   * @param prefixLists the blocks of each; one that is not in it counts one, in either family
   */
  public static boolean exceeded(
      Collection<SecurityRule> rules, Map<String, List<String>> prefixLists) {
    return count(rules, prefixLists, false) > USUAL || count(rules, prefixLists, true) > USUAL;
  }

  /** How many they count in one of the address families. */
  static int count(
      Collection<SecurityRule> rules, Map<String, List<String>> prefixLists, boolean six) {
    return rules.stream().mapToInt(r -> count(r.peer(), prefixLists, six)).sum();
  }

  private static int count(
      SecurityRule.Peer peer, Map<String, List<String>> prefixLists, boolean six) {
    return switch (peer) {
      case SecurityRule.Peer.Cidr4 _ -> six ? 0 : 1;
      case SecurityRule.Peer.Cidr6 _ -> six ? 1 : 0;
      case SecurityRule.Peer.Group _ -> 1;
      case SecurityRule.Peer.PrefixList list -> {
        var blocks = prefixLists.getOrDefault(list.text(), List.of());
        yield blocks.isEmpty() ? 1 : blocks.getFirst().contains(":") == six ? blocks.size() : 0;
      }
    };
  }
}
