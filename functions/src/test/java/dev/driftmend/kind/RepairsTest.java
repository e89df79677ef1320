package dev.driftmend.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.driftmend.model.stack.ResourceRef;
import dev.driftmend.model.stack.StackSnapshot;
import dev.driftmend.testing.Deployed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepairsTest {
  private static final String SHOP = "--region us-east-1 --stack-name shop";

  private static StackSnapshot deployed(List<String> capabilities, Map<String, String> parameters) {
    return new StackSnapshot(
        Deployed.STACK,
        "UPDATE_COMPLETE",
        Deployed.UPDATED,
        "Resources: {}",
        parameters,
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        capabilities);
  }

  @Test
  void theWayBackHasTheStacksOwnCapabilitiesAndEachOfItsParametersAndWhatFollows() {
    var report =
        Repairs.filled(
            "bring it back, or: " + Repairs.revertDrift(Deployed.STACK),
            deployed(
                List.of("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
                Map.of("Port", "5000", "Mode", "repair")));

    assertThat(report)
        .isEqualTo(
            "bring it back, or: aws cloudformation create-change-set "
                + SHOP
                + " --change-set-name revert-drift --use-previous-template"
                + " --deployment-mode REVERT_DRIFT"
                + " --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"
                + " --parameters ParameterKey=Mode,UsePreviousValue=true"
                + " ParameterKey=Port,UsePreviousValue=true"
                + "; look at it: aws cloudformation describe-change-set "
                + SHOP
                + " --change-set-name revert-drift"
                + "; then aws cloudformation execute-change-set "
                + SHOP
                + " --change-set-name revert-drift"
                + " (driftmend apply --stack shop --via-change-set does all three)");
  }

  @Test
  void aStackWithoutParametersAndCapabilitiesNeedsNone() {
    assertThat(Repairs.filled(Repairs.revertDrift(Deployed.STACK), deployed(List.of(), Map.of())))
        .doesNotContain("--parameters", "--capabilities");
  }

  @Test
  void aWayBackThatIsNoChangeSetStaysAsItIs() {
    var report = Repairs.replacement(new ResourceRef("Web", "AWS::EC2::Instance", "i-0web"));
    assertThat(Repairs.filled(report, deployed(List.of(), Map.of())))
        .isEqualTo(report)
        .contains("another logical id in the template (say Web2", "deletes i-0web");
  }
}
