package dev.driftmend.model.incident;

import dev.driftmend.model.drift.Cause;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The life of one drift or one failing path.
 *
 * @param fingerprint what it is known by
 * @param subject the logical id, or the endpoint
 * @param repairs how often it has been repaired since it was opened
 * @param cause who is behind it, if known
 */
public record Incident(
    StackRef stack,
    String fingerprint,
    Kind kind,
    State state,
    Severity severity,
    String subject,
    String title,
    Instant openedAt,
    @Nullable Instant resolvedAt,
    @Nullable Cause cause,
    int repairs) {

  public enum Kind {
    DRIFT,
    HEALTH,
    GUARD
  }

  public enum State {
    OPENED,
    UPDATED,
    RESOLVED
  }
}
