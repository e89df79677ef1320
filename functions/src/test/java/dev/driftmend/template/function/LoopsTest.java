package dev.driftmend.template.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Value;
import dev.driftmend.template.Resolver;
import dev.driftmend.template.text.UnreadableTemplate;
import dev.driftmend.template.undeployed.Undeployed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples of the user guide, in our own resources. */
class LoopsTest {

  @Test
  void aLoopOverAListMakesOneOfEach() {
    var stack =
        stack(
            """
            Resources:
              Fn::ForEach::Zones:
                - Zone
                - [A, B]
                - Group${Zone}:
                    Type: AWS::EC2::SecurityGroup
                    Properties: {GroupDescription: !Sub 'zone ${Zone}', GroupName: !Ref Zone}
            """,
            Map.of());

    assertThat(names(stack)).containsExactly("GroupA", "GroupB");
    assertThat(text(stack, "GroupB", "GroupDescription")).isEqualTo("zone B");
    assertThat(text(stack, "GroupB", "GroupName")).isEqualTo("B");
  }

  @Test
  void theListMayBeAParametersOrOfAMapping() {
    var template =
        """
        Parameters:
          Names: {Type: CommaDelimitedList}
        Mappings:
          Stage: {test: {Names: [x, y]}}
        Resources:
          Fn::ForEach::Given:
            - Name
            - !Ref Names
            - 'Group&{Name}':
                Type: AWS::EC2::SecurityGroup
                Properties: {GroupDescription: '${Name}'}
          Fn::ForEach::Mapped:
            - Name
            - !FindInMap [Stage, test, Names]
            - Mapped${Name}:
                Type: AWS::EC2::SecurityGroup
        """;
    var stack = stack(template, Map.of("Names", "10.0.0.1, b"));

    assertThat(names(stack)).containsExactly("Group10001", "Groupb", "Mappedx", "Mappedy");
    assertThat(text(stack, "Group10001", "GroupDescription")).isEqualTo("10.0.0.1");
  }

  @Test
  void aLoopOverAListThatIsNotKnownIsNotReadByName() {
    var stack =
        stack(
            """
            Parameters:
              Names: {Type: CommaDelimitedList}
            Resources:
              Fn::ForEach::Given:
                - Name
                - !Ref Names
                - Rule${Name}: {Type: AWS::EC2::SecurityGroupIngress}
              Other: {Type: AWS::EC2::SecurityGroup}
            """,
            Map.of());

    assertThat(names(stack)).containsExactly("Other");
    assertThat(stack.undecided())
        .singleElement()
        .satisfies(
            undecided -> {
              assertThat(undecided.logicalId()).isEqualTo("Fn::ForEach::Given");
              assertThat(undecided.type()).isEqualTo("AWS::EC2::SecurityGroupIngress");
              assertThat(undecided.why()).contains("the parameter Names");
            });
  }

  @Test
  void loopsStandInLoopsInPropertiesAndInConditions() {
    var stack =
        stack(
            """
            Conditions:
              Fn::ForEach::Stages:
                - Stage
                - [Test, Live]
                - Is${Stage}: !Equals [!Ref AWS::Region, !Sub 'region-${Stage}']
            Resources:
              Fn::ForEach::Outer:
                - Zone
                - [A, B]
                - Fn::ForEach::Inner:
                    - Tier
                    - [Web, Db]
                    - Group${Zone}${Tier}:
                        Type: AWS::EC2::SecurityGroup
                        Properties:
                          Fn::ForEach::Names: [Part, [Name, Description], {'Group${Part}': '${Tier}'}]
              Never: {Type: AWS::EC2::SecurityGroup, Condition: IsLive}
            """,
            Map.of());

    assertThat(names(stack)).containsExactly("GroupAWeb", "GroupADb", "GroupBWeb", "GroupBDb");
    assertThat(text(stack, "GroupBDb", "GroupName")).isEqualTo("Db");
    assertThat(text(stack, "GroupBDb", "GroupDescription")).isEqualTo("Db");
  }

  @Test
  void loopsThatMultiplyAreRefused() {
    var list = "[" + "a, ".repeat(100) + "a]";
    var loop = "{'Fn::ForEach::L%d': [I%d, " + list + ", %s]}";
    var nested = "{R: {Type: A}}";
    for (var i = 0; i < 6; i++) {
      nested = loop.formatted(i, i, nested);
    }
    var body = "Resources: " + nested;

    assertThatThrownBy(() -> stack(body, Map.of()))
        .isInstanceOf(UnreadableTemplate.class)
        .hasMessageContaining("unroll to more than");
  }

  private static DeclaredStack stack(String template, Map<String, String> parameters) {
    return Resolver.resolve(Undeployed.snapshot(template, parameters, "us-east-1"));
  }

  private static List<String> names(DeclaredStack stack) {
    return stack.resources().stream().map(r -> r.ref().logicalId()).toList();
  }

  private static String text(DeclaredStack stack, String logicalId, String property) {
    return stack.resources().stream()
        .filter(r -> r.ref().logicalId().equals(logicalId))
        .findFirst()
        .flatMap(r -> r.property(property))
        .map(value -> ((Value.Scalar) value).text())
        .orElseThrow();
  }
}
