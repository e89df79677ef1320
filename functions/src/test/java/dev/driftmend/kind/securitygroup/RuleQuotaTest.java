package dev.driftmend.kind.securitygroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.network.SecurityRule;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a rule counts is decided by its source, and each address family has a quota of its own. */
class RuleQuotaTest {
  private static final Map<String, List<String>> LISTS =
      Map.of(
          "pl-4", List.of("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
          "pl-6", List.of("2001:db8::/48", "2001:db8:1::/48"));

  @Test
  void aBlockCountsOneInItsOwnFamily() {
    assertCounts("192.0.2.0/24", 1, 0);
    assertCounts("2001:db8::/32", 0, 1);
  }

  @Test
  void aReferencedGroupCountsOneInEither() {
    assertCounts("sg-1", 1, 1);
    assertCounts("123456789012/sg-1", 1, 1);
  }

  @Test
  void aPrefixListCountsItsEntriesAndAnUnknownOneAtLeastOneInEither() {
    assertCounts("pl-4", 3, 0);
    assertCounts("pl-6", 0, 2);
    assertCounts("pl-unknown", 1, 1);
  }

  @Test
  void sixtyFitAndSixtyOneOfOneFamilyDoNot() {
    var sixty = rules(IntStream.range(0, 60).mapToObj(i -> "192.0.2." + i + "/32"));
    assertThat(RuleQuota.exceeded(sixty, LISTS)).isFalse();
    assertThat(RuleQuota.exceeded(plus(sixty, "2001:db8::/32"), LISTS)).isFalse();
    assertThat(RuleQuota.exceeded(plus(sixty, "198.51.100.0/24"), LISTS)).isTrue();
    assertThat(RuleQuota.exceeded(plus(sixty, "sg-1"), LISTS)).isTrue();
  }

  private static void assertCounts(String peer, int four, int six) {
    var rules = rules(Stream.of(peer));
    assertThat(RuleQuota.count(rules, LISTS, false)).isEqualTo(four);
    assertThat(RuleQuota.count(rules, LISTS, true)).isEqualTo(six);
  }

  private static List<SecurityRule> plus(List<SecurityRule> rules, String peer) {
    return Stream.concat(rules.stream(), rules(Stream.of(peer)).stream()).toList();
  }

  private static List<SecurityRule> rules(Stream<String> peers) {
    return peers.map(p -> SecurityRule.parse("ingress tcp 80 from " + p)).toList();
  }
}
