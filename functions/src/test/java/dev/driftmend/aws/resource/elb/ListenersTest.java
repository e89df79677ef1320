package dev.driftmend.aws.resource.elb;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.found;
import static dev.driftmend.aws.Stacks.items;
import static dev.driftmend.aws.Stacks.keys;
import static dev.driftmend.aws.Stacks.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.Stacks;
import dev.driftmend.aws.resource.Answers;
import dev.driftmend.aws.resource.AwsActuator;
import dev.driftmend.model.plan.StepResult.Result;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.TransientFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenersTest {
  private static final String TYPE = "AWS::ElasticLoadBalancingV2::Listener";
  private static final String ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";
  private static final String BALANCER = ELB + "loadbalancer/app/shop/50dc6c495c0c9188";
  private static final String HTTP = ELB + "listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";
  private static final String HTTPS = ELB + "listener/app/shop/50dc6c495c0c9188/0467ef3c8400ae65";
  private static final String GROUP = ELB + "targetgroup/web/73e2d6bc24d8a067";
  private static final String CERTIFICATE =
      "arn:aws:acm:eu-west-1:111122223333:certificate/5f6a3c30-2222-11ee-9a3b-0a1b2c3d4e5f";

  private final Canned wire = new Canned();
  private final Listeners listeners = new Listeners(wire.clients());

  @Test
  void everyPageOfOneLoadBalancersListenersIsReadAndEachKnowsTheOthers() {
    wire.answer(
            "DescribeListeners",
            listeners(
                listener(
                    HTTP,
                    80,
                    "HTTP",
                    """
                    <DefaultActions><member><Type>redirect</Type><Order>1</Order><RedirectConfig>
                    <Protocol>HTTPS</Protocol><Port>443</Port><Host>#{host}</Host>
                    <Path>/#{path}</Path><Query>#{query}</Query><StatusCode>HTTP_301</StatusCode>
                    </RedirectConfig></member></DefaultActions>\
                    """),
                "<NextMarker>more</NextMarker>"))
        .answer(
            "DescribeListeners",
            "Marker",
            "more",
            listeners(
                listener(
                    HTTPS,
                    443,
                    "HTTPS",
                    """
                    <SslPolicy>ELBSecurityPolicy-TLS13-1-2-2021-06</SslPolicy>
                    <Certificates><member><CertificateArn>%s</CertificateArn></member>
                    </Certificates>
                    <AlpnPolicy><member>HTTP2Preferred</member></AlpnPolicy>
                    <DefaultActions><member><Type>forward</Type><TargetGroupArn>%s</TargetGroupArn>
                    <ForwardConfig><TargetGroups><member><TargetGroupArn>%s</TargetGroupArn>
                    <Weight>1</Weight></member></TargetGroups><TargetGroupStickinessConfig>
                    <Enabled>false</Enabled></TargetGroupStickinessConfig></ForwardConfig></member>
                    </DefaultActions>\
                    """
                        .formatted(CERTIFICATE, GROUP, GROUP)),
                ""));

    var live =
        listeners.observe(
            SHOP, List.of(listener("Http", HTTP), listener("Https", HTTPS)), new Answers());

    assertThat(scalar(live.get("Http"), "Port")).isEqualTo("80");
    assertThat(scalar(live.get("Http"), "Protocol")).isEqualTo("HTTP");
    assertThat(scalar(live.get("Http"), "DefaultActions"))
        .isEqualTo(
            "redirect host=#{host} path=/#{path} port=443 protocol=HTTPS query=#{query}"
                + " status=HTTP_301");
    assertThat(keys(live.get("Http"), "OtherListeners")).containsExactly(HTTPS);
    assertThat(keys(live.get("Https"), "OtherListeners")).containsExactly(HTTP);
    assertThat(keys(live.get("Https"), "Certificates")).containsExactly(CERTIFICATE);
    assertThat(scalar(live.get("Https"), "SslPolicy"))
        .isEqualTo("ELBSecurityPolicy-TLS13-1-2-2021-06");
    assertThat(scalar(live.get("Https"), "AlpnPolicy")).isEqualTo("HTTP2Preferred");
    assertThat(scalar(live.get("Http"), "SslPolicy")).as("none, and known to be none").isEmpty();
    assertThat(scalar(live.get("Http"), "AlpnPolicy")).isEmpty();
    assertThat(scalar(live.get("Https"), "DefaultActions")).isEqualTo("forward to=" + GROUP);
    assertThat(wire.requests().getFirst().arguments())
        .isEqualTo(Map.of("LoadBalancerArn", BALANCER));
  }

  @Test
  void anotherListenerIsKnownByItsPortAndProtocol() {
    wire.answer(
        "DescribeListeners",
        listeners(listener(HTTP, 80, "HTTP", "") + listener(HTTPS, 443, "HTTPS", ""), ""));

    var live = listeners.observe(SHOP, List.of(listener("Http", HTTP)), new Answers());

    assertThat(items(live.get("Http"), "OtherListeners"))
        .containsExactly(Item.of(HTTPS, Map.of("port", "443", "protocol", "HTTPS")));
    assertThat(wire.actions()).containsExactly("DescribeListeners");
  }

  @Test
  void rulesAreReadWhereTheyAreComparedAndTheDefaultOneIsNone() {
    wire.answer("DescribeListeners", listeners(listener(HTTP, 80, "HTTP", ""), ""))
        .answer(
            "DescribeRules",
            """
            <DescribeRulesResponse><DescribeRulesResult><Rules>
            <member><RuleArn>arn:rule</RuleArn><Priority>5</Priority><IsDefault>false</IsDefault>
            <Conditions><member><Field>path-pattern</Field><Values><member>/a</member></Values>
            <PathPatternConfig><Values><member>/a</member></Values></PathPatternConfig></member>
            </Conditions><Actions><member><Type>forward</Type><TargetGroupArn>arn:x</TargetGroupArn>
            </member></Actions></member>
            <member><RuleArn>arn:default</RuleArn><Priority>default</Priority>
            <IsDefault>true</IsDefault></member></Rules></DescribeRulesResult>
            </DescribeRulesResponse>\
            """);

    var live = listeners.observe(SHOP, List.of(wanting("OtherRules")), new Answers());

    assertThat(items(live.get("Http"), "OtherRules"))
        .containsExactly(
            Item.of(
                "arn:rule",
                Map.of(
                    "priority", "5",
                    "conditions", "path-pattern=/a",
                    "actions", "forward to=arn:x")));
    assertThat(wire.only("DescribeRules").arguments()).isEqualTo(Map.of("ListenerArn", HTTP));
  }

  @Test
  void rulesThatMayNotBeReadAreUnknownAndTheRestIsStillRead() {
    wire.answer("DescribeListeners", listeners(listener(HTTP, 80, "HTTP", ""), ""))
        .failQuery("DescribeRules", 403, "AccessDenied", "not authorized");

    var live = listeners.observe(SHOP, List.of(wanting("OtherRules")), new Answers());

    assertThat(found(live.get("Http")).get("OtherRules"))
        .isEqualTo(
            new Property.Unknown("elasticloadbalancing:DescribeRules was refused: not authorized"));
    assertThat(scalar(live.get("Http"), "Port")).isEqualTo("80");
  }

  @Test
  void attributesAreReadWhereTheTemplateDeclaresSome() {
    var server = "Attributes.routing.http.response.server.enabled";
    wire.answer("DescribeListeners", listeners(listener(HTTP, 80, "HTTP", ""), ""))
        .answer(
            "DescribeListenerAttributes",
            """
            <DescribeListenerAttributesResponse><DescribeListenerAttributesResult><Attributes>
            <member><Key>routing.http.response.server.enabled</Key><Value>true</Value></member>
            </Attributes></DescribeListenerAttributesResult></DescribeListenerAttributesResponse>\
            """);

    var live = listeners.observe(SHOP, List.of(wanting(server)), new Answers());

    assertThat(scalar(live.get("Http"), server)).isEqualTo("true");
    assertThat(wire.only("DescribeListenerAttributes").arguments())
        .isEqualTo(Map.of("ListenerArn", HTTP));
  }

  @Test
  void attributesAreSet() {
    wire.answer("ModifyListenerAttributes", "<ModifyListenerAttributesResponse/>");

    assertThat(
            execute(
                "ModifyListenerAttributes",
                Map.of(
                    "listener", List.of(HTTP),
                    "routing.http.response.server.enabled", List.of("false"))))
        .isEqualTo(new Result.Done());
    assertThat(wire.only("ModifyListenerAttributes").arguments())
        .isEqualTo(
            Map.of(
                "ListenerArn", HTTP,
                "Attributes.member.1.Key", "routing.http.response.server.enabled",
                "Attributes.member.1.Value", "false"));
  }

  @Test
  void whatIsDeletedAlreadyIsDone() {
    wire.answer("DeleteListener", "<DeleteListenerResponse/>")
        .failQuery("DeleteListener", 400, "ListenerNotFound", "One or more not found")
        .answer("DeleteRule", "<DeleteRuleResponse/>")
        .failQuery("DeleteRule", 400, "RuleNotFound", "One or more not found");

    for (var i = 0; i < 2; i++) {
      assertThat(execute("DeleteListener", Map.of("listener", List.of(HTTPS))))
          .isEqualTo(new Result.Done());
      assertThat(execute("DeleteRule", Map.of("rule", List.of("arn:rule"))))
          .isEqualTo(new Result.Done());
    }
    assertThat(wire.requests("DeleteListener").getFirst().arguments())
        .isEqualTo(Map.of("ListenerArn", HTTPS));
    assertThat(wire.requests("DeleteRule").getFirst().arguments())
        .isEqualTo(Map.of("RuleArn", "arn:rule"));
  }

  @Test
  void aListenerOrALoadBalancerThatIsGoneHidesNoOther() {
    var elsewhere = ELB + "listener/app/old/1111111111111111/2222222222222222";
    wire.answer(
            "DescribeListeners",
            "LoadBalancerArn",
            BALANCER,
            listeners(listener(HTTP, 80, "HTTP", ""), ""))
        .failQuery("DescribeListeners", 400, "LoadBalancerNotFound", "not found");

    var live =
        listeners.observe(
            SHOP,
            List.of(listener("Http", HTTP), listener("Https", HTTPS), listener("Old", elsewhere)),
            new Answers());

    assertThat(live.get("Http")).isInstanceOf(Observed.Found.class);
    assertThat(live)
        .containsEntry("Https", new Observed.Gone())
        .containsEntry("Old", new Observed.Gone());
  }

  @Test
  void listenersThatMayNotBeDescribedAreUnreadable() {
    wire.failQuery("DescribeListeners", 403, "AccessDenied", "User is not authorized");
    assertThat(listeners.observe(SHOP, List.of(listener("Http", HTTP)), new Answers()).get("Http"))
        .isEqualTo(
            new Observed.Unreadable(
                "elasticloadbalancing:DescribeListeners was refused: User is not authorized"));
  }

  @Test
  void aThrottledDescribeIsThrown() {
    wire.failQuery("DescribeListeners", 400, "Throttling", "Rate exceeded");
    assertThatThrownBy(
            () -> listeners.observe(SHOP, List.of(listener("Http", HTTP)), new Answers()))
        .isInstanceOf(TransientFailure.class);
  }

  @Test
  void weightedForwardsFixedResponsesAndOrderAreReadIntoNormalForm() {
    wire.answer(
        "DescribeListeners",
        listeners(
            listener(
                HTTP,
                80,
                "HTTP",
                """
                <DefaultActions>
                <member><Type>fixed-response</Type><Order>2</Order><FixedResponseConfig>
                  <StatusCode>503</StatusCode><ContentType>text/plain</ContentType>
                  <MessageBody>back; soon</MessageBody></FixedResponseConfig></member>
                <member><Type>forward</Type><Order>1</Order><ForwardConfig><TargetGroups>
                  <member><TargetGroupArn>arn:b</TargetGroupArn><Weight>3</Weight></member>
                  <member><TargetGroupArn>arn:a</TargetGroupArn><Weight>1</Weight></member>
                  </TargetGroups><TargetGroupStickinessConfig><Enabled>true</Enabled>
                  <DurationSeconds>60</DurationSeconds></TargetGroupStickinessConfig>
                  </ForwardConfig></member>
                </DefaultActions>\
                """),
            ""));

    assertThat(
            scalar(
                listeners.observe(SHOP, List.of(listener("Http", HTTP)), new Answers()).get("Http"),
                "DefaultActions"))
        .isEqualTo(
            "forward stickiness=60 to=arn:a*1,arn:b*3;"
                + " fixed-response body=back%3B%20soon status=503 type=text/plain");
  }

  @Test
  void aSingleTargetGroupOfWeightZeroIsReadAndWrittenAsSuch() {
    wire.answer(
        "DescribeListeners",
        listeners(
            listener(
                HTTP,
                80,
                "HTTP",
                """
                <DefaultActions><member><Type>forward</Type><TargetGroupArn>arn:a</TargetGroupArn>
                  <ForwardConfig><TargetGroups><member><TargetGroupArn>arn:a</TargetGroupArn>
                  <Weight>0</Weight></member></TargetGroups></ForwardConfig></member>
                </DefaultActions>\
                """),
            ""));
    wire.answer("ModifyListener", "<ModifyListenerResponse/>");

    var live = listeners.observe(SHOP, List.of(listener("Http", HTTP)), new Answers()).get("Http");
    execute(Map.of("listener", List.of(HTTP), "actions", List.of("forward to=arn:a*0")));

    assertThat(scalar(live, "DefaultActions")).isEqualTo("forward to=arn:a*0");
    assertThat(scalar(live, "DefaultActions.Type")).isEqualTo("forward");
    assertThat(wire.only("ModifyListener").arguments())
        .containsEntry("DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.Weight", "0");
  }

  @Test
  void aListenerIsModifiedWithAllThatTheTemplateDeclares() {
    wire.answer("ModifyListener", "<ModifyListenerResponse/>");

    var result =
        execute(
            Map.of(
                "listener", List.of(HTTPS),
                "port", List.of("443"),
                "protocol", List.of("HTTPS"),
                "sslPolicy", List.of("ELBSecurityPolicy-TLS13-1-2-2021-06"),
                "alpnPolicy", List.of("HTTP2Preferred"),
                "certificates", List.of(CERTIFICATE),
                "actions", List.of("forward to=" + GROUP)));

    assertThat(result).isEqualTo(new Result.Done());
    assertThat(wire.only("ModifyListener").arguments())
        .isEqualTo(
            Map.of(
                "ListenerArn", HTTPS,
                "Port", "443",
                "Protocol", "HTTPS",
                "SslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "AlpnPolicy.member.1", "HTTP2Preferred",
                "Certificates.member.1.CertificateArn", CERTIFICATE,
                "DefaultActions.member.1.Type", "forward",
                "DefaultActions.member.1.Order", "1",
                "DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn",
                    GROUP));
  }

  @Test
  void redirectsWeightsAndFixedResponsesAreWrittenAsTheServiceWantsThem() {
    wire.answer("ModifyListener", "<ModifyListenerResponse/>");
    execute(
        Map.of(
            "listener", List.of(HTTP),
            "actions",
                List.of(
                    "redirect host=#{host} path=/#{path} port=443 protocol=HTTPS query=#{query}"
                        + " status=HTTP_301",
                    "forward stickiness=60 to=arn:a*1,arn:b*3",
                    "fixed-response body=back%3B%20soon status=503 type=")));

    assertThat(wire.only("ModifyListener").arguments())
        .containsEntry("DefaultActions.member.1.RedirectConfig.Protocol", "HTTPS")
        .containsEntry("DefaultActions.member.1.RedirectConfig.StatusCode", "HTTP_301")
        .containsEntry("DefaultActions.member.1.RedirectConfig.Path", "/#{path}")
        .containsEntry("DefaultActions.member.2.Order", "2")
        .containsEntry("DefaultActions.member.2.ForwardConfig.TargetGroups.member.2.Weight", "3")
        .containsEntry(
            "DefaultActions.member.2.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds",
            "60")
        .containsEntry("DefaultActions.member.3.FixedResponseConfig.MessageBody", "back; soon")
        .doesNotContainKey("DefaultActions.member.3.FixedResponseConfig.ContentType");
  }

  @Test
  void aTargetGroupWithoutALoadBalancerOfItsOwnFailsInTheServicesWords() {
    wire.failQuery("ModifyListener", 400, "TargetGroupNotFound", "One or more not found");
    assertThat(execute(Map.of("listener", List.of(HTTP), "actions", List.of("forward to=arn:x"))))
        .isEqualTo(
            new Result.Failed(
                "elasticloadbalancing:ModifyListener was refused: One or more not found"));
  }

  private Result execute(Map<String, List<String>> arguments) {
    return execute("ModifyListener", arguments);
  }

  private Result execute(String operation, Map<String, List<String>> arguments) {
    return new AwsActuator(wire.clients()).execute(call(TYPE, operation, arguments));
  }

  private static Resource wanting(String property) {
    return new Resource(listener("Http", HTTP).ref(), Map.of(property, new Property.Unknown("")));
  }

  private static Resource listener(String logicalId, String arn) {
    return Stacks.resource(logicalId, TYPE, arn);
  }

  private static String listeners(String members, String next) {
    return """
    <DescribeListenersResponse><DescribeListenersResult><Listeners>%s</Listeners>%s
    </DescribeListenersResult></DescribeListenersResponse>\
    """
        .formatted(members, next);
  }

  private static String listener(String arn, int port, String protocol, String more) {
    return """
    <member><ListenerArn>%s</ListenerArn><LoadBalancerArn>%s</LoadBalancerArn><Port>%d</Port>
    <Protocol>%s</Protocol>%s</member>\
    """
        .formatted(arn, BALANCER, port, protocol, more);
  }
}
