package dev.driftmend.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.Exposure;
import dev.driftmend.model.Network;
import dev.driftmend.model.Network.Interface;
import dev.driftmend.model.SecurityRule;
import dev.driftmend.network.Exposures.Exposed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A group sg-web, carried by an instance that is private, or public in a public subnet. */
class ExposuresTest {
  private static final String WEB = "sg-web";
  private static final Interface PRIVATE = at("subnet-private");
  private static final Interface PUBLIC = at("subnet-public", "203.0.113.9");
  private static final Interface NOBODYS_ROUTE = at("subnet-private", "203.0.113.9");
  private static final Interface PUBLIC_6 = at("subnet-public", "2001:db8::9");

  @Test
  void aPortOpenedToTheWorldOnAPrivateInstanceIsLatent() {
    var exposed = extra("ingress tcp 5000 from 0.0.0.0/0", PRIVATE);

    assertThat(exposed.exposure()).isEqualTo(Exposure.LATENT);
    assertThat(exposed.why())
        .isEqualTo(
            "open from the whole internet, but what carries the group has no public address");
  }

  @Test
  void withAPublicAddressInAPublicSubnetItIsReachable() {
    var exposed = extra("ingress tcp 5000 from 0.0.0.0/0", PRIVATE, PUBLIC);

    assertThat(exposed.exposure()).isEqualTo(Exposure.REACHABLE);
    assertThat(exposed.why())
        .isEqualTo("reachable now at 203.0.113.9 (i-web) from the whole internet");
  }

  @Test
  void withAPublicAddressButNoRouteItIsLatent() {
    var exposed = extra("ingress tcp 5000 from 0.0.0.0/0", NOBODYS_ROUTE);

    assertThat(exposed.exposure()).isEqualTo(Exposure.LATENT);
    assertThat(exposed.why()).contains("no route leads from an internet gateway");
  }

  @Test
  void onAGroupThatNobodyCarriesItIsLatent() {
    assertThat(extra("ingress tcp 5000 from 0.0.0.0/0").why())
        .isEqualTo("open from the whole internet, but no interface carries the group");
  }

