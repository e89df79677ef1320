package dev.driftmend.port;

import java.net.URI;
import java.time.Duration;

/** Asks an HTTP endpoint as a client would. */
public interface Endpoint {

  /** Never throws: a failure is an answer. Redirects are not followed. */
  Answer get(URI uri, Duration timeout);

  sealed interface Answer {
    record Status(int code, String body, Duration took) implements Answer {}

    record NoName(String host) implements Answer {}

    record Refused() implements Answer {}

    record TimedOut(Duration after) implements Answer {}

    record Broken(String why) implements Answer {}
  }
}
