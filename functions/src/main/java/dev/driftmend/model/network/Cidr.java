package dev.driftmend.model.network;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.regex.Pattern;

/**
 * A block of addresses, its host bits cleared as EC2 does.
 *
 * @param first the lowest address as an unsigned number
 * @param prefix the number of leading bits that are fixed
 */
public record Cidr(boolean v6, BigInteger first, int prefix) {
  private static final int V4_BITS = 32;
  private static final int V6_BITS = 128;
  private static final int GROUPS = 8;
  private static final BigInteger MAPPED = BigInteger.valueOf(0xffff).shiftLeft(V4_BITS);

  /** Neither Java's short forms of IPv4 nor scopes and brackets of IPv6. */
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:(\\d{1,3}(?:\\.\\d{1,3}){3})|([0-9a-fA-F:.]*:[0-9a-fA-F:.]*))(?:/(\\d{1,3}))?");

  public Cidr {
    var bits = v6 ? V6_BITS : V4_BITS;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("a prefix is from 0 to " + bits + ", not " + prefix);
    }
    var hostBits = bits - prefix;
    first = first.shiftRight(hostBits).shiftLeft(hostBits);
  }

  /**
   * @param text {@code ADDRESS/PREFIX}, or an address alone
   * @throws IllegalArgumentException if it is no literal address
   */
  public static Cidr parse(String text) {
    var form = TEXT.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("not a block of addresses: " + text);
    }
    try {
      var v6 = form.group(2) != null;
      var first = v6 ? first6(form.group(2)) : first4(form.group(1));
      var bits = v6 ? V6_BITS : V4_BITS;
      return new Cidr(v6, first, form.group(3) == null ? bits : Integer.parseInt(form.group(3)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a block of addresses: " + text + " (" + e.getMessage() + ")", e);
    }
  }

  private static BigInteger first4(String address) {
    return new BigInteger(1, Inet4Address.ofLiteral(address).getAddress());
  }

  /** Java makes an IPv4 address of a mapped one; to EC2 it is one of IPv6 like any other. */
  private static BigInteger first6(String address) {
    var bytes = Inet6Address.ofLiteral(address).getAddress();
    var number = new BigInteger(1, bytes);
    return bytes.length * Byte.SIZE == V6_BITS ? number : MAPPED.or(number);
  }

  public BigInteger last() {
    var bits = v6 ? V6_BITS : V4_BITS;
    return first.add(BigInteger.ONE.shiftLeft(bits - prefix)).subtract(BigInteger.ONE);
  }

  /** Whether they have an address in common. */
  public boolean overlaps(Cidr other) {
    return v6 == other.v6
        && first.compareTo(other.last()) <= 0
        && other.first.compareTo(last()) <= 0;
  }

  /** As EC2 writes it: dotted quads, or RFC 5952. */
  public String text() {
    return (v6 ? text6() : text4()) + "/" + prefix;
  }

  private String text4() {
    var n = first.intValue();
    return (n >>> 24) + "." + (n >>> 16 & 255) + "." + (n >>> 8 & 255) + "." + (n & 255);
  }

  /**
   * RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as ::.
   */
  private String text6() {
    var groups = new ArrayList<String>();
    var bestStart = -1;
    var bestLength = 1;
    var run = 0;
    for (var i = 0; i < GROUPS; i++) {
      var group = first.shiftRight(16 * (GROUPS - 1 - i)).intValue() & 0xffff;
      groups.add(Integer.toHexString(group));
      run = group == 0 ? run + 1 : 0;
      if (run > bestLength) {
        bestLength = run;
        bestStart = i - run + 1;
      }
    }
    if (bestStart < 0) {
      return String.join(":", groups);
    }
    return String.join(":", groups.subList(0, bestStart))
        + "::"
        + String.join(":", groups.subList(bestStart + bestLength, GROUPS));
  }
}
