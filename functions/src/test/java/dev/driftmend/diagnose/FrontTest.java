package dev.driftmend.diagnose;

import static dev.driftmend.diagnose.Stage.broken;
import static dev.driftmend.diagnose.Stage.hop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.loadbalancing.Listener;
import dev.driftmend.kind.loadbalancing.LoadBalancer;
import dev.driftmend.kind.network.NetworkAcl;
import dev.driftmend.kind.network.RouteTable;
import dev.driftmend.kind.network.Subnet;
import dev.driftmend.kind.network.Vpc;
import dev.driftmend.kind.securitygroup.SecurityGroup;
import dev.driftmend.model.incident.Diagnosis.State;
import dev.driftmend.model.incident.Diagnosis.Symptom;
import dev.driftmend.model.incident.Diagnosis.Verdict;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Property;
import dev.driftmend.port.Endpoint.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From the name to the listener's rule. */
class FrontTest {
  private static final String DENY_80 = "deny ingress tcp 80 from 0.0.0.0/0";

  private final Stage stage = Stage.own();

  @Test
  void aStackThatIsAsDeclaredAndAnswersHasNoBrokenHop() {
    var diagnosis = stage.diagnosis();

    assertThat(broken(diagnosis)).isEmpty();
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OK);
    assertThat(diagnosis.explainedBy()).isNull();
    assertThat(diagnosis.contradictions()).isEmpty();
    assertThat(diagnosis.hops()).allMatch(h -> h.state() == State.OK);
  }

  @Test
  void aNameThatDoesNotResolveIsTheNamesFault() {
    is("dns", Symptom.NO_NAME, stage.answers(new Answer.NoName("www.example.com")));
  }

  @Test
  void aNameThatIsGoneWithItsLoadBalancerIsTheLoadBalancersFault() {
    is(
        "load-balancer",
        Symptom.NO_NAME,
        stage.gone("LoadBalancer").answers(new Answer.NoName("driftmend-1.elb.amazonaws.com")));
  }

  @Test
  void aLoadBalancerThatFailedAnswersNobody() {
    is(
        "load-balancer",
        Symptom.TIMEOUT,
        stage.scalar("LoadBalancer", LoadBalancer.STATE, "failed").silent());
  }

  @Test
  void aLoadBalancerThatCannotScaleStillAnswers() {
    var diagnosis = stage.scalar("LoadBalancer", LoadBalancer.STATE, "active_impaired").diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("load-balancer", Symptom.NONE));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.DEGRADED);
  }

  @Test
  void aLoadBalancerThatWasMadeInternalIsNotReached() {
    is(
        "load-balancer",
        Symptom.TIMEOUT,
        stage.scalar("LoadBalancer", LoadBalancer.SCHEME, "internal").silent());
  }

  @Test
  void aLostRouteToTheInternetCutsTheLoadBalancerAndThePackages() {
    var diagnosis = stage.keys("PublicRouteTable", RouteTable.ROUTES).silent().diagnosis();

    assertThat(broken(diagnosis))
        .isEqualTo(Map.of("internet-route", Symptom.TIMEOUT, "packages", Symptom.NONE));
    assertThat(diagnosis.explainedBy()).isEqualTo("internet-route");
    assertThat(hop(diagnosis, "internet-route").evidence())
        .allMatch(e -> e.contains("PublicRouteTable") && e.contains("no route for 0.0.0.0/0"));
  }

  @Test
  void aDetachedGatewayIsNamed() {
    var diagnosis = stage.keys("Vpc", Vpc.GATEWAYS).silent().diagnosis();

    assertThat(hop(diagnosis, "internet-route").fix())
        .startsWith("attach InternetGateway")
        .contains("Vpc");
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OUTAGE);
  }

  @Test
  void oneSubnetWithoutARouteIsNoOutage() {
    var diagnosis =
        stage
            .scalar("PublicSubnetB", Subnet.ROUTE_TABLE, stage.id("PrivateRouteTable"))
            .diagnosis();

    assertThat(broken(diagnosis)).containsOnlyKeys("internet-route");
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.DEGRADED);
    assertThat(diagnosis.explainedBy()).isEqualTo("internet-route");
  }

  @Test
  void aDefaultAclThatDeniesClientsIsReportedByItsEntry() {
    var diagnosis = deny("ingress 50", DENY_80).silent().diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("load-balancer-acl", Symptom.TIMEOUT));
    assertThat(hop(diagnosis, "load-balancer-acl").evidence().getFirst())
        .contains("entry 50 denies ingress tcp 80 from 0.0.0.0/0");
  }

  @Test
  void anAclThatLetsNoAnswersOutCutsAsWell() {
    var diagnosis = deny("egress 50", "deny egress tcp 1024-65535 to 0.0.0.0/0").diagnosis();

    assertThat(hop(diagnosis, "load-balancer-acl").evidence().getFirst())
        .contains("does not let answers out", "entry 50");
  }

  @Test
  void anAclThatDeniesWhatNobodyNeedsIsFine() {
    assertThat(broken(deny("ingress 50", "deny ingress tcp 22 from 0.0.0.0/0").diagnosis()))
        .isEmpty();
  }

  private Stage deny(String entry, String rule) {
    return stage.add("Vpc", Vpc.DEFAULT_ACL, Item.of(entry, Map.of(NetworkAcl.RULE, rule)));
  }

  @Test
  void aLostRuleForClientsIsATimeout() {
    is(
        "load-balancer-group",
        Symptom.TIMEOUT,
        stage.keys("LoadBalancerSecurityGroup", SecurityGroup.INGRESS).silent());
  }

  @Test
  void aRuleForAnOfficeInPlaceOfTheWorldExplainsATimeout() {
    var diagnosis =
        stage
            .keys(
                "LoadBalancerSecurityGroup",
                SecurityGroup.INGRESS,
                "ingress tcp 80 from 198.51.100.0/24")
            .silent()
            .diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of("load-balancer-group", Symptom.TIMEOUT));
    assertThat(diagnosis.explainedBy()).isEqualTo("load-balancer-group");
  }

  @Test
  void twoHalvesOfTheInternetAreAllOfIt() {
    var diagnosis =
        stage
            .keys(
                "LoadBalancerSecurityGroup",
                SecurityGroup.INGRESS,
                "ingress tcp 80 from 0.0.0.0/1",
                "ingress tcp 80 from 128.0.0.0/1")
            .diagnosis();

    assertThat(broken(diagnosis)).isEmpty();
  }

  @Test
  void aTemplateThatLetsInAnOfficeOnlyIsJudgedByHealthAlone() {
    var office = Stage.OWN.replaceFirst("CidrIp: 0.0.0.0/0", "CidrIp: 198.51.100.0/24");
    var diagnosis = Stage.of(office).silent().diagnosis();

    assertThat(broken(diagnosis)).isEmpty();
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OK);
    assertThat(diagnosis.contradictions().getFirst()).contains("health of the targets alone");
  }

  @Test
  void aListenerThatIsGoneOrElsewhereRefuses() {
    is("listener", Symptom.REFUSED, stage.gone("HttpListener").answers(new Answer.Refused()));
    is(
        "listener",
        Symptom.REFUSED,
        Stage.own().scalar("HttpListener", Listener.PORT, "8080").answers(new Answer.Refused()));
  }

  @Test
  void aListenerOfSomebodyElseIsNotKnownToBeAFault() {
    var diagnosis =
        stage
            .scalar("HttpListener", Listener.PORT, "8080")
            .set(
                "HttpListener",
                Listener.OTHER_LISTENERS,
                Property.Members.of(
                    List.of(
                        Item.of(
                            "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/b/c",
                            Map.of("port", "80", "protocol", "HTTP")))))
            .diagnosis();

    assertThat(hop(diagnosis, "listener").state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void anActionThatAnswersItselfIsReported() {
    is(
        "rule",
        Symptom.UNAVAILABLE,
        stage
            .scalar("HttpListener", Listener.DEFAULT_ACTIONS, "fixed-response status=503")
            .health("WebTargetGroup", "unused", "Target.NotInUse")
            .answers(503));
  }

  @Test
  void anUndeclaredRuleThatTakesEveryRequestIsReported() {
    var diagnosis = rule("1", "path-pattern=/*", "fixed-response status=403").answers(403);

    is("rule", Symptom.STATUS, diagnosis);
    assertThat(hop(diagnosis.diagnosis(), "rule").fix()).startsWith("delete the rule arn:");
  }

  @Test
  void aRuleForOtherPathsOrHostsOrMethodsIsFine() {
    assertThat(broken(rule("1", "path-pattern=/admin/*", "fixed-response status=403").diagnosis()))
        .isEmpty();
    assertThat(
            broken(
                rule("2", "host-header=api.example.com", "fixed-response status=403").diagnosis()))
        .isEmpty();
    assertThat(
            broken(rule("3", "http-request-method=POST", "fixed-response status=403").diagnosis()))
        .isEmpty();
  }

  @Test
  void theRuleOfTheLowestPriorityDecides() {
    rule("20", "path-pattern=/*", "fixed-response status=403");
    rule("10", "path-pattern=/,/health", "forward to=" + stage.id("WebTargetGroup"));

    assertThat(broken(stage.diagnosis())).isEmpty();
  }

  private Stage rule(String priority, String conditions, String actions) {
    return stage.add(
        "HttpListener",
        Listener.OTHER_RULES,
        Item.of(
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/a/b/c/"
                + priority,
            Map.of(
                "priority",
                priority,
                Listener.RULE_CONDITIONS,
                conditions,
                Listener.RULE_ACTIONS,
                actions)));
  }

  @Test
  void aRedirectThatTheTemplateHasIsWhereClientsAreMeantToGo() {
    var secure =
        Stage.of(
            Stage.OWN,
            Map.of(
                "CertificateArn",
                "arn:aws:acm:us-east-1:123456789012:certificate/0a1b",
                "DomainName",
                "www.example.com"));

    assertThat(broken(secure.answers(301).diagnosis())).isEmpty();
    assertThat(broken(secure.endpoint("https://www.example.com").answers(200).diagnosis()))
        .isEmpty();
    assertThat(Stage.advice(secure.diagnosis())).containsExactly("one-target");
  }

  /** The one fault that there is, it explains what is seen, and nothing is contradictory. */
  private static void is(String hop, Symptom symptom, Stage stage) {
    var diagnosis = stage.diagnosis();

    assertThat(broken(diagnosis)).isEqualTo(Map.of(hop, symptom));
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OUTAGE);
    assertThat(diagnosis.explainedBy()).isEqualTo(hop);
    assertThat(diagnosis.contradictions()).isEmpty();
    assertThat(hop(diagnosis, hop).evidence()).isNotEmpty();
    assertThat(hop(diagnosis, hop).fix()).isNotBlank();
  }
}
