package dev.driftmend.template.function;

import dev.driftmend.model.stack.Value;
import dev.driftmend.template.text.Node;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * {@code Fn::Cidr}: the first blocks of a given size inside a block, IPv4 or IPv6.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html">Fn::Cidr</a>
 */
final class Cidrs {
  private static final int MOST = 256;
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?=:|$)");

  private Cidrs() {}

  static Value cidr(Node argument, Evaluator evaluator) {
    var three = Evaluator.arguments(argument, 3, 3);
    var block = evaluator.text(three.getFirst());
    var count = Evaluator.number(evaluator.text(three.get(1)));
    var hostBits = Evaluator.number(evaluator.text(three.getLast()));
    var slash = block.indexOf('/');
    if (slash < 0 || count < 1 || count > MOST) {
      throw new Unresolved("a block with a prefix and a count of 1 to " + MOST + " are needed");
    }
    var address = address(block.substring(0, slash));
    var prefix = Evaluator.number(block.substring(slash + 1));
    var width = address.length * Byte.SIZE;
    if (prefix < 0 || prefix > width || hostBits < 0 || hostBits > width - prefix) {
      throw new Unresolved(hostBits + " host bits do not fit into " + block);
    }
    if (BigInteger.valueOf(count).compareTo(BigInteger.ONE.shiftLeft(width - prefix - hostBits))
        > 0) {
      throw new Unresolved(block + " has no room for " + count + " blocks");
    }
    var first = new BigInteger(1, address).shiftRight(width - prefix).shiftLeft(width - prefix);
    var blocks = new ArrayList<Value>();
    for (var i = 0; i < count; i++) {
      var start = first.add(BigInteger.valueOf(i).shiftLeft(hostBits));
      blocks.add(new Value.Scalar(text(start, address.length) + "/" + (width - hostBits)));
    }
    return new Value.Items(blocks);
  }

  private static byte[] address(String text) {
    try {
      if (V4.matcher(text).matches() || V6.matcher(text).matches()) {
        return InetAddress.ofLiteral(text).getAddress();
      }
    } catch (IllegalArgumentException e) {
      throw new Unresolved(text + " is no IP address");
    }
    throw new Unresolved(text + " is no IP address");
  }

  private static String text(BigInteger number, int length) {
    var bytes = new byte[length];
    var magnitude = number.toByteArray();
    var size = Math.min(magnitude.length, length);
    System.arraycopy(magnitude, magnitude.length - size, bytes, length - size, size);
    try {
      var text = InetAddress.getByAddress(bytes).getHostAddress();
      return length == 4 ? text : shortened(text);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /** RFC 5952: the first of the longest runs of zeros becomes {@code ::}. */
  private static String shortened(String full) {
    var longest =
        ZEROS
            .matcher(full)
            .results()
            .map(m -> m.group())
            .reduce("", (a, b) -> zeros(b) > zeros(a) ? b : a);
    if (longest.isEmpty()) {
      return full;
    }
    var at = full.indexOf(longest);
    var tail = full.substring(at + longest.length());
    return full.substring(0, at) + (tail.isEmpty() ? "::" : ":" + tail);
  }

  private static int zeros(String run) {
    return (int) Arrays.stream(run.split(":")).filter("0"::equals).count();
  }
}
