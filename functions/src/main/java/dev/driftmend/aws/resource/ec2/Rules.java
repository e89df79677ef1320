package dev.driftmend.aws.resource.ec2;

import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRule;

/** Security group rules between EC2's form and the normal form. */
public final class Rules {
  private static final int ANY_ICMP = -1;

  private Rules() {}

  static Direction direction(SecurityGroupRule rule) {
    return Boolean.TRUE.equals(rule.isEgress()) ? Direction.EGRESS : Direction.INGRESS;
  }

  /**
   * @param account whose own groups are named by id alone
   */
  public static SecurityRule read(SecurityGroupRule rule, String account) {
    return SecurityRule.normal(
        direction(rule), rule.ipProtocol(), rule.fromPort(), rule.toPort(), peer(rule, account));
  }

  private static Peer peer(SecurityGroupRule rule, String account) {
    if (rule.cidrIpv4() != null) {
      return new Peer.Cidr4(rule.cidrIpv4());
    }
    if (rule.cidrIpv6() != null) {
      return new Peer.Cidr6(rule.cidrIpv6());
    }
    if (rule.prefixListId() != null) {
      return new Peer.PrefixList(rule.prefixListId());
    }
    var group = rule.referencedGroupInfo();
    var own = group.userId() == null || group.userId().equals(account);
    return new Peer.Group(own ? group.groupId() : group.userId() + "/" + group.groupId());
  }

  public static IpPermission write(SecurityRule rule, @Nullable String description) {
    var permission =
        IpPermission.builder()
            .ipProtocol(rule.protocol().equals(SecurityRule.ALL) ? "-1" : rule.protocol());
    if (SecurityRule.hasPorts(rule.protocol())) {
      permission.fromPort(rule.from()).toPort(rule.to());
    } else if (rule.protocol().startsWith("icmp")) {
      permission
          .fromPort(rule.from() == null ? ANY_ICMP : rule.from())
          .toPort(rule.to() == null ? ANY_ICMP : rule.to());
    }
    switch (rule.peer()) {
      case Peer.Cidr4 c -> permission.ipRanges(r -> r.cidrIp(c.text()).description(description));
      case Peer.Cidr6 c ->
          permission.ipv6Ranges(r -> r.cidrIpv6(c.text()).description(description));
      case Peer.PrefixList p ->
          permission.prefixListIds(r -> r.prefixListId(p.text()).description(description));
      case Peer.Group g ->
          permission.userIdGroupPairs(
              r -> r.groupId(g.id()).userId(g.account()).description(description));
    }
    return permission.build();
  }
}
