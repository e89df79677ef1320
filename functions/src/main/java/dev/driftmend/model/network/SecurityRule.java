package dev.driftmend.model.network;

import dev.driftmend.model.stack.Item;
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

  /** The largest blocks that IANA gives to one holder or registry. */
  private static final int WIDEST_4 = 8;

  private static final int WIDEST_6 = 12;
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
   * The normal form of a rule as a template or the API gives it.
   *
   * <p>Protocol numbers become names; ports are dropped where EC2 ignores them; an ICMP type of -1
   * means all; host bits of a CIDR are cleared.
   *
   * @param protocol name or number; {@code -1} or {@code all} for all
   * @throws IllegalArgumentException if the CIDR is none
   */
  public static SecurityRule normal(
      Direction direction,
      String protocol,
      @Nullable Integer from,
      @Nullable Integer to,
      Peer peer) {
    var name = protocolName(protocol);
    var normalPeer =
        switch (peer) {
          case Peer.Cidr4 c -> new Peer.Cidr4(Cidr.parse(c.text()).text());
          case Peer.Cidr6 c -> new Peer.Cidr6(Cidr.parse(c.text()).text());
          case Peer.PrefixList p -> p;
          case Peer.Group g -> g;
        };
    if (hasPorts(name)) {
      var open = from == null || from < 0;
      return open
          ? new SecurityRule(direction, name, 0, LAST_PORT, normalPeer)
          : new SecurityRule(direction, name, from, to == null ? from : to, normalPeer);
    }
    if (name.startsWith("icmp") && from != null && from >= 0) {
      return new SecurityRule(direction, name, from, to == null ? -1 : to, normalPeer);
    }
    return new SecurityRule(direction, name, null, null, normalPeer);
  }

  private static String protocolName(String protocol) {
    var name = protocol.strip().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "-1", ALL -> ALL;
      case "6" -> "tcp";
      case "17" -> "udp";
      case "1" -> "icmp";
      case "58" -> "icmpv6";
      default -> name;
    };
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

  /** Whether both are the same rule, though one may name the account of a group and one not. */
  public boolean isSame(SecurityRule other) {
    return Item.of(key()).identity().equals(Item.of(other.key()).identity());
  }

  /**
   * Whether there may be traffic that both let through. Of a group and of a prefix list the
   * addresses are not known here, so they may be any.
   */
  public boolean mayOverlap(SecurityRule other) {
    return direction == other.direction && overlapsInPorts(other) && overlapsInPeer(other);
  }

  private boolean overlapsInPorts(SecurityRule other) {
    if (protocol.equals(ALL) || other.protocol.equals(ALL)) {
      return true;
    }
    if (!protocol.equals(other.protocol)) {
      return false;
    }
    if (from == null || to == null || other.from == null || other.to == null) {
      return true;
    }
    return hasPorts(protocol)
        ? from <= other.to && other.from <= to
        : from.equals(other.from) && (to < 0 || other.to < 0 || to.equals(other.to));
  }

  private boolean overlapsInPeer(SecurityRule other) {
    if (peer instanceof Peer.Group mine && other.peer instanceof Peer.Group others) {
      return mine.id().equals(others.id());
    }
    return !hasBlock(peer)
        || !hasBlock(other.peer)
        || Cidr.parse(peer.text()).overlaps(Cidr.parse(other.peer.text()));
  }

  private static boolean hasBlock(Peer peer) {
    return peer instanceof Peer.Cidr4 || peer instanceof Peer.Cidr6;
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
   * Whether this is the key of a rule that lets in from more of the internet than anybody has
   * alone; false of what is no rule.
   */
  public static boolean isOpenToInternet(String key) {
    if (!key.startsWith(Direction.INGRESS.text()) || !TEXT.matcher(key).matches()) {
      return false;
    }
    try {
      return switch (parse(key).peer()) {
        case Peer.Cidr4 c -> Cidr.parse(c.text()).prefix() < WIDEST_4;
        case Peer.Cidr6 c -> Cidr.parse(c.text()).prefix() < WIDEST_6;
        case Peer.PrefixList _, Peer.Group _ -> false;
      };
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Whether ports mean ports: for all other protocols EC2 ignores them, or they are ICMP's type and
   * code.
   */
  public static boolean hasPorts(String protocol) {
    return List.of("tcp", "udp").contains(protocol);
  }
}
