package dev.driftmend.model;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a security group in normal form: one direction, one protocol, one port range, one
 * source. The description is no part of it, because EC2 does not tell rules apart by it.
 *
 * @param protocol {@code tcp}, {@code udp}, {@code icmp}, {@code icmpv6}, {@code all} or a protocol
 *     number
 * @param from first port, or ICMP type; null where the protocol has none or all are meant
 * @param to last port, or ICMP code; null likewise
 * @param peer where traffic comes from (ingress) or goes to (egress)
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html">IpPermission</a>
 */
public record SecurityRule(
    Direction direction, String protocol, @Nullable Integer from, @Nullable Integer to, Peer peer) {

  public static final String ALL = "all";
  private static final int LAST_PORT = 65_535;
  private static final Pattern TEXT =
      Pattern.compile("(ingress|egress) (\\S+)(?: (-?\\d+)(?:-(-?\\d+))?)? (?:from|to) (\\S+)");

  public enum Direction {
    INGRESS,
    EGRESS;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public sealed interface Peer {
    String text();

    record Cidr4(String text) implements Peer {}

    record Cidr6(String text) implements Peer {}

    record PrefixList(String text) implements Peer {}

    /** A security group's id; with the owner's account only if that is not the stack's own. */
    record Group(String text) implements Peer {
      public String id() {
        return text.substring(text.indexOf('/') + 1);
      }

      public @Nullable String account() {
        return text.contains("/") ? text.substring(0, text.indexOf('/')) : null;
      }
    }

    /** The reverse of {@link #text()}: the four forms cannot be mistaken for each other. */
    static Peer parse(String text) {
      if (text.startsWith("pl-")) {
        return new PrefixList(text);
      }
      if (text.startsWith("sg-") || text.contains("/sg-")) {
        return new Group(text);
      }
      return text.contains(":") ? new Cidr6(text) : new Cidr4(text);
    }
  }

  /**
   * Its identity as text, e.g. {@code ingress tcp 5000 from 0.0.0.0/0} or {@code egress all to
   * sg-0abc}.
   */
  public String key() {
    var ports = from == null ? "" : from.equals(to) ? " " + from : " " + from + "-" + to;
    var way = direction == Direction.INGRESS ? " from " : " to ";
    return direction.text() + " " + protocol + ports + way + peer.text();
  }

  public static SecurityRule parse(String key) {
    var m = TEXT.matcher(key);
    if (!m.matches()) {
      throw new IllegalArgumentException("not a security group rule: " + key);
    }
    var from = m.group(3) == null ? null : Integer.valueOf(m.group(3));
    var to = m.group(4) == null ? from : Integer.valueOf(m.group(4));
    return new SecurityRule(
        Direction.valueOf(m.group(1).toUpperCase(Locale.ROOT)),
        m.group(2),
        from,
        to,
        Peer.parse(m.group(5)));
  }

  /**
   * Whether ports mean ports: for all other protocols EC2 ignores them, or they are ICMP's type and
   * code.
   */
  public static boolean hasPorts(String protocol) {
    return List.of("tcp", "udp").contains(protocol);
  }
}
