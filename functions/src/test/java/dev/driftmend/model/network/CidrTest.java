package dev.driftmend.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "100.68.0.18/18, 100.68.0.0/18",
    "203.0.113.7, 203.0.113.7/32",
    "203.0.113.255/31, 203.0.113.254/31",
    "255.255.255.255/0, 0.0.0.0/0",
    "128.0.0.0/1, 128.0.0.0/1",
    "2001:DB8:0:0:0:0:0:1/64, 2001:db8::/64",
    "2001:db8::1, 2001:db8::1/128",
    "::/0, ::/0",
    "0:0:0:0:0:0:0:0/0, ::/0",
    "2001:0db8:0000:0001:0000:0000:0000:0001/128, 2001:db8:0:1::1/128",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1/128",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1/128",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1/128",
    "::ffff:192.0.2.1, ::ffff:c000:201/128",
    "::ffff:192.0.2.1/96, ::ffff:0:0/96",
    "::192.0.2.1, ::c000:201/128",
    "1::/16, 1::/16"
  })
  void hostBitsAreClearedAndTheTextIsEc2sOwn(String given, String canonical) {
    assertThat(Cidr.parse(given).text()).isEqualTo(canonical);
  }

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/x",
        "10/8",
        "10.1/16",
        "10.0.0.256/32",
        " 10.0.0.0/8",
        "10.0.0.0 /8",
        "2001:db8::/129",
        "2001:db8::1::1/64",
        "[2001:db8::1]/128",
        "fe80::1%eth0/64",
        "12345::/16",
        ":/0",
        "any",
        "sg-0abc",
        "pl-0abc"
      })
  void whatIsNoBlockIsRefusedByName(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cidr.parse(text))
        .withMessageContaining("not a block of addresses: " + text);
  }

  @Property(tries = 200)
  void everyBlockIsReadBackFromItsOwnText(
      @ForAll boolean v6,
      @ForAll @BigRange(min = "0", max = "340282366920938463463374607431768211455")
          BigInteger number,
      @ForAll @IntRange(max = 128) int prefix) {
    var block =
        v6
            ? new Cidr(true, number, prefix)
            : new Cidr(false, number.mod(BigInteger.ONE.shiftLeft(32)), prefix % 33);

    assertThat(Cidr.parse(block.text())).isEqualTo(block);
  }
}
