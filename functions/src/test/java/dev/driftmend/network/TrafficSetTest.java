package dev.driftmend.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.network.SecurityRule;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficSetTest {
  private static final int TRIES = 300;

  @Provide
  static Arbitrary<TrafficSet> traffic() {
    var one =
        Combinators.combine(
                Arbitraries.of(
                    "tcp 80",
                    "tcp 80-5000",
                    "tcp 0-65535",
                    "udp 53",
                    "icmp 8--1",
                    "icmp",
                    "50",
                    "all"),
                Arbitraries.of(
                    "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.1.0.0/16", "::/0"))
            .as(TrafficSetTest::of);
    return one.list().ofMaxSize(4).map(TrafficSet::union);
  }

  @Property(tries = TRIES)
  void whatIsTakenAwayAndPutBackIsThereAgain(
      @ForAll("traffic") TrafficSet a, @ForAll("traffic") TrafficSet b) {
    assertThat(a.minus(b).plus(a.and(b))).isEqualTo(a);
    assertThat(a.minus(b).and(b).isEmpty()).isTrue();
  }

  @Property(tries = TRIES)
  void theOrderInWhichSetsArePutTogetherDoesNotMatter(
      @ForAll("traffic") TrafficSet a,
      @ForAll("traffic") TrafficSet b,
      @ForAll("traffic") TrafficSet c) {
    assertThat(a.plus(b).plus(c)).isEqualTo(c.plus(b.plus(a)));
    assertThat(TrafficSet.union(List.of(a, b, c))).isEqualTo(a.plus(b).plus(c));
    assertThat(a.and(b)).isEqualTo(b.and(a));
  }

  @Test
  void allProtocolsAreMoreThanEveryPortOfOne() {
    var all = of("all", "0.0.0.0/0");

    assertThat(of("tcp 0-65535", "0.0.0.0/0").minus(all).isEmpty()).isTrue();
    assertThat(all.minus(of("tcp 0-65535", "0.0.0.0/0")).isEmpty()).isFalse();
  }

  @Test
  void anIcmpTypeWithoutCodeIsAllItsCodes() {
    assertThat(of("icmp 8-0", "::/0").minus(of("icmp 8--1", "::/0")).isEmpty()).isTrue();
    assertThat(of("icmp 8--1", "::/0").minus(of("icmp 8-0", "::/0")).isEmpty()).isFalse();
    assertThat(of("icmp 8--1", "::/0").minus(of("icmp", "::/0")).isEmpty()).isTrue();
  }

  @Test
  void twoHalvesAreTheWhole() {
    assertThat(of("tcp 80", "0.0.0.0/1").plus(of("tcp 80", "128.0.0.0/1")))
        .isEqualTo(of("tcp 80", "0.0.0.0/0"));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "tcp 80|tcp 80",
        "tcp 80-5000|tcp 80-5000",
        "udp 0-65535|udp 0-65535",
        "icmp 8--1|icmp type 8",
        "50|protocol 50",
        "all|everything"
      },
      delimiter = '|')
  void portsAreNamedAsPeopleDo(String rule, String ports) {
    assertThat(of(rule, "0.0.0.0/0").ports()).isEqualTo(ports);
  }

  private static TrafficSet of(String what, String from) {
    var rule = SecurityRule.parse("ingress " + what + " from " + from);
    return TrafficSet.of(rule, AddressSet.parse(List.of(from)));
  }
}
