package dev.driftmend.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.instance.Instance;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.network.SecurityRule.Direction;
import dev.driftmend.model.stack.Desired;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Live;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.network.Exposures.Exposed;
import dev.driftmend.testing.Deployed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A group sg-web, carried by an instance that is private, or public in a public subnet. */
class ExposureAssessorTest {
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
        .isEqualTo("tcp 5000 reachable now at 203.0.113.9 (i-web) from the whole internet");
  }

  @Test
  void withAPublicAddressButNoRouteItIsLatent() {
    var exposed = extra("ingress tcp 5000 from 0.0.0.0/0", NOBODYS_ROUTE);

    assertThat(exposed.exposure()).isEqualTo(Exposure.LATENT);
    assertThat(exposed.why()).contains("no route or no network ACL lets the internet get to it");
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
    assertThat(exposed.why())
        .isEqualTo(
            "traffic that the template allows is cut: tcp 5000 from whatever carries sg-lb to"
                + " i-web");
  }

  @Test
  void aLostEgressRuleLeavesItServingButNotCalling() {
    var exposed =
        exposures(List.of(), List.of(), Map.of(), PRIVATE)
            .missing(WEB, rule("egress tcp 443 to 0.0.0.0/0"));

    assertThat(exposed.exposure()).isEqualTo(Exposure.DEGRADED);
    assertThat(exposed.why())
        .isEqualTo("traffic that the template allows is cut: tcp 443 from i-web to the internet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress tcp 0-65535 from sg-lb", "ingress all from 0.0.0.0/0"})
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
        .isEqualTo("tcp 5000 reachable now at 203.0.113.9 (i-web) from the whole internet");
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

  private static Exposed extra(String key, Interface... interfaces) {
    var rule = rule(key);
    return exposures(List.of(), List.of(rule), Map.of(), interfaces).extra(WEB, rule);
  }

  private static Exposed withList(SecurityRule rule, Map<String, List<String>> lists) {
    return exposures(List.of(), List.of(rule), lists, PUBLIC).extra(WEB, rule);
  }

  private static Case exposures(
      List<SecurityRule> desired,
      List<SecurityRule> live,
      Map<String, List<String>> lists,
      Interface... interfaces) {
    return new Case(desired, live, lists, List.of(interfaces));
  }

  /** What a template says of the group, what the group has, and who carries it. */
  private record Case(
      List<SecurityRule> desired,
      List<SecurityRule> live,
      Map<String, List<String>> lists,
      List<Interface> interfaces) {
    Exposed extra(String group, SecurityRule rule) {
      return judged(desired, plus(live, rule), rule.key());
    }

    Exposed missing(String group, SecurityRule rule) {
      return judged(plus(desired, rule), live, rule.key());
    }

    /** The rules are the template's as well. */
    Exposed publicAddress(String instance, String address) {
      return judged(live, live, address);
    }

    private static List<SecurityRule> plus(List<SecurityRule> rules, SecurityRule one) {
      return Stream.concat(rules.stream(), Stream.of(one)).distinct().toList();
    }

    private Exposed judged(List<SecurityRule> should, List<SecurityRule> are, String key) {
      var group = new ResourceRef("Group", SecurityGroup.TYPE, WEB);
      var web = new ResourceRef("Web", Instance.TYPE, "i-web");
      var addresses =
          interfaces.stream().flatMap(i -> i.publicAddresses().stream()).distinct().toList();
      var desired =
          new Desired(
              Deployed.STACK,
              Deployed.UPDATED,
              List.of(
                  new Resource(group, rules(should)),
                  new Resource(
                      web, Map.of(Instance.PUBLIC_ADDRESS, Property.Members.of(List.of())))),
              List.of());
      var live =
          new Live(
              Deployed.STACK,
              Map.of(
                  "Group",
                  new Observed.Found(rules(are)),
                  "Web",
                  new Observed.Found(
                      Map.of(
                          Instance.PUBLIC_ADDRESS,
                          Property.Members.of(addresses.stream().map(Item::of).toList()),
                          Instance.GROUPS,
                          Property.Members.of(List.of(Item.of(WEB)))))));
      // An address is a drift of its own only where it is asked for.
      var drifts =
          Comparison.between(desired, live).stream()
              .filter(d -> addresses.contains(key) || d.resource().equals(group))
              .toList();
      var simulation = new NetworkSimulation(desired, live, network(), drifts);
      return new ExposureAssessor(
              desired,
              live,
              new RepairDestinations(desired, live, RepairDestinations.Seen.NOTHING),
              NetworkReading.of(simulation))
          .assess(drifts).stream()
              .filter(f -> f.drift().what().endsWith(": " + key))
              .findFirst()
              .map(f -> new Exposed(f.exposure(), f.exposureWhy()))
              .orElseThrow();
    }

    private static Map<String, Property> rules(List<SecurityRule> rules) {
      return Map.of(
          SecurityGroup.INGRESS, rules(rules, Direction.INGRESS),
          SecurityGroup.EGRESS, rules(rules, Direction.EGRESS));
    }

    private static Property rules(List<SecurityRule> rules, Direction direction) {
      return Property.Members.of(
          rules.stream()
              .filter(r -> r.direction() == direction)
              .map(r -> Item.of(r.key()))
              .toList());
    }

    private Network network() {
      return new Network(
              interfaces, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), lists)
          .withSubnet("subnet-public", new Network.Subnet("vpc-1", "rtb-public", "acl-1"))
          .withSubnet("subnet-private", new Network.Subnet("vpc-1", "rtb-private", "acl-1"))
          .withTable(
              "rtb-public",
              List.of(
                  new Network.Route("0.0.0.0/0", "igw-1", true, false),
                  new Network.Route("::/0", "igw-1", true, false)))
          .withTable("rtb-private", List.of(new Network.Route("0.0.0.0/0", "nat-1", true, false)));
    }
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
        Set.of("10.0.0.9"),
        Set.of(addresses));
  }
}
