package dev.driftmend.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.network.Cidr;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSetTest {
  /**
   * Few distinct blocks of either family, so that they often touch, overlap and hold each other.
   */
  @Provide
  static Arbitrary<AddressSet> sets() {
    return cidrs().list().ofMaxSize(6).map(AddressSet::of);
  }

  @Provide
  static Arbitrary<Cidr> cidrs() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 15),
            Arbitraries.integers().between(0, 4))
        .as(
            (v6, high, prefix) ->
                new Cidr(v6, BigInteger.valueOf(high).shiftLeft((v6 ? 128 : 32) - 4), prefix));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aUnionHoldsBothAndNothingElse(@ForAll("sets") AddressSet a, @ForAll("sets") AddressSet b) {
    var union = a.plus(b);

    assertThat(union).isEqualTo(b.plus(a)).hasSameHashCodeAs(b.plus(a));
    assertThat(union.containsAll(a) && union.containsAll(b)).isTrue();
    assertThat(union.minus(a).minus(b).isEmpty()).isTrue();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatIsTakenAwayIsGoneAndTheRestStays(
      @ForAll("sets") AddressSet a, @ForAll("sets") AddressSet b) {
    var left = a.minus(b);

    assertThat(a.containsAll(left)).isTrue();
    assertThat(left.minus(b)).isEqualTo(left);
    assertThat(left.plus(b)).isEqualTo(a.plus(b));
    assertThat(a.minus(a).isEmpty()).isTrue();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatBothHaveIsWhatIsLeftOfOneWithoutWhatTheOtherHasNot(
      @ForAll("sets") AddressSet a, @ForAll("sets") AddressSet b) {
    assertThat(a.and(b)).isEqualTo(a.minus(a.minus(b))).isEqualTo(b.and(a));
    assertThat(a.touches(b)).isEqualTo(!a.and(b).isEmpty()).isEqualTo(b.touches(a));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void holdingEachOtherIsBeingEqual(@ForAll("sets") AddressSet a, @ForAll("sets") AddressSet b) {
    assertThat(a.containsAll(b) && b.containsAll(a)).isEqualTo(a.equals(b));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void twoHalvesAreTheWhole(@ForAll("cidrs") Cidr whole) {
    var half = BigInteger.ONE.shiftLeft((whole.v6() ? 128 : 32) - whole.prefix() - 1);
    var halves =
        List.of(
            new Cidr(whole.v6(), whole.first(), whole.prefix() + 1),
            new Cidr(whole.v6(), whole.first().add(half), whole.prefix() + 1));

    assertThat(AddressSet.of(halves)).isEqualTo(AddressSet.of(List.of(whole)));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void theFamiliesAreApart(@ForAll("sets") AddressSet a) {
    assertThat(a.family(true).plus(a.family(false))).isEqualTo(a);
    assertThat(a.minus(a.family(true))).isEqualTo(a.family(false));
  }

  @Test
  void allOfIpv4HoldsNothingOfIpv6() {
    var v4 = AddressSet.parse(List.of("0.0.0.0/0"));
    var v6 = AddressSet.parse(List.of("::/0"));

    assertThat(v4.containsAll(v6)).isFalse();
    assertThat(v6.containsAll(v4)).isFalse();
    assertThat(v4.containsAll(AddressSet.of(List.of()))).isTrue();
  }

  @Test
  void theLastAddressHasNoNeighbourInTheOtherFamily() {
    var ends = AddressSet.parse(List.of("255.255.255.255/32", "::/128"));

    assertThat(ends.family(false)).isEqualTo(AddressSet.parse(List.of("255.255.255.255/32")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.1.0/24",
        "100.64.0.0/10",
        "169.254.169.254/32",
        "127.0.0.1/32",
        "fd00::/8",
        "fe80::/64"
      })
  void privateAddressesHaveNoPublicPart(String cidr) {
    assertThat(AddressSet.parse(List.of(cidr)).publicPart().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"172.16.0.0/11", "0.0.0.0/0", "203.0.113.0/24", "2001:db8::/32", "::/0"})
  void anythingWiderHasOne(String cidr) {
    assertThat(AddressSet.parse(List.of(cidr)).publicPart().isEmpty()).isFalse();
  }
}
