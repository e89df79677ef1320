package dev.driftmend.aws.resource.elb;

import static dev.driftmend.aws.Stacks.SHOP;
import static dev.driftmend.aws.Stacks.call;
import static dev.driftmend.aws.Stacks.items;
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

class ListenerRulesTest {
  private static final String TYPE = "AWS::ElasticLoadBalancingV2::ListenerRule";
  private static final String ELB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";
  private static final String BALANCER = "app/shop/50dc6c495c0c9188";
  private static final String LISTENER = ELB + "listener/" + BALANCER + "/f2f7dc8efc522ab2";
  private static final String RULE = ELB + "listener-rule/" + BALANCER + "/f2f7dc8efc522ab2/";
  private static final String API = RULE + "9683b2d02a6cabee";
  private static final String ADMIN = RULE + "1291d13826f405c3";
  private static final String UNDECLARED = RULE + "0123456789abcdef";

  private final Canned wire = new Canned();
  private final ListenerRules rules = new ListenerRules(wire.clients());

  @Test
  void everyPageOfAListenersRulesIsReadOnceAndEachKnowsTheOthers() {
    wire.answer(
            "DescribeRules",
            rules(
                live(
                        API,
                        "20",
                        """
                        <member><Field>path-pattern</Field><Values><member>/v2</member>
                        <member>/api</member></Values><PathPatternConfig><Values>
                        <member>/v2</member><member>/api</member></Values></PathPatternConfig>
                        </member><member><Field>host-header</Field><HostHeaderConfig><Values>
                        <member>API.example.com</member></Values></HostHeaderConfig></member>\
                        """)
                    + """
                    <member><RuleArn>%sdefault</RuleArn><Priority>default</Priority>
                    <IsDefault>true</IsDefault></member>\
                    """
                        .formatted(RULE),
                "<NextMarker>more</NextMarker>"))
        .answer(
            "DescribeRules",
            "Marker",
            "more",
            rules(live(ADMIN, "10", "") + live(UNDECLARED, "30", ""), ""));

    var answers = new Answers();
    var live = rules.observe(SHOP, List.of(rule("Api", API, "10"), rule("Admin", ADMIN)), answers);
    ListenerRules.of(wire.clients(), LISTENER, answers);

    assertThat(scalar(live.get("Api"), "Priority")).isEqualTo("20");
    assertThat(scalar(live.get("Api"), "Conditions"))
        .isEqualTo("host-header=api.example.com; path-pattern=/api,/v2");
    assertThat(scalar(live.get("Api"), "Actions")).isEqualTo("forward to=arn:group");
    assertThat(items(live.get("Api"), "OtherRules"))
        .containsExactly(
            Item.of(ADMIN, Map.of("priority", "10")),
            Item.of(UNDECLARED, Map.of("priority", "30")));
    assertThat(items(live.get("Admin"), "OtherRules"))
        .containsExactly(
            Item.of(API, Map.of("priority", "20", "wanted", "10")),
            Item.of(UNDECLARED, Map.of("priority", "30")));
    assertThat(scalar(live.get("Admin"), "Conditions")).isEmpty();
    assertThat(wire.requests()).hasSize(2);
    assertThat(wire.requests().getFirst().arguments()).isEqualTo(Map.of("ListenerArn", LISTENER));
  }

  @Test
  void everySortOfConditionIsReadIntoNormalForm() {
    wire.answer(
        "DescribeRules",
        rules(
            live(
                API,
                "1",
                """
                <member><Field>http-header</Field><HttpHeaderConfig>
                  <HttpHeaderName>X-Canary</HttpHeaderName><Values><member>yes, please</member>
                  </Values></HttpHeaderConfig></member>
                <member><Field>path-pattern</Field><RegexValues><member>^/a</member></RegexValues>
                  <PathPatternConfig><RegexValues><member>^/a</member></RegexValues>
                  </PathPatternConfig></member>
                <member><Field>query-string</Field><QueryStringConfig><Values>
                  <member><Key>v</Key><Value>1</Value></member><member><Value>beta</Value></member>
                  </Values></QueryStringConfig></member>
                <member><Field>http-request-method</Field><HttpRequestMethodConfig><Values>
                  <member>PUT</member></Values></HttpRequestMethodConfig></member>
                <member><Field>source-ip</Field><SourceIpConfig><Values>
                  <member>192.0.2.0/24</member></Values></SourceIpConfig></member>
                <member><Field>new-field</Field><Values><member>x</member></Values></member>\
                """),
            ""));

    var live = rules.observe(SHOP, List.of(rule("Api", API)), new Answers());

    assertThat(scalar(live.get("Api"), "Conditions"))
        .isEqualTo(
            "http-header:x-canary=yes%2C%20please; http-request-method=PUT; new-field=x;"
                + " path-pattern~=^/a; query-string=beta,v=1; source-ip=192.0.2.0/24");
  }

