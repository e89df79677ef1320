package dev.driftmend.model.stack;

import java.time.Instant;
import java.util.Set;

/**
 * Where a stack stands. Writing is allowed only in a settled state, and only while it does not
 * change.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html">Stack
 *     status codes</a>
 */
public record StackState(String status, Instant lastUpdated) {
  private static final Set<String> SETTLED =
      Set.of(
          "CREATE_COMPLETE",
          "UPDATE_COMPLETE",
          "IMPORT_COMPLETE",
          "UPDATE_ROLLBACK_COMPLETE",
          "IMPORT_ROLLBACK_COMPLETE");

  public boolean settled() {
    return SETTLED.contains(status);
  }

  /** Deleted. While it is being deleted, or could not be, it is there, and unguarded. */
  public boolean gone() {
    return status.equals("DELETE_COMPLETE");
  }
}
