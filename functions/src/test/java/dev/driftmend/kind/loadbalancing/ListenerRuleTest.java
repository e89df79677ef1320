package dev.driftmend.kind.loadbalancing;

import static dev.driftmend.testing.Look.members;
import static dev.driftmend.testing.Look.scalar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step.Phase;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Look;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerRuleTest {
  private static final String ID = Deployed.id("Api", ListenerRule.TYPE);
  private static final String CONDITION = "[{Field: path-pattern, Values: [/api/*, /v2/*]}]";
  private static final String RULE =
      """
      Group:
        Type: AWS::ElasticLoadBalancingV2::TargetGroup
        Properties: {Port: 5000}
      Api:
        Type: AWS::ElasticLoadBalancingV2::ListenerRule
        Properties:
          ListenerArn: arn:listener
          Priority: 10
          Conditions: %s
          Actions: [{Type: forward, TargetGroupArn: arn:group}]
      """;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{Field: path-pattern, Values: [/v2/*, /api/*]} | path-pattern=/api/*,/v2/*",
        "{Field: path-pattern, PathPatternConfig: {Values: [/api/*, /v2/*]}} |"
            + " path-pattern=/api/*,/v2/*",
        "{Field: path-pattern, PathPatternConfig: {RegexValues: [^/a]}} | path-pattern~=^/a",
        "{Field: path-pattern, RegexValues: [^/a]} | path-pattern~=^/a",
        "{Field: host-header, Values: [Shop.Example.com]} | host-header=shop.example.com",
        "{Field: host-header, HostHeaderConfig: {Values: [shop.example.com]}} |"
            + " host-header=shop.example.com",
        "{Field: http-header, HttpHeaderConfig: {HttpHeaderName: X-Canary, Values: [yes please]}} |"
            + " http-header:x-canary=yes%20please",
        "{Field: http-request-method, HttpRequestMethodConfig: {Values: [PUT, GET]}} |"
            + " http-request-method=GET,PUT",
        "{Field: query-string, QueryStringConfig: {Values: [{Key: v, Value: 1}, {Value: beta}]}} |"
            + " query-string=beta,v=1",
        "{Field: source-ip, SourceIpConfig: {Values: [192.0.2.9/24]}} | source-ip=192.0.2.0/24"
      })
  void everyFormOfAConditionHasOneNormalForm(String condition, String normal) {
    assertThat(rule("[" + condition + "]").properties().get("Conditions"))
        .isEqualTo(scalar(normal));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{Field: path-pattern, Values: [!ImportValue path]}]",
        "[{Field: something-new, Values: [x]}]",
        "[{Field: path-pattern, Values: [{a: b}]}]",
        "[{Field: query-string, QueryStringConfig: {Values: [text]}}]",
        "[text]",
        "!ImportValue conditions"
      })
  void aConditionThatIsNotUnderstoodIsNotCompared(String conditions) {
    var rule = rule(conditions);

    assertThat(rule.properties().get("Conditions")).isInstanceOf(Property.Unknown.class);
    assertThat(new Look(rule, live(Map.of("Conditions", scalar("else")))).drifts()).isEmpty();
  }

  @Test
  void aRuleAsDeclaredIsLeftAloneWhateverOtherRulesThereAre() {
    assertThat(api(Map.of("OtherRules", others("arn:b", "20", "30"))).drifts()).isEmpty();
  }

  @Test
  void onlyWhatDriftedIsSet() {
    var look = api(Map.of("Actions", scalar("fixed-response status=503")));

    assertThat(look.call().operation()).isEqualTo("ModifyRule");
    assertThat(look.call().phase()).isEqualTo(Phase.CHANGE);
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("rule", List.of(ID), "actions", List.of("forward to=arn:group")));
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void conditionsAndActionsAreSetByOneCall() {
    var look =
        api(Map.of("Conditions", scalar("path-pattern=/api/*"), "Actions", scalar("forward to=x")));

    assertThat(look.call().fingerprints()).hasSize(2);
    assertThat(look.call().arguments())
        .containsEntry("conditions", List.of("path-pattern=/api/*,/v2/*"));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void aRuleGoesBackToItsPlace() {
    var look = api(Map.of("Priority", scalar("40"), "OtherRules", others("arn:b", "20", "20")));

    assertThat(look.call().operation()).isEqualTo("SetRulePriorities");
    assertThat(look.call().arguments())
        .isEqualTo(Map.of("rule", List.of(ID), "priority", List.of("10")));
    assertThat(exposure(look)).isEqualTo(Exposure.DEGRADED);
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void rulesThatChangedPlacesAreMovedTogetherBecauseAPlaceHoldsOneRule() {
    var look = api(Map.of("Priority", scalar("20"), "OtherRules", others("arn:b", "10", "20")));

    assertThat(look.call().arguments())
        .isEqualTo(Map.of("rule", List.of(ID, "arn:b"), "priority", List.of("10", "20")));
    assertThat(look.afterAll().drifts()).isEmpty();
    assertThat(look.rolledBack()).isEqualTo(look.live());
  }

  @Test
  void rulesThatWereMovedToTheirOwnPlacesChangePlacesWhenThatIsTakenBack() {
    var look = api(Map.of("Priority", scalar("20"), "OtherRules", others("arn:b", "10", "20")));
    var before = new Resource(look.desired().ref(), Map.of("Priority", scalar("20")));

    var back = new Look(before, look.afterAll().live()).call();

    assertThat(back.arguments())
        .isEqualTo(Map.of("rule", List.of(ID, "arn:b"), "priority", List.of("20", "10")));
  }

  @Test
  void aWholeChainOfRulesIsMoved() {
    var others =
        Property.Members.of(
            List.of(
                Item.of("arn:b", Map.of("priority", "10", "wanted", "20")),
                Item.of("arn:c", Map.of("priority", "20", "wanted", "30"))));
    var look = api(Map.of("Priority", scalar("30"), "OtherRules", others));

    assertThat(look.call().arguments())
        .isEqualTo(
            Map.of("rule", List.of(ID, "arn:b", "arn:c"), "priority", List.of("10", "20", "30")));
  }

  @Test
  void aPlaceThatARuleOfSomebodyElseHasTakenIsReported() {
    var undeclared =
        Property.Members.of(List.of(Item.of("arn:undeclared", Map.of("priority", "10"))));
    var look = api(Map.of("Priority", scalar("20"), "OtherRules", undeclared));

    assertThat(look.report().why()).isEqualTo("priority 10 is taken by arn:undeclared");
  }

  @Test
  void anActionThatCannotBeSetIsNotTriedWhenARepairIsTakenBack() {
    var wanted =
        new Resource(
            api(Map.of()).desired().ref(),
            live(Map.of("Actions", scalar("authenticate-oidc"))).properties());

    assertThat(new Look(wanted, live(Map.of())).report().why()).contains("cannot be set");
  }

  @Test
  void aRuleThatIsGoneIsReportedBecauseANewOneHasAnotherArn() {
    var look = new Look(rule(CONDITION), new Observed.Gone());

    assertThat(look.report().why()).contains("another id");
    assertThat(look.kind().calls(look.drifts().getFirst())).containsExactly("DeleteRule");
    assertThat(exposure(look)).isEqualTo(Exposure.OUTAGE);
  }

  @Test
  void callsAreNamedByWhatTheyChange() {
    assertThat(calls("Priority", "20")).containsExactly("SetRulePriorities");
    assertThat(calls("Conditions", "path-pattern=/*")).containsExactly("ModifyRule");
    assertThat(calls("Actions", "forward to=x")).containsExactly("ModifyRule");
  }

  private static Iterable<String> calls(String property, String live) {
    var look = api(Map.of(property, scalar(live)));
    return look.kind().calls(look.drifts().getFirst());
  }

  private static Exposure exposure(Look look) {
    return look.kind().impact(look.drifts().getFirst(), look.desired(), look.live()).exposure();
  }

  private static Property others(String arn, String priority, String wanted) {
    return Property.Members.of(
        List.of(Item.of(arn, Map.of("priority", priority, "wanted", wanted))));
  }

  private static Resource rule(String conditions) {
    return Deployed.resource(Deployed.stack(RULE.formatted(conditions)), "Api");
  }

  private static Look api(Map<String, Property> changes) {
    return new Look(rule(CONDITION), live(changes));
  }

  private static Observed.Found live(Map<String, Property> changes) {
    var live = new HashMap<String, Property>();
    live.put("Priority", scalar("10"));
    live.put("Conditions", scalar("path-pattern=/api/*,/v2/*"));
    live.put("Actions", scalar("forward to=arn:group"));
    live.put("OtherRules", members());
    live.putAll(changes);
    return new Observed.Found(live);
  }
}