  @Test
  void aRuleOrAListenerThatIsGoneHidesNoOther() {
    var elsewhere = RULE.replace("f2f7dc8efc522ab2", "1111111111111111") + "2222222222222222";
    wire.answer("DescribeRules", "ListenerArn", LISTENER, rules(live(API, "1", ""), ""))
        .failQuery("DescribeRules", 400, "ListenerNotFound", "One or more listeners not found");

    var live =
        rules.observe(
            SHOP,
            List.of(rule("Api", API), rule("Admin", ADMIN), rule("Old", elsewhere)),
            new Answers());

    assertThat(live.get("Api")).isInstanceOf(Observed.Found.class);
    assertThat(live)
        .containsEntry("Admin", new Observed.Gone())
        .containsEntry("Old", new Observed.Gone());
  }

  @Test
  void rulesThatMayNotBeDescribedAreUnreadable() {
    wire.failQuery("DescribeRules", 403, "AccessDenied", "User is not authorized");

    assertThat(rules.observe(SHOP, List.of(rule("Api", API)), new Answers()))
        .containsEntry(
            "Api",
            new Observed.Unreadable(
                "elasticloadbalancing:DescribeRules was refused: User is not authorized"));
  }

  @Test
  void aThrottledDescribeIsThrown() {
    wire.failQuery("DescribeRules", 400, "Throttling", "Rate exceeded");

    assertThatThrownBy(() -> rules.observe(SHOP, List.of(rule("Api", API)), new Answers()))
        .isInstanceOf(TransientFailure.class);
  }

  @Test
  void conditionsAndActionsAreWrittenAsTheServiceWantsThem() {
    wire.answer("ModifyRule", "<ModifyRuleResponse/>");

    execute(
        "ModifyRule",
        Map.of(
            "rule", List.of(API),
            "conditions",
                List.of(
                    "host-header=a.example.com; http-header:x-canary=yes%2C%20please;"
                        + " http-request-method=PUT; path-pattern~=^/a;"
                        + " query-string=beta,v=1; source-ip=192.0.2.0/24"),
            "actions", List.of("forward to=arn:group")));

    var condition = "Conditions.member.";
    assertThat(wire.only("ModifyRule").arguments())
        .containsEntry("RuleArn", API)
        .containsEntry(condition + "1.Field", "host-header")
        .containsEntry(condition + "1.HostHeaderConfig.Values.member.1", "a.example.com")
        .containsEntry(condition + "2.HttpHeaderConfig.HttpHeaderName", "x-canary")
        .containsEntry(condition + "2.HttpHeaderConfig.Values.member.1", "yes, please")
        .containsEntry(condition + "3.HttpRequestMethodConfig.Values.member.1", "PUT")
        .containsEntry(condition + "4.PathPatternConfig.RegexValues.member.1", "^/a")
        .containsEntry(condition + "5.QueryStringConfig.Values.member.1.Value", "beta")
        .doesNotContainKey(condition + "5.QueryStringConfig.Values.member.1.Key")
        .containsEntry(condition + "5.QueryStringConfig.Values.member.2.Key", "v")
        .containsEntry(condition + "6.SourceIpConfig.Values.member.1", "192.0.2.0/24")
        .containsEntry("Actions.member.1.Type", "forward");
  }

  @Test
  void whatDidNotDriftIsLeftToTheService() {
    wire.answer("ModifyRule", "<ModifyRuleResponse/>");

    execute("ModifyRule", Map.of("rule", List.of(API), "conditions", List.of("path-pattern=/a")));

    assertThat(wire.only("ModifyRule").arguments().keySet())
        .noneMatch(name -> name.startsWith("Actions"));
  }

  @Test
  void rulesThatChangePlacesAreMovedByOneCall() {
    wire.answer("SetRulePriorities", "<SetRulePrioritiesResponse/>");

    execute(
        "SetRulePriorities", Map.of("rule", List.of(API, ADMIN), "priority", List.of("10", "20")));

    assertThat(wire.only("SetRulePriorities").arguments())
        .isEqualTo(
            Map.of(
                "RulePriorities.member.1.RuleArn",
                API,
                "RulePriorities.member.1.Priority",
                "10",
                "RulePriorities.member.2.RuleArn",
                ADMIN,
                "RulePriorities.member.2.Priority",
                "20"));
  }

  private void execute(String operation, Map<String, List<String>> arguments) {
    assertThat(new AwsActuator(wire.clients()).execute(call(TYPE, operation, arguments)))
        .isEqualTo(new Result.Done());
  }

  private static Resource rule(String logicalId, String arn) {
    return Stacks.resource(logicalId, TYPE, arn);
  }

  private static Resource rule(String logicalId, String arn, String priority) {
    return new Resource(
        rule(logicalId, arn).ref(), Map.of("Priority", new Property.Scalar(priority)));
  }

  private static String rules(String members, String next) {
    return """
    <DescribeRulesResponse><DescribeRulesResult><Rules>%s</Rules>%s</DescribeRulesResult>
    </DescribeRulesResponse>\
    """
        .formatted(members, next);
  }

  private static String live(String arn, String priority, String conditions) {
    return """
    <member><RuleArn>%s</RuleArn><Priority>%s</Priority><IsDefault>false</IsDefault>
    <Conditions>%s</Conditions><Actions><member><Type>forward</Type>
    <TargetGroupArn>arn:group</TargetGroupArn></member></Actions></member>\
    """
        .formatted(arn, priority, conditions);
  }
}
