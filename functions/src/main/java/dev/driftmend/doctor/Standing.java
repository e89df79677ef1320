package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;
import java.util.Set;

/** Whether CloudFormation would take a deployment of the stack as it stands. */
final class Standing implements Matter {
  private static final Set<String> EMPTY = Set.of("ROLLBACK_COMPLETE", "CREATE_FAILED");

  @Override
  public Says says() {
    return new Says(
        "stack",
        "CloudFormation takes no deployment of a stack that is in motion or whose first one"
            + " failed.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var snapshot = visit.snapshot();
    if (snapshot == null) {
      return List.of(says().fine("there is none named " + visit.stack() + " yet"));
    }
    var status = snapshot.status();
    var named = visit.stack() + " is in " + status;
    if (EMPTY.contains(status) || status.equals("ROLLBACK_FAILED")) {
      return List.of(
          says()
              .blocks(
                  named + ": its first deployment failed, and nothing of it is in use",
                  "aws cloudformation delete-stack --stack-name " + visit.stack()));
    }
    if (status.equals("UPDATE_ROLLBACK_FAILED")) {
      return List.of(
          says()
              .blocks(
                  named,
                  "aws cloudformation continue-update-rollback --stack-name " + visit.stack()));
    }
    if (status.endsWith("_IN_PROGRESS") && !status.startsWith("REVIEW")) {
      return List.of(
          says()
              .blocks(
                  named,
                  "aws cloudformation wait stack-update-complete --stack-name " + visit.stack()));
    }
    return List.of(says().fine(named));
  }
}
