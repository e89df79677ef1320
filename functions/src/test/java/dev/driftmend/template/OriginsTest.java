package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.Value;
import dev.driftmend.testing.Deployed;
import org.junit.jupiter.api.Test;

/** What is not known may still be known to be the same. */
class OriginsTest {

  @Test
  void twoReferencesToTheSameHiddenParameterAreTheSame() {
    assertThat(value("!Ref Port").isSame(value("{Ref: Port}"))).isTrue();
    assertThat(value("!Ref Port").isSame(value("!Ref Other"))).isFalse();
  }

  @Test
  void bothFormsOfAnAttributeAreTheSame() {
    assertThat(value("!GetAtt Nested.Outputs.Port").isSame(value("!GetAtt [Nested, Outputs.Port]")))
        .isTrue();
  }

  @Test
  void argumentsThatOnlyLookAlikeAreNotTheSame() {
    assertThat(
            value("!Join ['', [a, b, !Ref Port]]").isSame(value("!Join ['', ['a, b', !Ref Port]]")))
        .isFalse();
    assertThat(value("!Join ['', [!Ref Port, '\"']]").isSame(value("!Join ['', [!Ref Port, '']]")))
        .isFalse();
  }

  @Test
  void whatIsNoCallIsTheSameAsNothing() {
    var unclear = value("012");

    assertThat(unclear.isSame(unclear)).isFalse();
  }

  private static Value.Unknown value(String written) {
    return (Value.Unknown)
        Deployed.stack(
                """
                Group:
                  Type: AWS::ElasticLoadBalancingV2::TargetGroup
                  Properties: {Port: %s}
                Nested:
                  Type: AWS::CloudFormation::Stack
                """
                    .formatted(written))
            .resources()
            .getFirst()
            .property("Port")
            .orElseThrow();
  }
}
