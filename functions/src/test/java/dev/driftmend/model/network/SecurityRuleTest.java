package dev.driftmend.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.network.SecurityRule.Peer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityRuleTest {
  private static final Peer ANYWHERE = new Peer.Cidr4("0.0.0.0/0");

  @ParameterizedTest(name = "{0} {1} {2} is {3}")
  @CsvSource({
    "6, 80, 80, ingress tcp 80",
    "TCP, 80, 90, ingress tcp 80-90",
    "' tcp ', 0, 65535, ingress tcp 0-65535",
    "tcp, -1, -1, ingress tcp 0-65535",
    "tcp, 0, 0, ingress tcp 0",
    "17, 53, 53, ingress udp 53",
    "1, -1, -1, ingress icmp",
    "icmp, , , ingress icmp",
    "icmp, 8, -1, ingress icmp 8--1",
    "icmp, 8, 0, ingress icmp 8-0",
    "icmp, 3, 3, ingress icmp 3",
    "icmp, -1, 5, ingress icmp",
    "58, , , ingress icmpv6",
    "icmpv6, 128, 0, ingress icmpv6 128-0",
    "-1, , , ingress all",
    "-1, 0, 65535, ingress all",
    "all, -1, -1, ingress all",
    "50, 0, 65535, ingress 50",
    "50, 0, 0, ingress 50",
    "50, -1, -1, ingress 50",
    "50, , , ingress 50"
  })
  void templateAndServiceAgreeOnOneNormalForm(
      String protocol, @Nullable Integer from, @Nullable Integer to, String key) {
    assertThat(SecurityRule.normal(Direction.INGRESS, protocol, from, to, ANYWHERE).key())
        .isEqualTo(key + " from 0.0.0.0/0");
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "100.68.0.18/18, 100.68.0.0/18",
    "2001:DB8:0:0::1/32, 2001:db8::/32",
    "pl-0abc, pl-0abc",
    "sg-0abc, sg-0abc",
    "123456789012/sg-0abc, 123456789012/sg-0abc"
  })
  void thePeerIsCanonical(String given, String canonical) {
    var rule = SecurityRule.normal(Direction.EGRESS, "-1", null, null, Peer.parse(given));

    assertThat(rule.key()).isEqualTo("egress all to " + canonical);
  }

  @Test
  void anotherAccountsGroupTellsItsAccount() {
    assertThat(Peer.parse("123456789012/sg-0abc"))
        .isInstanceOfSatisfying(
            Peer.Group.class,
            g -> {
              assertThat(g.id()).isEqualTo("sg-0abc");
              assertThat(g.account()).isEqualTo("123456789012");
            });
    assertThat(new Peer.Group("sg-0abc").account()).isNull();
  }

  @Test
  void aCidrThatIsNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SecurityRule.normal(
                    Direction.INGRESS, "tcp", 80, 80, new Peer.Cidr4("10.0.0.0/40")))
        .withMessageContaining("10.0.0.0/40");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tcp 80 from 0.0.0.0/0",
        "inbound tcp 80 from 0.0.0.0/0",
        "ingress tcp 80",
        "ingress tcp 80- from 0.0.0.0/0",
        "ingress tcp eighty from 0.0.0.0/0"
      })
  void whatIsNoKeyIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecurityRule.parse(text))
        .withMessageContaining(text);
  }

  @Provide
  static Arbitrary<SecurityRule> rules() {
    var protocols = Arbitraries.of("tcp", "6", "udp", "17", "icmp", "icmpv6", "-1", "50", "132");
    var ports = Arbitraries.integers().between(-1, 65_535).injectNull(0.1);
    var peers =
        Arbitraries.of(
                "0.0.0.0/0", "::/0", "10.1.2.3/8", "2001:db8::5/48", "sg-0a", "1/sg-0b", "pl-0c")
            .map(Peer::parse);
    return Combinators.combine(Arbitraries.of(Direction.class), protocols, ports, ports, peers)
        .as(SecurityRule::normal);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void aKeyIsReadBackAsTheSameRule(@ForAll("rules") SecurityRule rule) {
    assertThat(SecurityRule.parse(rule.key())).isEqualTo(rule);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void normalizingTwiceChangesNothing(@ForAll("rules") SecurityRule rule) {
    assertThat(
            SecurityRule.normal(
                rule.direction(), rule.protocol(), rule.from(), rule.to(), rule.peer()))
        .isEqualTo(rule);
  }

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "tcp 80 from 0.0.0.0/0, tcp 80-90 from 10.0.0.0/8, true",
    "tcp 80 from 10.1.0.0/16, tcp 80 from 10.0.0.0/8, true",
    "tcp 80 from 10.0.0.0/9, tcp 80 from 10.128.0.0/9, false",
    "tcp 80 from 0.0.0.0/0, tcp 80 from ::/0, false",
    "tcp 80 from 0.0.0.0/0, tcp 81 from 0.0.0.0/0, false",
    "tcp 80 from 0.0.0.0/0, udp 80 from 0.0.0.0/0, false",
    "all from 0.0.0.0/0, icmp 8--1 from 0.0.0.0/0, true",
    "icmp 8--1 from 0.0.0.0/0, icmp 8-0 from 0.0.0.0/0, true",
    "icmp 8-0 from 0.0.0.0/0, icmp 3-0 from 0.0.0.0/0, false",
    "icmp from 0.0.0.0/0, icmp 3-0 from 0.0.0.0/0, true",
    "tcp 80 from sg-a, tcp 80 from 111122223333/sg-a, true",
    "tcp 80 from sg-a, tcp 80 from sg-b, false",
    "tcp 80 from sg-a, tcp 80 from 192.0.2.0/24, true",
    "tcp 80 from pl-a, tcp 80 from 2001:db8::/32, true",
    "tcp 80 from pl-a, tcp 80 from pl-b, true",
  })
  void rulesMayOverlapUnlessNoTrafficCanMatchBoth(String one, String other, boolean may) {
    var first = SecurityRule.parse("ingress " + one);
    var second = SecurityRule.parse("ingress " + other);

    assertThat(first.mayOverlap(second)).isEqualTo(may);
    assertThat(second.mayOverlap(first)).isEqualTo(may);
    assertThat(first.mayOverlap(SecurityRule.parse("egress " + other.replace("from", "to"))))
        .isFalse();
  }
}
