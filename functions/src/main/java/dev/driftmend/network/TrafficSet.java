package dev.driftmend.network;

import dev.driftmend.model.network.SecurityRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/**
 * What may pass: for each protocol and port the addresses on the other side.
 *
 * <p>Protocol numbers and ports are one line of 2^24 points, so that "all protocols" is one stretch
 * of it and sets are compared exactly, however rules cut them up. For ICMP a point is a type and a
 * code; protocols without ports have all of theirs together.
 */
public final class TrafficSet {
  public static final TrafficSet NONE = new TrafficSet(List.of());

  private static final int PORTS = 1 << 16;
  private static final int LAST = (1 << 24) - 1;
  private static final int CODES = 1 << 8;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMP_6 = 58;
  private static final int UNKNOWN_PROTOCOL = 255;

  /** Sorted, apart from each other, none without addresses, no two neighbours alike. */
  private final List<Slice> slices;

  private record Slice(int first, int last, AddressSet addresses) {}

  private TrafficSet(List<Slice> slices) {
    this.slices = List.copyOf(slices);
  }

  /** One rule's protocol and ports, with these addresses. */
  public static TrafficSet of(SecurityRule rule, AddressSet addresses) {
    if (addresses.isEmpty()) {
      return NONE;
    }
    var stretch = Stretch.of(rule);
    return new TrafficSet(List.of(new Slice(stretch.first, stretch.last, addresses)));
  }

  /** A rule's protocol and ports. */
  record Stretch(int first, int last) {
    static Stretch of(SecurityRule rule) {
      var from = rule.from();
      var to = rule.to();
      if (rule.protocol().equals(SecurityRule.ALL)) {
        return new Stretch(0, LAST);
      }
      var base = number(rule.protocol()) * PORTS;
      if (from == null || to == null) {
        return new Stretch(base, base + PORTS - 1);
      }
      if (SecurityRule.hasPorts(rule.protocol())) {
        return new Stretch(base + from, base + to);
      }
      var first = base + from * CODES + Math.max(to, 0);
      return new Stretch(first, to < 0 ? first + CODES - 1 : first);
    }

    boolean touches(Stretch other) {
      return first <= other.last && other.first <= last;
    }
  }

  /** All protocols and ports, with these addresses. */
  public static TrafficSet all(AddressSet addresses) {
    return addresses.isEmpty() ? NONE : new TrafficSet(List.of(new Slice(0, LAST, addresses)));
  }

  /** These ports of TCP, with these addresses. */
  public static TrafficSet tcp(int from, int to, AddressSet addresses) {
    return addresses.isEmpty()
        ? NONE
        : new TrafficSet(List.of(new Slice(TCP * PORTS + from, TCP * PORTS + to, addresses)));
  }

  public static TrafficSet union(Collection<TrafficSet> sets) {
    var level = new ArrayList<>(sets);
    while (level.size() > 1) {
      var next = new ArrayList<TrafficSet>();
      for (var i = 0; i + 1 < level.size(); i += 2) {
        next.add(level.get(i).plus(level.get(i + 1)));
      }
      if (level.size() % 2 == 1) {
        next.add(level.getLast());
      }
      level = next;
    }
    return level.isEmpty() ? NONE : level.getFirst();
  }

  public TrafficSet plus(TrafficSet other) {
    if (isEmpty()) {
      return other;
    }
    return other.isEmpty() ? this : combined(other, AddressSet::plus);
  }

  public TrafficSet minus(TrafficSet other) {
    if (isEmpty() || other.isEmpty()) {
      return this;
    }
    return equals(other) ? NONE : combined(other, AddressSet::minus);
  }

  public TrafficSet and(TrafficSet other) {
    return isEmpty() || other.isEmpty() ? NONE : combined(other, AddressSet::and);
  }

  /** What of it comes from, or goes to, one of these addresses. */
  public TrafficSet and(AddressSet addresses) {
    return and(all(addresses));
  }

  /** The same protocols and ports, each with these addresses. */
  public TrafficSet with(AddressSet addresses) {
    return addresses.isEmpty()
        ? NONE
        : union(
            slices.stream()
                .map(s -> new TrafficSet(List.of(new Slice(s.first, s.last, addresses))))
                .toList());
  }

