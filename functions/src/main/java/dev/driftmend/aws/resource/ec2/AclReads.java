package dev.driftmend.aws.resource.ec2;

import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.model.network.Network.AclEntry;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.model.stack.Property;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.NetworkAcl;
import software.amazon.awssdk.services.ec2.model.NetworkAclEntry;
import software.amazon.awssdk.services.ec2.model.RuleAction;

/** Entries of a network ACL in normal form. */
final class AclReads {
  /** Of the last entry, which denies all that no other entry names, and cannot be changed. */
  private static final int LAST = 32_767;

  private AclReads() {}

  /** All but the last one. */
  static List<AclEntry> of(NetworkAcl acl) {
    return acl.entries().stream()
        .filter(e -> e.ruleNumber() < LAST)
        .map(e -> new AclEntry(e.ruleNumber(), e.ruleAction() == RuleAction.ALLOW, rule(e)))
        .toList();
  }

  static Property property(NetworkAcl acl) {
    return Property.Members.of(of(acl).stream().map(AclEntries::item).toList());
  }

  private static SecurityRule rule(NetworkAclEntry entry) {
    var type = entry.icmpTypeCode();
    var ports = entry.portRange();
    var icmp = type != null && type.type() != null;
    return SecurityRule.normal(
        Boolean.TRUE.equals(entry.egress()) ? Direction.EGRESS : Direction.INGRESS,
        entry.protocol(),
        icmp ? type.type() : ports == null ? null : ports.from(),
        icmp ? type.code() : ports == null ? null : ports.to(),
        entry.cidrBlock() != null
            ? new Peer.Cidr4(entry.cidrBlock())
            : new Peer.Cidr6(String.valueOf(entry.ipv6CidrBlock())));
  }
}
