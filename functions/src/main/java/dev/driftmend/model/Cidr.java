package dev.driftmend.model;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.ArrayList;

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
    var slash = text.indexOf('/');
    var address = slash < 0 ? text : text.substring(0, slash);
    var v6 = address.contains(":");
    var bytes =
        v6
            ? ((Inet6Address) Inet6Address.ofLiteral(address)).getAddress()
            : Inet4Address.ofLiteral(address).getAddress();
    var bits = v6 ? V6_BITS : V4_BITS;
    try {
      var prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      return new Cidr(v6, new BigInteger(1, bytes), prefix);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a block of addresses: " + text, e);
    }
  }

  public BigInteger last() {
    var bits = v6 ? V6_BITS : V4_BITS;
    return first.add(BigInteger.ONE.shiftLeft(bits - prefix)).subtract(BigInteger.ONE);
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