  public boolean isEmpty() {
    return slices.isEmpty();
  }

  /** All addresses of it, whatever the port. */
  public AddressSet addresses() {
    return AddressSet.union(slices.stream().map(Slice::addresses).toList());
  }

  private TrafficSet combined(TrafficSet other, BinaryOperator<AddressSet> how) {
    var starts = new TreeSet<Integer>();
    for (var slice : slices) {
      starts.add(slice.first);
      starts.add(slice.last + 1);
    }
    for (var slice : other.slices) {
      starts.add(slice.first);
      starts.add(slice.last + 1);
    }
    var bounds = List.copyOf(starts);
    var mine = new Cursor(slices);
    var theirs = new Cursor(other.slices);
    var combined = new ArrayList<Slice>();
    for (var i = 0; i + 1 < bounds.size(); i++) {
      var first = bounds.get(i);
      var addresses = how.apply(mine.at(first), theirs.at(first));
      if (!addresses.isEmpty()) {
        append(combined, new Slice(first, bounds.get(i + 1) - 1, addresses));
      }
    }
    return new TrafficSet(combined);
  }

  private static void append(List<Slice> slices, Slice next) {
    var previous = slices.isEmpty() ? null : slices.getLast();
    if (previous != null
        && previous.last + 1 == next.first
        && previous.addresses.equals(next.addresses)) {
      slices.removeLast();
      slices.add(new Slice(previous.first, next.last, next.addresses));
    } else {
      slices.add(next);
    }
  }

  /** Walks a set from one end to the other. */
  private static final class Cursor {
    private final List<Slice> slices;
    private int next;

    Cursor(List<Slice> slices) {
      this.slices = slices;
    }

    AddressSet at(int point) {
      while (next < slices.size() && slices.get(next).last < point) {
        next++;
      }
      return next < slices.size() && slices.get(next).first <= point
          ? slices.get(next).addresses
          : AddressSet.NONE;
    }
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof TrafficSet set && set.slices.equals(slices);
  }

  @Override
  public int hashCode() {
    return slices.hashCode();
  }

  /** Protocols and ports, e.g. {@code tcp 80, udp 53-60}; at most three, then how many more. */
  public String ports() {
    var shown = slices.stream().map(TrafficSet::ports).distinct().toList();
    var most = 3;
    return shown.size() <= most
        ? String.join(", ", shown)
        : String.join(", ", shown.subList(0, most)) + " and " + (shown.size() - most) + " more";
  }

  private static String ports(Slice slice) {
    var first = slice.first / PORTS;
    var last = slice.last / PORTS;
    if (first != last) {
      return first == 0 && slice.last == LAST ? "everything" : "most protocols";
    }
    var from = slice.first % PORTS;
    var to = slice.last % PORTS;
    var name = name(first);
    if (from == 0 && to == PORTS - 1) {
      return name.equals("tcp") || name.equals("udp") ? name + " 0-65535" : name;
    }
    if (first == ICMP || first == ICMP_6) {
      return name + " type " + from / CODES;
    }
    return from == to ? name + " " + from : name + " " + from + "-" + to;
  }

  @Override
  public String toString() {
    return slices.stream().map(s -> ports(s) + " " + s.addresses).toList().toString();
  }

  private static int number(String protocol) {
    return switch (protocol.toLowerCase(Locale.ROOT)) {
      case SecurityRule.ALL -> 0;
      case "tcp" -> TCP;
      case "udp" -> UDP;
      case "icmp" -> ICMP;
      case "icmpv6" -> ICMP_6;
      default -> {
        try {
          yield Math.clamp(Integer.parseInt(protocol), 0, UNKNOWN_PROTOCOL);
        } catch (NumberFormatException e) {
          yield UNKNOWN_PROTOCOL;
        }
      }
    };
  }

  private static String name(int protocol) {
    return switch (protocol) {
      case TCP -> "tcp";
      case UDP -> "udp";
      case ICMP -> "icmp";
      case ICMP_6 -> "icmpv6";
      default -> "protocol " + protocol;
    };
  }
}
