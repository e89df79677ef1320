package dev.driftmend.network;

import dev.driftmend.model.network.Cidr;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

  /** Whether it has fewer IPv4 addresses than that, and no other ones. */
  public boolean isFewerThan(int count) {
    var all = BigInteger.ZERO;
    for (var range : ranges) {
      if (range.v6) {
        return false;
      }
      all = all.add(range.last.subtract(range.first)).add(BigInteger.ONE);
    }
    return all.compareTo(BigInteger.valueOf(count)) < 0;
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

  /** All of them together, merged once. */
  public static AddressSet union(Collection<AddressSet> sets) {
    return merged(sets.stream().flatMap(s -> s.ranges.stream()).toList());
  }

  public AddressSet plus(AddressSet other) {
    if (isEmpty() || this == other) {
      return other;
    }
    return other.isEmpty() ? this : union(List.of(this, other));
  }

  /** One walk along both: each range ends before the next one of its set begins. */
  public AddressSet minus(AddressSet other) {
    if (isEmpty() || other.isEmpty()) {
      return this;
    }
    var left = new ArrayList<Range>();
    var next = 0;
    for (var range : ranges) {
      while (next < other.ranges.size() && other.ranges.get(next).isBefore(range)) {
        next++;
      }
      var rest = range;
      for (var i = next; rest != null && i < other.ranges.size(); i++) {
        var hole = other.ranges.get(i);
        if (range.isBefore(hole)) {
          break;
        }
        rest.before(hole).ifPresent(left::add);
        rest = rest.after(hole).orElse(null);
      }
      if (rest != null) {
        left.add(rest);
      }
    }
    return new AddressSet(left);
  }

  /** What both have. */
  public AddressSet and(AddressSet other) {
    if (isEmpty() || other.isEmpty()) {
      return NONE;
    }
    var both = new ArrayList<Range>();
    var mine = 0;
    var theirs = 0;
    while (mine < ranges.size() && theirs < other.ranges.size()) {
      var one = ranges.get(mine);
      var two = other.ranges.get(theirs);
      one.and(two).ifPresent(both::add);
      if (one.endsBefore(two)) {
        mine++;
      } else {
        theirs++;
      }
    }
    return new AddressSet(both);
  }

  /** Whether both have anything, found without making it. */
  public boolean touches(AddressSet other) {
    var few = ranges.size() <= other.ranges.size() ? this : other;
    var many = few == this ? other : this;
    for (var range : few.ranges) {
      if (many.touches(range)) {
        return true;
      }
    }
    return false;
  }

  private boolean touches(Range range) {
    var low = 0;
    var high = ranges.size() - 1;
    while (low <= high) {
      var middle = (low + high) >>> 1;
      var at = ranges.get(middle);
      if (at.isBefore(range)) {
        low = middle + 1;
      } else if (range.isBefore(at)) {
        high = middle - 1;
      } else {
        return true;
      }
    }
    return false;
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
    return this == other || other instanceof AddressSet set && set.ranges.equals(ranges);
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

    /** Wholly: IPv4 comes before IPv6. */
    boolean isBefore(Range other) {
      return v6 == other.v6 ? last.compareTo(other.first) < 0 : !v6;
    }

    boolean endsBefore(Range other) {
      return v6 == other.v6 ? last.compareTo(other.last) < 0 : !v6;
    }

    Optional<Range> and(Range other) {
      return isBefore(other) || other.isBefore(this)
          ? Optional.empty()
          : Optional.of(new Range(v6, first.max(other.first), last.min(other.last)));
    }

    /** What of it lies below a range that touches it. */
    Optional<Range> before(Range hole) {
      return hole.first.compareTo(first) > 0
          ? Optional.of(new Range(v6, first, hole.first.subtract(BigInteger.ONE)))
          : Optional.empty();
    }

    /** What of it lies above a range that touches it. */
    Optional<Range> after(Range hole) {
      return hole.last.compareTo(last) < 0
          ? Optional.of(new Range(v6, hole.last.add(BigInteger.ONE), last))
          : Optional.empty();
    }
  }
}
