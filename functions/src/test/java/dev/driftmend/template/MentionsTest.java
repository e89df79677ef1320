package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.Mention;
import dev.driftmend.template.undeployed.Undeployed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who names a resource of a template. */
class MentionsTest {
  private static final String GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup";

  @Test
  void aReferenceAnAttributeAndASubstitutionNameAResource() {
    assertThat(
            mentions(
                """
                  Rule: {Type: Custom::Rule, Properties: {Group: !Ref Targets}}
                  Alarm: {Type: Custom::Alarm, Properties: {Name: !GetAtt Targets.TargetGroupName}}
                  Web: {Type: Custom::Web, Properties: {Script: [!Sub 'register ${Targets} of ${Unset}']}}
                Outputs:
                  Group: {Value: !GetAtt [Targets, TargetGroupArn]}
                """))
        .containsExactly(
            new Mention("Rule", "Custom::Rule", null),
            new Mention("Alarm", "Custom::Alarm", "TargetGroupName"),
            new Mention("Web", "Custom::Web", null),
            new Mention("Group", Mention.OUTPUT, "TargetGroupArn"));
  }

  @Test
  void whoOnlyWaitsForItOrIsNotThereDoesNotNameIt() {
    assertThat(
            mentions(
                """
                  Late: {Type: Custom::Late, DependsOn: Targets}
                  Never: {Type: Custom::Never, Condition: Unwanted, Properties: {Group: !Ref Targets}}
                  Plain: {Type: Custom::Plain, Properties: {Group: Targets, Literal: !Sub '${!Targets}'}}
                Conditions: {Unwanted: !Equals [a, b]}
                """))
        .isEmpty();
  }

  private static List<Mention> mentions(String rest) {
    var template = "Resources:\n  Targets: {Type: '" + GROUP + "'}\n" + rest;
    return Resolver.resolve(Undeployed.snapshot(template, Map.of(), "us-east-1"))
        .mentionsOf("Targets");
  }
}
