package dev.driftmend.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.AclEntry;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.Network.Route;
import dev.driftmend.model.network.Network.Subnet;
import dev.driftmend.model.network.Network.Vpc;
import dev.driftmend.model.network.SecurityRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A load balancer's node in a public subnet, and an instance behind it in a private one. */
class ReachabilityTest {
  private static final Interface NODE =
      new Interface(
          "eni-node",
          "ELB app/shop/1",
          null,
          "subnet-public",
          Set.of("sg-node"),
          Set.of("10.0.0.7"),
          Set.of("198.51.100.7"));
  private static final Interface WEB =
      new Interface(
          "eni-web",
          "i-web",
          "i-web",
          "subnet-private",
          Set.of("sg-web"),
          Set.of("10.0.1.9"),
          Set.of());
  private static final Network SHOP =
      new Network(
              List.of(NODE, WEB),
              Map.of(),
              Map.of(),
              Map.of("vpc-1", new Vpc("rtb-main", "acl-default", Set.of("igw-1"))),
              Map.of(),
              Map.of(),
              Map.of(),
              Map.of())
          .withGroup("sg-node", rules("ingress tcp 80 from 0.0.0.0/0", "egress tcp 5000 to sg-web"))
          .withGroup("sg-web", rules("ingress tcp 5000 from sg-node", "egress all to 0.0.0.0/0"))
          .withSubnet("subnet-public", new Subnet("vpc-1", "rtb-public", "acl-public"))
          .withSubnet("subnet-private", new Subnet("vpc-1", "rtb-private", "acl-private"))
          .withTable("rtb-public", List.of(route("0.0.0.0/0", "igw-1")))
          .withTable("rtb-private", List.of(route("0.0.0.0/0", "nat-1")));

  @Test
  void clientsReachTheNodeAndTheNodeTheInstance() {
    assertThat(new Reachability(SHOP).fromInternet(NODE).ports()).isEqualTo("tcp 80");
    assertThat(new Reachability(SHOP).fromInternet(NODE).addresses())
        .isEqualTo(AddressSet.INTERNET.family(false));
    assertThat(new Reachability(SHOP).fromInternet(WEB).isEmpty()).isTrue();
    assertThat(new Reachability(SHOP).between(NODE, WEB).ports()).isEqualTo("tcp 5000");
    assertThat(new Reachability(SHOP).between(WEB, NODE).ports()).isEqualTo("tcp 80");
    assertThat(new Reachability(SHOP).toInternet(WEB).ports()).isEqualTo("everything");
  }

  @Test
  void withoutARouteBackNothingComesIn() {
    assertThat(in(SHOP.withTable("rtb-public", List.of())).isEmpty()).isTrue();
    assertThat(in(SHOP.withTable("rtb-public", List.of(route("0.0.0.0/0", "nat-1")))).isEmpty())
        .isTrue();
  }

  @Test
  void theMostSpecificRouteDecides() {
    var detour = List.of(route("198.51.100.0/24", "tgw-1"), route("0.0.0.0/0", "igw-1"));

    assertThat(in(SHOP.withTable("rtb-public", detour)).addresses())
        .isEqualTo(
            AddressSet.INTERNET.family(false).minus(AddressSet.parse(List.of("198.51.100.0/24"))));
  }

  @Test
  void aGatewayThatIsNotAttachedLeadsNowhereWhateverTheRouteSays() {
    assertThat(in(SHOP.withVpc("vpc-1", new Vpc("rtb-main", "acl-default", Set.of()))).isEmpty())
        .isTrue();
  }

  @Test
  void whereGatewaysWereNotReadTheRoutesOwnStateTells() {
    var unread = SHOP.withVpc("vpc-1", new Vpc("rtb-main", "acl-default", null));
    var blackhole = List.of(new Route("0.0.0.0/0", "igw-1", false, false));

    assertThat(in(unread).isEmpty()).isFalse();
    assertThat(in(unread.withTable("rtb-public", blackhole)).isEmpty()).isTrue();
  }

  @Test
  void theLowestNumberOfAnAclDecides() {
    var entries =
        List.of(
            acl(100, true, "ingress all from 0.0.0.0/0"),
            acl(90, false, "ingress tcp 80 from 198.51.100.0/24"),
            acl(100, true, "egress all to 0.0.0.0/0"));

    assertThat(in(SHOP.withAcl("acl-public", entries)).addresses())
        .isEqualTo(
            AddressSet.INTERNET.family(false).minus(AddressSet.parse(List.of("198.51.100.0/24"))));
  }

