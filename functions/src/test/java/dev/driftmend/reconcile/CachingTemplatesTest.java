package dev.driftmend.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.stack.CloudFormationTemplates;
import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackRef;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A template is asked for once while its stack is in the same state. */
class CachingTemplatesTest {
  private static final StackRef STACK =
      new StackRef(
          "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/"
              + "5f6a3c30-1111-11ee-9a3b-0a1b2c3d4e5f");
  private static final String TEMPLATE = "Resources: {Web: {Type: AWS::EC2::SecurityGroup}}";
  private static final String PARAMETER =
      "<Parameters><member><ParameterKey>Port</ParameterKey><ParameterValue>%s</ParameterValue>"
          + "</member></Parameters>";

  private final Canned wire = new Canned();
  private final CachingTemplates templates =
      new CachingTemplates(new CloudFormationTemplates(wire.clients()));

  @Test
  void aStackInTheSameStateIsNotReadAgainButForItsParametersAndOutputs() {
    read("2026-03-01T10:00:00Z", "5000");
    templates.keep(templates.read(STACK).orElseThrow());

    wire.answer("DescribeStacks", stack("2026-03-01T10:00:00Z", PARAMETER.formatted("5001")));
    var again = templates.read(STACK).orElseThrow();

    assertThat(again.template()).isEqualTo(TEMPLATE);
    assertThat(again.resources())
        .containsExactly(new ResourceRef("Web", "AWS::EC2::SecurityGroup", "sg-0web"));
    assertThat(again.parameters()).isEqualTo(Map.of("Port", "5001"));
    assertThat(wire.requests("GetTemplate")).hasSize(1);
  }

  @Test
  void aStackThatWasDeployedSinceIsReadAnew() {
    read("2026-03-01T10:00:00Z", "5000");
    templates.keep(templates.read(STACK).orElseThrow());

    wire.answer("DescribeStacks", stack("2026-03-02T09:00:00Z", ""));
    answers("Resources: {}");

    assertThat(templates.read(STACK).orElseThrow().template()).isEqualTo("Resources: {}");
  }

  @Test
  void whatMayHaveMovedWhileItWasReadIsReadAgain() {
    read("2026-03-01T10:00:00Z", "5000");
    templates.read(STACK);

    read("2026-03-01T10:00:00Z", "5000");
    templates.read(STACK);
    assertThat(wire.requests("GetTemplate")).hasSize(2);
  }

  @Test
  void whatIsAsItWasIsNotResolvedAgain() {
    read("2026-03-01T10:00:00Z", "5000");
    var snapshot = templates.read(STACK).orElseThrow();
    var desired = templates.desired(snapshot);
    templates.keep(snapshot);

    wire.answer("DescribeStacks", stack("2026-03-01T10:00:00Z", PARAMETER.formatted("5000")));
    assertThat(templates.desired(templates.read(STACK).orElseThrow())).isSameAs(desired);

    wire.answer("DescribeStacks", stack("2026-03-01T10:00:00Z", PARAMETER.formatted("5001")));
    assertThat(templates.desired(templates.read(STACK).orElseThrow())).isNotSameAs(desired);
  }

  @Test
  void whatCouldNotBeReadWholeIsNotKept() {
    wire.answer("DescribeStacks", stack("2026-03-01T10:00:00Z", ""));
    answers("Resources: {Web: {Type: AWS::EC2::EIP, Properties: {A: !ImportValue net}}}");
    wire.failQuery("ListExports", 403, "AccessDenied", "not authorized to perform");

    templates.keep(templates.read(STACK).orElseThrow());

    read("2026-03-01T10:00:00Z", "5000");
    assertThat(templates.read(STACK).orElseThrow().template()).isEqualTo(TEMPLATE);
  }

  @Test
  void ofAStackThatLeftNothingIsKept() {
    read("2026-03-01T10:00:00Z", "5000");
    templates.keep(templates.read(STACK).orElseThrow());

    templates.forget(STACK);

    read("2026-03-01T10:00:00Z", "5000");
    assertThat(templates.read(STACK)).isPresent();
    assertThat(wire.requests("GetTemplate")).hasSize(2);
  }

  private void read(String updated, String port) {
    wire.answer("DescribeStacks", stack(updated, PARAMETER.formatted(port)));
    answers(TEMPLATE);
  }

  private void answers(String template) {
    wire.answer(
            "GetTemplate",
            "<GetTemplateResponse><GetTemplateResult><TemplateBody>%s</TemplateBody></GetTemplateResult></GetTemplateResponse>"
                .formatted(template))
        .answer(
            "ListStackResources",
            """
            <ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries><member>
            <LogicalResourceId>Web</LogicalResourceId><PhysicalResourceId>sg-0web</PhysicalResourceId>
            <ResourceType>AWS::EC2::SecurityGroup</ResourceType>
            <ResourceStatus>CREATE_COMPLETE</ResourceStatus>
            </member></StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>\
            """);
  }

  private static String stack(String updated, String more) {
    return """
    <DescribeStacksResponse><DescribeStacksResult><Stacks><member>
    <StackId>%s</StackId><StackName>shop</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>
    <CreationTime>2026-03-01T09:00:00Z</CreationTime><LastUpdatedTime>%s</LastUpdatedTime>%s
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>\
    """
        .formatted(STACK.id(), updated, more);
  }
}
