package dev.driftmend.kind.loadbalancing;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.network.ListenerAction;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
  private static final String LISTENER = "AWS::ElasticLoadBalancingV2::Listener";
  private static final String HTTP_ID = Deployed.id("Http", LISTENER);
  private static final String GROUP_A =
      Deployed.id("A", "AWS::ElasticLoadBalancingV2::TargetGroup");
  private static final String GROUP_B =
      Deployed.id("B", "AWS::ElasticLoadBalancingV2::TargetGroup");
  private static final String GROUPS =
      """
      Balancer:
        Type: AWS::ElasticLoadBalancingV2::LoadBalancer
        Properties: {Scheme: internet-facing}
      A:
        Type: AWS::ElasticLoadBalancingV2::TargetGroup
        Properties: {Port: 5000}
      B:
        Type: AWS::ElasticLoadBalancingV2::TargetGroup
        Properties: {Port: 5000}
      """;
  private static final String HTTP =
      GROUPS
          + """
          Http:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              LoadBalancerArn: !Ref Balancer
              Port: 80
              Protocol: HTTP
              DefaultActions: [{Type: forward, TargetGroupArn: !Ref A}]
          """;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{Type: forward, TargetGroupArn: !Ref A} | forward to=A",
        "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref A}]}} | forward to=A",
        "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref A, Weight: 7}]}} |"
            + " forward to=A",
        "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref A, Weight: 0}]}} |"
            + " forward to=A*0",
        "{Type: authenticate-oidc, AuthenticateOidcConfig: {ClientSecret: !ImportValue secret}} |"
            + " authenticate-oidc",
        "{Type: forward, TargetGroupArn: !Ref A, ForwardConfig: {TargetGroupStickinessConfig:"
            + " {Enabled: false}}} | forward to=A",
        "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref B, Weight: 20},"
            + " {TargetGroupArn: !Ref A, Weight: 80}]}} | forward to=A*80,B*20",
        "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref B}, {TargetGroupArn:"
            + " !Ref A}]}} | forward to=A*1,B*1",
        "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref A}],"
            + " TargetGroupStickinessConfig: {Enabled: true, DurationSeconds: 60}}} | forward"
            + " stickiness=60 to=A",
        "{Type: redirect, RedirectConfig: {StatusCode: HTTP_301}} | redirect host=#{host}"
            + " path=/#{path} port=#{port} protocol=#{protocol} query=#{query} status=HTTP_301",
        "{Type: redirect, RedirectConfig: {Protocol: HTTPS, Port: 443, StatusCode: HTTP_302}} |"
            + " redirect host=#{host} path=/#{path} port=443 protocol=HTTPS query=#{query}"
            + " status=HTTP_302",
        "{Type: fixed-response, FixedResponseConfig: {StatusCode: 503, ContentType: text/plain,"
            + " MessageBody: 'back; soon'}} | fixed-response body=back%3B%20soon status=503"
            + " type=text/plain"
      })
  void everyFormOfAnActionHasOneNormalForm(String action, String normal) {
    var actions = listener("[" + action + "]").properties().get("DefaultActions");

    assertThat(actions)
        .isEqualTo(
            scalar(
                normal
                    .replaceAll("(?<=[=,])A(?=\\*|$)", GROUP_A)
                    .replaceAll("(?<=[=,])B(?=\\*|$)", GROUP_B)));
  }

  @Test
  void actionsStandInTheirOwnOrder() {
    var actions =
        listener(
            "[{Type: forward, Order: 2, TargetGroupArn: x}, {Type: forward, Order: 1,"
                + " TargetGroupArn: y}]");

    assertThat(actions.properties().get("DefaultActions"))
        .isEqualTo(scalar("forward to=y; forward to=x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{Type: redirect}",
        "{Type: forward, TargetGroupArn: !ImportValue group}",
        "{Type: forward, ForwardConfig: {TargetGroups: [text]}}",
        "text"
      })
  void anActionThatIsNotUnderstoodIsNotComparedAndNeverSent(String action) {
    var listener = listener("[" + action + "]");
    assertThat(listener.properties().get("DefaultActions")).isInstanceOf(Property.Unknown.class);

    var types = listener.properties().getOrDefault("DefaultActions.Type", scalar("forward"));
    var live =
        live(
            Map.of(
                "DefaultActions", scalar("forward to=elsewhere"),
                "DefaultActions.Type", types,
                "Port", scalar("81")));
    var call = new Look(listener, new Observed.Found(live)).call();
    assertThat(call.arguments()).doesNotContainKey("actions").containsEntry("port", List.of("80"));
  }

  @Test
  void aListenerAsDeclaredIsLeftAlone() {
    assertThat(http(Map.of()).drifts()).isEmpty();
  }

  @Test
  void whatTheTemplateLeavesToTheServiceIsLeftAlone() {
    assertThat(http(Map.of("SslPolicy", scalar("another"), "AlpnPolicy", scalar("None"))).drifts())
        .isEmpty();
  }

  @Test
  void whatTheTemplateDeclaresEmptyIsLeftAloneBecauseItCannotBeSetToNothing() {
    var empty =
        Deployed.resource(
            Deployed.stack(
                GROUPS
                    + """
                    Http:
                      Type: AWS::ElasticLoadBalancingV2::Listener
                      Properties:
                        LoadBalancerArn: !Ref Balancer
                        Port: 443
                        SslPolicy: ""
                        AlpnPolicy: []
                        Certificates: []
                    """),
            "Http");

    assertThat(empty.properties()).doesNotContainKeys("SslPolicy", "AlpnPolicy", "Certificates");
  }

  @Test
  void allThatDriftedIsSetBackByOneCall() {
    var look =
        http(Map.of("Port", scalar("8080"), "DefaultActions", scalar("forward to=" + GROUP_B)));

    var call = look.call();

    assertThat(call.operation()).isEqualTo("ModifyListener");
    assertThat(call.phase()).isEqualTo(Phase.CHANGE);
    assertThat(call.fingerprints()).hasSize(2);
    assertThat(call.arguments())
        .isEqualTo(
            Map.of(
                "listener", List.of(HTTP_ID),
                "port", List.of("80"),
                "actions", List.of("forward to=" + GROUP_A)));
  }

  @ParameterizedTest(name = "{1} instead of {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "authenticate-cognito; forward to=a | forward to=a | REACHABLE",
        "jwt-validation; forward to=a | redirect port=443 | REACHABLE",
        "forward to=a | authenticate-oidc; forward to=a | OUTAGE",
        "forward to=a | forward to=a*0 | OUTAGE",
        "forward to=a*1,b*1 | forward to=a*0,b*0 | OUTAGE",
        "forward to=a | forward to=b | OUTAGE",
        "forward to=a*1,b*0 | forward to=a*1,b*1 | OUTAGE",
        "forward to=a | fixed-response status=503 | OUTAGE",
        "forward to=a*1,b*1 | forward to=a*0,b*1 | DEGRADED",
        "forward to=a*80,b*20 | forward to=a*20,b*80 | DEGRADED",
        "forward to=a | forward stickiness=60 to=a | DEGRADED",
        "forward stickiness=60 to=a | forward to=a | DEGRADED"
      })
  void whatOtherActionsMeanFollowsFromWhoIsStillServed(
      String desired, String live, Exposure exposure) {
    var ref = http(Map.of()).desired().ref();
    var look =
        new Look(
            new Resource(ref, Map.of("DefaultActions", scalar(desired))),
            new Observed.Found(Map.of("DefaultActions", scalar(live))));

    assertThat(exposure(look)).isEqualTo(exposure);
  }

  @Test
  void aWeightOfZeroIsSetBackByOneCallThatNamesNothingElse() {
    var look = http(Map.of("DefaultActions", scalar("forward to=" + GROUP_A + "*0")));

    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of("listener", List.of(HTTP_ID), "actions", List.of("forward to=" + GROUP_A)));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void aLoginThatWasTakenOffIsReportedBecauseItsSettingsAreNotRead() {
    var look =
        new Look(
            listener(
                "[{Type: authenticate-cognito, Order: 1, AuthenticateCognitoConfig: {UserPoolArn:"
                    + " x}}, {Type: forward, Order: 2, TargetGroupArn: !Ref A}]"),
            new Observed.Found(live(Map.of("DefaultActions", scalar("forward to=" + GROUP_A)))));

    assertThat(look.differences()).singleElement().asString().contains("authenticate-cognito");
    assertThat(look.report().why()).contains("cannot be set");
    assertThat(look.desired().properties().get("DefaultActions.authenticate-cognito"))
        .isInstanceOf(Property.Unknown.class);
  }

  @Test
  void aLoginThatSomebodyAddedIsNotTakenOffBecauseItCouldNotBePutBack() {
    var look = http(Map.of("DefaultActions", scalar("authenticate-oidc; forward to=" + GROUP_A)));

    assertThat(look.report().why()).contains("could not be set again");
  }

  @Test
  void aLoginIsMissedThoughNotAllOfTheActionsIsKnown() {
    var look =
        new Look(
            listener(
                "[{Type: authenticate-oidc, Order: 1}, {Type: forward, Order: 2, TargetGroupArn:"
                    + " !ImportValue group}]"),
            new Observed.Found(
                live(
                    Map.of(
                        "DefaultActions", scalar("forward to=any"),
                        "DefaultActions.Type", scalar("forward")))));

    assertThat(look.differences())
        .containsExactly(
            "CHANGED DefaultActions.Type is \"forward\", the template says \"authenticate-oidc;"
                + " forward\"");
    assertThat(exposure(look)).isEqualTo(Exposure.REACHABLE);
    assertThat(look.report().why()).contains("cannot be set");
  }

  @Test
  void anActionIsSentAsItsOwnTextWhateverItsBodyHolds() {
    var action =
        "{Type: fixed-response, FixedResponseConfig: {StatusCode: 503, MessageBody: 'a; b %3B ="
            + " c'}}";
    var look = new Look(listener("[" + action + "]"), new Observed.Found(live(Map.of())));

    var sent = ListenerAction.parse(look.call().argument("actions"));

    assertThat(sent.settings()).containsEntry("body", "a; b %3B = c");
  }

  @Test
  void anotherDefaultCertificateIsSetBackByOneCall() {
    var call = https("arn:cert-1", members("arn:cert-2")).call();

    assertThat(call.fingerprints()).hasSize(2);
    assertThat(call.arguments()).containsEntry("certificates", List.of("arn:cert-1"));
  }

  @Test
  void theDeclaredCertificateIsLeftAlone() {
    assertThat(https("arn:cert-1", members("arn:cert-1")).drifts()).isEmpty();
  }

  @Test
  void aCertificateThatIsUnknownIsNeitherComparedNorSent() {
    var look = https("!ImportValue certificate", members("arn:cert-2"));

    assertThat(look.drifts()).isEmpty();
    assertThat(look.desired().properties().get("Certificates"))
        .isInstanceOf(Property.Unknown.class);
  }

  @Test
  void anExtraListenerIsDeletedOnlyIfThePolicySaysSo() {
    var look = http(Map.of("OtherListeners", members("arn:undeclared")));
    var drift = look.drifts().getFirst();

    assertThat(look.kind().requiresOptIn(drift)).isTrue();
    assertThat(look.call().operation()).isEqualTo("DeleteListener");
    assertThat(look.call().phase()).isEqualTo(Phase.REMOVE);
    assertThat(look.call().arguments()).isEqualTo(Map.of("listener", List.of("arn:undeclared")));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(exposure(look)).isEqualTo(Exposure.LATENT);
    assertThat(look.kind().calls(drift)).containsExactly("CreateListener");
  }

  @Test
  void anExtraRuleIsDeletedOnlyIfThePolicySaysSo() {
    var look = http(Map.of("OtherRules", rule("path-pattern=/admin", "forward to=" + GROUP_B)));
    var drift = look.drifts().getFirst();

    assertThat(look.kind().requiresOptIn(drift)).isTrue();
    assertThat(look.call().operation()).isEqualTo("DeleteRule");
    assertThat(look.call().phase()).isEqualTo(Phase.REMOVE);
    assertThat(look.call().arguments()).isEqualTo(Map.of("rule", List.of("arn:rule")));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.kind().calls(drift)).containsExactly("CreateRule");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "path-pattern=/* | fixed-response status=503 | OUTAGE",
        "host-header=*; path-pattern=* | forward to=x | OUTAGE",
        "path-pattern=/admin | forward to=x | LATENT",
        "path-pattern=/* ; source-ip=192.0.2.0/24 | forward to=x | LATENT",
        "path-pattern=/old | fixed-response status=410 | DEGRADED"
      })
  void whatAnExtraRuleMeansFollowsFromWhatItTakes(
      String conditions, String actions, Exposure exposure) {
    assertThat(exposure(http(Map.of("OtherRules", rule(conditions, actions))))).isEqualTo(exposure);
  }

  @Test
  void rulesOfTheStackAreNotUndeclaredWhateverListenerTheyName() {
    var stack =
        Deployed.stack(
            HTTP
                + """
                Api:
                  Type: AWS::ElasticLoadBalancingV2::ListenerRule
                  Properties: {ListenerArn: !ImportValue listener, Priority: 1}
                """);
    var live =
        live(
            Map.of(
                "OtherRules",
                members(Deployed.id("Api", "AWS::ElasticLoadBalancingV2::ListenerRule"))));

    assertThat(Look.at(stack, "Http", live).drifts()).isEmpty();
  }

  @Test
  void whereARuleMayBeDeclaredNoneIsUndeclaredForSure() {
    var stack =
        Deployed.undecided(Deployed.stack(HTTP), "AWS::ElasticLoadBalancingV2::ListenerRule");

    assertThat(Deployed.resource(stack, "Http").properties().get("OtherRules"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.openBecause()).contains("Perhaps"));
  }

  @Test
  void aListenerOfANetworkLoadBalancerHasNoRules() {
    var http = Deployed.stack(HTTP).ofType(LISTENER).findFirst().orElseThrow();
    var ref = http.ref();
    var network =
        new Declared(
            new ResourceRef(
                ref.logicalId(), ref.type(), ref.physicalId().replace("/app/", "/net/")),
            http.properties());

    assertThat(new Listener().desired(network, Deployed.stack(HTTP)).properties())
        .doesNotContainKey("OtherRules");
  }

  @Test
  void onlyTheAttributesThatDriftedAreSetAndNeverWithTheListener() {
    var stack =
        Deployed.stack(
            HTTP
                + "    ListenerAttributes: [{Key: routing.http.response.server.enabled, Value:"
                + " false}]\n");
    var look =
        Look.at(
            stack,
            "Http",
            live(
                Map.of(
                    "Attributes.routing.http.response.server.enabled", scalar("true"),
                    "Port", scalar("81"))));

    assertThat(look.steps())
        .extracting(s -> ((Step.Call) s).operation())
        .containsExactly("ModifyListener", "ModifyListenerAttributes");
    assertThat(((Step.Call) look.steps().get(0)).arguments()).containsOnlyKeys("listener", "port");
    assertThat(((Step.Call) look.steps().get(1)).arguments())
        .isEqualTo(
            Map.of(
                "listener", List.of(HTTP_ID),
                "routing.http.response.server.enabled", List.of("false")));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void anActionThatCannotBeSetIsNotTriedWhenARepairIsTakenBack() {
    var before = Map.of("DefaultActions", scalar("authenticate-oidc"), "Port", scalar("81"));
    var wanted = new Resource(http(Map.of()).desired().ref(), live(before));
    var back = new Look(wanted, new Observed.Found(live(Map.of())));

    assertThat(back.steps())
        .satisfiesExactly(
            report -> assertThat(report.why()).contains("cannot be set"),
            call ->
                assertThat(((Step.Call) call).arguments())
                    .containsEntry("port", List.of("81"))
                    .doesNotContainKey("actions"));
  }

  @Test
  void whatWasDeletedDoesNotComeBackWithItsArn() {
    var wanted =
        new Resource(
            http(Map.of()).desired().ref(), live(Map.of("OtherListeners", members("arn:gone"))));
    var back = new Look(wanted, new Observed.Found(live(Map.of())));

    assertThat(back.report().why()).contains("does not come back with its ARN");
  }

  @Test
  void ofSeveralListenersOfALoadBalancerTheFirstLooksForUndeclaredOnesAndAllAreKnown() {
    var stack =
        Deployed.stack(
            HTTP
                + """
                Https:
                  Type: AWS::ElasticLoadBalancingV2::Listener
                  Properties: {LoadBalancerArn: !Ref Balancer, Port: 443}
                Imported:
                  Type: AWS::ElasticLoadBalancingV2::Listener
                  Properties: {LoadBalancerArn: !ImportValue balancer, Port: 81}
                """);
    var others =
        members(
            Deployed.id("Https", LISTENER), Deployed.id("Imported", LISTENER), "arn:undeclared");

    assertThat(Look.at(stack, "Http", live(Map.of("OtherListeners", others))).differences())
        .containsExactly("EXTRA not in the template: arn:undeclared");
    assertThat(Deployed.resource(stack, "Https").properties()).doesNotContainKey("OtherListeners");
    assertThat(Deployed.resource(stack, "Imported").properties().get("OtherListeners"))
        .isInstanceOf(Property.Unknown.class);
  }

  @Test
  void whereAListenerMayBeDeclaredNoneIsUndeclaredForSure() {
    var stack = Deployed.undecided(Deployed.stack(HTTP), LISTENER);

    assertThat(Deployed.resource(stack, "Http").properties().get("OtherListeners"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.openBecause()).contains("Perhaps"));
  }

  @Test
  void aListenerThatIsGoneIsReportedBecauseANewOneHasAnotherArn() {
    var look = new Look(Deployed.resource(Deployed.stack(HTTP), "Http"), new Observed.Gone());

    assertThat(look.report().why()).contains("another id");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteListener");
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }

  private static Property rule(String conditions, String actions) {
    return Property.Members.of(
        List.of(
            Item.of(
                "arn:rule",
                Map.of("priority", "1", "conditions", conditions, "actions", actions))));
  }

  private static Look http(Map<String, Property> changes) {
    return Look.at(Deployed.stack(HTTP), "Http", live(changes));
  }

  private static Look https(String certificate, Property live) {
    DeclaredStack stack =
        Deployed.stack(HTTP + "    Certificates: [{CertificateArn: " + certificate + "}]\n");
    return Look.at(stack, "Http", live(Map.of("Certificates", live)));
  }

  private static Resource listener(String actions) {
    return Deployed.resource(
        Deployed.stack(HTTP.replace("[{Type: forward, TargetGroupArn: !Ref A}]", actions)), "Http");
  }

  private static Map<String, Property> live(Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("Port", scalar("80"));
    live.put("Protocol", scalar("HTTP"));
    live.put("DefaultActions", scalar("forward to=" + GROUP_A));
    live.put("Certificates", members());
    live.put("OtherListeners", members());
    live.put("OtherRules", members());
    live.putAll(changes);
    return live;
  }
}
