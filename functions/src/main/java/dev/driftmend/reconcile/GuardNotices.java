package dev.driftmend.reconcile;

import dev.driftmend.incident.Incidents;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.port.DeniedFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Incidents about stacks that cannot be guarded. */
final class GuardNotices {
  /** How long a deployment may hang, or a rollback be failed, before that is an incident. */
  private static final Duration UNGUARDED = Duration.ofMinutes(30);

  private final Incidents incidents;

  GuardNotices(Incidents incidents) {
    this.incidents = incidents;
  }

  void unreadableTemplate(StackRef stack, String why, Instant now) {
    open(stack, "template", "The deployed template cannot be understood", why, now);
  }

  void denied(StackRef stack, DeniedFailure failure, Instant now) {
    open(
        stack,
        "denied/" + failure.call(),
        "Driftmend was refused " + failure.call() + ", so the stack is not guarded",
        "Allow "
            + failure.call()
            + " to the role of the function that logged this: "
            + failure.getMessage(),
        now);
  }

  /** Nothing, unless the stack has not been settled for too long. */
  void unguarded(Assessment assessment, Instant now) {
    var state = assessment.state();
    if (state.settled() || !state.lastUpdated().plus(UNGUARDED).isBefore(now)) {
      return;
    }
    var stack = assessment.plan().stack();
    open(
        stack,
        "unguarded",
        "Not guarded for more than "
            + UNGUARDED.toMinutes()
            + " minutes: "
            + assessment.plan().permission().why(),
        "Bring the stack to a settled state: " + wayOut(state.status(), stack.name()),
        now);
  }

  /**
   * What a person does about a stack that hangs.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html">Troubleshooting
   *     CloudFormation</a>
   */
  private static String wayOut(String status, String name) {
    var delete = "aws cloudformation delete-stack --stack-name " + name;
    if (status.startsWith("DELETE_")) {
      return "wait until it is deleted, or delete it again: " + delete;
    }
    return switch (status) {
      case "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED" ->
          "its first deployment failed, so delete it and deploy it again: " + delete;
      case "REVIEW_IN_PROGRESS" -> "execute its first change set, or delete it: " + delete;
      default ->
          "finish the update, or aws cloudformation continue-update-rollback --stack-name " + name;
    };
  }

  private void open(StackRef stack, String subject, String title, String next, Instant now) {
    var notice = IncidentFactory.trouble(stack, subject, Severity.HIGH, title, next, now);
    incidents.stand(incidents.open(List.of(notice), now));
  }
}
