package dev.driftmend.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.AclEntry;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.Network.Route;
import dev.driftmend.model.network.Network.Subnet;
import dev.driftmend.model.network.SecurityRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Through a window rules make the same difference as in the whole network. */
class RuleWindowTest {
  private static final int TRIES = 300;
  private static final String GROUP = "sg-a";

  @Provide
  static Arbitrary<List<SecurityRule>> rules() {
    return Combinators.combine(
            Arbitraries.of("ingress", "egress"),
            Arbitraries.of("tcp 80", "tcp 443", "tcp 80-5000", "udp 53", "icmp 8--1", "all"),
            Arbitraries.of(
                "0.0.0.0/0",
                "::/0",
                "198.51.100.0/24",
                "198.51.100.7/32",
                "10.0.0.0/8",
                "10.0.0.7/32",
                "10.0.1.0/24",
                "sg-a",
                "sg-b",
                "sg-foreign",
                "pl-read",
                "pl-unread"))
        .as(
            (way, what, who) ->
                way + " " + what + (way.equals("ingress") ? " from " : " to ") + who)
        .map(SecurityRule::parse)
        .list()
        .uniqueElements()
        .ofMaxSize(6);
  }

  @Provide
  static Arbitrary<List<Interface>> interfaces() {
    return Combinators.combine(
            Arbitraries.of("sg-a", "sg-b", "sg-c").set().ofMaxSize(3),
            Arbitraries.of("subnet-public", "subnet-private"),
            Arbitraries.of("198.51.100.7", "2001:db8::7").set().ofMaxSize(2),
            Arbitraries.of("10.0.0.7", "10.0.1.7", "192.168.0.7").set().ofMinSize(1).ofMaxSize(2))
        .as((groups, subnet, open, own) -> new Interface("", "i", null, subnet, groups, own, open))
        .list()
        .ofMaxSize(4)
        .map(RuleWindowTest::numbered);
  }

  private static List<Interface> numbered(List<Interface> alike) {
    var numbered = new ArrayList<Interface>();
    for (var i : alike) {
      var id = "eni-" + numbered.size();
      numbered.add(
          new Interface(
              id, id, null, i.subnetId(), i.groups(), i.privateAddresses(), i.publicAddresses()));
    }
    return numbered;
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void whatRulesLetThroughIsTheSame(
      @ForAll("interfaces") List<Interface> interfaces,
      @ForAll("rules") List<SecurityRule> some,
      @ForAll("rules") List<SecurityRule> others,
      @ForAll("rules") List<SecurityRule> foreign) {
    var with = network(interfaces, together(some, others), foreign);
    var left = together(some, others);
    left.removeAll(some);
    var without = network(interfaces, left, foreign);
    var places = Interfaces.of(with, without);
    var reach = new Reachability(with);

    var window = new RuleWindow(GROUP, some, reach, places.around(GROUP));

    var all = new Reachability(with).among(places).minus(new Reachability(without).among(places));
    assertThat(window.among(reach).minus(window.amongWithout(reach))).isEqualTo(all);
    assertThat(window.among(reach).minus(window.among(reach.in(without)))).isEqualTo(all);
    assertThat(window.fromInternet(reach).minus(window.fromInternetWithout(reach)))
        .isEqualTo(fromInternet(all));
    assertThat(
            window
                .fromInternetWith(reach.in(without))
                .minus(window.fromInternet(reach.in(without))))
        .isEqualTo(fromInternet(all));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void soIsWhatOfItAThirdNetworkLetsThrough(
      @ForAll("interfaces") List<Interface> interfaces,
      @ForAll("rules") List<SecurityRule> some,
      @ForAll("rules") List<SecurityRule> others,
      @ForAll("rules") List<SecurityRule> third) {
    var with = network(interfaces, together(some, others), third);
    var another = network(interfaces, third, others);
    var places = Interfaces.of(with, another);
    var reach = new Reachability(with);
    var window = new RuleWindow(GROUP, some, reach, places.around(GROUP));
    var left = together(some, others);
    left.removeAll(some);

    var all =
        new Reachability(with)
            .among(places)
            .minus(new Reachability(network(interfaces, left, third)).among(places));
    var seen = window.among(reach).minus(window.amongWithout(reach));

    assertThat(seen.minus(window.among(reach.in(another))))
        .isEqualTo(all.minus(new Reachability(another).among(places)));
    assertThat(seen.and(window.among(reach.in(another))))
        .isEqualTo(all.and(new Reachability(another).among(places)));
  }

  private static Flows fromInternet(Flows all) {
    return new Flows(
        all.by().entrySet().stream()
            .filter(e -> e.getKey().from().equals(Reachability.INTERNET))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private static List<SecurityRule> together(List<SecurityRule> some, List<SecurityRule> others) {
    var together = new ArrayList<>(others);
    var known = new HashSet<>(others);
    some.stream().filter(known::add).forEach(together::add);
    return together;
  }

  private static Network network(
      List<Interface> interfaces, List<SecurityRule> rules, List<SecurityRule> foreign) {
    var acl =
        List.of(
            new AclEntry(90, false, SecurityRule.parse("ingress tcp 443 from 0.0.0.0/0")),
            new AclEntry(100, true, SecurityRule.parse("ingress all from 0.0.0.0/0")),
            new AclEntry(100, true, SecurityRule.parse("egress all to 0.0.0.0/0")));
    var groups = new HashMap<String, List<SecurityRule>>();
    groups.put(GROUP, rules);
    groups.put("sg-b", foreign);
    return new Network(
        interfaces,
        groups,
        SUBNETS,
        Map.of(),
        TABLES,
        Map.of("acl-1", acl),
        Map.of(),
        Map.of("pl-read", List.of("203.0.113.0/24", "10.0.1.0/28")));
  }

  private static final Map<String, Subnet> SUBNETS =
      Map.of(
          "subnet-public", new Subnet("vpc-1", "rtb-public", "acl-1"),
          "subnet-private", new Subnet("vpc-1", "rtb-private", "acl-2"));
  private static final Map<String, List<Route>> TABLES =
      Map.of(
          "rtb-public",
          List.of(
              new Route("0.0.0.0/0", "igw-1", true, false),
              new Route("::/0", "igw-1", true, false)),
          "rtb-private",
          List.of(new Route("0.0.0.0/0", "nat-1", true, false)));
}
