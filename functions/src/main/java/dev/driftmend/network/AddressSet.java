package dev.driftmend.network;

import dev.driftmend.model.Cidr;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A set of addresses, IPv4 and IPv6 apart: sorted ranges that neither overlap nor touch, so that
 * 0.0.0.0/1 and 128.0.0.0/1 together are the same set as 0.0.0.0/0.
 */
public final class AddressSet {
  /**
   * Not routed on the internet.
   *
   * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4
   *     Special-Purpose Address Registry</a>
   */
  private static final AddressSet PRIVATE =
      parse(
          List.of(
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "fc00::/7",
              "fe80::/10"));

  private final List<Range> ranges;

  private AddressSet(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  public static final AddressSet NONE = new AddressSet(List.of());

  /** Every address of both families. */
  public static final AddressSet ALL = parse(List.of("0.0.0.0/0", "::/0"));

  /** What is routed on the internet. */
  public static final AddressSet INTERNET = ALL.publicPart();

  public static AddressSet of(Collection<Cidr> cidrs) {
    return merged(cidrs.stream().map(c -> new Range(c.v6(), c.first(), c.last())).toList());
  }

  /**
   * @throws IllegalArgumentException if one is no block of addresses
   */
  public static AddressSet parse(Collection<String> cidrs) {
    return of(cidrs.stream().map(Cidr::parse).toList());
  }

  private static AddressSet merged(List<Range> any) {
    var sorted = new ArrayList<>(any);
    sorted.sort(Comparator.comparing(Range::v6).thenComparing(Range::first));
    var merged = new ArrayList<Range>();
    for (var next : sorted) {
      var previous = merged.isEmpty() ? null : merged.getLast();
      if (previous != null && previous.touches(next)) {
        merged.removeLast();
        merged.add(new Range(next.v6, previous.first, previous.last.max(next.last)));
      } else {
        merged.add(next);
      }
    }
    return new AddressSet(merged);
  }

  public AddressSet plus(AddressSet other) {
    var all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return merged(all);
  }

  public AddressSet minus(AddressSet other) {
    var left = ranges;
    for (var hole : other.ranges) {
      left = left.stream().flatMap(r -> r.minus(hole).stream()).toList();
    }
    return new AddressSet(left);
  }

  /** What both have. */
  public AddressSet and(AddressSet other) {
    return minus(minus(other));
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  public boolean containsAll(AddressSet other) {
    return other.minus(this).isEmpty();
  }

  /** What of it is routed on the internet. */
  public AddressSet publicPart() {
    return minus(PRIVATE);
  }

  /** The addresses of one family. */
  public AddressSet family(boolean v6) {
    return new AddressSet(ranges.stream().filter(r -> r.v6 == v6).toList());
  }

  /** As blocks, e.g. {@code 0.0.0.0/1, 198.51.100.0/24}; at most three, then how many more. */
  public String text() {
    var blocks = ranges.stream().flatMap(r -> r.blocks().stream()).toList();
    var most = 3;
    var shown = blocks.stream().limit(most).map(Cidr::text).toList();
    var more = blocks.size() > most ? " and " + (blocks.size() - most) + " more" : "";
    return String.join(", ", shown) + more;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressSet set && set.ranges.equals(ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }

  @Override
  public String toString() {
    return ranges.toString();
  }

  private record Range(boolean v6, BigInteger first, BigInteger last) {
    /** Overlaps or follows without a gap; the argument does not begin before this one. */
    boolean touches(Range next) {
      return v6 == next.v6 && next.first.compareTo(last.add(BigInteger.ONE)) <= 0;
    }

    /** The fewest blocks that are this range. */
    List<Cidr> blocks() {
      var blocks = new ArrayList<Cidr>();
      var bits = v6 ? 128 : 32;
      var next = first;
      while (next.compareTo(last) <= 0) {
        var free = Math.min(next.signum() == 0 ? bits : next.getLowestSetBit(), bits);
        var left = last.subtract(next).add(BigInteger.ONE).bitLength() - 1;
        var size = Math.min(free, left);
        blocks.add(new Cidr(v6, next, bits - size));
        next = next.add(BigInteger.ONE.shiftLeft(size));
      }
      return blocks;
    }

    List<Range> minus(Range hole) {
      if (v6 != hole.v6 || hole.last.compareTo(first) < 0 || hole.first.compareTo(last) > 0) {
        return List.of(this);
      }
      var left = new ArrayList<Range>(2);
      if (hole.first.compareTo(first) > 0) {
        left.add(new Range(v6, first, hole.first.subtract(BigInteger.ONE)));
      }
      if (hole.last.compareTo(last) < 0) {
        left.add(new Range(v6, hole.last.add(BigInteger.ONE), last));
      }
      return left;
    }
  }
}