  @Test
  void twoHalvesAreTheWholeInternet() {
    var rules =
        List.of(rule("ingress tcp 5000 from 0.0.0.0/1"), rule("ingress tcp 5000 from 128.0.0.0/1"));
    var exposures = exposures(List.of(), rules, Map.of(), PUBLIC);

    for (var half : rules) {
      assertThat(exposures.extra(WEB, half).exposure()).isEqualTo(Exposure.REACHABLE);
      assertThat(exposures.extra(WEB, half).why()).endsWith("from the whole internet");
    }
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "ingress all from 0.0.0.0/0, REACHABLE",
    "ingress tcp 0-65535 from 0.0.0.0/0, REACHABLE",
    "ingress udp 53 from 198.51.100.0/24, REACHABLE",
    "ingress icmp from 0.0.0.0/0, REACHABLE",
    "ingress 50 from 0.0.0.0/0, REACHABLE",
    "ingress tcp 5000 from 10.0.0.0/8, LATENT",
    "ingress tcp 5000 from ::/0, LATENT",
    "ingress tcp 5000 from sg-other, LATENT",
    "ingress tcp 5000 from 123456789012/sg-other, LATENT",
    "egress all to 0.0.0.0/0, LATENT"
  })
  void everySortOfRuleOnAPublicInstance(String rule, Exposure exposure) {
    assertThat(extra(rule, PUBLIC).exposure()).isEqualTo(exposure);
  }

  @Test
  void ipv6IsReachableAtAnIpv6Address() {
    assertThat(extra("ingress tcp 5000 from ::/0", PUBLIC_6).why()).contains("2001:db8::9");
    assertThat(extra("ingress tcp 5000 from 0.0.0.0/0", PUBLIC_6).exposure())
        .isEqualTo(Exposure.LATENT);
  }

  @Test
  void aPrefixListIsWhatItsEntriesAre() {
    var rule = rule("ingress tcp 5000 from pl-1");

    assertThat(withList(rule, Map.of("pl-1", List.of("0.0.0.0/0"))).exposure())
        .isEqualTo(Exposure.REACHABLE);
    assertThat(withList(rule, Map.of("pl-1", List.of("10.0.0.0/8"))).exposure())
        .isEqualTo(Exposure.LATENT);
  }

  @Test
  void aPrefixListThatWasNotReadMayBeTheWholeInternet() {
    assertThat(withList(rule("ingress tcp 5000 from pl-1"), Map.of()).exposure())
        .isEqualTo(Exposure.REACHABLE);
  }

  @Test
  void aPrefixListThatWasNotReadCoversNothingButItself() {
    var listed = List.of(rule("ingress tcp 0-65535 from pl-1"));
    var exposures = exposures(listed, listed, Map.of(), PUBLIC);

    assertThat(exposures.extra(WEB, rule("ingress tcp 80 from 0.0.0.0/0")).exposure())
        .isEqualTo(Exposure.REACHABLE);
    assertThat(exposures.missing(WEB, rule("ingress tcp 80 from 0.0.0.0/0")).exposure())
        .isEqualTo(Exposure.OUTAGE);
    assertThat(exposures.extra(WEB, rule("ingress tcp 80 from pl-1")).exposure())
        .isEqualTo(Exposure.NONE);
  }

  @ParameterizedTest(name = "{0} beside {1}")
  @CsvSource({
    "ingress tcp 80 from 10.0.0.0/8, ingress tcp 80 from 0.0.0.0/0",
    "ingress tcp 80 from 0.0.0.0/0, ingress tcp 79-81 from 0.0.0.0/0",
    "ingress tcp 80-90 from 0.0.0.0/0, ingress all from 0.0.0.0/0",
    "ingress icmp 8--1 from 0.0.0.0/0, ingress icmp from 0.0.0.0/0",
    "ingress icmp 8-0 from 0.0.0.0/0, ingress icmp 8--1 from 0.0.0.0/0",
    "ingress tcp 80 from sg-lb, ingress tcp 80 from 0.0.0.0/0",
    "ingress tcp 80 from sg-lb, ingress all from sg-lb",
    "egress tcp 443 to 10.0.0.0/8, egress all to 0.0.0.0/0"
  })
  void whatAnotherRuleOfTheTemplateAllowsAnywayOpensNothing(String extra, String declared) {
    var exposures = exposures(List.of(rule(declared)), List.of(), Map.of(), PUBLIC);

    assertThat(exposures.extra(WEB, rule(extra)).exposure()).isEqualTo(Exposure.NONE);
  }

  @ParameterizedTest(name = "{0} beside {1}")
  @CsvSource({
    "ingress tcp 80 from 0.0.0.0/0, ingress tcp 80 from 0.0.0.0/1",
    "ingress tcp 80-5000 from 0.0.0.0/0, ingress tcp 80 from 0.0.0.0/0",
    "ingress udp 80 from 0.0.0.0/0, ingress tcp 80 from 0.0.0.0/0",
    "ingress all from 0.0.0.0/0, ingress tcp 0-65535 from 0.0.0.0/0",
    "ingress icmp from 0.0.0.0/0, ingress icmp 8--1 from 0.0.0.0/0",
    "ingress tcp 80 from 0.0.0.0/0, egress all to 0.0.0.0/0",
    "ingress tcp 80 from 0.0.0.0/0, ingress tcp 80 from ::/0",
    "ingress tcp 80 from 0.0.0.0/0, ingress tcp 80 from sg-lb"
  })
  void whatNoRuleOfTheTemplateAllowsIsReachable(String extra, String declared) {
    var exposures = exposures(List.of(rule(declared)), List.of(), Map.of(), PUBLIC);

    assertThat(exposures.extra(WEB, rule(extra)).exposure()).isEqualTo(Exposure.REACHABLE);
  }

  @Test
  void severalRulesOfTheTemplateTogetherMayAllowIt() {
    var declared =
        List.of(rule("ingress tcp 80 from 0.0.0.0/1"), rule("ingress all from 128.0.0.0/1"));

    assertThat(
            exposures(declared, List.of(), Map.of(), PUBLIC)
                .extra(WEB, rule("ingress tcp 80 from 0.0.0.0/0"))
                .exposure())
        .isEqualTo(Exposure.NONE);
  }

  @Test
  void onlyWhatIsOpenedBeyondTheTemplateCounts() {
    var declared = List.of(rule("ingress tcp 80 from 0.0.0.0/1"));
    var wider = rule("ingress tcp 80 from 0.0.0.0/0");

    assertThat(exposures(declared, List.of(wider), Map.of(), PUBLIC).extra(WEB, wider).exposure())
        .isEqualTo(Exposure.REACHABLE);
  }

  @Test
  void aLostRuleCutsWhatTheTemplateAllows() {
    var exposed =
        exposures(List.of(), List.of(), Map.of(), PRIVATE)
            .missing(WEB, rule("ingress tcp 5000 from sg-lb"));

    assertThat(exposed.exposure()).isEqualTo(Exposure.OUTAGE);
    assertThat(exposed.why()).isEqualTo("traffic that the template allows to i-web is cut");
  }

  @Test
  void aLostEgressRuleCutsWhatTheTemplateLetsOut() {
    assertThat(
            exposures(List.of(), List.of(), Map.of(), PRIVATE)
                .missing(WEB, rule("egress tcp 443 to 0.0.0.0/0"))
                .why())
        .isEqualTo("traffic that the template allows from i-web is cut");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingress tcp 5000 from sg-lb",
        "ingress tcp 0-65535 from sg-lb",
        "ingress all from 0.0.0.0/0"
      })
  void aLostRuleThatAnotherLiveOneCoversCutsNothing(String live) {
    assertThat(
            exposures(List.of(), List.of(rule(live)), Map.of(), PRIVATE)
                .missing(WEB, rule("ingress tcp 5000 from sg-lb"))
                .exposure())
        .isEqualTo(Exposure.NONE);
  }

  @Test
  void aLostRuleOfAGroupThatNobodyCarriesCutsNothing() {
    assertThat(
            exposures(List.of(), List.of(), Map.of())
                .missing(WEB, rule("ingress tcp 5000 from sg-lb"))
                .exposure())
        .isEqualTo(Exposure.NONE);
  }

  @Test
  void aPublicAddressIsReachableWhereARouteAndARuleLeadToTheInstance() {
    var world = List.of(rule("ingress tcp 5000 from 0.0.0.0/0"));

    var exposed =
        exposures(List.of(), world, Map.of(), PUBLIC).publicAddress("i-web", "203.0.113.9");

    assertThat(exposed.exposure()).isEqualTo(Exposure.REACHABLE);
    assertThat(exposed.why())
        .contains("ingress tcp 5000 from 0.0.0.0/0")
        .contains("whole internet");
  }

  @Test
  void aPublicAddressThatTwoHalvesLeadToIsOpenToTheWholeInternet() {
    var halves =
        List.of(rule("ingress tcp 5000 from 0.0.0.0/1"), rule("ingress tcp 5000 from 128.0.0.0/1"));

    assertThat(
            exposures(List.of(), halves, Map.of(), PUBLIC)
                .publicAddress("i-web", "203.0.113.9")
                .why())
        .contains("whole internet");
  }

  @Test
  void aPublicAddressWithoutARouteIsLatent() {
    var world = List.of(rule("ingress tcp 5000 from 0.0.0.0/0"));

    assertThat(
            exposures(List.of(), world, Map.of(), NOBODYS_ROUTE)
                .publicAddress("i-web", "203.0.113.9")
                .exposure())
        .isEqualTo(Exposure.LATENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingress tcp 5000 from sg-lb",
        "ingress tcp 5000 from 10.0.0.0/8",
        "ingress tcp 5000 from ::/0",
        "egress all to 0.0.0.0/0"
      })
  void aPublicAddressThatNoRuleLeadsToIsLatent(String live) {
    assertThat(
            exposures(List.of(), List.of(rule(live)), Map.of(), PUBLIC)
                .publicAddress("i-web", "203.0.113.9")
                .exposure())
        .isEqualTo(Exposure.LATENT);
  }

  @Test
  void anotherInstancesInterfaceDoesNotMatter() {
    var world = List.of(rule("ingress tcp 5000 from 0.0.0.0/0"));

    assertThat(
            exposures(List.of(), world, Map.of(), PUBLIC)
                .publicAddress("i-other", "203.0.113.9")
                .exposure())
        .isEqualTo(Exposure.LATENT);
  }

  private static Exposed extra(String key, Interface... interfaces) {
    var rule = rule(key);
    return exposures(List.of(), List.of(rule), Map.of(), interfaces).extra(WEB, rule);
  }

  private static Exposed withList(SecurityRule rule, Map<String, List<String>> lists) {
    return exposures(List.of(), List.of(rule), lists, PUBLIC).extra(WEB, rule);
  }

  private static Exposures exposures(
      List<SecurityRule> desired,
      List<SecurityRule> live,
      Map<String, List<String>> lists,
      Interface... interfaces) {
    return new Exposures(
        new Network(List.of(interfaces), Set.of("subnet-public"), lists),
        Map.of(WEB, desired),
        Map.of(WEB, live));
  }

  private static SecurityRule rule(String key) {
    return SecurityRule.parse(key);
  }

  private static Interface at(String subnet, String... addresses) {
    return new Interface(
        "eni-" + Stream.of(addresses).findFirst().orElse("none"),
        "i-web",
        "i-web",
        subnet,
        Set.of(WEB),
        Set.of(addresses));
  }
}
