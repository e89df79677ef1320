package dev.driftmend.aws;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * One unsigned request that wants nothing, under way while INIT does other things: afterwards the
 * HTTP client has its trust store and has shaken hands once. Whatever becomes of it is only logged.
 */
final class Greeting {
  private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

  private final ExecutableHttpRequest request;
  private final Thread thread;

  private Greeting(ExecutableHttpRequest request, Runnable first) {
    this.request = request;
    this.thread = Thread.ofPlatform().daemon().name("greeting").unstarted(() -> send(first));
  }

  /**
   * @param leaveOpen whether the connection is kept for the first call
   * @param first is done on the same thread before; it may throw
   */
  static Greeting of(SdkHttpClient http, URI host, boolean leaveOpen, Runnable first) {
    var greeting = SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(host.resolve("/"));
    if (!leaveOpen) {
      greeting.putHeader("Connection", "close");
    }
    var begun =
        new Greeting(
            http.prepareRequest(HttpExecuteRequest.builder().request(greeting.build()).build()),
            first);
    begun.thread.start();
    return begun;
  }

  private void send(Runnable first) {
    try {
      first.run();
      var answer = request.call();
      if (answer.responseBody().isPresent()) {
        try (var body = answer.responseBody().get()) {
          var unused = body.readAllBytes();
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("no greeting, the first call will take longer: {}", e.toString());
    }
  }

  /** Waits no longer than that. */
  void end(Duration patience) {
    try {
      if (!thread.join(patience)) {
        request.abort();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
