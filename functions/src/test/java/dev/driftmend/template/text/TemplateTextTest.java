package dev.driftmend.template.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.driftmend.template.Template;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTextTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          `{"Resources": {"A": 1]}`             | 1 | 22
          `{"Resources": {}} x`                | 1 | 20
          `{"Resources": {"A": 1`              | 1 | 22
          `Resources:\n  A: [1, 2\n`           | 3 | 1
          `Resources:\n\tA: 1`                 | 2 | 1
          `a: *nothing`                        | 1 | 4
          `a: &x [*x]`                         | 1 | 8
          `Resources: {}\nResources: {}`       | 2 | 1
          `Resources: {}\n---\nb: 1`           | 2 | 1
          `? [a]\n: b`                         | 1 | 3
          `a:\n  <<: text`                     | 2 | 3
          `just text`                          | 1 | 1
          `- a`                                | 1 | 1
          """)
  void whatIsNoTemplateIsRefusedWithItsPlace(String body, int line, int column) {
    var refused = refused(body.translateEscapes());

    assertThat(refused.line()).as(refused.getMessage()).isEqualTo(line);
    assertThat(refused.column()).as(refused.getMessage()).isEqualTo(column);
    assertThat(refused)
        .hasMessageContaining("line " + line)
        .hasMessageContaining("validate-template");
  }

  @Test
  void theReasonNamesNoInternalsOfTheParser() {
    assertThat(refused("{\"Resources\": {\"A\": 1]}"))
        .hasMessageContaining("expected '}' (for Object starting at line: 1, column: 15)");
  }

  @Test
  void whatCannotBeReadIsReportedWithTheResourceThatItStandsIn() {
    assertThat(
            refused(
                """
                Resources:
                  Other: {Type: AWS::EC2::VPC}
                  Web:
                    Type: AWS::EC2::Instance
                    Properties:
                      ImageId: {{ image }}
                """))
        .hasMessageContaining("line 6")
        .hasMessageContaining(", in Resources.Web.Properties.ImageId");
  }

  @Test
  void anEmptyBodyIsRefused() {
    assertThat(refused("")).hasMessageContaining("empty");
    assertThat(refused("# only a comment\n")).hasMessageContaining("empty");
  }

  @Test
  void aBodyWithoutResourcesIsRefused() {
    assertThat(refusedTemplate("Outputs: {}")).hasMessageContaining("no Resources");
    assertThat(refusedTemplate("Resources: {A: {Properties: {}}}"))
        .hasMessageContaining("A has no Type");
    assertThat(refusedTemplate("Resources: {'Fn::ForEach::X': [a, [b], {}]}"))
        .hasMessageContaining("TemplateStage=Processed");
  }

  @Test
  void aliasesThatMultiplyAreRefused() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (var i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [%s]%n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9) + "x"));
    }
    assertThat(refused(bomb.toString())).hasMessageContaining("unroll to more than");
  }

  @Test
  void depthIsBoundedInYamlAndJson() {
    var deep = "[".repeat(5000) + "]".repeat(5000);
    assertThat(refused("a: " + deep)).hasMessageContaining("levels");
    assertThat(refused("{\"a\": " + deep + "}")).hasMessageContaining("levels");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheTemplate() {
    assertThat(TemplateText.parse("\uFEFF{\"a\": 1}")).isEqualTo(TemplateText.parse("a: 1"));
  }

  @Test
  void yamlAndJsonGiveTheSameTree() {
    assertThat(
            TemplateText.parse(
                """
                A: !Sub "${B}"
                C: !GetAtt D.E
                F: !If [G, !Ref H, {I: true, J: 1.5}]
                K: !Condition L
                """))
        .isEqualTo(
            TemplateText.parse(
                """
                {"A": {"Fn::Sub": "${B}"},
                 "C": {"Fn::GetAtt": "D.E"},
                 "F": {"Fn::If": ["G", {"Ref": "H"}, {"I": true, "J": 1.5}]},
                 "K": {"Condition": "L"}}
                """));
  }

  private static UnreadableTemplate refused(String body) {
    return catchThrowableOfType(UnreadableTemplate.class, () -> TemplateText.parse(body));
  }

  private static UnreadableTemplate refusedTemplate(String body) {
    return catchThrowableOfType(
        UnreadableTemplate.class, () -> Template.of(TemplateText.parse(body)));
  }
}
