package dev.driftmend.probe;

import dev.driftmend.model.drift.Fingerprint;
import dev.driftmend.model.drift.Severity;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.model.stack.StackRef;
import java.time.Instant;

/** The incidents that probing opens, each known by what it is about. */
final class ProbeIncidents {
  /** Marks incidents about the guard's own parts; reconciling has others. */
  static final String PART = "part/";

  private ProbeIncidents() {}

  static Incident health(
      StackRef stack, String subject, Severity severity, String title, Instant now) {
    return incident(stack, Incident.Kind.HEALTH, "probe/" + subject, severity, title, now);
  }

  static Incident part(StackRef guard, String logicalId, String title, Instant now) {
    return incident(guard, Incident.Kind.GUARD, PART + logicalId, Severity.HIGH, title, now);
  }

  private static Incident incident(
      StackRef stack,
      Incident.Kind kind,
      String subject,
      Severity severity,
      String title,
      Instant now) {
    return new Incident(
        stack,
        Fingerprint.of(stack.uuid(), subject),
        kind,
        Incident.State.OPENED,
        severity,
        subject,
        title,
        now,
        null,
        null,
        0);
  }
}
