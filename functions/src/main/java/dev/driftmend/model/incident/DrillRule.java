package dev.driftmend.model.incident;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import java.util.List;

/**
 * The rule by which a drill proves the guard: to the discard port, from one address that is kept
 * for documentation and that nobody has. Whoever makes such a rule opens nothing by it, so that it
 * may be called a drill by its looks.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5737">RFC 5737, blocks for documentation</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc863">RFC 863, discard</a>
 */
public final class DrillRule {
  /** What its description begins with. */
  public static final String MARK = "driftmend drill";

  private static final String GROUP = "AWS::EC2::SecurityGroup";
  private static final int DISCARD = 9;
  private static final int HOSTS = 254;
  private static final List<String> DOCUMENTATION =
      List.of("192.0.2.", "198.51.100.", "203.0.113.");

  private DrillRule() {}

  /**
   * Another address each time: what is repaired again and again is held.
   *
   * @param random any number
   */
  public static SecurityRule of(int random) {
    var number = Math.floorMod(random, DOCUMENTATION.size() * HOSTS);
    var address = DOCUMENTATION.get(number / HOSTS) + (1 + number % HOSTS) + "/32";
    return new SecurityRule(Direction.INGRESS, "tcp", DISCARD, DISCARD, new Peer.Cidr4(address));
  }

  public static boolean isOne(Drift drift) {
    return drift instanceof Drift.Extra(var resource, _, var item, _)
        && resource.type().equals(GROUP)
        && item.fields().getOrDefault("description", "").startsWith(MARK)
        && isHarmless(SecurityRule.parse(item.key()));
  }

  private static boolean isHarmless(SecurityRule rule) {
    return rule.direction() == Direction.INGRESS
        && rule.protocol().equals("tcp")
        && Integer.valueOf(DISCARD).equals(rule.from())
        && Integer.valueOf(DISCARD).equals(rule.to())
        && rule.peer() instanceof Peer.Cidr4(var block)
        && block.endsWith("/32")
        && DOCUMENTATION.stream().anyMatch(block::startsWith);
  }
}
