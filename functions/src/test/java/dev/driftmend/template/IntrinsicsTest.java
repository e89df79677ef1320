package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.Value;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One value per case of {@code templates/intrinsics.yaml}, in YAML. */
class IntrinsicsTest {
  private static final StackCase CASES = StackCase.read("intrinsics.yaml");
  private static final String SUBJECT =
      """
        Subject:
          Type: AWS::SSM::Parameter
          Properties:
            Value:
      """;

  @TestFactory
  Stream<DynamicTest> resolvesAsTheDeploymentDid() {
    return StackCase.list(CASES.data().get("cases")).stream()
        .map(StackCase::map)
        .map(
            c ->
                DynamicTest.dynamicTest(
                    StackCase.text(c.get("name")),
                    () -> {
                      var value = value(StackCase.text(c.get("value")));
                      if ("-".equals(c.get("expect"))) {
                        assertThat(value).isEmpty();
                      } else {
                        StackCase.assertMatches(
                            StackCase.plain(value.orElseThrow()), c.get("expect"));
                      }
                    }));
  }

  @Test
  void noHiddenValueIsEverNamed() {
    for (var hidden : new String[] {"!Ref OpenSecret", "!Sub 'a ${OpenSecret}'"}) {
      assertThat(String.valueOf(value(hidden))).doesNotContain("hunter2").contains("NoEcho");
    }
    assertThat(String.valueOf(value("'{{resolve:secretsmanager:shop-password}}'")))
        .doesNotContain("shop-password");
  }

  private static Optional<Value> value(String yaml) {
    var stack = Resolver.resolve(CASES.snapshot(CASES.template() + SUBJECT + yaml.indent(8)));
    return stack.ofType("AWS::SSM::Parameter").findFirst().orElseThrow().property("Value");
  }
}
