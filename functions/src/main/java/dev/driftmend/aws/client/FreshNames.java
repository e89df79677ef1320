package dev.driftmend.aws.client;

import java.security.Security;

/**
 * No answer of DNS is kept by this JVM, so none lives on in a snapshot. Time stands still in one:
 * an address that INIT has looked up would be used for up to half a minute after a restore, weeks
 * later. A look-up comes with each new connection instead, and connections are used again.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/net/InetAddress.html">InetAddress:
 *     caching</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-best-practices.html">Maximize
 *     Lambda SnapStart performance</a>
 */
final class FreshNames {
  private FreshNames() {}

  /** Has to come before the first look-up: the JVM reads this once. */
  static void always() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }
}
