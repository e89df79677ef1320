package dev.driftmend.aws.stack;

import static dev.driftmend.aws.Stacks.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.port.ChangeSets.Made;
import dev.driftmend.port.DeniedFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftChangeSetsTest {
  private final Canned wire = new Canned();
  private final List<Duration> waited = new ArrayList<>();
  private final DriftChangeSets changeSets = new DriftChangeSets(wire.clients(), waited::add);

  private static String stack(String status, String updated) {
    return """
    <DescribeStacksResponse><DescribeStacksResult><Stacks><member>
      <StackName>shop</StackName><StackId>%s</StackId><StackStatus>%s</StackStatus>
      <StackStatusReason>as it is</StackStatusReason>
      <CreationTime>2026-03-01T09:00:00Z</CreationTime><LastUpdatedTime>%s</LastUpdatedTime>
      <Capabilities><member>CAPABILITY_IAM</member></Capabilities>
      <Parameters>
        <member><ParameterKey>Port</ParameterKey><ParameterValue>5000</ParameterValue></member>
        <member><ParameterKey>Secret</ParameterKey><ParameterValue>****</ParameterValue></member>
      </Parameters>
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>\
    """
        .formatted(SHOP.id(), status, updated);
  }

  private static String described(String status, String mode, String rest) {
    return """
    <DescribeChangeSetResponse><DescribeChangeSetResult>
      <ChangeSetName>c1</ChangeSetName><Status>%s</Status>%s%s
    </DescribeChangeSetResult></DescribeChangeSetResponse>\
    """
        .formatted(status, mode, rest);
  }

  private static final String REVERTS = "<DeploymentMode>REVERT_DRIFT</DeploymentMode>";

  private Canned created() {
    return wire.answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-01T10:00:00Z"))
        .answer(
            "CreateChangeSet",
            "<CreateChangeSetResponse><CreateChangeSetResult><Id>c1</Id></CreateChangeSetResult>"
                + "</CreateChangeSetResponse>");
  }

  private static String change(String logicalId, String details) {
    return """
    <member><Type>Resource</Type><ResourceChange><Action>Modify</Action>
      <LogicalResourceId>%s</LogicalResourceId><ResourceType>AWS::EC2::SecurityGroup</ResourceType>
      <PhysicalResourceId>sg-1</PhysicalResourceId><Replacement>False</Replacement>
      <Details>%s</Details></ResourceChange></member>\
    """
        .formatted(logicalId, details);
  }

  @Test
  void itTakesThePreviousTemplateEveryPreviousParameterAndTheStacksOwnCapabilities() {
    created()
        .answer("DescribeChangeSet", described("CREATE_IN_PROGRESS", REVERTS, ""))
        .answer(
            "DescribeChangeSet",
            described(
                "CREATE_COMPLETE",
                REVERTS,
                "<Changes>"
                    + change(
                        "Web",
                        """
                        <member><Target><Attribute>Properties</Attribute>
                          <Name>SecurityGroupIngress</Name><Path>/Properties/SecurityGroupIngress/0</Path>
                          <BeforeValue>a</BeforeValue></Target></member>\
                        """)
                    + "</Changes><NextToken>2</NextToken>"))
        .answer(
            "DescribeChangeSet",
            "NextToken",
            "2",
            described(
                "CREATE_COMPLETE", REVERTS, "<Changes>" + change("Other", "") + "</Changes>"));

    assertThat(changeSets.create(SHOP, "c1"))
        .isEqualTo(
            new Made.Changes(
                List.of(
                    "Modify Web AWS::EC2::SecurityGroup sg-1: /Properties/SecurityGroupIngress/0:"
                        + " \"a\" -> nothing",
                    "Modify Other AWS::EC2::SecurityGroup sg-1")));

    assertThat(wire.only("CreateChangeSet").arguments())
        .containsEntry("StackName", SHOP.id())
        .containsEntry("ChangeSetName", "c1")
        .containsEntry("ChangeSetType", "UPDATE")
        .containsEntry("UsePreviousTemplate", "true")
        .containsEntry("DeploymentMode", "REVERT_DRIFT")
        .containsEntry("Capabilities.member.1", "CAPABILITY_IAM")
        .containsEntry("Parameters.member.1.ParameterKey", "Port")
        .containsEntry("Parameters.member.1.UsePreviousValue", "true")
        .containsEntry("Parameters.member.2.ParameterKey", "Secret")
        .doesNotContainKey("Parameters.member.1.ParameterValue")
        .doesNotContainKey("Capabilities.member.2");
    assertThat(waited).hasSize(1);
  }

  @Test
  void oneThatChangesNothingIsNotLeftBehind() {
    created()
        .answer(
            "DescribeChangeSet",
            described(
                "FAILED",
                REVERTS,
                "<StatusReason>The submitted information didn't contain changes.</StatusReason>"))
        .answer("DeleteChangeSet", "<DeleteChangeSetResponse/>");
    assertThat(changeSets.create(SHOP, "c1")).isEqualTo(new Made.Nothing());
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void oneThatFailsSaysWhyAndIsNotLeftBehind() {
    created()
        .answer(
            "DescribeChangeSet",
            described("FAILED", REVERTS, "<StatusReason>no permission to read</StatusReason>"))
        .answer("DeleteChangeSet", "<DeleteChangeSetResponse/>");
    assertThat(changeSets.create(SHOP, "c1")).isEqualTo(new Made.Failed("no permission to read"));
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void anAwsThatKnowsNoDriftAwareChangeSetsIsDistinguishedFromARefusal() {
    wire.answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-01T10:00:00Z"))
        .failQuery("CreateChangeSet", 400, "ValidationError", "DeploymentMode is not known");
    assertThat(changeSets.create(SHOP, "c1"))
        .isEqualTo(
            new Made.Failed(
                "this AWS makes no drift-aware change sets: DeploymentMode is not known"));

    wire.answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-01T10:00:00Z"))
        .failQuery("CreateChangeSet", 403, "AccessDenied", "not authorized");
    assertThatThrownBy(() -> changeSets.create(SHOP, "c1")).isInstanceOf(DeniedFailure.class);
  }

  @Test
  void anOrdinaryChangeSetIsNotExecutedForADriftAwareOne() {
    created()
        .answer(
            "DescribeChangeSet",
            described("CREATE_COMPLETE", "", "<Changes>" + change("Web", "") + "</Changes>"))
        .answer("DeleteChangeSet", "<DeleteChangeSetResponse/>");
    assertThat(changeSets.create(SHOP, "c1"))
        .isInstanceOfSatisfying(
            Made.Failed.class, f -> assertThat(f.why()).contains("an ordinary change set"));
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void executingWaitsForTheEndAndNotForTheBeginning() {
    wire.answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-01T10:00:00Z"))
        .answer("ExecuteChangeSet", "<ExecuteChangeSetResponse/>")
        .answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-01T10:00:00Z"))
        .answer("DescribeStacks", stack("UPDATE_IN_PROGRESS", "2026-03-01T11:00:00Z"))
        .answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-01T11:00:00Z"));
    assertThat(changeSets.execute(SHOP, "c1")).isEmpty();
    assertThat(wire.leftOver()).isEmpty();
  }

  @Test
  void anUpdateThatIsRolledBackSaysSo() {
    wire.answer("DescribeStacks", stack("UPDATE_COMPLETE", "2026-03-01T10:00:00Z"))
        .answer("ExecuteChangeSet", "<ExecuteChangeSetResponse/>")
        .answer("DescribeStacks", stack("UPDATE_ROLLBACK_COMPLETE", "2026-03-01T11:00:00Z"));
    assertThat(changeSets.execute(SHOP, "c1")).hasValue("UPDATE_ROLLBACK_COMPLETE: as it is");
  }
}
