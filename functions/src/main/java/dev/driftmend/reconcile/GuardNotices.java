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
        "Bring the stack to a settled state: finish the update, or aws cloudformation"
            + " continue-update-rollback --stack-name "
            + stack.name(),
        now);
  }

  private void open(StackRef stack, String subject, String title, String next, Instant now) {
    var notice = IncidentFactory.trouble(stack, subject, Severity.HIGH, title, next, now);
    incidents.stand(incidents.open(List.of(notice), now));
  }
}
