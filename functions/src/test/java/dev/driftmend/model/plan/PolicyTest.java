package dev.driftmend.model.plan;

import static dev.driftmend.model.plan.Policy.Treatment.IGNORE;
import static dev.driftmend.model.plan.Policy.Treatment.REPAIR;
import static dev.driftmend.model.plan.Policy.Treatment.REPORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Policy.Rule;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.ResourceRef;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final String TABLE = "AWS::EC2::RouteTable";
  private static final Drift EXTRA_ROUTE =
      new Drift.Extra(
          new ResourceRef("Table", TABLE, "rtb-1"), "Routes", Item.of("198.51.100.0/24"));

  @Test
  void withoutARuleADriftIsRepairedAndOneThatNeedsThePolicysWordIsReported() {
    assertThat(policy().treatment(EXTRA_ROUTE, false)).isEqualTo(REPAIR);
    assertThat(policy().treatment(EXTRA_ROUTE, true)).isEqualTo(REPORT);
  }

  @Test
  void aRuleThatNamesTheTypeReleasesIt() {
    for (var rule :
        List.of(
            rule(TABLE, null, null),
            rule(TABLE, "EXTRA", null),
            rule(TABLE, "extra", "Table"),
            rule(TABLE, null, "Table"))) {
      assertThat(policy(rule).treatment(EXTRA_ROUTE, true)).isEqualTo(REPAIR);
    }
  }

  @Test
  void aRuleForEverythingDoesNotReleaseIt() {
    for (var rule :
        List.of(rule(null, null, null), rule(null, "EXTRA", null), rule(null, null, "Table"))) {
      assertThat(policy(rule).treatment(EXTRA_ROUTE, true)).isEqualTo(REPORT);
      assertThat(policy(rule).treatment(EXTRA_ROUTE, false)).isEqualTo(REPAIR);
      assertThat(policy(rule, rule(TABLE, null, null)).treatment(EXTRA_ROUTE, true))
          .isEqualTo(REPAIR);
    }
  }

  @Test
  void aRuleForAnotherTypeDriftOrResourceDoesNotReleaseIt() {
    for (var rule :
        List.of(
            rule("AWS::EC2::NetworkAcl", null, null),
            rule(TABLE, "MISSING", null),
            rule(TABLE, "EXTRA", "Other"))) {
      assertThat(policy(rule).treatment(EXTRA_ROUTE, true)).isEqualTo(REPORT);
    }
  }

  @Test
  void theFirstRuleThatMeansTheDriftDecides() {
    var ignore = new Rule(null, "EXTRA", null, IGNORE);

    assertThat(policy(ignore, rule(TABLE, null, null)).treatment(EXTRA_ROUTE, true))
        .isEqualTo(IGNORE);
    assertThat(policy(rule(TABLE, null, null), ignore).treatment(EXTRA_ROUTE, true))
        .isEqualTo(REPAIR);
  }

  @Test
  void onlyARuleSaysReportAndNotTheLackOfOne() {
    assertThat(policy().saysReport(EXTRA_ROUTE)).isFalse();
    assertThat(policy(new Rule(TABLE, null, null, REPORT)).saysReport(EXTRA_ROUTE)).isTrue();
  }

  @Test
  void theRuleThatReleasesADriftIsNamedAsThePolicyTakesIt() {
    assertThat(Policy.repairing(EXTRA_ROUTE))
        .isEqualTo(
            """
            {"type":"AWS::EC2::RouteTable","drift":"EXTRA","logicalId":"Table","treatment":"repair"}\
            """);
  }

  private static Rule rule(
      @Nullable String type, @Nullable String drift, @Nullable String logicalId) {
    return new Rule(type, drift, logicalId, REPAIR);
  }

  private static Policy policy(Rule... rules) {
    return new Policy(
        Policy.Mode.REPAIR, WritePermission.GRANTED, List.of(), List.of(rules), List.of());
  }
}
