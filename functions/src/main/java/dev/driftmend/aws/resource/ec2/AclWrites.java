package dev.driftmend.aws.resource.ec2;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.aws.resource.Observations;
import dev.driftmend.kind.Argument;
import dev.driftmend.kind.network.AclEntries;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.model.plan.Step;
import dev.driftmend.port.DeniedFailure;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.CreateNetworkAclEntryRequest;
import software.amazon.awssdk.services.ec2.model.IcmpTypeCode;
import software.amazon.awssdk.services.ec2.model.PortRange;
import software.amazon.awssdk.services.ec2.model.ReplaceNetworkAclEntryRequest;
import software.amazon.awssdk.services.ec2.model.RuleAction;

/**
 * Makes, replaces and deletes entries of network ACLs.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html">CreateNetworkAclEntry</a>
 */
final class AclWrites {
  private static final Set<String> EXISTS_ALREADY = Set.of("NetworkAclEntryAlreadyExists");
  private static final Set<String> NO_SUCH_ENTRY = Set.of("InvalidNetworkAclEntry.NotFound");

  /** The numbers by which EC2 knows protocols. */
  private static final Map<String, String> PROTOCOLS =
      Map.of(SecurityRule.ALL, "-1", "tcp", "6", "udp", "17", "icmp", "1", "icmpv6", "58");

  private final Clients clients;

  AclWrites(Clients clients) {
    this.clients = clients;
  }

  void execute(Step.Call call) {
    switch (call.operation()) {
      case "CreateNetworkAclEntry" -> create(call);
      case "ReplaceNetworkAclEntry" ->
          clients.ec2(ec2 -> ec2.replaceNetworkAclEntry(replacement(call)));
      case "DeleteNetworkAclEntry" -> delete(call);
      default -> throw Observations.unknownOperation(call);
    }
  }

  private void delete(Step.Call call) {
    var key = call.argument(Argument.ENTRY);
    Observations.unless(
        NO_SUCH_ENTRY,
        () ->
            clients.ec2(
                ec2 ->
                    ec2.deleteNetworkAclEntry(
                        r ->
                            r.networkAclId(call.argument(Argument.ACL))
                                .egress(AclEntries.direction(key) == Direction.EGRESS)
                                .ruleNumber(AclEntries.number(key)))));
  }

  /** Somebody may have made one of this number since. */
  private void create(Step.Call call) {
    try {
      clients.ec2(ec2 -> ec2.createNetworkAclEntry(creation(call)));
    } catch (DeniedFailure e) {
      if (!Failures.is(e, EXISTS_ALREADY)) {
        throw e;
      }
      clients.ec2(ec2 -> ec2.replaceNetworkAclEntry(replacement(call)));
    }
  }

  private static CreateNetworkAclEntryRequest creation(Step.Call call) {
    var entry = AclEntries.entry(call.argument(Argument.ENTRY), call.argument(Argument.RULE));
    var rule = entry.rule();
    var request =
        CreateNetworkAclEntryRequest.builder()
            .networkAclId(call.argument(Argument.ACL))
            .egress(rule.direction() == Direction.EGRESS)
            .ruleNumber(entry.number())
            .ruleAction(entry.allow() ? RuleAction.ALLOW : RuleAction.DENY)
            .protocol(PROTOCOLS.getOrDefault(rule.protocol(), rule.protocol()));
    switch (rule.peer()) {
      case Peer.Cidr4 c -> request.cidrBlock(c.text());
      case Peer.Cidr6 c -> request.ipv6CidrBlock(c.text());
      case Peer.PrefixList p -> throw onlyCidrs(p);
      case Peer.Group g -> throw onlyCidrs(g);
    }
    if (SecurityRule.hasPorts(rule.protocol())) {
      request.portRange(PortRange.builder().from(rule.from()).to(rule.to()).build());
    } else if (rule.protocol().startsWith("icmp")) {
      request.icmpTypeCode(
          IcmpTypeCode.builder()
              .type(rule.from() == null ? -1 : rule.from())
              .code(rule.to() == null ? -1 : rule.to())
              .build());
    }
    return request.build();
  }

  private static ReplaceNetworkAclEntryRequest replacement(Step.Call call) {
    var creation = creation(call);
    return ReplaceNetworkAclEntryRequest.builder()
        .networkAclId(creation.networkAclId())
        .egress(creation.egress())
        .ruleNumber(creation.ruleNumber())
        .ruleAction(creation.ruleAction())
        .protocol(creation.protocol())
        .cidrBlock(creation.cidrBlock())
        .ipv6CidrBlock(creation.ipv6CidrBlock())
        .portRange(creation.portRange())
        .icmpTypeCode(creation.icmpTypeCode())
        .build();
  }

  private static IllegalArgumentException onlyCidrs(Peer peer) {
    return new IllegalArgumentException("a network ACL knows blocks of addresses only, no " + peer);
  }
}
