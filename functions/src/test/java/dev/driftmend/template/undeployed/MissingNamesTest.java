package dev.driftmend.template.undeployed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MissingNamesTest {
  private static final String TEMPLATE =
      """
      Parameters:
        Port: {Type: Number, Default: 80}
        Stage: {Type: String}
      Mappings:
        Sizes: {us-east-1: {Small: t4g.nano}, '123456789012': {Small: t4g.nano}}
      Conditions:
        Big: !Equals [!Ref Stage, big]
      Resources:
        Group: {Type: AWS::EC2::SecurityGroup}
        Web:
          Type: AWS::EC2::Instance
          DependsOn: Group
          Properties: {Value: %s}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "!Ref Grupp; Web.Value names Grupp, and the template has no parameter or resource of that"
            + " name",
        "[{Id: !GetAtt Grupp.GroupId}]; Web.Value.Id names Grupp, and the template has no parameter"
            + " or resource of that name",
        "!Base64 {Fn::Sub: 'echo ${HOST} ${!Literal} ${Port} ${Group.GroupId} ${AWS::Region}'};"
            + " Web.Value names HOST, and the template has no parameter or resource of that name",
        "!If [Bigg, 1, 2]; Web.Value hangs on the condition Bigg, which the template does not have",
        "!FindInMap [Sizes, !Ref AWS::Region, Large]; Web.Value has no value: Fn::FindInMap: the"
            + " mapping Sizes has no us-east-1, Large",
      })
  void whatTheTemplateDoesNotHaveIsReportedWithResourceAndProperty(String value, String sentence) {
    assertThat(remarks(TEMPLATE.formatted(value))).contains(sentence);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!Ref Group",
        "!GetAtt Group.GroupId",
        "!Sub ['${Own} ${Port}', {Own: 1}]",
        "!If [Big, !FindInMap [Sizes, !Ref AWS::Region, Large], 2]",
        "!FindInMap [Sizes, !Ref AWS::AccountId, Large]",
        "!FindInMap [Sizes, !Ref Stage, Large]",
        "{PolicyDocument: {Condition: Any}}",
        "!Ref AWS::NoValue"
      })
  void whatItHasOrMayHaveIsNotMissed(String value) {
    assertThat(remarks(TEMPLATE.formatted(value))).isEmpty();
  }

  @Test
  void aResourcesConditionAndDependencyAreNames() {
    var template =
        TEMPLATE
            .formatted("1")
            .replace("DependsOn: Group", "DependsOn: [Group, Gone]\n    Condition: Bigg");

    assertThat(remarks(template))
        .contains(
            "Web hangs on the condition Bigg, which the template does not have",
            "Web depends on Gone, and the template has no resource of that name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transform: AWS::Serverless-2016-10-31\n",
        "Transform: [AWS::LanguageExtensions, Own]\n"
      })
  void whatATransformMayAddIsNotMissed(String transform) {
    assertThat(remarks(transform + TEMPLATE.formatted("!Ref Role"))).isEmpty();
  }

  @Test
  void aLoopsNamesAreItsOwn() {
    var loops =
        """
        Transform: AWS::LanguageExtensions
        Resources:
          Fn::ForEach::Groups:
            - Name
            - [A, B]
            - Group${Name}:
                Type: AWS::EC2::SecurityGroup
                Properties: {GroupDescription: !Sub 'group ${Name}', Tags: !Ref Name}
        """;

    assertThat(remarks(loops)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        Resources:
          Web:
            Type: AWS::EC2::Instance
            Properties:
              ImageId: a
              Tags: [{Key: a, Value: b}]
              ImageId: b
        """,
        """
        {"Resources": {
          "Web": {
            "Type": "AWS::EC2::Instance", "Properties": {
              "ImageId": "a",
              "Tags": [],
              "ImageId": "b"}}}}
        """
      })
  void aKeyThatStandsTwiceIsReportedWithBothLines(String template) {
    assertThat(remarks(template))
        .anyMatch(
            remark ->
                remark.matches(
                    "Web\\.ImageId stands twice, on the lines (5 and 7|4 and 6): the last one"
                        + " counts, remove the other"));
  }

  @Test
  void aResourceThatStandsTwiceIsReportedAndAKeyOfTwoObjectsIsNot() {
    var template =
        """
        Resources:
          A: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a}}
          B: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a}}
          A: {Type: AWS::EC2::VPC}
        """;

    assertThat(remarks(template))
        .containsExactly(
            "A stands twice, on the lines 2 and 4: the last one counts, remove the other");
  }

  private static List<String> remarks(String template) {
    return Remarks.of(Undeployed.snapshot(template, Map.of(), "us-east-1")).stream()
        .filter(remark -> !remark.startsWith("the parameter ") && !remark.startsWith("what "))
        .toList();
  }
}
