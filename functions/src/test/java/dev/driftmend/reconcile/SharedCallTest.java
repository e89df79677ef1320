package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.kind.loadbalancing.ListenerRule;
import dev.driftmend.model.plan.Step;
import dev.driftmend.testing.Deployed;
import dev.driftmend.testing.Guard;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Drifts of several resources that one and the same call undoes. */
class SharedCallTest {
  private static final String TEMPLATE =
      """
      Resources:
        First:
          Type: AWS::ElasticLoadBalancingV2::ListenerRule
          Properties: {ListenerArn: arn:listener, Priority: 10, Conditions: [{Field: path-pattern, Values: [/a]}], Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '403'}}]}
        Second:
          Type: AWS::ElasticLoadBalancingV2::ListenerRule
          Properties: {ListenerArn: arn:listener, Priority: 20, Conditions: [{Field: path-pattern, Values: [/b]}], Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]}
      """;

  private final Guard guard = new Guard(TEMPLATE);

  @Test
  void rulesThatHaveChangedPlacesGoBackByOneCallThatAnswersBothDrifts() {
    place("First", "20", "Second", "10");
    place("Second", "10", "First", "20");

    var steps = guard.reconciler().plan(Deployed.STACK).orElseThrow().steps();

    assertThat(steps).hasSize(1);
    var call = (Step.Call) steps.getFirst();
    assertThat(call.operation()).isEqualTo("SetRulePriorities");
    assertThat(call.fingerprints()).hasSize(2);
    assertThat(call.arguments().get("priority")).isEqualTo(List.of("10", "20"));
  }

  private void place(String rule, String has, String other, String its) {
    guard.world.the(rule).set(ListenerRule.PRIORITY, has);
    var id = Deployed.id(other, ListenerRule.TYPE);
    var wanted = Map.of("First", "10", "Second", "20").get(other);
    guard.world.the(rule).add("OtherRules", id, Map.of("priority", its, "wanted", wanted));
  }
}
