package dev.driftmend.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why we look, and who may be behind it.
 *
 * @param eventId unique per event; with the stack's UUID the queue's deduplication id
 * @param event the name of the API call or of the state, e.g. {@code AuthorizeSecurityGroupIngress}
 * @param time when it happened, whole seconds for CloudTrail
 */
public record Cause(
    Origin origin, String eventId, String event, Instant time, @Nullable Caller caller) {

  public enum Origin {
    API_CALL,
    CONFIG_CHANGE,
    STACK_STATUS,
    INSTANCE_STATE,
    ALARM,
    /** Driftmend's own probe opened an incident of the endpoint. */
    HEALTH,
    SWEEP,
    CLI
  }
}
