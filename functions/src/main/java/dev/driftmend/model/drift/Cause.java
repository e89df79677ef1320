package dev.driftmend.model.drift;

import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Why we look, and who may be behind it.
 *
 * @param eventId unique per event; with the stack's UUID the queue's deduplication id
 * @param event the name of the API call or of the state, e.g. {@code AuthorizeSecurityGroupIngress}
 * @param time when it happened, whole seconds for CloudTrail
 * @param made the ids of the security group rules that the call made, as its answer names them
 * @param names what the call is about, by its request and its answer: the ids of resources, and of
 *     members of sets what tells one from the other: rule ids, targets, the destination of a route,
 *     direction and number of an entry of a network ACL. Empty if that is not known
 * @param routed when Route put it onto the work queue; null if that is not known
 */
public record Cause(
    Origin origin,
    String eventId,
    String event,
    Instant time,
    @Nullable Caller caller,
    Set<String> made,
    Set<String> names,
    @Nullable Instant routed) {
  public Cause {
    made = Collections.unmodifiableSet(new TreeSet<>(made));
    names = Collections.unmodifiableSet(new TreeSet<>(names));
  }

  /** As it is before anybody has passed it on. */
  public Cause(
      Origin origin,
      String eventId,
      String event,
      Instant time,
      @Nullable Caller caller,
      Set<String> made,
      Set<String> names) {
    this(origin, eventId, event, time, caller, made, names, null);
  }

  public Cause routed(Instant at) {
    return new Cause(origin, eventId, event, time, caller, made, names, at);
  }

  /** Of no call, or of one of which nobody asks what it names. */
  public Cause(Origin origin, String eventId, String event, Instant time, @Nullable Caller caller) {
    this(origin, eventId, event, time, caller, Set.of(), Set.of());
  }

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
