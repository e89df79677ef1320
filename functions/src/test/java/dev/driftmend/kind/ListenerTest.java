package dev.driftmend.kind;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.DeclaredStack;
import dev.driftmend.model.Exposure;
import dev.driftmend.model.ListenerAction;
import dev.driftmend.model.Observed;
import dev.driftmend.model.Property;
import dev.driftmend.model.Resource;
import dev.driftmend.model.Step.Phase;
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
        "{Type: authenticate-oidc, AuthenticateOidcConfig: {ClientId: x}}",
        "{Type: redirect}",
        "{Type: forward, TargetGroupArn: !ImportValue group}",
        "{Type: forward, ForwardConfig: {TargetGroups: [text]}}",
        "text"
      })
  void anActionThatIsNotUnderstoodIsNotComparedAndNeverSent(String action) {
    var listener = listener("[" + action + "]");
    assertThat(listener.properties().get("DefaultActions")).isInstanceOf(Property.Unknown.class);

    var live = live(Map.of("DefaultActions", scalar("forward to=elsewhere"), "Port", scalar("81")));
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
                "protocol", List.of("HTTP"),
                "actions", List.of("forward to=" + GROUP_A)));
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
  void anExtraListenerIsReportedWithTheWayToDeleteIt() {
    var look = http(Map.of("OtherListeners", members("arn:stranger")));

    assertThat(look.report().wayBack())
        .isEqualTo("aws elbv2 delete-listener --listener-arn arn:stranger");
    assertThat(look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure())
        .isEqualTo(Exposure.LATENT);
  }

  @Test
  void ofSeveralListenersOfALoadBalancerTheFirstLooksForStrangersAndAllAreKnown() {
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
        members(Deployed.id("Https", LISTENER), Deployed.id("Imported", LISTENER), "arn:stranger");

    assertThat(Look.at(stack, "Http", live(Map.of("OtherListeners", others))).differences())
        .containsExactly("EXTRA not in the template: arn:stranger");
    assertThat(Deployed.resource(stack, "Https").properties()).doesNotContainKey("OtherListeners");
    assertThat(Deployed.resource(stack, "Imported").properties().get("OtherListeners"))
        .isInstanceOf(Property.Unknown.class);
  }

  @Test
  void whereAListenerMayBeDeclaredNoneIsAStrangerForSure() {
    var stack = Deployed.undecided(Deployed.stack(HTTP), LISTENER);

    assertThat(Deployed.resource(stack, "Http").properties().get("OtherListeners"))
        .isInstanceOfSatisfying(
            Property.Members.class, m -> assertThat(m.unsure()).contains("Perhaps"));
  }

  @Test
  void aListenerThatIsGoneIsReportedBecauseANewOneHasAnotherArn() {
    var look = new Look(Deployed.resource(Deployed.stack(HTTP), "Http"), new Observed.Gone());

    assertThat(look.report().why()).contains("another id");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteListener");
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
    live.putAll(changes);
    return live;
  }
}