  @Test
  void anAclThatLetsNoAnswerOutCutsWhatItLetsIn() {
    var in = acl(100, true, "ingress all from 0.0.0.0/0");

    assertThat(
            in(SHOP.withAcl(
                    "acl-public", List.of(in, acl(100, true, "egress tcp 80 to 0.0.0.0/0"))))
                .isEmpty())
        .isTrue();
    assertThat(
            in(SHOP.withAcl(
                    "acl-public",
                    List.of(in, acl(100, true, "egress tcp 1024-65535 to 0.0.0.0/0"))))
                .isEmpty())
        .isFalse();
  }

  @Test
  void betweenSubnetsBothAclsDecideAndWithinOneNone() {
    var closed = SHOP.withAcl("acl-private", List.of(acl(1, true, "egress all to 0.0.0.0/0")));
    var nextDoor = closed.withSubnet("subnet-public", new Subnet("vpc-1", "rtb", "acl-private"));

    assertThat(new Reachability(closed).between(NODE, WEB).isEmpty()).isTrue();
    assertThat(new Reachability(nextDoor).between(NODE, moved(WEB, "subnet-public")).ports())
        .isEqualTo("tcp 5000");
  }

  @Test
  void aNatGatewayThatDoesNotWorkLetsNothingOut() {
    assertThat(new Reachability(SHOP.withNat("nat-1", false)).toInternet(WEB).isEmpty()).isTrue();
  }

  @Test
  void aPublicAddressSpeaksItsOwnFamilyOnly() {
    var six = NODE.withPublicAddresses(Set.of("2001:db8::7"));

    assertThat(new Reachability(SHOP).fromInternet(six).isEmpty()).isTrue();
    assertThat(
            new Reachability(
                    SHOP.withTable("rtb-public", List.of(route("::/0", "igw-1")))
                        .withGroup("sg-node", rules("ingress tcp 80 from ::/0")))
                .fromInternet(six)
                .addresses())
        .isEqualTo(AddressSet.INTERNET.family(true));
  }

  @Test
  void aPrefixListIsWhatItHoldsAlsoInRoutes() {
    var listed =
        new Network(
                SHOP.interfaces(),
                SHOP.groups(),
                SHOP.subnets(),
                SHOP.vpcs(),
                SHOP.tables(),
                Map.of(),
                Map.of(),
                Map.of("pl-1", List.of("0.0.0.0/1", "128.0.0.0/1")))
            .withTable("rtb-public", List.of(route("pl-1", "igw-1")))
            .withGroup("sg-node", rules("ingress tcp 80 from pl-1"));

    assertThat(in(listed).addresses()).isEqualTo(AddressSet.INTERNET.family(false));
  }

  @Test
  void aThousandInterfacesThatAreAlikeAreLookedAtAsOne() {
    var many =
        Stream.concat(
                Stream.of(NODE),
                IntStream.range(0, 1000)
                    .mapToObj(
                        i ->
                            new Interface(
                                "eni-" + i,
                                "i-" + i,
                                "i-" + i,
                                "subnet-private",
                                Set.of("sg-web"),
                                Set.of("10.0." + (1 + i / 250) + "." + (i % 250)),
                                Set.of())))
            .toList();
    var network =
        new Network(
            many,
            SHOP.groups(),
            SHOP.subnets(),
            SHOP.vpcs(),
            SHOP.tables(),
            SHOP.acls(),
            Map.of(),
            Map.of());

    var places = Interfaces.of(network, network);

    assertThat(places.one()).hasSize(2);
    assertThat(new Reachability(network).among(places).by())
        .containsKey(new Reachability.Flow("eni-node", "eni-0"));
  }

  private static TrafficSet in(Network network) {
    return new Reachability(network).fromInternet(NODE);
  }

  private static Interface moved(Interface at, String subnet) {
    return new Interface(
        at.id(),
        at.owner(),
        at.instanceId(),
        subnet,
        at.groups(),
        at.privateAddresses(),
        at.publicAddresses());
  }

  private static AclEntry acl(int number, boolean allow, String rule) {
    return new AclEntry(number, allow, SecurityRule.parse(rule));
  }

  private static Route route(String destination, String target) {
    return new Route(destination, target, true, false);
  }

  private static List<SecurityRule> rules(String... keys) {
    return Stream.of(keys).map(SecurityRule::parse).toList();
  }
}
