package dev.driftmend.kind.securitygroup;

import dev.driftmend.kind.NormalForms;
import dev.driftmend.model.network.Cidr;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import dev.driftmend.model.stack.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the key of a rule looks like of which not all is known: {@code *} stands for the rest. The
 * property that names its source or destination tells what sort of it that is.
 */
final class RuleForm {
  private static final String ANY = "*";
  private static final String GROUP = "*sg-*";
  private static final String LIST = "pl-*";
  private static final Map<String, String> PEERS = new LinkedHashMap<>();

  static {
    PEERS.put("CidrIp", "*.*");
    PEERS.put("CidrIpv6", "*:*");
    PEERS.put("SourcePrefixListId", LIST);
    PEERS.put("DestinationPrefixListId", LIST);
    PEERS.put("SourceSecurityGroupId", GROUP);
    PEERS.put("DestinationSecurityGroupId", GROUP);
    PEERS.put("SourceSecurityGroupName", GROUP);
  }

  private RuleForm() {}

  /** Any rule of that direction. */
  static String any(Direction direction) {
    return direction.text() + " " + ANY;
  }

  static String of(Value rule, Direction direction) {
    if (!(rule instanceof Value.Fields fields) || fields.values().containsKey(Value.Fields.REST)) {
      return any(direction);
    }
    var protocol = NormalForms.text(fields, "IpProtocol");
    return direction.text()
        + " "
        + (protocol == null ? ANY : what(protocol, fields, direction))
        + (direction == Direction.INGRESS ? " from " : " to ")
        + peer(fields);
  }

  /** Protocol and ports. */
  private static String what(String protocol, Value.Fields fields, Direction direction) {
    try {
      var nowhere = new Peer.Cidr4("0.0.0.0/0");
      var bare = SecurityRule.normal(direction, protocol, null, null, nowhere).protocol();
      if (isUnknown(fields, "FromPort") || isUnknown(fields, "ToPort")) {
        return bare + ANY;
      }
      var key =
          SecurityRule.normal(
                  direction,
                  protocol,
                  RuleReader.port(fields, "FromPort"),
                  RuleReader.port(fields, "ToPort"),
                  nowhere)
              .key();
      return key.substring(
          direction.text().length() + 1,
          key.lastIndexOf(direction == Direction.INGRESS ? " from " : " to "));
    } catch (IllegalArgumentException e) {
      return ANY;
    }
  }

  private static boolean isUnknown(Value.Fields fields, String name) {
    return fields.get(name).orElse(null) instanceof Value.Unknown;
  }

  private static String peer(Value.Fields fields) {
    var named = PEERS.keySet().stream().filter(p -> fields.get(p).isPresent()).toList();
    if (named.size() != 1) {
      return ANY;
    }
    var text = NormalForms.text(fields, named.getFirst());
    if (text == null || named.getFirst().equals("SourceSecurityGroupName")) {
      return PEERS.getOrDefault(named.getFirst(), ANY);
    }
    try {
      var peer = Peer.parse(text);
      return peer instanceof Peer.Cidr4 || peer instanceof Peer.Cidr6
          ? Cidr.parse(text).text()
          : text;
    } catch (IllegalArgumentException e) {
      return ANY;
    }
  }
}
