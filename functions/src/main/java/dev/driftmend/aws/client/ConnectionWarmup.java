package dev.driftmend.aws.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * An unsigned request that wants nothing, under way while INIT does other things: afterwards the
 * HTTP client has its trust store and has shaken hands once. Before a snapshot it is sent as often
 * as the JVM needs to compile what sends it, and the last one closes the connection. Whatever
 * becomes of it is only logged.
 */
final class ConnectionWarmup {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionWarmup.class);

  private static final int BEFORE_SNAPSHOT = 30;

  private final List<ExecutableHttpRequest> requests;
  private final Thread thread;
  private volatile boolean ended;

  private ConnectionWarmup(List<ExecutableHttpRequest> requests, Runnable first) {
    this.requests = requests;
    this.thread = Thread.ofPlatform().daemon().name("greeting").unstarted(() -> send(first));
  }

  /**
   * @param snapshot whether one is taken afterwards: else the connection is kept for the first call
   * @param first is done on the same thread before; it may throw
   */
  static ConnectionWarmup of(SdkHttpClient http, URI host, boolean snapshot, Runnable first) {
    var greeting = SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(host.resolve("/"));
    var requests = new ArrayList<ExecutableHttpRequest>();
    if (snapshot) {
      for (int i = 1; i < BEFORE_SNAPSHOT; i++) {
        requests.add(prepared(http, greeting));
      }
      greeting.putHeader("Connection", "close");
    }
    requests.add(prepared(http, greeting));
    var begun = new ConnectionWarmup(List.copyOf(requests), first);
    begun.thread.start();
    return begun;
  }

  private static ExecutableHttpRequest prepared(
      SdkHttpClient http, SdkHttpRequest.Builder request) {
    return http.prepareRequest(HttpExecuteRequest.builder().request(request.build()).build());
  }

  private void send(Runnable first) {
    try {
      first.run();
      for (var request : requests) {
        if (ended) {
          return;
        }
        var answer = request.call();
        if (answer.responseBody().isPresent()) {
          try (var body = answer.responseBody().get()) {
            var unused = body.readAllBytes();
          }
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
        ended = true;
        requests.forEach(ExecutableHttpRequest::abort);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
