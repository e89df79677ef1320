package dev.driftmend.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.diagnose.path.PathFinder;
import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.network.Network;
import dev.driftmend.model.network.Network.Interface;
import dev.driftmend.model.network.SecurityRule;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.OpenMember;
import dev.driftmend.model.stack.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What is not of the stack, or not all known, is no fault by itself; what is cut in part is one.
 */
class ForeignPartsTest {
  private static final String LIST = "pl-0a1b2c3d";
  private static final String TRANSIT = "tgw-0a1b2c3d4e5f60718";

  private final Stage stage = Stage.own();

  @Test
  void anotherRedirectThanTheTemplatesIsAFault() {
    var secure =
        Stage.of(
            Stage.OWN,
            Map.of(
                "CertificateArn",
                "arn:aws:acm:us-east-1:123456789012:certificate/0a1b",
                "DomainName",
                "www.example.com"));
    secure
        .scalar(
            "HttpListener",
            Listener.DEFAULT_ACTIONS,
            "redirect host=www.example.org path=/ port=443 protocol=HTTPS query= status=HTTP_301")
        .answers(301);

    assertThat(Stage.broken(secure.diagnosis())).containsOnlyKeys("rule");
  }

  @Test
  void rulesThatCouldNotBeReadMayTakeEveryRequest() {
    var unread = Stage.own().set("HttpListener", Listener.OTHER_RULES, new Property.Unknown("no"));
    var notAll =
        stage.set(
            "HttpListener",
            Listener.OTHER_RULES,
            new Property.Members(
                List.of(),
                Set.of(),
                Map.of(),
                null,
                List.of(OpenMember.list("*", "not all of them"))));

    assertThat(state(unread, "rule")).isEqualTo(State.UNKNOWN);
    assertThat(state(notAll, "rule")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void theInternalLoadBalancerOfSomebodyElseIsNotToBeExposed() {
    var template =
        """
        Resources:
          Targets:
            Type: AWS::ElasticLoadBalancingV2::TargetGroup
            Properties: {Port: 80, Protocol: HTTP}
          Listener:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              LoadBalancerArn: arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/theirs/0a1b2c3d
              Port: 80
              Protocol: HTTP
              DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
        """;
    var theirs = Stage.of(template);
    theirs.foreign(
        PathFinder.balancerOf(theirs.id("Listener")),
        Map.of(
            LoadBalancer.SCHEME,
            new Property.Scalar("internal"),
            LoadBalancer.STATE,
            new Property.Scalar("active")));

    assertThat(state(theirs, "load-balancer")).isEqualTo(State.OK);
    assertThat(state(theirs.silent(), "load-balancer")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void ofADualstackLoadBalancerOnlyIpv4IsJudged() {
    stage.scalar("LoadBalancer", LoadBalancer.IP_ADDRESS_TYPE, "dualstack");

    assertThat(Stage.hop(stage.diagnosis(), "load-balancer").evidence().getFirst())
        .contains("IPv6 is not judged");
  }

  @Test
  void aPrefixListThatTheTemplateLetsInIsAllThatMayAsk() {
    var listed = Stage.OWN.replaceFirst("CidrIp: 0.0.0.0/0", "SourcePrefixListId: " + LIST);
    var known =
        Stage.of(listed).network(n -> lists(n, Map.of(LIST, List.of("198.51.100.0/24")))).silent();

    assertThat(Stage.broken(known.diagnosis())).isEmpty();
    assertThat(known.diagnosis().verdict()).isEqualTo(Verdict.OK);
    assertThat(state(Stage.of(listed), "load-balancer-group")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void whomTheGroupOfSomebodyElseShouldLetInIsNotKnown() {
    var group = "sg-0a1b2c3d4e5f60718";
    var foreign =
        Stage.OWN.replaceFirst(
            "SecurityGroups: \\[!GetAtt LoadBalancerSecurityGroup.GroupId\\]",
            "SecurityGroups: [" + group + "]");
    assertThat(foreign).isNotEqualTo(Stage.OWN);
    var office =
        new SecurityRule(
            SecurityRule.Direction.INGRESS,
            "tcp",
            80,
            80,
            new SecurityRule.Peer.Cidr4("198.51.100.0/24"));

    assertThat(
            state(
                Stage.of(foreign).network(n -> n.withGroup(group, List.of(office))),
                "load-balancer-group"))
        .isEqualTo(State.UNKNOWN);
  }

  @Test
  void whatTheTemplateRoutesElsewhereIsMeant() {
    var office =
        Stage.OWN.replaceFirst(
            "\nResources:\n",
            """

            Resources:
              OfficeRoute:
                Type: AWS::EC2::Route
                Properties: {RouteTableId: !Ref PublicRouteTable, DestinationCidrBlock: 198.51.100.0/24, TransitGatewayId: %s}
            """
                .formatted(TRANSIT));

    assertThat(Stage.broken(Stage.of(office).diagnosis())).isEmpty();
  }

  @Test
  void whatAnEndpointTakesIsMeantAndWhatSomebodyAddedIsNot() {
    var table = stage.id("PublicRouteTable");
    stage.network(
        n -> {
          var routes = new ArrayList<>(n.tables().getOrDefault(table, List.of()));
          routes.add(new Network.Route(LIST, "vpce-0a1b2c3d", true, false));
          return lists(n.withTable(table, routes), Map.of(LIST, List.of("203.0.113.0/24")));
        });
    assertThat(Stage.broken(stage.diagnosis())).isEmpty();

    stage.add(
        "PublicRouteTable",
        RouteTable.ROUTES,
        Item.of("198.51.100.0/24", Map.of(RouteTable.TARGET, TRANSIT)));
    assertThat(Stage.broken(stage.diagnosis())).containsKey("internet-route");
  }

  @Test
  void aLoadBalancersNameIsItsOwnWithDigits() {
    var web = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/Web/0a1b2c3d";

    assertThat(
            List.of(
                "web-123456.us-east-1.elb.amazonaws.com",
                "internal-web-123456.us-east-1.elb.amazonaws.com",
                "dualstack.web-123456.us-east-1.elb.amazonaws.com",
                "web-0a1b2c3d.elb.us-east-1.amazonaws.com"))
        .allMatch(host -> PathFinder.isNameOf(web, host));
    assertThat(List.of("web-shop-123456.us-east-1.elb.amazonaws.com", "web-site.example.com"))
        .noneMatch(host -> PathFinder.isNameOf(web, host));
  }

  @Test
  void whichOfSeveralInterfacesIsAskedIsNotKnown() {
    var id = stage.id("WebInstance");
    stage.network(
        n -> {
          var all = new ArrayList<>(n.interfaces());
          all.add(
              new Interface(
                  "eni-0a1b2c3d",
                  id,
                  id,
                  stage.id("PrivateSubnetB"),
                  Set.of("sg-0a1b2c3d4e5f60718"),
                  Set.of("10.20.3.9"),
                  Set.of()));
          return new Network(
              all,
              n.groups(),
              n.subnets(),
              n.vpcs(),
              n.tables(),
              n.acls(),
              n.nats(),
              n.prefixLists());
        });

    assertThat(state(stage, "instance-group")).isEqualTo(State.UNKNOWN);
    assertThat(state(stage, "instance-acl")).isEqualTo(State.UNKNOWN);
  }

  private static Network lists(Network n, Map<String, List<String>> lists) {
    return new Network(
        n.interfaces(),
        n.groups(),
        n.subnets(),
        n.vpcs(),
        n.tables(),
        n.acls(),
        n.nats(),
        new HashMap<>(lists));
  }

  private static State state(Stage stage, String hop) {
    return Stage.hop(stage.diagnosis(), hop).state();
  }
}
