package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.StackSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Templates made to exhaust time or memory. */
class BoundsTest {
  private static final StackCase STACK = StackCase.read("intrinsics.yaml");

  @Test
  void textThatDoublesWithEveryLevelEndsUnknown() {
    var text = new StringBuilder("aaaaaaaa");
    for (var i = 0; i < 30; i++) {
      text.insert(0, "!Sub ['${a}${a}', {a: ").append("}]");
    }
    assertThat(value(text.toString())).contains("Unknown").contains("longer than");
  }

  @Test
  void aChainOfConditionsAsLongAsATemplateIsBounded() {
    var template = new StringBuilder("Conditions:\n  C0: !Equals [a, a]\n");
    for (var i = 1; i < 20_000; i++) {
      template.append("  C%d: !Not [!Condition C%d]\n".formatted(i, i - 1));
    }
    template.append(
        "Resources: {Subject: {Type: 'AWS::SSM::Parameter', Properties: {Value: !If [C19999, a,"
            + " b]}}}");
    assertThat(Resolver.resolve(STACK.snapshot(template.toString())).toString())
        .contains("nested deeper than");
  }

  @Test
  void aChainOfAttributesAsLongAsATemplateIsBounded() {
    var resources = new ArrayList<ResourceRef>();
    var template = new StringBuilder("Resources:\n");
    for (var i = 0; i < 5_000; i++) {
      resources.add(new ResourceRef("V" + i, "AWS::EC2::VPC", "vpc-" + i));
      template.append(
          "  V%d: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: !GetAtt V%d.CidrBlock}}\n"
              .formatted(i, i + 1));
    }
    var snapshot =
        new StackSnapshot(
            new StackRef(StackCase.STACK),
            "CREATE_COMPLETE",
            Instant.EPOCH,
            template.toString(),
            Map.of(),
            resources,
            List.of(),
            Map.of(),
            Map.of(),
            Map.of());
    assertThat(Resolver.resolve(snapshot).resources().toString()).contains("nested deeper than");
  }

  private static String value(String yaml) {
    var template =
        "Resources: {Subject: {Type: 'AWS::SSM::Parameter', Properties: {Value: " + yaml + "}}}";
    return Resolver.resolve(STACK.snapshot(template)).resources().toString();
  }
}
