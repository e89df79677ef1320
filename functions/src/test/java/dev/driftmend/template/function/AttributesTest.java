package dev.driftmend.template.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.Value;
import dev.driftmend.testing.Deployed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attributes that only the service knows. */
class AttributesTest {
  private static final String VPC =
      """
      Vpc:
        Type: AWS::EC2::VPC
      """;

  @Test
  void anAttributeThatCannotBeKnownStillTellsWhoseItIs() {
    var unknown = (Value.Unknown) entry("!GetAtt Vpc.DefaultNetworkAcl");

    assertThat(unknown.why()).contains("do not tell its attribute DefaultNetworkAcl");
    assertThat(unknown.is("DefaultNetworkAcl", "vpc-vpc")).isTrue();
    assertThat(unknown.is("DefaultNetworkAcl", "vpc-other")).isFalse();
    assertThat(unknown.is("DefaultSecurityGroup", "vpc-vpc")).isFalse();
  }

  @Test
  void theLongFormTellsItToo() {
    for (var form :
        List.of("{'Fn::GetAtt': [Vpc, DefaultNetworkAcl]}", "!GetAtt [Vpc, DefaultNetworkAcl]")) {
      assertThat(((Value.Unknown) entry(form)).is("DefaultNetworkAcl", "vpc-vpc")).isTrue();
    }
  }

  @Test
  void textThatOnlyHoldsSuchAnAttributeIsNotTheAttribute() {
    assertThat(((Value.Unknown) entry("!Sub 'x-${Vpc.DefaultNetworkAcl}'")).attribute()).isNull();
    assertThat(((Value.Unknown) entry("!Join ['', [!GetAtt Vpc.DefaultNetworkAcl]]")).attribute())
        .isNull();
  }

  private static Value entry(String acl) {
    return Deployed.stack(
            VPC
                + """
                Entry:
                  Type: AWS::EC2::NetworkAclEntry
                  Properties: {NetworkAclId: %s}
                """
                    .formatted(acl))
        .resources()
        .getLast()
        .property("NetworkAclId")
        .orElseThrow();
  }
}
